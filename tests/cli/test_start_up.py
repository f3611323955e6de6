"""What each command loads: imports are what a small command spends its time on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from folders import TOP

SPEC = """
input: 8x8x3
layers: [{type: Conv2d, out_channels: 4, kernel_size: 3}, {type: ReLU}]
"""

ALWAYS = {f"shapecalc{name}" for name in ("", ".__main__", ".cli", ".cli.output", ".problems")}

READING = {
    f"shapecalc.{name}"
    for name in (
        *(
            "arguments",
            "axes_fields",
            "bundled",
            "clauses",
            "cli.completion",
            "cli.options",
            "cli.say",
            "compiler",
            "expectations",
        ),
        *("fields", "frozen", "inference", "items", "layers", "layers.base", "library", "loading"),
        *("nodes", "problems", "reading", "scalars", "scope", "shape", "source", "spec"),
        *("spec_reader", "values", "blame", "making", "wiring"),
        *("summary", "text", "window"),
    )
}

USED_FAMILIES = {"shapecalc.layers.convolution", "shapecalc.layers.activation"}

DOCUMENT = {f"shapecalc.{name}" for name in ("columns", "document", "figures", "table", "display")}

INDEXES = {f"shapecalc.{name}" for name in ("formats", "render", "render.reports", "diff")}
"""What the help of the commands lists formats from."""

NOT_FOR_A_SMALL_COMMAND = {
    *("rich", "markdown_it", "pygments", "dataclasses", "fractions", "decimal", "difflib"),
    *("importlib.metadata", "importlib.resources", "textwrap", "concurrent.futures"),
    *("multiprocessing", "xml", "sqlite3", "asyncio", "logging", "pathlib", "json", "csv"),
}
"""Modules of which no command may load one without a use for it."""


def loaded(*arguments: str, statuses: tuple[int, ...] = (0,), **variables: str) -> set[str]:
    """The modules that a command has loaded when it ends, with other variables."""
    code = (
        "import sys, json, click\n"
        "before = set(sys.modules)\n"
        f"sys.argv = ['shapecalc', *{list(arguments)!r}]\n"
        "from shapecalc.__main__ import main\n"
        "status = main()\n"
        "loaded = sorted(set(sys.modules) - before)\n"
        "print(json.dumps([status, loaded]), file=sys.__stderr__)\n"
    )
    result = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
    )
    status, modules = json.loads(result.stderr.splitlines()[-1])
    assert status in statuses, result.stderr
    return set(modules)


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "shapecalc"}


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def assert_light(modules: set[str], but: set[str] = frozenset()) -> None:  # type: ignore[assignment] # an empty set
    roots = {".".join(name.split(".")[:depth]) for name in modules for depth in (1, 2)}
    assert roots & NOT_FOR_A_SMALL_COMMAND <= but


def test_version_loads_no_command() -> None:
    modules = loaded("--version")
    assert ours(modules) == ALWAYS
    assert "yaml" not in modules
    assert_light(modules, but={"json"})


def test_help_loads_the_commands_and_nothing_that_they_use() -> None:
    modules = loaded("--help")
    others = {name for name in ours(modules) if not name.startswith("shapecalc.cli")}
    assert others <= {*ALWAYS, *INDEXES}
    assert "yaml" not in modules
    assert_light(modules, but={"json", "textwrap"})  # click wraps with it


def test_a_table_in_a_pipe(spec: str) -> None:
    modules = loaded("table", spec)
    expected = ALWAYS | READING | USED_FAMILIES | DOCUMENT
    expected |= {"shapecalc.cli.table", "shapecalc.render", "shapecalc.render.plain"}
    expected |= {"shapecalc.formats", "shapecalc.styles"}
    assert ours(modules) == expected
    assert_light(modules, but={"json"})


def test_markdown(spec: str) -> None:
    modules = loaded("export", spec, "--to", "markdown")
    expected = ALWAYS | READING | USED_FAMILIES | DOCUMENT
    expected |= {"shapecalc.cli.export", "shapecalc.render", "shapecalc.render.markdown"}
    expected |= {"shapecalc.formats", "shapecalc.styles"}
    assert ours(modules) == expected
    assert_light(modules, but={"json"})


def test_a_check_loads_no_renderer_but_its_own(spec: str) -> None:
    modules = loaded("check", spec)
    assert "shapecalc.document" not in modules
    assert "shapecalc.render.sarif" not in modules
    assert_light(modules, but={"json"})


@pytest.mark.parametrize(
    ("command", "but"),
    [
        (["specs"], set()),
        (["layers"], set()),
        (["layers", "Conv2d"], set()),
        (["explain-code"], set()),
        (["schema"], set()),
        (["export", "SPEC", "--to", "csv"], {"csv"}),
        (["export", "SPEC", "--to", "json"], {"fractions", "decimal"}),
        (["diff", "SPEC", "SPEC"], {"fractions", "decimal"}),
    ],
)
def test_no_command_loads_what_it_does_not_use(
    command: list[str], but: set[str], spec: str
) -> None:
    modules = loaded(*[spec if word == "SPEC" else word for word in command])
    assert_light(modules, but={"json", *but})


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
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


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
