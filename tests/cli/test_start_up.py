"""What no command may load: imports are what a small command spends its time on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from folders import TOP
from running import program

from shapecalc import layers

SPEC = """
input: 8x8x3
layers: [{type: Conv2d, out_channels: 4, kernel_size: 3}, {type: ReLU}]
"""

USED_FAMILIES = {"convolution", "activation"}

EXPLAINING = {"shapecalc.shapes.size", "shapecalc.layers.traced"}
"""What explains figures and refusals alone."""

NOT_FOR_A_SMALL_COMMAND = {
    *(
        "rich",
        "markdown_it",
        "pygments",
        "dataclasses",
        "fractions",
        "decimal",
        "difflib",
        "locale",
    ),
    *EXPLAINING,
    *("importlib.metadata", "importlib.resources", "textwrap", "concurrent.futures"),
    *(
        "multiprocessing",
        "locale",
        "xml",
        "sqlite3",
        "asyncio",
        "logging",
        "pathlib",
        "json",
        "csv",
    ),
}
"""Modules of which no command may load one without a use for it."""

READING = "yaml expressions shapes layers language inference spec spec_reader loading bundled"
"""What a command needs that reads a spec."""

WINGS = {*READING.split(), "analysis", "tables", "rules", "render", "check", "diff", "reference"}
WINGS |= {"review", "problems.codes", "check.formats", "text.words", "text.json_lines"}
"""The folders and files of the package that a command has to have a use for."""

INDEXES = {"render", "check", "diff", "check.formats", "text.words"}
"""Folders that may be loaded for the index in them, the folder itself or its `exporters`."""


def loaded(
    *arguments: str, statuses: tuple[int, ...] = (0,), folder: Path = TOP, **variables: str
) -> set[str]:
    """The modules that a command has loaded when it ends, in a folder, with other variables."""
    code = (
        "import sys, json, os, click\n"
        f"os.environ.update({variables!r})\n"
        "before = set(sys.modules)\n"
        f"sys.argv = ['shapecalc', *{list(arguments)!r}]\n"
        "from shapecalc.__main__ import main\n"
        "status = main()\n"
        "loaded = sorted(set(sys.modules) - before)\n"
        "print(json.dumps([status, loaded]), file=sys.__stderr__)\n"
    )
    written = program(code, folder).err
    status, modules = json.loads(written.splitlines()[-1])
    assert status in statuses, written
    return set(modules)


def inside(modules: set[str], wing: str) -> set[str]:
    """The modules of a wing, without its name: a file is what is inside itself."""
    start = f"shapecalc.{wing}."
    names = {name.removeprefix(start) for name in modules if name.startswith(start)}
    names = {name for name in names if f"{wing}.{name.partition('.')[0]}" not in WINGS}
    return names | ({wing} if f"shapecalc.{wing}" in modules and not names else set())


def wings(modules: set[str]) -> set[str]:
    """The wings of which a command has loaded something, but the index of one alone."""
    indexes = {wing for wing in INDEXES if inside(modules, wing) <= {wing, "exporters"}}
    return {wing for wing in WINGS - indexes if inside(modules, wing)}


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def assert_light(modules: set[str], but: set[str]) -> None:
    roots = {".".join(name.split(".")[:depth]) for name in modules for depth in (1, 2, 3)}
    assert roots & NOT_FOR_A_SMALL_COMMAND <= but


READS = set(READING.split())
TABLE = READS | {"analysis", "tables", "rules", "text.words"}


@pytest.mark.parametrize(
    ("command", "used", "but"),
    [
        (["--version"], set(), set()),
        (["--help"], set(), {"textwrap", "locale"}),  # click wraps and translates
        (["table", "SPEC"], TABLE | {"render"}, set()),
        (["calc", "8x8x3", "ReLU()"], TABLE | {"render"}, EXPLAINING),
        (["explain", "SPEC"], TABLE | {"render"}, EXPLAINING),
        (["export", "SPEC", "--to", "markdown"], TABLE | {"render"}, set()),
        (["export", "SPEC", "--to", "csv"], TABLE | {"render"}, {"csv"}),
        (["export", "SPEC", "--to", "latex"], TABLE | {"render"}, set()),
        (["export", "SPEC", "--to", "mermaid"], TABLE | {"render", "graph"}, set()),
        (["export", "SPEC", "--to", "dot"], TABLE | {"render", "graph"}, set()),
        (
            ["export", "SPEC", "--to", "json"],
            TABLE | {"render", "graph", "text.json_lines"},
            set(),
        ),
        (
            ["check", "SPEC"],
            READS | {"analysis", "rules", "check", "check.formats"},
            set(),
        ),
        (["diff", "SPEC", "SPEC"], TABLE | {"diff"}, set()),
        (["summary", "SPEC"], TABLE | {"check", "render"}, set()),
        (["summary", "SPEC", "--to", "csv"], TABLE | {"check", "render"}, {"csv"}),
        (["specs"], READS | {"tables"}, set()),  # a spec that names its columns
        (["specs", "vgg16"], READS, set()),
        (["layers"], READS | {"reference"}, set()),
        (["layers", "Conv2d"], READS | {"reference"}, set()),
        (["explain-code"], {"rules", "check", "problems.codes"} | READS, set()),
        (["docs"], {"reference"}, set()),
        (["docs", "language"], {"reference"}, set()),
        (
            ["schema"],  # of the networks, too, whose arguments are parts of decimals
            READS | {"reference", "tables", "text.json_lines"},
            {"decimal", "fractions"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_no_command_loads_what_it_does_not_use(
    command: list[str], used: set[str], but: set[str], spec: str
) -> None:
    modules = loaded(*[spec if word == "SPEC" else word for word in command])
    assert wings(modules) - used == set()
    assert_light(modules, but={"json", *but})
    assert ("yaml" in modules) <= bool(used & READS)


def test_a_page_that_is_written_loads_no_more_than_an_export(spec: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- shapecalc: small.yaml -->\n<!-- /shapecalc -->\n", encoding="utf-8")
    modules = loaded("export", "--to", "markdown", "--into", str(page))
    assert wings(modules) - TABLE - {"render"} == set()
    assert_light(modules, but={"json"})


@pytest.mark.parametrize(
    ("command", "format_"),
    [
        (["table", "SPEC"], "plain"),
        (["export", "SPEC", "--to", "markdown"], "markdown"),
        (["export", "SPEC", "--to", "csv"], "csv"),
        (["export", "SPEC", "--to", "json"], "json"),
        (["summary", "SPEC"], "plain"),
        (["summary", "SPEC", "--to", "markdown"], "markdown"),
    ],
)
def test_of_layers_and_formats_those_in_use_are_loaded(
    command: list[str], format_: str, spec: str
) -> None:
    modules = loaded(*[spec if word == "SPEC" else word for word in command])
    assert inside(modules, "render") - {"exporters", "github_width"} == {format_}
    assert inside(modules, "layers") & layers.FAMILIES.keys() == USED_FAMILIES
    assert inside(modules, "text.words") == {"en"}


def test_settings_are_read_by_what_they_are_written_in(spec: str, tmp_path: Path) -> None:
    def loaded_there() -> set[str]:
        return {"tomllib", "shapecalc.cli.project_values"} & loaded("table", spec, folder=tmp_path)

    assert loaded_there() == set()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shapecalc'\n", encoding="utf-8")
    assert loaded_there() == set()
    (tmp_path / "pyproject.toml").write_text("[tool.shapecalc]\n", encoding="utf-8")
    assert loaded_there() == {"tomllib", "shapecalc.cli.project_values"}
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / ".shapecalc.yaml").write_text("strict: true\n", encoding="utf-8")
    assert loaded_there() == {"shapecalc.cli.project_values"}


@pytest.mark.parametrize("command", ["table", "check"])
def test_settings_load_what_they_need_alone(command: str, spec: str, tmp_path: Path) -> None:
    text = "select: [SC4]\ncolumns: [name]\nexclude: [a/b]\npaths: [x]\nstrict: true\n"
    (tmp_path / ".shapecalc.yaml").write_text(text, encoding="utf-8")
    modules = loaded(command, spec, folder=tmp_path)
    assert ("shapecalc.problems.codes" in modules) == (command == "check")
    assert ("shapecalc.tables.columns" in modules) == (command == "table")
    assert_light(modules, but={"json"})


def test_a_check_loads_its_own_format(spec: str) -> None:
    modules = loaded("check", spec, "--format", "concise")
    assert inside(modules, "check.formats") - {"full"} == {"concise"}


@pytest.mark.parametrize(
    "command",
    [
        ["table", "no-such-spec"],
        ["table", "SPEC", "--columns", "nothing"],
        ["table", "SPEC", "--set", "nothing=1"],
        ["table", "WRONG"],
        ["check", "WRONG"],
        ["diff", "SPEC", "WRONG"],
    ],
)
def test_an_error_in_a_pipe_loads_no_rich(command: list[str], spec: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SPEC.replace("Conv2d", "Conv9d"), encoding="utf-8")
    words = {"SPEC": spec, "WRONG": str(wrong)}
    modules = loaded(*[words.get(word, word) for word in command], statuses=(1, 2))
    assert "rich" not in modules


@pytest.mark.parametrize("to", ["json", "csv", "markdown"])
def test_what_has_no_colours_loads_no_rich(to: str, spec: str) -> None:
    assert "rich" not in loaded("export", spec, "--to", to, FORCE_COLOR="1")
    assert "rich" not in loaded("check", spec, "--format", "json", "--color", "always")


def test_the_library_loads_no_command_line() -> None:
    code = (
        "import sys, shapecalc; shapecalc.load('googlenet-stem').summary();"
        "print([name for name in ('click', 'rich', 'shapecalc.cli') if name in sys.modules])"
    )
    assert program(code).out.strip() == "[]"


def test_one_module_imports_rich() -> None:
    package = TOP / "shapecalc"
    importers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(
            line.strip().startswith(("import rich", "from rich"))
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    ]
    assert importers == ["text/styles.py"]
