"""Whether and what each command colours: one decision, one set of styles, the same text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import Run, in_terminal, run

from shapecalc.text import styles

WRONG = "input: 8x8x3\nlayers:\n  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 9}\n"
LARGE = "input: 8x8x3\nlayers:\n" + "  - {type: Conv2d, out_channels: 3, kernel_size: 1}\n" * 3000

COMMANDS = {
    "a table": (["table", "googlenet-stem"], {"1", "2", "36"}),
    "a table of a block": (["table", "googlenet-stem", "--detail", "inception3a"], {"1", "36"}),
    "an explanation": (["explain", "resnet18", "conv1"], {"1", "2", "1;36"}),
    "a tree": (["table", "resnet18", "--depth", "9", "--columns", "name,macs"], {"1", "36"}),
    "the heaviest layers": (["table", "resnet18", "--top", "macs"], {"1"}),
    "a check": (["check", "wrong.yaml"], {"1", "1;31", "1;34"}),
    "a check in short": (["check", "wrong.yaml", "--format", "concise"], set()),
    "a check for programs": (["check", "wrong.yaml", "--format", "sarif"], set()),
    "a difference": (["diff", "resnet18", "resnet50"], {"1", "32", "33"}),
    "a removal": (["diff", "inception3a", "inception3a-naive"], {"1", "31", "33"}),
    "a difference in markdown": (["diff", "resnet18", "resnet50", "--format", "markdown"], set()),
    "a summary": (["summary", "resnet18", "lenet5"], {"1", "2", "36"}),
    "a summary in markdown": (["summary", "lenet5", "--to", "markdown"], set()),
    "an error of a table": (["table", "wrong.yaml"], {"1", "1;31", "1;34"}),
    "an error of a calculation": (["calc", "8x8x3", "ReLU(3)"], {"1", "1;31", "1;34"}),
    "an error of a difference": (["diff", "wrong.yaml", "resnet18"], {"1", "1;31", "1;34"}),
    "a spec that is not there": (["table", "nothing.yaml"], {"1", "1;31"}),
    "an unknown column": (["table", "resnet18", "--columns", "x"], {"1", "1;31"}),
    "a check of a file that is not there": (["check", "nothing.yaml"], {"1", "1;31"}),
}
"""Commands, and what their colours are at least."""

DECISIONS = [
    ([], {}, False),
    ([], {"FORCE_COLOR": "1"}, True),
    ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, True),
    (["--color", "never"], {"FORCE_COLOR": "1"}, False),
]
"""Options and variables, and whether they colour what goes into a pipe."""

ON_A_TERMINAL = [
    ([], {}, True),
    ([], {"TERM": "dumb"}, False),
    ([], {"NO_COLOR": "1"}, False),
    (["--color", "never"], {}, False),
]

ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("color")
    (folder / "wrong.yaml").write_text(WRONG)
    (folder / "large.yaml").write_text(LARGE)
    return folder


def assert_colored(got: Run, plain: Run, colors: set[str]) -> None:
    """Holds a run to its colours, and that they are all that it has more than a plain one."""
    codes = set(ESCAPE.findall(got.out + got.err))
    assert codes >= colors
    assert codes <= {"0", "1", "2", "36", "1;36", "1;31", "1;33", "1;34", "31", "32", "33"}
    assert bool(codes) == bool(colors)
    assert ESCAPE.sub("", got.out) == plain.out
    assert ESCAPE.sub("", got.err) == plain.err
    assert "\x1b" not in plain.out + plain.err
    assert got.status == plain.status


SAMPLE = ("a table", "an error of a table", "a check", "a difference")
"""What a plain run tries: each command, and an error."""


@pytest.mark.parametrize(
    ("arguments", "colors"),
    [
        pytest.param(*case, id=name, marks=() if name in SAMPLE else pytest.mark.slow)
        for name, case in COMMANDS.items()
    ],
)
def test_in_a_pipe(arguments: list[str], colors: set[str], folder: Path) -> None:
    plain = run(*arguments, folder=folder)
    for options, variables, colored in DECISIONS:
        got = run(*arguments, *options, folder=folder, variables=variables)
        assert_colored(got, plain, colors if colored else set())


def test_an_unknown_option_is_coloured_as_the_variables_say(folder: Path) -> None:
    """Of its options nothing is known."""
    arguments = ["table", "resnet18", "--nothing"]
    plain = run(*arguments, folder=folder)
    for variables, colors in (({"FORCE_COLOR": "1"}, {"1", "1;31"}), ({"TERM": "dumb"}, set())):
        got = run(*arguments, folder=folder, variables=variables)
        assert_colored(got, plain, colors)


@pytest.mark.parametrize("name", ["a table", "a check", "a difference", "a tree"])
def test_on_a_terminal(name: str, folder: Path) -> None:
    arguments, colors = COMMANDS[name]
    plain = in_terminal(*arguments, "--color", "never", folder=folder, width=100)
    for options, variables, colored in ON_A_TERMINAL:
        got = in_terminal(*arguments, *options, folder=folder, width=100, variables=variables)
        assert_colored(got, plain, colors if colored else set())


def test_a_table_of_thousands_of_rows_is_fitted_and_coloured(folder: Path) -> None:
    got = in_terminal("table", "large.yaml", folder=folder, width=60)
    plain = in_terminal("table", "large.yaml", "--color", "never", folder=folder, width=60)
    assert_colored(got, plain, {"1", "2", "36"})
    lines = plain.out.splitlines()
    assert max(map(len, lines)) <= 60
    assert sum(line.startswith("conv2d_") for line in lines) >= 2999


def test_every_role_has_a_style_that_rich_knows() -> None:
    from rich.style import Style

    roles = {
        value
        for name, value in vars(styles).items()
        if name.isupper() and isinstance(value, str) and not name.startswith("_")
    }
    assert roles == styles.STYLES.keys()
    for style in styles.STYLES.values():
        Style.parse(style)


def test_nobody_else_writes_escapes() -> None:
    package = Path(styles.__file__).parent
    found = [
        path.name
        for path in package.rglob("*.py")
        if re.search(r"\\x1b\[\d|\\033\[|\\e\[", path.read_text(encoding="utf-8"))
    ]
    assert found == []
