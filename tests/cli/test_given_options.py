"""What options give instead of a spec, and what is said of it on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import run

SPEC = """
input: {input}
arguments: {{width: 4}}
layers:
  - {{name: conv, type: Conv2d, out_channels: width, kernel_size: 3, padding: 1}}
  - {{name: pool, type: MaxPool2d, kernel_size: 2}}
expect: {{output: 4x4x4}}
"""

TWO = """
input: {left: 8x8x1, right: 8x8x1}
layers:
  - {name: a, type: Conv2d, out_channels: 2, kernel_size: 3, from: left}
  - {name: b, type: Conv2d, out_channels: 2, kernel_size: 3, from: right}
outputs: [a, b]
expect: {output: {a: 6x6x2, b: 6x6x2}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = SPEC.format(input="8x8x3")
    (tmp_path / "even.yaml").write_text(text, encoding="utf-8")
    odd = SPEC.format(input="9x9x3")
    (tmp_path / "odd.yaml").write_text(odd, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(TWO, encoding="utf-8")
    return tmp_path


COMMANDS = {
    "table": ["table", "SPEC"],
    "markdown": ["export", "SPEC", "--to", "markdown"],
    "csv": ["export", "SPEC", "--to", "csv"],
    "json": ["export", "SPEC", "--to", "json"],
    "diff": ["diff", "SPEC", "SPEC"],
    "summary": ["summary", "SPEC"],
}

EACH = pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))


def ran(command: list[str], spec: str, folder: Path, *more: str) -> tuple[int, str, str]:
    words = [spec if word == "SPEC" else word for word in command]
    result = run(*words, *more, folder=folder)
    return result.status, result.out, result.err


@EACH
def test_without_a_warning_nothing_is_said(command: list[str], folder: Path) -> None:
    status, out, err = ran(command, "even.yaml", folder)
    assert (status, err) == (0, "")
    assert out


@EACH
def test_other_warnings_are_counted_and_the_command_that_lists_them_is_told(
    command: list[str], folder: Path
) -> None:
    status, out, err = ran(command, "odd.yaml", folder)
    assert status == 0
    assert err == "1 warning in odd: see `shapecalc check odd.yaml`\n"
    assert "warning" not in out
    listed = run("check", "odd.yaml", folder=folder)
    assert listed.out.count("warning[") == 1
    assert "SC402" in listed.out


@EACH
def test_what_is_given_is_told_in_full(command: list[str], folder: Path) -> None:
    status, out, err = ran(command, "even.yaml", folder, "--input", "3x8x8")
    assert status == 0
    assert err.startswith("warning[SC408]: 3x8x8 has 8 channels of 3x8: shapes have their")
    assert err.count("warning[") == 1
    assert " --> --input:1:1\n" in err
    assert "= help: write 8x8x3" in err
    assert "SC408" not in out


def test_json_stays_json(folder: Path) -> None:
    status, out, _ = ran(COMMANDS["json"], "even.yaml", folder, "--input", "3x8x8")
    assert status == 0
    assert json.loads(out)["input"] == [3, 8, 8]


def test_the_command_has_the_same_options(folder: Path) -> None:
    more = ["--input", "9x9x3", "--set", "width=8"]
    _, _, err = ran(COMMANDS["table"], "even.yaml", folder, *more)
    command = "shapecalc check even.yaml --input 9x9x3 --set width=8"
    assert err == f"1 warning in even: see `{command}`\n"
    assert "SC402" in run(*command.split()[1:], folder=folder).out


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (["--input", "9x9x3"], 0, "SC402"),
        (["--input", "3x8x8"], 0, "SC408"),
        (["--input", "3x8x8", "--strict"], 1, "SC408"),
        (["--input", "1x1x3"], 1, "SC202"),
        (["--input", "8x8"], 1, "SC115"),
        (["--set", "width=0"], 1, "SC104"),
        (["--set", "widht=2"], 1, "SC115"),
        (["--set", "width"], 2, "--set needs NAME=VALUE"),
        (["--lock", "--input", "8x8x3"], 2, "--lock cannot be combined"),
    ],
)
def test_check_takes_them(more: list[str], status: int, said: str, folder: Path) -> None:
    result = run("check", "even.yaml", *more, folder=folder)
    assert result.status == status
    assert said in result.out + result.err
    assert "SC302" not in result.out


def test_expectations_and_locks_are_of_the_own_input(folder: Path) -> None:
    assert run("check", "--lock", "even.yaml", folder=folder).status == 0
    assert run("check", "even.yaml", "--input", "10x10x3", folder=folder).status == 0
    assert run("check", "even.yaml", "--set", "width=8", folder=folder).status == 0


@pytest.mark.parametrize(
    ("more", "sizes"),
    [
        (["--input", "left=9x9x1"], ["9x9x1", "8x8x1"]),
        (["--input", "left=9x9x1", "--input", "right=7x7x1"], ["9x9x1", "7x7x1"]),
        (["--input", "left=1x9x9", "--layout", "chw"], ["1x9x9", "1x8x8"]),
    ],
)
def test_inputs_have_names(more: list[str], sizes: list[str], folder: Path) -> None:
    result = run("table", "two.yaml", *more, "--columns", "input", folder=folder)
    assert (result.status, result.err) == (0, "")
    rows = result.out.split("\n\n")[0]
    assert [word for word in rows.split() if word.count("x") == 2] == sizes


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--input", "9x9x1"], "--input: expected the name of an input with its shape"),
        (["--input", "middle=9x9x1"], "--input: unknown input 'middle'; inputs: left, right"),
        (["--input", "left=9x9x1", "--input", "9x9x1"], "--input: '9x9x1' needs the name"),
        (["--input", "left=9x9x1", "--input", "left=8x8x1"], "--input: 'left' is given twice"),
        (["--input", "left=9y9"], "--input: invalid shape 9y9"),
    ],
)
def test_names_that_are_wrong(more: list[str], message: str, folder: Path) -> None:
    result = run("table", "two.yaml", *more, folder=folder)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_expected_outputs_have_names(folder: Path) -> None:
    assert run("check", "two.yaml", folder=folder).status == 0
    wrong = TWO.replace("b: 6x6x2", "b: 6x6x3, c: 1")
    (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    result = run("check", "wrong.yaml", folder=folder)
    assert result.status == 1
    assert "expected output 6x6x3 of b, got 6x6x2" in result.out
    assert "c is not an output of the network" in result.out


@pytest.mark.parametrize(
    ("more", "option"),
    [
        (["--input", "16x16x3"], "--input:1:1"),
        (["--set", "depths=[1]"], "--set:1:1"),
    ],
)
@pytest.mark.parametrize("command", ["table", "check"])
def test_what_a_bundled_spec_does_not_fit_is_marked_at_the_option(
    command: str, more: list[str], option: str, folder: Path
) -> None:
    name = "vgg16" if command == "table" else "vgg"
    result = run(command, name, *more, folder=folder)
    assert result.status == 1
    text = result.out + result.err
    assert f" --> {option}\n" in text
    assert "in the bundled spec (<shapecalc>/configs/classification/vgg.yaml:" in text
    assert " --> <shapecalc>" not in text


def test_each_of_several_inputs_is_told_with_its_name(folder: Path) -> None:
    """Two of the same shape, too, each as it is given."""
    given = ("--input", "left=3x8x9", "--input", "right=3x8x9")
    result = run("table", "two.yaml", *given, folder=folder)
    told = [line for line in result.err.splitlines() if "SC408" in line]
    assert [line.split()[1] for line in told] == ["left", "right"]
    assert "\n1 | left=3x8x9\n" in result.err
    assert "\n1 | right=3x8x9\n" in result.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("=8x8x3", "'=8x8x3' needs the name of its input, as in NAME=8x8x3"),
        ("input=", "invalid shape"),
    ],
)
def test_an_input_without_its_name_or_shape(given: str, message: str, folder: Path) -> None:
    result = run("table", "even.yaml", "--input", given, folder=folder)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_spaces_around_the_name_of_an_input_are_left_out(folder: Path) -> None:
    assert run("table", "even.yaml", "--input", "input = 8x8x3", folder=folder).status == 0


def test_an_example_of_a_shape_is_in_the_order_that_is_read(folder: Path) -> None:
    words = ("table", "even.yaml", "--input", "word")
    assert "such as 224x224x3" in run(*words, folder=folder).err
    assert "such as 3x224x224" in run(*words, "--layout", "chw", folder=folder).err


USES = """
input: 9x9x3
layers:
  - {name: pool, type: MaxPool2d, kernel_size: 2}
  - {name: b, type: ConvNormActivation, out_channels: 8, bias: true, repeat: 3}
"""


@EACH
def test_what_a_line_has_at_every_use_is_counted_as_it_is_listed(
    command: list[str], folder: Path
) -> None:
    (folder / "uses.yaml").write_text(USES, encoding="utf-8")
    _, _, err = ran(command, "uses.yaml", folder)
    assert err == "2 warnings in uses: see `shapecalc check uses.yaml`\n"
    listed = run("check", "uses.yaml", folder=folder)
    assert listed.out.count("warning[") == 2
    assert "and in 2 more uses" in listed.out


def test_other_channels_are_not_blamed_for_sizes_that_do_not_fit(folder: Path) -> None:
    """They would be as wrong with the channels of the spec itself."""
    text = """
input: 16x16x1
layers:
  - {name: pool, type: MaxPool2d, kernel_size: 4}
  - {name: up, type: Upsample, scale_factor: 4}
  - {type: Concat, from: [input, up]}
"""
    (folder / "quarters.yaml").write_text(text, encoding="utf-8")
    result = run("table", "quarters.yaml", "--input", "18x18x3", folder=folder)
    assert (result.status, result.out) == (1, "")
    assert "error[SC209]: concat: concat needs shapes" in result.err
    assert "inputs of 20x20x3, 16x16x3 and 24x24x3 fit" in result.err
    assert "warning[SC408]: 18x18x3 has 3 channels" in result.err
    assert run("table", "quarters.yaml", "--input", "20x20x3", folder=folder).status == 0
