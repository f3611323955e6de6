"""A project's settings: where they are found, what they may be, and what wins over them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_repository import SECRET, TEXTS, written
from running import Run, environment, run

from shapecalc.cli.project_values import PROJECT_KEYS
from shapecalc.limits import MAXIMUM_PATTERNS, MAXIMUM_SETTINGS

RIGHT = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\n"
WRONG = "input: 8x8x3\nlayers: [{name: a, type: Nope}]\n"
WARNED = "input: 8x8x3\nlayers: [{name: b, type: MaxPool2d, kernel_size: 3, stride: 3}]\n"
OWN_COLUMNS = RIGHT + "columns: [name, macs]\n"

FILES = {
    "nets/right.yaml": RIGHT,
    "nets/warned.yaml": WARNED,
    "nets/columns.yaml": OWN_COLUMNS,
    "nets/old/wrong.yaml": WRONG,
    "other/wrong.yaml": WRONG,
    "deep/er/right.yaml": RIGHT,
}

SOURCES = {
    "pyproject.toml": {
        "paths": 'paths = ["nets"]',
        "exclude": 'exclude = ["nets/old"]',
        "select": 'select = ["SC401", "SC3"]',
        "ignore": 'ignore = ["SC402"]',
        "strict": "strict = true",
        "require-lock": "require-lock = true",
        "columns": 'columns = ["name", "params"]',
        "language": 'language = "zh"',
    },
    ".shapecalc.yaml": {
        "paths": "paths: [nets]",
        "exclude": "exclude:\n  - nets/old",
        "select": "select: [SC401, SC3]",
        "ignore": "ignore: [SC402]",
        "strict": "strict: true",
        "require-lock": "require-lock: true",
        "columns": "columns: [name, params]",
        "language": "language: zh",
    },
}


def settings(source: str, *keys: str) -> str:
    lines = "".join(f"{SOURCES[source][key]}\n" for key in keys)
    return (
        lines
        if source == ".shapecalc.yaml"
        else f"[project]\nname = 'x'\n[tool.shapecalc]\n{lines}"
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository without settings."""
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "project" / ".git").mkdir()
    return tmp_path / "project"


def set_(project: Path, source: str, *keys: str) -> None:
    (project / source).write_text(settings(source, *keys), encoding="utf-8")


def concise(*words: str, folder: Path) -> tuple[int, list[str]]:
    """The exit status of a check, and the file and code of each problem."""
    done = run("check", *words, "--format", "concise", folder=folder)
    found = [
        line.partition(":")[0] + " " + line.partition("[")[2][:5] for line in done.out.splitlines()
    ]
    return done.status, found


EACH_SOURCE = pytest.mark.parametrize("source", SOURCES)


def test_the_sources_here_have_every_key() -> None:
    for values in SOURCES.values():
        assert sorted(values) == sorted(PROJECT_KEYS)


@EACH_SOURCE
@pytest.mark.parametrize(
    ("keys", "words", "status", "found"),
    [
        # of the settings, where the command line says nothing
        (["paths"], [], 1, ["nets/old/wrong.yaml SC106", "nets/warned.yaml SC402"]),
        (["paths", "exclude"], [], 0, ["nets/warned.yaml SC402"]),
        (["paths", "exclude", "ignore"], [], 0, []),
        (["paths", "exclude", "select"], [], 0, []),
        (["paths", "exclude", "strict"], [], 1, ["nets/warned.yaml SC402"]),
        (["strict", "ignore"], ["nets/warned.yaml"], 0, []),
        (["columns", "language"], ["nets/warned.yaml"], 0, ["nets/warned.yaml SC402"]),
        (["require-lock"], ["nets/right.yaml"], 1, ["nets/right.yaml SC305"]),
        # of the command line, where both say something
        (["paths"], ["deep"], 0, []),
        (["paths", "exclude"], ["--exclude", "warned*"], 1, ["nets/old/wrong.yaml SC106"]),
        (["strict"], ["nets/warned.yaml", "--no-strict"], 0, ["nets/warned.yaml SC402"]),
        ([], ["nets/warned.yaml", "--strict"], 1, ["nets/warned.yaml SC402"]),
        (["ignore"], ["nets/warned.yaml", "--ignore", "SC401"], 0, ["nets/warned.yaml SC402"]),
        (["ignore"], ["nets/warned.yaml", "--ignore", ""], 0, ["nets/warned.yaml SC402"]),
        (["select"], ["nets/warned.yaml", "--select", "SC4"], 0, ["nets/warned.yaml SC402"]),
        (["require-lock"], ["nets/right.yaml", "--no-require-lock"], 0, []),
        # of neither
        (["ignore", "strict"], ["nets/warned.yaml", "--isolated"], 0, ["nets/warned.yaml SC402"]),
        # what is named is checked
        (["exclude"], ["nets/old/wrong.yaml"], 1, ["nets/old/wrong.yaml SC106"]),
    ],
    ids=str,
)
def test_a_check(
    source: str, keys: list[str], words: list[str], status: int, found: list[str], project: Path
) -> None:
    set_(project, source, *keys)
    assert concise(*words, folder=project) == (status, found)


@EACH_SOURCE
@pytest.mark.parametrize("command", ["check", "summary"])
def test_no_path_is_misuse_without_settings(command: str, source: str, project: Path) -> None:
    said = "error: Missing argument 'PATH...', and no paths in the project's settings "
    expected = Run(2, "", f"{said}(see shapecalc {command} --help)\n")
    assert run(command, folder=project) == expected
    set_(project, source, "strict")
    assert run(command, folder=project) == expected
    set_(project, source, "paths")
    assert run(command, folder=project).status == 1
    assert run(command, "--isolated", folder=project) == expected


@EACH_SOURCE
def test_a_summary(source: str, project: Path) -> None:
    set_(project, source, "paths", "exclude", "language", "columns", "strict")
    done = run("summary", "--to", "csv", folder=project)
    assert done.status == 0
    heading, *rows = done.out.splitlines()
    assert heading.startswith("规格,")  # the columns are those of other tables
    assert "感受野" in heading
    assert [row.partition(",")[0] for row in rows] == [
        "nets/columns.yaml",
        "nets/right.yaml",
        "nets/warned.yaml",
    ]
    done = run("summary", "deep", "--to", "csv", "--lang", "en", folder=project)
    assert done.out.splitlines()[0].lower().startswith("spec,")
    assert len(done.out.splitlines()) == 2


def heading(*words: str, folder: Path) -> list[str]:
    """The words above the columns of a table, after its title."""
    done = run(*words, folder=folder)
    assert (done.status, done.err) == (0, "")
    return done.out.splitlines()[1].split()


@EACH_SOURCE
def test_columns_and_language_of_tables(source: str, project: Path) -> None:
    usual = heading("table", "nets/right.yaml", folder=project)
    assert {"Layer", "Type", "Output"} <= set(usual)
    set_(project, source, "columns")
    assert heading("table", "nets/right.yaml", folder=project) == ["Layer", "Params"]
    assert heading("table", "nets/columns.yaml", folder=project) == ["Layer", "MACs"]  # its own
    for spec in ("nets/right.yaml", "nets/columns.yaml"):
        words = ["table", spec, "--columns", "name,output"]
        assert heading(*words, folder=project) == ["Layer", "Output"]
    assert heading("table", "nets/right.yaml", "--isolated", folder=project) == usual
    set_(project, source, "columns", "language")
    assert heading("table", "nets/right.yaml", folder=project) == ["层名称", "参数量"]
    english = heading("table", "nets/right.yaml", "--lang", "en", folder=project)
    assert english == ["Layer", "Params"]


@EACH_SOURCE
def test_columns_and_language_of_exports(source: str, project: Path) -> None:
    set_(project, source, "columns", "language")
    words = ["export", "nets/right.yaml", "--to", "markdown"]
    assert "| 层名称 | 参数量 |" in run(*words, folder=project).out
    assert "| Layer | Params |" in run(*words, "--lang", "en", folder=project).out
    assert "| 层名称 | 输出尺寸 |" in run(*words, "--columns", "name,output", folder=project).out
    own = run("export", "nets/columns.yaml", "--to", "markdown", folder=project).out
    assert "| 层名称 | 乘加次数 (MACs) |" in own
    for to in ("json", "csv"):  # they have the same columns for every network
        plain = ["export", "nets/right.yaml", "--to", to, "--lang", "zh"]
        done = run(*plain[:-2], folder=project)
        assert (done.status, done.err) == (0, "")
        assert done.out == run(*plain, "--isolated", folder=project).out


@EACH_SOURCE
def test_the_language_of_explanations(source: str, project: Path) -> None:
    set_(project, source, "columns", "language")
    words = ["explain", "nets/right.yaml"]
    done = run(*words, folder=project)
    assert (done.status, done.err) == (0, "")
    assert "参数量" in done.out
    assert done.out == run(*words, "--isolated", "--lang", "zh", folder=project).out
    for english in (["--isolated"], ["--lang", "en"]):
        assert "Params" in run(*words, *english, folder=project).out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("explain", "They may set language; options win."),
        ("calc", "They may set columns and language; options win."),
        ("summary", "They may set paths, exclude and language; options win."),
    ],
)
def test_the_help_says_which_a_command_takes(command: str, said: str, project: Path) -> None:
    assert said in " ".join(run(command, "--help", folder=project).out.split())


@EACH_SOURCE
def test_a_page_has_them_too(source: str, project: Path) -> None:
    page = project / "page.md"
    places = ["nets/right.yaml", "nets/right.yaml --lang en --columns name,output"]
    page.write_text(
        "".join(f"<!-- shapecalc: {place} -->\n<!-- /shapecalc -->\n" for place in places), "utf-8"
    )
    set_(project, source, "columns", "language")
    into = ["export", "--to", "markdown", "--into", "page.md"]
    assert run(*into, "--check", folder=project).status == 1
    assert run(*into, folder=project).status == 0
    written = page.read_text("utf-8")
    assert "| 层名称 | 参数量 |" in written
    assert "| Layer | Output |" in written
    assert run(*into, "--check", folder=project).status == 0
    assert run(*into, "--isolated", "--check", folder=project).status == 1
    assert run(*into, "--isolated", folder=project).status == 0
    assert "层名称" not in page.read_text("utf-8")
    page.write_text(
        "<!-- shapecalc: nets/right.yaml --isolated -->\n<!-- /shapecalc -->\n", "utf-8"
    )
    done = run(*into, folder=project)
    assert done.status != 0
    assert "a page cannot set this: remove --isolated" in done.err + done.out


@EACH_SOURCE
def test_they_are_those_of_the_nearest_folder_in_the_repository(source: str, project: Path) -> None:
    set_(project, source, "paths", "exclude")
    everything = ["../../nets/warned.yaml SC402"]
    assert concise(folder=project / "deep" / "er") == (0, everything)
    assert concise("../../nets", folder=project / "deep" / "er") == (0, everything)
    assert concise(str(project / "nets"), folder=project / "deep")[0] == 0
    assert concise(".", folder=project / "nets") == (0, ["./warned.yaml SC402"])
    set_(project / "deep", source, "strict")
    assert run("check", folder=project / "deep" / "er").status == 2  # has no paths
    assert concise("../../nets/warned.yaml", folder=project / "deep" / "er")[0] == 1
    assert concise(folder=project / "other")[0] == 0
    (project / "deep" / ".git").write_text("gitdir: elsewhere\n", "utf-8")
    (project / "deep" / source).unlink()
    assert run("check", folder=project / "deep" / "er").status == 2
    assert run("check", folder=project / "deep").status == 2


@EACH_SOURCE
def test_none_is_looked_for_above_where_there_is_no_repository(source: str, project: Path) -> None:
    set_(project, source, "paths", "exclude")
    (project / ".git").rmdir()
    assert run("check", folder=project).status == 0
    assert run("check", folder=project / "deep").status == 2


def test_a_file_with_none_is_none(project: Path) -> None:
    set_(project, "pyproject.toml", "paths", "exclude")
    for text in ("", "[project]\nname = 'x'\n", "[tool.ruff]\n# tool.shapecalc\n", "not TOML"):
        (project / "deep" / "pyproject.toml").write_text(text, "utf-8")
        assert run("check", folder=project / "deep").status == 0
    for text in ("", "# nothing yet\n", "{}\n"):  # its name says that it is ours
        (project / "deep" / ".shapecalc.yaml").write_text(text, "utf-8")
        assert run("check", folder=project / "deep").status == 2
        assert run("check", "er", folder=project / "deep").status == 0


@pytest.mark.parametrize(
    "text",
    [
        "[tool]\nshapecalc = {paths = ['nets']}\n",
        "[tool]\nshapecalc.paths = ['nets']\n",
        "tool = {shapecalc={paths = ['nets']}}\n",
        "[ tool . 'shapecalc' ]\npaths = ['nets']\n",
        '["tool"."shapecalc"]\npaths = ["nets"]\n',
    ],
)
def test_the_table_of_a_pyproject_however_it_is_written(text: str, project: Path) -> None:
    (project / "pyproject.toml").write_text(text, "utf-8")
    assert run("check", folder=project).status == 1
    (project / "pyproject.toml").write_text(text.replace("nets", "empty"), "utf-8")
    assert run("check", folder=project).status == 2


def test_two_files_in_a_folder_are_refused(project: Path) -> None:
    for source in SOURCES:
        set_(project, source, "paths")
    said = "error: both .shapecalc.yaml and pyproject.toml have settings: move them into one\n"
    assert run("check", folder=project) == (2, "", said)
    assert run("table", "nets/right.yaml", folder=project) == (2, "", said)
    done = run("table", "right.yaml", folder=project / "nets")
    assert done.err.startswith("error: both ../.shapecalc.yaml and ../pyproject.toml have")
    assert run("check", "nets/right.yaml", "--isolated", folder=project).status == 0
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    assert run("check", folder=project).status == 1


def test_patterns_have_the_folder_of_their_file(project: Path) -> None:
    odd = project / "[a] *b"
    odd.mkdir()
    (odd / "keep").mkdir()
    for name in ("old", "keep/old"):
        (odd / name).mkdir()
        (odd / name / "wrong.yaml").write_text(WRONG, "utf-8")
    (odd / "right.yaml").write_text(RIGHT, "utf-8")
    for patterns, found in {
        '["old"]': [],
        '["./old/"]': ["keep/old/wrong.yaml SC106"],
        '["keep/*"]': ["old/wrong.yaml SC106"],
        '["*/old"]': ["old/wrong.yaml SC106"],
        '["keep/old/wrong.yaml", "old/*.yaml"]': [],
    }.items():
        text = f'[tool.shapecalc]\npaths = ["."]\nexclude = {patterns}\n'
        (odd / "pyproject.toml").write_text(text, "utf-8")
        expected = [f"./{each}" for each in found]
        assert concise(folder=odd) == (1 if found else 0, expected), patterns
        _, below = concise(folder=odd / "keep")
        assert [os.path.normpath(f"keep/{each}") for each in below] == found, patterns


@EACH_SOURCE
def test_warnings_are_counted_as_a_check_reports_them(source: str, project: Path) -> None:
    path = project / "nets" / "warned.yaml"
    path.write_text(WARNED, "utf-8")
    commands = ["table", "summary", "export --to csv"]
    said = "1 warning in warned: see `shapecalc check nets/warned.yaml`\n"
    for ignored in ("SC402", "SC4", "SC401"):
        value = f'["{ignored}"]'
        text = f"[tool.shapecalc]\nignore = {value}" if "toml" in source else f"ignore: {value}"
        (project / source).write_text(text, "utf-8")
        for command in commands:
            words = [*command.split(), "nets/warned.yaml"]
            assert run(*words, folder=project).err == said * (ignored == "SC401")
            assert run(*words, "--isolated", folder=project).err == said
    path.write_text(WARNED.rstrip() + "  # shapecalc: ignore[SC402]\n", "utf-8")
    for command in commands:
        assert run(*command.split(), "nets/warned.yaml", folder=project).err == ""


@EACH_SOURCE
def test_what_reads_no_settings_minds_none(source: str, project: Path) -> None:
    (project / source).write_text("[tool.shapecalc]\nx = 1\n" if "toml" in source else "x: 1\n")
    for words in (
        ["layers"],
        ["specs"],
        ["schema"],
        ["explain-code"],
        ["docs"],
        ["check", "--help"],
        ["diff", "nets/right.yaml", "nets/columns.yaml"],
        ["check", "nets/right.yaml", "--isolated"],
        ["table", "nets/right.yaml", "--isolated"],
    ):
        assert run(*words, folder=project).status == 0, words
    for words in (["check", "nets/right.yaml"], ["summary", "nets"], ["table", "resnet50"]):
        done = run(*words, folder=project)
        assert (done.status, done.out) == (2, "")
        assert "unknown key 'x' in the settings" in done.err
    complete = {
        "_SHAPECALC_COMPLETE": "zsh_complete",
        "COMP_WORDS": "shapecalc table nets/right.yaml",
    }
    done = run(folder=project, variables={**complete, "COMP_CWORD": "2"})
    assert (done.status, done.err) == (0, "")


def test_the_library_minds_none(project: Path) -> None:
    from running import program

    (project / ".shapecalc.yaml").write_text("x: 1\n", "utf-8")
    code = "import shapecalc; print(shapecalc.load('nets/right.yaml').summary().params)"
    assert program(code, project).out == "0\n"


@pytest.mark.parametrize(("key", "status"), [("strict", 1), ("ignore", 0), ("exclude", 0)])
def test_the_hook_has_them_of_the_repository_it_runs_in(
    key: str, status: int, project: Path
) -> None:
    set_(project, "pyproject.toml", key)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "shapecalc.cli.hook", "nets/warned.yaml", "nets/right.yaml"],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert ("SC402" in done.stdout) == (key != "ignore")
    assert done.stderr.startswith("2 specs checked, ")


WRONGS = {
    "an unknown key": ("strct", "true", "SC102", "unknown key 'strct' in the settings"),
    "an option that is none": ("output", '"x"', "SC102", "unknown key 'output' in the settings"),
    "a number": ("strict", "1", "SC104", "strict must be true or false, not 1"),
    "text": ("require-lock", '"yes"', "SC104", "require-lock must be true or false, not 'yes'"),
    "no list": ("exclude", '"old"', "SC104", "exclude must be a list, not 'old'"),
    "a list of numbers": ("paths", "[1]", "SC104", "paths must be strings of 1 to 1000 characters"),
    "a list of lists": ("select", '[["SC4"]]', "SC104", "select must be strings of 1 to 1000"),
    "an empty text": ("ignore", '[""]', "SC104", "ignore must be strings of 1 to 1000 characters"),
    "an unknown code": ("select", '["SC499x"]', "SC104", "unknown code 'SC499x'"),
    "an error": ("ignore", '["SC4", "SC101"]', "SC104", "SC101 is an error in the spec itself"),
    "an unknown language": ("language", '"fr"', "SC104", "unknown language 'fr'"),
    "a list of languages": ("language", '["en"]', "SC104", "unknown language "),
    "an unknown column": ("columns", '["name", "parms"]', "SC104", "unknown column 'parms'"),
    "no columns": ("columns", "[]", "SC104", "columns must have at least one column key"),
    "a number of columns": ("columns", "[3]", "SC104", "columns must be a list of column keys"),
    "too many": ("exclude", str(["x"] * 101), "SC104", "too many values: the maximum is 100"),
    "a path up": ("paths", '["nets/../.."]', "SC104", "leads out of the folder of the settings"),
    "a path elsewhere": ("paths", '["/etc"]', "SC104", "'/etc' leads out of the folder"),
    "a path of Windows": ("paths", "['C:\\x']", "SC104", "leads out of the folder of the settings"),
    "a share": ("paths", "['\\\\host\\x']", "SC104", "leads out of the folder of the settings"),
    "a link up": ("paths", '["up"]', "SC104", "'up' leads out of the folder of the settings"),
    "below a link": ("paths", '["up/x/y"]', "SC104", "'up/x/y' leads out of the folder"),
    "a pattern up": ("exclude", '["../*"]', "SC104", "'../*' leads out of the folder"),
}
"""A key, a value in TOML and in YAML, the code, and what the message begins with or has."""


@EACH_SOURCE
@pytest.mark.parametrize("wrong", WRONGS)
def test_what_is_wrong_is_said_at_its_place(source: str, wrong: str, project: Path) -> None:
    key, value, code, message = WRONGS[wrong]
    (project / "up").symlink_to("..")
    toml = source == "pyproject.toml"
    text = f"[tool.shapecalc]\n\n{key} = {value}\n" if toml else f"# ours\n\n{key}: {value}\n"
    (project / source).write_text(text, "utf-8")
    words = ["table", "right.yaml"] if key in ("columns", "language") else ["check", "right.yaml"]
    done = run(*words, folder=project / "nets")
    assert (done.status, done.out) == (2, "")
    first, second, *_ = done.err.splitlines()
    assert first.startswith(f"error[{code}]: ")
    assert message in first
    assert second.startswith(f" --> ../{source}:3:")
    assert done.err.endswith(f"\n1 error in ../{source}\n")
    column = int(second.rpartition(":")[2])
    line = text.splitlines()[2]
    if code == "SC102":
        assert line[column - 1 :].startswith(key)
    elif message.startswith(("unknown", "SC101")) and "[" in value and key != "language":
        assert (
            line[column - 1 :]
            .strip("\"'")
            .startswith(message.split("'")[1] if "'" in message else "SC101")
        )


def test_hints(project: Path) -> None:
    text = '[tool.shapecalc]\nstrict_ = true\nlang = "zh"\nexclude = "old"\nignore = ["SC42"]\n'
    (project / "pyproject.toml").write_text(text, "utf-8")
    done = run("check", "nets", folder=project)
    assert "help: did you mean 'strict'?" in done.err
    assert "help: did you mean 'language'?" in done.err
    assert 'help: write a list: ["old"]' in done.err
    assert done.err.endswith("\n4 errors in pyproject.toml\n")
    assert "\x1b[" not in done.err
    assert "\x1b[" in run("check", "nets", "--color", "always", folder=project).err


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[tool.shapecalc]\nstrict = yes\n", "2:10", "invalid TOML: invalid value"),
        ("[tool.shapecalc]\r\na = 1\r\nb c\r\n", "3:3", "invalid TOML: expected '=' after a key"),
        ("x = '''\n[tool.shapecalc]\n", "3:1", "invalid TOML: "),
        ("[tool.shapecalc]\na = 1\na = 2\n", "3:6", "invalid TOML: cannot overwrite a value"),
        ("[tool]\nshapecalc = 3\n", "2:1", "tool.shapecalc must be a table"),
        ("[[tool.shapecalc]]\n", "1:8", "tool.shapecalc must be a table"),
        ("tool.shapecalc.strct = 3\n", "1:6", "unknown key 'strct'"),
        ("[ tool . shapecalc ]\n'strct'=3\n", "2:1", "unknown key 'strct'"),
        ("[tool.shapecalc.strct]\na = 3\n", "1:7", "unknown key 'strct'"),
        ("[tool.shapecalc]\nstrict = 1979-05-27\n", "2:10", "not '1979-05-27'"),
        ("[tool.shapecalc]\nstrict = 0x" + "f" * 9999, "2:10", "strict must be true or false"),
        ("[tool.shapecalc]\nx = " + "9" * 9999, "1:1", "invalid TOML: "),
        ("[tool.shapecalc]\nx = " + "[" * 9999, "1:1", "nested too deeply"),
        ("[tool.shapecalc]\nx" + ".x" * 32 + " = 1", "2:1", "too many parts of a key"),
        ("[tool.shapecalc]\n\"x\" . 'y'" + ".x" * 99999 + " = 1", "2:1", "too many parts of a key"),
    ],
    ids=lambda text: text[:40],
)
def test_other_toml(text: str, place: str, message: str, project: Path) -> None:
    (project / "pyproject.toml").write_bytes(text.encode())
    done = run("check", "nets", folder=project)
    assert (done.status, done.out) == (2, "")
    first, second, *_ = done.err.splitlines()
    assert message in first
    assert second.startswith(f" --> pyproject.toml:{place}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"- strict\n", "the settings must be a mapping, not a list"),
        (b"strict: true\nstrict: false\n", "duplicate key 'strict'"),
        (b"strict: [\n", "error[SC002]"),
        (b"strict: !!bool true\n", "error[SC004]"),
        (b"strict: true\n---\nstrict: false\n", "error[SC012]"),
        (b"a: &a [*a]\n", "error[SC007]"),
        (b"strict: \xff\n", "error[SC001]"),
        ("strict: true\n".encode("utf-16"), "error[SC001]"),
    ],
)
def test_other_yaml(text: bytes, message: str, project: Path) -> None:
    (project / ".shapecalc.yaml").write_bytes(text)
    done = run("check", "nets", folder=project)
    assert (done.status, done.out) == (2, "")
    assert message in done.err
    assert " --> .shapecalc.yaml:" in done.err


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (lambda path: os.mkfifo(path), "not a regular file"),
    "a folder": (lambda path: path.mkdir(), "a folder, not a file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
    "itself": (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
    "a secret": (
        lambda path: path.symlink_to(path.parent.parent / "secret"),
        "a link leads out of the repository: it cannot have settings",
    ),
    "too large": (
        lambda path: path.write_text("# [tool.shapecalc]\n" + "#" * MAXIMUM_SETTINGS),
        "too large for settings; the limit is 256 KiB",
    ),
}


@EACH_SOURCE
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_not_read(source: str, kind: str, project: Path) -> None:
    (project.parent / "secret").write_text("token: [s3cr3t # [tool.shapecalc]\n", "utf-8")
    make, message = UNREADABLE[kind]
    make(project / source)
    for words in (["check", "nets/right.yaml"], ["table", "nets/right.yaml"]):
        done = run(*words, folder=project)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {source}: {message}")
        assert run(*words, "--isolated", folder=project).status == 0


@EACH_SOURCE
def test_links_that_are_followed(source: str, project: Path) -> None:
    set_(project / "other", source, "paths", "exclude")
    (project / source).symlink_to(f"other/{source}")
    assert run("check", folder=project).status == 0
    (project / source).unlink()
    (project / source).symlink_to("nothing")
    assert run("check", folder=project).status == 2
    (project.parent / "elsewhere.toml").write_text("[project]\n", "utf-8")
    (project / "pyproject.toml").unlink(missing_ok=True)
    (project / "pyproject.toml").symlink_to("../elsewhere.toml")  # nothing in it is of use
    assert run("check", "nets/right.yaml", folder=project).status == 0


def test_a_large_pyproject_without_settings_is_none(project: Path) -> None:
    (project / "pyproject.toml").write_text("#" * (2 * MAXIMUM_SETTINGS), "utf-8")
    assert run("check", "nets/right.yaml", folder=project).status == 0


def test_paths_are_files_and_folders(project: Path) -> None:
    (project / "-").write_text(RIGHT, "utf-8")
    text = 'paths = ["-", "resnet50", "--lock", "$HOME", "~", "nets/right.yaml"]\n'
    (project / "pyproject.toml").write_text(f"[tool.shapecalc]\n{text}", "utf-8")
    done = run("check", folder=project, given=WRONG.encode())
    assert done.status == 2
    for name in ("resnet50", "--lock", "$HOME", "~"):
        assert f"error: ./{name}: No such file or directory\n" in done.err.replace(
            "no such file, folder or bundled spec", "No such file or directory"
        )
    assert done.err.endswith("2 specs checked, 4 failed to be read or written\n")
    assert not list(project.glob("**/*.lock"))


def test_what_is_large_is_soon_read(project: Path) -> None:
    most = MAXIMUM_SETTINGS - 100
    patterns = ["*a" * 400 + str(index) for index in range(MAXIMUM_PATTERNS)]
    for index in range(300):
        (project / "nets" / f"{'a' * 200}{index}.yaml").write_text("kind: x\n", "utf-8")
    texts = {
        "keys": "".join(f"key{index} = 1\n" for index in range(most // 14)),
        "a list": f"exclude = [{'1,' * (most // 2 - 20)}]",
        "text": f"exclude = ['{'x' * (most - 40)}']",
        "patterns": f"exclude = {patterns}",
        "spaces": " " * most,
        "words": "a" * most,
        "dots": "a." * 31 + "a" * (most - 70),
        "digits": "a = 0x" + "f" * (most - 10),
        "tables": "".join(f"[a{'.a' * 30}.b{index}]\n" for index in range(most // 75)),
        "inline": "a=" + "{a=" * (most // 3 - 10),
        "quotes": '"' * most,
    }
    for name, text in texts.items():
        (project / "pyproject.toml").write_text(f"[tool.shapecalc]\n{text}\n", "utf-8")
        done = run("check", "nets/right.yaml", "nets", folder=project)
        assert done.status == (1 if name in ("patterns", "spaces", "tables") else 2), name


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=[] if name == "a colour" else pytest.mark.slow, id=name)
        for name, text in TEXTS.items()
    ],
)
def test_hostile_texts_do_nothing(text: str, project: Path) -> None:
    quoted = written(text)
    for line in (
        f"{quoted}: 1",
        f"strict: {quoted}",
        f"language: {quoted}",
        f"columns: [{quoted}]",
        f"select: [{quoted}]",
        f"paths: [{quoted}]",
        f"exclude: [{quoted}]",
    ):
        (project / ".shapecalc.yaml").write_text(f"{line}\n", "utf-8")
        for words in (["check"], ["table", "nets/right.yaml"], ["summary"]):
            done = run(*words, folder=project, variables={"TOKEN": SECRET})
            said = done.out + done.err
            assert SECRET not in said
            assert not set(said) & {"\x1b", "\x07", "\x9b", "\0", "\x04"}
            assert not any(each.startswith(("::", "##")) for each in said.splitlines())
    assert sorted(path.name for path in project.iterdir()) == [
        *(".git", ".shapecalc.yaml", "deep", "nets", "other")
    ]
