"""Specs that would run for ever, grow without end, or compute what is not there: refused at their
place before anything of them is built, and exact where they are only large.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from running import check, in_terminal, run

import shapecalc

pytestmark = pytest.mark.slow  # hundreds of processes

TOP = "input: 8x8x3\nlayers:\n"


def conv(fields: str) -> str:
    return TOP + f"  - {{type: Conv2d, {fields}}}\n"


def channels(expression: str) -> str:
    """A convolution whose channels are an expression, which begins in line 4, column 51."""
    head = "arguments: {n: [1, 2], one: 1}\n"
    use = '  - {type: ReLU, when: "n[0] == one"}\n'
    return head + conv(f'kernel_size: 1, out_channels: "{expression}"') + use


def nested(levels: int, item: str) -> str:
    """A sequence in a sequence, and so on, each run twice, and an item in the innermost."""
    return TOP + "  - " + "{repeat: 2, layers: [" * levels + item + "]}" * levels + "\n"


def doubling(blocks: int) -> str:
    """Blocks that use the one before them twice."""
    text = "blocks:\n  B0: {layers: [{type: ReLU}]}\n"
    for index in range(1, blocks):
        text += f"  B{index}: {{layers: [{{type: B{index - 1}}}, {{type: B{index - 1}}}]}}\n"
    return f"{text}{TOP}  - {{type: B{blocks - 1}}}\n"


TOO_LARGE = {
    "a billion repeats": (
        TOP + "  - {type: ReLU, repeat: 1000000000}\n",
        "3:26",
        "SC113",
        "too many layers: 1000000000 repeats of 1 layer",
    ),
    "a billion repeats by an expression": (
        TOP + "  - {type: ReLU, repeat: 10**9}\n",
        "3:26",
        "SC113",
        "too many layers: 1000000000 repeats of 1 layer",
    ),
    "repeats that are too many together": (
        "arguments: {n: 100000}\n" + TOP + "  - {type: ReLU, repeat: n}\n" * 2,
        "5:26",
        "SC113",
        "too many layers: with this, the network has 200000",
    ),
    "2 to the 40th repeats": (
        nested(40, "{type: ReLU}"),
        "3:518",
        "SC113",
        "the maximum is 131072",
    ),
    "a block in itself": (
        "blocks:\n  A: {layers: [{type: A}]}\n" + TOP + "  - {type: A}\n",
        "2:23",
        "SC112",
        "recursive block A",
    ),
    "a block in itself that nothing uses": (
        "blocks:\n  A: {layers: [{type: A}]}\n" + TOP + "  - {type: ReLU}\n",
        "2:23",
        "SC112",
        "recursive block A",
    ),
    "blocks in each other": (
        "blocks:\n  A: {layers: [{type: B}]}\n  B: {layers: [{type: A}]}\n"
        + TOP
        + "  - {type: A}\n",
        "2:23",
        "SC112",
        "recursive block B: it uses itself through A",
    ),
    "blocks that double": (doubling(60), "64:12", "SC113", "B59 has 137438953472"),
    "sequences 48 deep, with long names": (
        TOP
        + "  - "
        + f"{{name: {'n' * 100}, layers: [" * 48
        + "{type: ReLU, repeat: 131000}"
        + "]}" * 48
        + "\n",
        "3:1067",
        "SC113",
        "the path of this sequence has 1009 characters",
    ),
    "more arguments than anybody means": (
        f"arguments: {{{', '.join(f'a{index}: 1' for index in range(101))}}}\n{TOP}",
        "1:12",
        "SC104",
        "too many arguments: 101",
    ),
    "more inputs than anybody means": (
        f"input: {{{', '.join(f'i{index}: 8x8x3' for index in range(65))}}}\nlayers: []\n",
        "1:8",
        "SC104",
        "too many inputs: 65, the maximum is 64",
    ),
    "a list without end": (
        f"arguments: {{n: [{', '.join('1' * 1001)}]}}\n"
        + TOP
        + "  - {type: ReLU, repeat: 'n[0]'}\n",
        "1:16",
        "SC104",
        "too many values in a list: the maximum is 1000",
    ),
    "a path without end": (
        TOP + "  - {name: a, type: ReLU}\n  - {type: ReLU, from: " + "a." * 500_000 + "}\n",
        "4:24",
        "SC104",
        "from must be a layer name",
    ),
    "a name without end": (
        TOP + f"  - {{name: {'n' * 100_000}, type: ReLU}}\n",
        "3:12",
        "SC104",
        "name must have 1 to 200 characters, got 100000",
    ),
    "an item of 10,000 keys and no type": (
        TOP + f"  - {{{', '.join(f'typ{index}: 1' for index in range(10_000))}}}\n",
        "3:6",
        "SC102",
        "unknown key 'typ0' in a layer",
    ),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_before_it_is_built(name: str, tmp_path: Path) -> None:
    text, place, code, words = TOO_LARGE[name]
    status, found = check(text, tmp_path)
    assert status == 1
    assert (found[0].place, found[0].code) == (place, code)
    assert words in found[0].message


REFUSED_SIZES = {
    "an input of no extent": ("input: 0x8x3\nlayers: []\n", "1:8", "a size of 0"),
    "a negative input": ("input: [8, -8, 3]\nlayers: []\n", "1:8", "a size of -8"),
    "a fraction of an input": ("input: 8x1.5x3\nlayers: []\n", "1:8", "invalid shape 8x1.5x3"),
    "an input of 2**63": (
        "input: 4294967296x2147483648x1\nlayers: []\n",
        "1:8",
        "more than 2^63 - 1 elements",
    ),
    "no channels": (conv("out_channels: 0, kernel_size: 1"), "3:34", "at least 1, not 0"),
    "half a channel": (conv("out_channels: 2.5, kernel_size: 1"), "3:34", "not 2.5"),
    "no kernel": (conv("out_channels: 1, kernel_size: 0"), "3:50", "at least 1"),
    "a negative kernel": (conv("out_channels: 1, kernel_size: -3"), "3:50", "not -3"),
    "no stride": (conv("out_channels: 1, kernel_size: 1, stride: 0"), "3:61", "not 0"),
    "a negative padding": (conv("out_channels: 1, kernel_size: 3, padding: -1"), "3:62", "-1"),
    "no dilation": (conv("out_channels: 1, kernel_size: 3, dilation: 0"), "3:63", "not 0"),
    "no groups": (conv("out_channels: 1, kernel_size: 1, groups: 0"), "3:61", "not 0"),
    "a kernel larger than the input": (
        conv("out_channels: 1, kernel_size: 9"),
        "3:50",
        "larger than the padded height of 8x8x3: 8 + 0 + 0 = 8",
    ),
    "a dilated kernel larger than the input": (
        conv("out_channels: 1, kernel_size: 3, dilation: 4"),
        "3:50",
        "covers 4*(3 - 1) + 1 = 9, which is larger than the padded height of 8x8x3: 8 + 0 + 0 = 8",
    ),
    "an adaptive output of nothing": (
        TOP + "  - {type: AdaptiveAvgPool2d, output_size: 0}\n",
        "3:44",
        "at least 1",
    ),
    "a transposed output of less than nothing": (
        TOP + "  - {type: ConvTranspose2d, out_channels: 4, kernel_size: 1, padding: 9}\n",
        "3:71",
        "(8 - 1)*1 - 2*9 + 1*(1 - 1) + 0 + 1 = -10",
    ),
    "a crop of everything": (
        TOP + "  - {type: ZeroPad2d, padding: -4}\n",
        "3:32",
        "8 - 4 - 4 = 0",
    ),
    "features of nothing": (
        "input: 8\nlayers:\n  - {type: Linear, out_features: 0}\n",
        "3:34",
        "at least 1, not 0",
    ),
    "a negative repeat": (TOP + "  - {type: ReLU, repeat: -1}\n", "3:26", "at least 0, not -1"),
    "half a repeat": (TOP + "  - {type: ReLU, repeat: 1.5}\n", "3:26", "at least 0, not 1.5"),
}


@pytest.mark.parametrize("name", REFUSED_SIZES)
def test_sizes_that_cannot_be_are_refused_with_the_arithmetic(name: str, tmp_path: Path) -> None:
    text, place, words = REFUSED_SIZES[name]
    status, found = check(text, tmp_path)
    assert status == 1
    (said,) = found
    assert said.place == place
    assert words in said.message


EXPRESSIONS = {
    "9**9**9": (51, "number out of range"),
    "2**62*4": (51, "number out of range"),
    "99999999999999999999": (51, "number out of range"),
    "'a'*10**9": (51, "strings are not allowed"),
    "().__class__": (53, "'.' is not allowed"),
    "one.real": (55, "'real' is not a size of 'one'"),
    "__import__('os').system('true')": (62, "strings are not allowed"),
    "lambda: 1": (51, "'lambda' is not allowed"),
    "[one for one in n]": (56, "'for' is not allowed"),
    "one; 1": (54, "';' is not allowed"),
    "one := 1": (55, "':' is not allowed"),
    "{one}": (51, "'{' is not allowed"),
    "１": (51, "'１' is not allowed"),
    "x if": (55, "expected a value after 'if'"),
    "1 if 2 else": (62, "expected a value after 'else'"),
    "1/0": (53, "division by zero"),
    "1//0": (54, "division by zero"),
    "1%0": (53, "division by zero"),
    "n[2]": (53, "index 2 is out of range for a list of length 2"),
    "n[-3]": (53, "index -3 is out of range for a list of length 2"),
    "n[0.5]": (53, "an index must be an integer, not 0.5"),
    "one[0]": (51, "only a list can be indexed"),
    "[1]*10**9": (51, "'*' expects a number, got [1]"),
    "index": (51, "unknown name 'index'"),
    "min()": (51, "min() needs at least one value"),
    "round(1, 10**9)": (51, "round() expects 1 argument, got 2"),
    "len(3)": (55, "len() expects a list, got 3"),
    "make_divisible(8, 0)": (69, "divisor must be an integer of at least 1"),
    "2**-1": (50, "an integer of at least 1, not 0.5"),
    "(" * 10_000 + "1" + ")" * 10_000: (51, "expression too long: 20,001 characters"),
    "(" * 400 + "1" + ")" * 400: (101, "nested too deep"),
    "-" * 900 + "1": (101, "nested too deep"),
    "not " * 200 + "1": (251, "nested too deep"),
    "2" + "**2" * 300: (198, "nested too deep"),
    "1 if 1 else " * 80 + "1": (639, "nested too deep"),
}
"""Expressions with the column in which they are refused, and why."""


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_are_refused_where_they_go_wrong(expression: str, tmp_path: Path) -> None:
    column, words = EXPRESSIONS[expression]
    status, found = check(channels(expression), tmp_path)
    assert status == 1
    (said,) = found
    assert said.place == f"4:{column}"
    assert said.code in ("SC104", "SC108", "SC109")
    assert words in said.message


MERSENNE = 2**31 - 1


def test_large_networks_are_exact_in_every_format(tmp_path: Path) -> None:
    side, channels = 2**15 - 19, 2**24 - 3  # odd, and products of them above 2**53
    text = (
        f"input: {side}x{side}x{channels}\nlayers:\n"
        f"  - {{name: a, type: Conv2d, out_channels: {MERSENNE}, kernel_size: 7, padding: 3}}\n"
    )
    params = MERSENNE * (channels * 49 + 1)
    macs = side * side * MERSENNE * channels * 49
    assert float(params) != params != int(float(params))
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    columns = ("--columns", "name,params,macs,flops,activation_bytes")
    done = run("export", "a.yaml", "--to", "json", folder=tmp_path)
    document = json.loads(done.out)
    (layer,) = document["layers"]
    memory = 4 * side * side * MERSENNE
    assert (layer["params"], layer["macs"], layer["flops"]) == (params, macs, 2 * macs)
    assert document["totals"]["activation_bytes"] == layer["activation_bytes"] == memory
    done = run("export", "a.yaml", "--to", "csv", *columns, folder=tmp_path)
    row = list(csv.reader(io.StringIO(done.out)))[1]
    assert row == ["a", *map(str, (params, macs, 2 * macs, memory))]
    done = run("table", "a.yaml", *columns, folder=tmp_path)
    for figure in (params, macs, 2 * macs, memory):
        assert str(figure) in done.out
    done = run("export", "a.yaml", "--to", "markdown", *columns, folder=tmp_path)
    for figure in (params, macs, 2 * macs):
        assert f"{figure:,}" in done.out
    (tmp_path / "a.yaml").write_text(
        f'{text}expect: {{params: {params}, macs: "{macs + 1}"}}\n', encoding="utf-8"
    )
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert done.status == 1
    assert f"expected macs {macs + 1:,}, got {macs:,}\n" in done.out
    assert done.out.count("\n") == 1


@pytest.mark.parametrize("format_", ["json", "csv", "markdown"])
def test_receptive_fields_that_grow_without_end_are_said(format_: str, tmp_path: Path) -> None:
    pool = f"  - {{type: MaxPool2d, kernel_size: 1, stride: {2**62}}}\n"
    (tmp_path / "a.yaml").write_text(TOP + pool * 400, encoding="utf-8")
    keys = ["--columns", "name,receptive_field,receptive_stride,receptive_offset"]
    options = [] if format_ == "json" else keys  # JSON has them all
    done = run("export", "a.yaml", "--to", format_, *options, folder=tmp_path)
    assert done.status == 0, done.err
    assert max(map(len, re.findall(r"\d+", done.out))) < 60


@pytest.mark.parametrize(
    "text", ["input: 8x8x3\nlayers: []\n", TOP + "  - {type: ReLU, repeat: 0}\n"], ids=repr
)
def test_a_network_of_no_layers_is_shown(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert run("check", "a.yaml", folder=tmp_path).status == 0
    for words in (["table", "a.yaml"], ["table", "a.yaml", "--depth", "2", "--details"]):
        done = run(*words, folder=tmp_path)
        assert (done.status, done.err) == (0, "")
        assert "Params       0" in done.out
    for format_ in ("markdown", "csv", "json"):
        assert run("export", "a.yaml", "--to", format_, folder=tmp_path).status == 0
    assert run("diff", "a.yaml", "a.yaml", folder=tmp_path).status == 0
    assert in_terminal("table", "a.yaml", folder=tmp_path, width=80).status == 0


@pytest.mark.slow
def test_a_hundred_thousand_problems_are_not_all_listed(tmp_path: Path) -> None:
    text = "input: 8x8x3\nlayers: [" + "{type: Nope}," * 100_000 + "]\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    done = run("check", "a.yaml", folder=tmp_path, seconds=6)
    assert done.status == 1
    assert done.out.count("error[SC106]") == 1000
    assert "error[SC008]: too many problems: only the first 1,000 are listed\n" in done.out
    assert done.err == "1 spec checked, 1001 errors\n"


def test_many_warnings_remain_warnings(tmp_path: Path) -> None:
    layer = "{type: Conv2d, out_channels: 1, kernel_size: 1, padding: 1},"
    text = "input: 8x8x3\nlayers: [" + layer * 5_000 + "]\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    done = run("check", "a.yaml", folder=tmp_path)
    assert (done.status, done.err) == (0, "1 spec checked, 1001 warnings\n")
    assert run("check", "a.yaml", "--strict", folder=tmp_path).status == 1
    done = run("check", "a.yaml", "--strict", "--ignore", "SC405", folder=tmp_path)
    assert (done.status, done.out) == (0, "")


@pytest.mark.slow
def test_thousands_of_variants_do_not_pile_up(tmp_path: Path) -> None:
    variants = ", ".join(f"v{index}: {{}}" for index in range(3_000))
    text = (
        f"arguments: {{n: 10000}}\nvariants: {{{variants}}}\n{TOP}  - {{type: ReLU, repeat: n}}\n"
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path, seconds=12)
    assert done.status == 1
    assert "error[SC113] stopped checking at variant v" in done.out
    assert done.out.count("\n") == 1


def test_the_library_refuses_the_same(tmp_path: Path) -> None:
    for text, *_ in TOO_LARGE.values():
        with pytest.raises(shapecalc.SpecError):
            shapecalc.loads(text).summary()


def many(count: int, line: str) -> str:
    """A line so many times, with its number for each %d."""
    return "".join(line.replace("%d", str(index)) for index in range(count))


GROWING = {
    "layers that reach into a group": TOP
    + "  - name: g\n    layers:\n"
    + many(10_000, "      - {name: r%d, type: ReLU}\n")
    + many(10_000, "  - {name: s%d, type: ReLU, from: g.r%d}\n"),
    "layers that take what nobody outputs": TOP
    + many(10_000, "  - {name: r%d, type: ReLU}\n")
    + many(10_000, "  - {type: ReLU, from: zzz}\n"),
    "repeats that take what nobody outputs": TOP
    + many(5_000, "  - {name: r%d, type: ReLU}\n")
    + "  - {repeat: 20000, layers: [{type: ReLU, from: zzz}, {type: ReLU, from: r1}]}\n",
    "groups with names of later ones": TOP
    + many(10_000, "  - {name: a%d, layers: [{name: a1%d, type: ReLU}]}\n"),
    "layers of one name": TOP + many(10_000, "  - {name: a, type: ReLU}\n"),
    "variants": "arguments: {n: 1}\nvariants:\n"
    + many(10_000, "  v%d: {arguments: {n: 2}}\n")
    + TOP
    + "  - {type: ReLU, repeat: n}\n",
    "variants of nobody's arguments": "variants:\n"
    + many(10_000, "  v%d: {arguments: {n: 2}}\n")
    + TOP,
    "blocks": "blocks:\n"
    + many(10_000, "  B%d: {layers: [{type: ReLU}]}\n")
    + TOP
    + many(10_000, "  - {type: B%d}\n"),
    "blocks that nobody defines": "blocks:\n"
    + many(10_000, "  B%d: {layers: [{type: ReLU}]}\n")
    + TOP
    + many(10_000, "  - {type: Bx}\n"),
    "problems on lines that end with CR": (TOP + many(20_000, "  - {type: Nope}\n")).replace(
        "\n", "\r"
    ),
    "warnings on one line": "input: 8x8x3\nlayers: ["
    + many(10_000, "{type: Conv2d, out_channels: 1, kernel_size: 1, padding: 1}, ")
    + "]\n",
}


SAMPLE = ("layers of one name", "variants of nobody's arguments")
"""Those that a plain run measures."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in GROWING],
)
def test_time_grows_with_the_length_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GROWING[name], encoding="utf-8")
    done = run("check", "a.yaml", folder=tmp_path)
    assert done.status in (0, 1)
    assert done.err.startswith("1 spec checked, ")
