"""`shapecalc calc`: its words, its output, and what it says of what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import in_terminal, run

from shapecalc.limits import MAXIMUM_CALLS, MAXIMUM_EXPLAINED

EXAMPLE = ("Conv2d(3, 64, kernel_size=7, stride=2, padding=3)", "MaxPool2d(3, 2, 1)")

YAML = """\
name: network
input: 224x224x3
layers:
  - {name: conv, type: Conv2d, out_channels: 64, kernel_size: 7, stride: 2, padding: 3}
  - {name: maxpool, type: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
"""

SHOWN = """\
Sequential(
  (0): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3))
  (1): MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)
)
"""


def test_the_table_is_that_of_the_spec_that_is_written(tmp_path: Path) -> None:
    written = run("calc", "224x224x3", *EXAMPLE, "--to", "yaml", folder=tmp_path)
    assert written == (0, YAML, "")
    (tmp_path / "network.yaml").write_text(YAML, encoding="utf-8")
    table = run("table", "network.yaml", folder=tmp_path)
    shown = run("calc", "224x224x3", *EXAMPLE, folder=tmp_path).out
    assert shown.startswith(f"{table.out}\nconv  Conv2d  ")
    explained = run("explain", "network.yaml", "conv", "maxpool", folder=tmp_path).out
    places = {"network.yaml:4": "LAYER:1", "network.yaml:5": "LAYER:2"}
    for there, here in places.items():
        explained = explained.replace(there, here)
    assert shown == f"{table.out}\n{explained}"
    assert "112x112x64" in table.out


def test_layers_come_from_standard_input(tmp_path: Path) -> None:
    options = ("calc", "224x224x3", "-", "--to", "yaml")
    assert run(*options, folder=tmp_path, given=SHOWN.encode()) == (0, YAML, "")
    assert run(*options, folder=tmp_path, given=SHOWN.replace("\n", "\r\n").encode()).out == YAML
    assert run(*options, folder=tmp_path, given=b"\xef\xbb\xbf" + SHOWN.encode()).out == YAML


def test_words_that_a_shell_has_split_are_one_text(tmp_path: Path) -> None:
    words = SHOWN.split()
    assert run("calc", "224x224x3", *words, "--to", "yaml", folder=tmp_path) == (0, YAML, "")


def test_the_spec_is_written_to_a_file(tmp_path: Path) -> None:
    done = run("calc", "224x224x3", *EXAMPLE, "--to", "yaml", "-o", "a.yaml", folder=tmp_path)
    assert done == (0, "", "")
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == YAML


def test_the_view_is_that_of_a_table(tmp_path: Path) -> None:
    options = ("--columns", "name,output", "--layout", "chw", "--lang", "zh", "--batch", "2")
    done = run("calc", "3x224x224", *EXAMPLE, *options, folder=tmp_path)
    assert done.status == 0
    rows = [line.split() for line in done.out.splitlines()[1:4]]
    assert rows == [["层名称", "输出尺寸"], ["conv", "64x112x112"], ["maxpool", "64x56x56"]]
    help = run("calc", "8x8x3", "ReLU", "--columns", "help", folder=tmp_path)
    assert help == run("table", "no-such-spec", "--columns", "help", folder=tmp_path)


def test_what_is_inside_of_a_sequential_has_rows(tmp_path: Path) -> None:
    layers = "nn.Sequential(nn.ReLU(), nn.Sequential(nn.ReLU(), nn.Tanh()))"
    done = run("calc", "8x8x3", layers, "ReLU", "--columns", "name", folder=tmp_path)
    names = [line.rstrip() for line in done.out.splitlines()[2:8]]
    assert names == ["sequence", "  relu", "  sequence", "    relu", "    tanh", "relu"]


def test_the_settings_of_a_project_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".shapecalc.yaml").write_text("columns: [name, macs]\nlanguage: zh\n", "utf-8")
    done = run("calc", "8x8x3", "ReLU", folder=tmp_path)
    assert done.out.splitlines()[1].split() == ["层名称", "乘加次数", "(MACs)"]
    isolated = run("calc", "8x8x3", "ReLU", "--isolated", folder=tmp_path)
    assert isolated.out.splitlines()[1].split()[:2] == ["Layer", "Type"]


@pytest.mark.parametrize(
    ("input", "message"),
    [
        ("abc", "invalid shape abc; write height x width x channels"),
        ("8x8x0", "invalid shape 8x8x0: it has a size of 0"),
        ("8,8,3", "invalid shape 8,8,3; write 8x8x3"),
        ("1x3x8x8", "1x3x8x8 has a batch in front"),
        ("3x8x8", "3x8x8 has 8 channels of 3x8: shapes have their channels last; write 8x8x3"),
        ("left=8x8x3", "unknown input 'left'; inputs: input"),
        ("=8x8x3", "'=8x8x3' needs the name of its input"),
    ],
)
def test_an_input_is_answered_as_an_option_is(input: str, message: str, tmp_path: Path) -> None:
    status, out, err = run("calc", input, "Conv2d(3, 4, 3)", folder=tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: INPUT: {message}")


def test_an_input_that_may_be_meant_otherwise_is_said(tmp_path: Path) -> None:
    status, out, err = run("calc", "3x224x224", "ReLU", folder=tmp_path)
    assert status == 0
    assert "3x224x224" in out
    assert err.startswith("warning[SC408]: 3x224x224 has 224 channels of 3x224")
    assert " --> INPUT:1:1\n" in err


def test_what_is_wrong_is_shown_at_the_word(tmp_path: Path) -> None:
    status, out, err = run("calc", "8x8x3", "ReLU()", "Conv2d(4, 8, 3)", folder=tmp_path)
    assert (status, out) == (1, "")
    assert (
        err
        == """\
error[SC205]: conv: in_channels is 4, but the input 8x8x3 has 3 channels
 --> LAYER:2:8
  |
2 | Conv2d(4, 8, 3)
  |        ^
  = note: relu outputs 8x8x3 (line 1)
  = help: remove in_channels: it is inferred

1 error in LAYER
"""
    )


def test_what_is_wrong_on_standard_input_is_shown_there(tmp_path: Path) -> None:
    given = SHOWN.replace("MaxPool2d", "MaxPol2d").encode()
    status, _, err = run("calc", "224x224x3", "-", folder=tmp_path, given=given)
    assert status == 1
    assert " --> <stdin>:3:8\n" in err
    assert "did you mean 'MaxPool2d'?" in err


@pytest.mark.parametrize("given", [b"\xff", b"R\0e\0", b"", b"\0", b"ReLU(\x1b[31m)"])
def test_what_is_no_text_is_refused(given: bytes, tmp_path: Path) -> None:
    status, out, err = run("calc", "8x8x3", "-", folder=tmp_path, given=given)
    assert (status, out) == (1, "")
    assert err.startswith("error[SC0")
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["8x8x3"], "Missing argument 'LAYER...'"),
        ([], "Missing argument 'INPUT'"),
        (["8x8x3", "ReLU", "-o", "a.yaml"], "-o needs --to yaml"),
        (["8x8x3", "ReLU", "--columns", "nothing"], "unknown column 'nothing'"),
        (["8x8x3", "ReLU", "--to", "yaml", "--batch", "2"], "--to yaml writes the spec alone: "),
        (["8x8x3", "ReLU", "--to", "json"], "Invalid value for '--to'"),
    ],
)
def test_what_is_misused_is_told(words: list[str], message: str, tmp_path: Path) -> None:
    status, out, err = run("calc", *words, folder=tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert not list(tmp_path.iterdir())


def test_warnings_are_counted_with_the_way_to_them(tmp_path: Path) -> None:
    layers = ("Conv2d(3, 4, 3)", "BatchNorm2d(4)")
    err = run("calc", "8x8x3", *layers, folder=tmp_path).err
    assert err == ("1 warning in network: see `shapecalc calc ... --to yaml | shapecalc check -`\n")
    written = run("calc", "8x8x3", *layers, "--to", "yaml", folder=tmp_path).out
    checked = run("check", "-", folder=tmp_path, given=written.encode())
    assert checked.out.count("warning[") == 1


POOL = "Sequential(\n  (0): AvgPool2d(kernel_size=2, stride=2, padding=0)\n)\n"


def test_what_print_does_not_show_is_said_where_it_matters(tmp_path: Path) -> None:
    err = run("calc", "7x7x4", "-", folder=tmp_path, given=POOL.encode()).err
    assert err.startswith(
        "warning[SC402]: avgpool: print() does not show ceil_mode: if it is True, the output is "
        "4x4x4, not 3x3x4\n --> <stdin>:2:8\n"
    )
    assert run("calc", "8x8x4", "-", folder=tmp_path, given=POOL.encode()).err == ""
    called = run("calc", "7x7x4", "AvgPool2d(2)", folder=tmp_path).err
    assert "ceil_mode" not in called


def test_the_longest_text_is_soon_read(tmp_path: Path) -> None:
    for line in ("ReLU(),", "#é\n(0): ReLU()\n", "(1,),"):
        text = (line * (MAXIMUM_CALLS // len(line))).encode()
        run("calc", "8x8x3", "-", folder=tmp_path, given=text, seconds=4)


def test_on_a_terminal_it_has_colours(tmp_path: Path) -> None:
    shown = in_terminal("calc", "224x224x3", *EXAMPLE, folder=tmp_path, width=100)
    assert "\x1b[" in shown.out
    assert "112x112x64" in shown.out


def test_the_help_has_the_example(tmp_path: Path) -> None:
    help = run("calc", "--help", folder=tmp_path).out
    assert f'shapecalc calc 224x224x3 "{EXAMPLE[0]}" "{EXAMPLE[1]}"' in help


def test_the_arithmetic_follows_the_table_unless_columns_are_asked_for(tmp_path: Path) -> None:
    out = run("calc", "224x224x3", *EXAMPLE, folder=tmp_path).out
    assert "(224 + 2*3 - 1*(7 - 1) - 1) // 2 + 1 = 112\n" in out
    assert "7*7*3*64 + 64 = 9472\n" in out
    asked = run("calc", "224x224x3", *EXAMPLE, "--columns", "name,params", folder=tmp_path).out
    assert "7*7*3*64" not in asked
    shown = in_terminal("calc", "224x224x3", *EXAMPLE, folder=tmp_path, width=80).out
    assert "= (224 + 2*3 - 1*(7 - 1) - 1) // 2 + 1" in shown


def test_too_many_layers_have_a_table_without_the_arithmetic(tmp_path: Path) -> None:
    text = b"ReLU()\n" * (MAXIMUM_EXPLAINED + 1)
    found = run("calc", "1x1x1", "-", given=text, folder=tmp_path)
    assert found.status == 0
    assert "in_field" not in found.out
    assert "the arithmetic is shown of at most 3,000 layers" in found.err
