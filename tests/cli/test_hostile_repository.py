"""A repository whose every file is hostile: whatever command runs in it, nothing outside of it is
read into the output or changed, no program of its runs, and everything ends.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import running
from folders import TOP
from hostile_repository import IMPORTS, LOCKS, PWNED, SECRET, SPECS, TEXTS, build, network, seen
from running import Run

from shapecalc.check.formats import FORMATS
from shapecalc.diff import FORMATS as DIFF_FORMATS
from shapecalc.render.exporters import EXPLANATION_FORMATS, EXPORTERS, OVERVIEW_FORMATS

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def first_of(values: Iterable[str]) -> list[Any]:
    """Parameters of which all but the first are slow: they are hundreds of processes."""
    first, *others = values
    return [pytest.param(first), *(pytest.param(each, marks=pytest.mark.slow) for each in others)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository. `outside` is beside it."""
    return build(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def unharmed(repository: Path) -> Iterator[Callable[..., Run]]:
    """Runs a command in the repository, and holds that it has done no harm."""
    outside = seen(repository.parent / "outside")
    inside = seen(repository)

    def run(*words: str, **others: object) -> Run:
        variables = {**VARIABLES, "HOME": str(repository.parent / "outside" / "home")}
        return running.run(*words, folder=repository, variables=variables, seconds=10, **others)  # type: ignore[arg-type]

    done: list[Run] = []

    def remembered(*words: str, **others: object) -> Run:
        done.append(run(*words, **others))
        return done[-1]

    yield remembered
    for each in done:
        assert_harmless(each.out + each.err)
    assert seen(repository.parent / "outside") == outside
    now = seen(repository)
    for name in now.keys() - inside.keys():
        assert name.endswith((".lock", "written"))
        os.unlink(name)
    for name, before in inside.items():
        assert now[name] == before or stat.S_ISDIR(before[0]) or name.endswith("hostile.lock")


VARIABLES = {"TOKEN": SECRET, "PYTHONSAFEPATH": "1"}  # as the installed script has it


def assert_harmless(text: str) -> None:
    assert SECRET not in text
    assert "root:" not in text  # of /etc/passwd
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\0", "\x04"}


NAMED = ["hostile.yaml", "wrong.yaml", *SPECS, *(f"lock-{name}.yaml" for name in LOCKS)]
each_spec = pytest.mark.parametrize("spec", first_of(NAMED))

Harmless = Callable[..., Run]


@each_spec
def test_a_table(spec: str, unharmed: Harmless) -> None:
    unharmed("table", f"nets/{spec}")
    unharmed("table", f"nets/{spec}", "--variant", "plain", "--details", "--lang", "zh")
    unharmed("table", f"nets/{spec}@{TEXTS['a command']}")


@each_spec
def test_a_check(spec: str, unharmed: Harmless) -> None:
    unharmed("check", f"nets/{spec}", "--format", "full")
    unharmed("check", f"nets/{spec}", "--format", "sarif")


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_a_check_of_everything(format_: str, unharmed: Harmless) -> None:
    checked = unharmed("check", ".", "--format", format_)
    assert checked.status == 2
    assert len(checked.out) > 1000
    unharmed("check", ".", "--format", format_, "--jobs", "2")
    unharmed("check", "nets/up", "nets/folder.yaml", "--format", format_)


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_imports(format_: str, unharmed: Harmless) -> None:
    names = [f"nets/import-{index}.yaml" for index in range(len(IMPORTS))]
    checked = unharmed("check", *names, "--format", format_)
    assert checked.status == 1
    if format_ == "concise":
        for name in names:
            assert re.search(rf"^{name}:\d+:\d+: error\[SC1", checked.out, re.MULTILINE), name
    if format_ == "full":
        for name in names:
            assert unharmed("table", name).status == 1


def test_locks_are_not_written_through(unharmed: Harmless, repository: Path) -> None:
    checked = unharmed("check", "--lock", ".")
    assert checked.status == 2
    for name in LOCKS:
        lock = repository / "nets" / f"lock-{name}.lock"
        if name == "hostile":
            assert lock.read_text("utf-8").startswith("# Written by")
            LOCKS[name](lock, repository)
        else:
            assert f"nets/lock-{name}.lock: " in checked.err
            assert not stat.S_ISREG(lock.lstat().st_mode)


@each_spec
@pytest.mark.parametrize("format_", first_of(EXPORTERS))
def test_an_export(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("export", f"nets/{spec}", "--to", format_)
    unharmed("export", f"nets/{spec}", "--to", format_, "-o", "nets/written")


@pytest.mark.parametrize("format_", first_of(EXPORTERS))
@pytest.mark.parametrize("output", ["out.md", "new.md", "up/outside/secret.txt", "folder.yaml/x"])
def test_an_output_through_a_link(output: str, format_: str, unharmed: Harmless) -> None:
    for words in (["export", "nets/hostile.yaml", "--to", format_], ["check", "nets/hostile.yaml"]):
        done = unharmed(*words, "-o", f"nets/{output}")
        assert (done.status, done.out) == (2, "")


@each_spec
@pytest.mark.parametrize("format_", first_of(OVERVIEW_FORMATS))
def test_a_summary(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("summary", f"nets/{spec}", "--to", format_)
    unharmed("summary", f"nets/{spec}", "--to", format_, "-o", "nets/written")


@each_spec
@pytest.mark.parametrize("format_", first_of(EXPLANATION_FORMATS))
def test_an_explanation(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("explain", f"nets/{spec}", "--to", format_)
    unharmed("explain", f"nets/{spec}", "--to", format_, "-o", "nets/written")


@each_spec
@pytest.mark.parametrize("format_", first_of(DIFF_FORMATS))
def test_a_difference(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("diff", f"nets/{spec}", "nets/hostile.yaml", "--format", format_)
    unharmed("diff", "--git", "HEAD", f"nets/{spec}", "--format", format_)
    unharmed("diff", f"nets/{spec}@{TEXTS['a variable']}", "resnet18", "--format", format_)


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_names_of_files_and_revisions(text: str, unharmed: Harmless) -> None:
    text = text.replace("\0", "")
    name = f"nets/{text.replace('/', '_')}.net.yaml"
    assert unharmed("table", "--", name).status == 0
    assert unharmed("check", "--", name).status == 0
    assert unharmed("diff", "--git", "HEAD", "--", name).status == 0
    assert unharmed("diff", "--git", text, "--", name).status == 2
    for command in ("table", "layers", "explain-code", "check", "specs"):
        assert unharmed(command, "--", text).status == 2
    unharmed("check", "-", "--stdin-filename", text, given=network().encode())
    unharmed("table", "nets/hostile.yaml", "--set", text, "--columns", text, "--detail", text)


def test_what_reads_no_spec(unharmed: Harmless) -> None:
    for words in (
        ["layers"],
        ["layers", "Own"],
        ["specs"],
        ["schema"],
        ["explain-code"],
        ["docs", "ci"],
        ["--help"],
    ):
        unharmed(*words)


def test_programs_of_the_repository_do_not_run(unharmed: Harmless, repository: Path) -> None:
    for revision, status in (("HEAD", 0), ("HEAD^{/first}", 0), (":nets", 2), (":0:x", 2)):
        assert unharmed("diff", "--git", revision, "nets/hostile.yaml").status == status


def test_programs_of_the_repository_would_run(repository: Path) -> None:
    """What is held above is not held of nothing."""
    for words in (
        [sys.executable, "-m", "click"],
        [sys.executable, "-m", "shapecalc"],
        ["git", "--no-optional-locks", "status"],
        ["git", "--no-optional-locks", "show", "--ext-diff", "HEAD"],
        ["git", "--no-optional-locks", "rev-parse", "--verify", ":nets"],
    ):
        subprocess.run(words, cwd=repository, capture_output=True, timeout=60, check=False)
        (repository / PWNED).unlink()


def elsewhere(
    words: list[str], repository: Path, given: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A run of another program in the repository, which does no harm."""
    outside, inside = seen(repository.parent / "outside"), seen(repository)
    done = subprocess.run(
        words,
        cwd=repository,
        env=running.environment({"TOKEN": SECRET, **variables}),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert_harmless(done.stdout + done.stderr)
    assert seen(repository.parent / "outside") == outside
    assert seen(repository) == inside
    return done


@pytest.mark.parametrize("format_", first_of(DIFF_FORMATS))
def test_a_difference_of_everything(format_: str, tmp_path: Path) -> None:
    repository = build(tmp_path)
    changed = {
        "hostile.yaml": network("type: GELU"),
        "wrong.yaml": network("type: Conv2d, out_channels: 1, kernel_size: 99"),
    }
    for index in range(len(IMPORTS)):
        name = f"import-{index}.yaml"
        text = (repository / "nets" / name).read_text(encoding="utf-8")
        changed[name] = text.replace("8x8x3", "9x9x3")
    for name, text in changed.items():
        (repository / "nets" / name).write_text(text, encoding="utf-8")
    for name in ("secret.yaml", "environ.yaml"):
        (repository / "nets" / name).unlink()
        (repository / "nets" / name).symlink_to(tmp_path / "outside" / "blocks.yaml")

    def diff(*words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-P", "-m", "shapecalc", "diff", "--format", format_]
        return elsewhere([*program, "--git", *words], repository)

    for words in ([], ["nets"], ["."], ["nets/hostile.yaml", "nets/wrong.yaml"]):
        done = diff("HEAD", "--", *words)
        assert done.returncode == 1
        assert len(done.stdout) > 1000
    assert diff("HEAD", "nets/secret.yaml").returncode == 2
    assert diff("HEAD...HEAD").returncode == 0


def test_the_hook(repository: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    nets = [name.removeprefix("nets/") for name in names if name.endswith(".yaml")]
    hook = [sys.executable, "-P", "-m", "shapecalc.cli.hook"]
    assert elsewhere([*hook, *(f"nets/{name}" for name in nets)], repository).returncode == 2
    done = elsewhere(["sh", "-c", 'cd nets && exec "$@"', "sh", *hook, *nets], repository)
    assert done.returncode == 2
    assert "-o../hostile.net.yaml" in nets


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `shapecalc` is what is installed."""
    script = tmp_path / "shapecalc"
    code = "from shapecalc.__main__ import entry; entry()"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -c "{code}" "$@"\n', "utf-8")
    script.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_the_action(format_: str, path: str, repository: Path) -> None:
    script = TOP / ".github" / "actions" / "check" / "check.sh"
    listed = "\n".join(text.replace("\0", "") for text in TEXTS.values())
    for paths in (".", "nets/hostile.yaml\nnets/secret.yaml\nnets/up", listed):
        given = {
            "SHAPECALC_PATHS": paths,
            "SHAPECALC_FORMAT": format_,
            "SHAPECALC_EXCLUDE": listed,
            "GITHUB_ACTIONS": "true",
        }
        done = elsewhere(["bash", str(script)], repository, PATH=path, **given)
        assert done.returncode == 2


COMPLETED = [
    *(["table", f"nets/{name}", "--variant", ""] for name in ("hostile.yaml", "secret.yaml")),
    *(["table", f"nets/{name}", "--set", ""] for name in ("hostile.yaml", "environ.yaml")),
    *(["export", f"nets/{name}", "--variant", ""] for name in ("zero.yaml", "import-0.yaml")),
    ["diff", "nets/", ""],
    ["check", "nets/$(touch pwned)"],
    ["table", "`touch pwned`"],
]


@pytest.mark.slow
@pytest.mark.parametrize("words", COMPLETED, ids=" ".join)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, words: list[str], path: str, repository: Path) -> None:
    if shell == "bash":
        lines = [
            'eval "$(_SHAPECALC_COMPLETE=bash_source shapecalc)"',
            'COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}',
            '_shapecalc_completion shapecalc "${!#}" x',
            'for word in "${COMPREPLY[@]}"; do eval "printf \'%s\\n\' $word"; done',  # as typed
        ]
        script = ["bash", "-c", "\n".join(lines), "bash", "shapecalc", *words]
        done = elsewhere(script, repository, PATH=path)
        offered = done.stdout.split("\n")
        if words == COMPLETED[0]:
            assert set(offered) == {"plain", TEXTS["a path"], TEXTS["a file"], "::error::x", ""}
        return
    variables = {"COMP_WORDS": "shapecalc " + " ".join(words), "COMP_CWORD": str(len(words))}
    if shell == "fish":
        variables = {"COMP_WORDS": "shapecalc " + " ".join(words[:-1]), "COMP_CWORD": words[-1]}
    variables["_SHAPECALC_COMPLETE"] = f"{shell}_complete"
    done = elsewhere(["shapecalc"], repository, PATH=path, **variables)
    if words == COMPLETED[0]:
        assert "plain" in done.stdout
        assert re.fullmatch(r"[\w=,\n./@:-]*", done.stdout)
