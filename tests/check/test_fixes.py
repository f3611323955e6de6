"""What `check --fix` writes: what is meant, and all else stays as it is, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed
from folders import SPECS

from shapecalc.check.check import check
from shapecalc.check.codes import CODES
from shapecalc.problems.problem import Problem
from shapecalc.text.source import Source

WRONG = sorted((SPECS / "err").glob("*.yaml"))


def found(text: str) -> list[Problem]:
    return check(Source("spec.yaml", text)).problems


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_what_is_wrong_never_gets_worse(here: Path, path: Path) -> None:
    text = path.read_bytes()
    try:
        before = text.decode()
    except UnicodeDecodeError:
        return  # it is read as a check reads it
    after = fixed(here, text, expectations=True)
    assert after == before or len(found(after)) < len(found(before))


def test_the_codes_that_are_fixed_are_documented() -> None:
    fixed = {
        problem.code
        for path in WRONG
        for problem in found(path.read_bytes().decode(errors="replace"))
        if problem.edit is not None
    }
    assert fixed == {code.code for code in CODES.values() if code.fixable}


# ------------------------------------------------------------------------------------- layout

LAYOUTS = [
    ("{type: ReLU, nmae: a}", "{type: ReLU, name: a}"),
    ("{ 'tpye' : ReLU , name: a }  # tpye", "{ 'type' : ReLU , name: a }  # tpye"),
    ('{"type": "Relu"}', '{"type": "ReLU"}'),
    ("{type: &a reLU}  # é 日本", "{type: &a ReLU}  # é 日本"),
    ("&a {type: ReLU, nmae: a}", "&a {type: ReLU, name: a}"),
    ("{? tpye : ReLU,\n      nmae: 'x'}", "{? type : ReLU,\n      name: 'x'}"),
    ("? tpye\n    : ReLU\n    # c\n    nmae: x", "? type\n    : ReLU\n    # c\n    name: x"),
    ("{type: ReLU, name:a}", "{type: ReLU, name: a}"),
    ("{type: ReLU, name: 5}", '{type: ReLU, name: "5"}'),
    ("{type: Dropout, p: 0.1, note: 5}", '{type: Dropout, p: 0.1, note: "5"}'),
    ("{type: PReLU, num_parameters: 1.0}", "{type: PReLU, num_parameters: 1}"),
    (
        "{type: AvgPool2d, kernel_size: 2, ceil_mode: yes}",
        "{type: AvgPool2d, kernel_size: 2, ceil_mode: true}",
    ),
    ('{type: ReLU, when: "no"}', '{type: ReLU, when: "false"}'),
    (
        "{type: Upsample, scale_factor: 2, mode: bilinaer}",
        "{type: Upsample, scale_factor: 2, mode: bilinear}",
    ),
]


@pytest.mark.parametrize(("wrong", "right"), LAYOUTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# end"])
def test_nothing_but_the_word_changes(
    here: Path, wrong: str, right: str, newline: str, mark: str, end: str
) -> None:
    def text(item: str) -> str:
        return f"{mark}# c\ninput: 8x8x3\nlayers:\n  - {item}{end}".replace("\n", newline)

    assert fixed(here, text(wrong)) == text(right)


LEFT = [
    "{type: *type}",
    '{type: "Re\\x4cu"}',  # an escape
    "{type: Conv4d, out_channels: 1, kernel_size: 1}",
    "{type: BatchNorm}",
    "{type: ReLU, name: a, nmae: b}",
    "{type: mine_b}",  # another of the spec's own may be meant
    "{type: mine_a, channels_b: 3}",
    "{type: Conv2d, out_channels: widht, kernel_size: 1}",
    "{type: Conv2d, filters: 3, kernel_size: 1}",
    "{type: Conv2d, out_channels: 3, kernel_size: 3, padding: same, stride: 2}",
    "{type: BatchNorm2d, num_features: 4}",
    "{type: ReLU, from: inptu}",
    "{type: ReLU, nmae: [a]}",
    "{type: Conv2d, out_channels: -1.0, kernel_size: 1}",
]


@pytest.mark.parametrize("item", LEFT)
def test_what_is_not_certain_is_left(here: Path, item: str) -> None:
    blocks = "blocks: {mine_a: {arguments: {channels_a: 3}, layers: [{type: ReLU}]}}\n"
    text = f"input: 8x8x3\narguments: {{width: 3}}\n{blocks}layers:\n  - {item}\n"
    assert found(text)
    assert fixed(here, text) == text


def test_what_comes_to_light_is_fixed_as_well(here: Path) -> None:
    text = """\
input: 8x8x3
layres:
  - {type: Con2d, out_channels: 4, kernl_size: 3}
  - {type: ReLU, nmae: a}
"""
    right = """\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 3}
  - {type: ReLU, name: a}
"""
    assert fixed(here, text) == right


def test_a_key_whose_value_would_be_wrong_is_left(here: Path) -> None:
    text = "input: 8x8x3\nlayers: [{type: ReLU, name: a}]\nouputs: 8\n"
    assert [problem.hint for problem in found(text)] == ["did you mean 'outputs'?"]
    assert fixed(here, text) == text
    named = text.replace("ouputs: 8", "ouputs: a")
    assert fixed(here, named) == named.replace("ouputs", "outputs")


def test_a_type_is_fixed_though_its_fields_are_wrong(here: Path) -> None:
    text = "input: 8x8x3\nlayers: [{type: Con2d, out_channels: 4}]\n"
    assert fixed(here, text) == text.replace("Con2d", "Conv2d")


@pytest.mark.parametrize(
    "keys", ["pading: 1, paddin: 0", "paddings: 0, Padding: 1", "padding:1, pading: 0"]
)
def test_none_of_two_keys_that_mean_the_same_is_fixed(here: Path, keys: str) -> None:
    text = f"input: 8x8x3\nlayers: [{{type: MaxPool2d, kernel_size: 3, {keys}}}]\n"
    assert len(found(text)) == 2
    assert fixed(here, text) == text


def test_shapes_that_do_not_fit_are_no_reason_to_leave_a_word(here: Path) -> None:
    text = """\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 1, padidng: 1}
  - {type: Conv2d, out_channels: 4, kernel_size: 20}
expect: {params: 1}
"""
    assert fixed(here, text) == text.replace("padidng", "padding")


# ------------------------------------------------------------------------------------ the biases

CONV = "type: Conv2d, out_channels: 4, kernel_size: 1"
NORM = "{type: BatchNorm2d}"
BIASES = [
    ([f"{{{CONV}}}", NORM], [f"{{{CONV}, bias: false}}", NORM]),
    ([f"{{{CONV}, }} # c", NORM], [f"{{{CONV}, bias: false, }} # c", NORM]),
    ([f"{{{CONV}, bias: True}}", NORM], [f"{{{CONV}, bias: false}}", NORM]),
    (
        [f"{{{CONV},  # c\n     padding: [1, 1]  # d\n    }}", NORM],
        [f"{{{CONV},  # c\n     padding: [1, 1], bias: false  # d\n    }}", NORM],
    ),
    (
        ["type: Conv2d  # c\n    out_channels: 4\n    # d\n    kernel_size: 1  # e\n\n", NORM],
        [
            "type: Conv2d  # c\n    out_channels: 4\n    # d\n    kernel_size: 1  # e\n"
            "    bias: false\n\n",
            NORM,
        ],
    ),
    (
        [
            "type: Conv2d\n    out_channels: 4\n    kernel_size: 1\n"
            "    note: |\n      text\n      more",
            NORM,
        ],
        [
            "type: Conv2d\n    out_channels: 4\n    kernel_size: 1\n    bias: false\n"
            "    note: |\n      text\n      more",
            NORM,
        ],
    ),
    (
        [f'{{{CONV}, note: "a, b"}}', NORM],
        [f'{{{CONV}, note: "a, b", bias: false}}', NORM],
    ),
    (
        [f"&c {{{CONV}}}", NORM, "*c", NORM],
        [f"&c {{{CONV}, bias: false}}", NORM, "*c", NORM],
    ),
]


def network(items: list[str], before: str = "") -> str:
    return f"input: 8x8x4\n{before}layers:\n" + "".join(f"  - {item}\n" for item in items)


@pytest.mark.parametrize(("wrong", "right"), BIASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_bias_goes_in_the_style_of_its_layer(
    here: Path, wrong: list[str], right: list[str], newline: str
) -> None:
    text = network(wrong).replace("\n", newline)
    assert fixed(here, text) == network(right).replace("\n", newline)


ARGUMENTS = "arguments: {normed: true, norm: {kind: type, default: BatchNorm2d}, bias: true}\n"

NEEDED = [
    [f"&c {{{CONV}}}", NORM, "*c", "{type: ReLU}"],
    [f"&c {{{CONV}}}", NORM, "{<<: *c, name: last}", "{type: ReLU}"],
    [f"{{<<: &c {{{CONV}, bias: true}}}}", NORM, "*c", "{type: ReLU}"],
    [f"{{{CONV}}}", "{type: BatchNorm2d, when: normed}"],
    [f"{{{CONV}}}", "{type: ReLU, when: not normed}", NORM],
    [f"{{{CONV}}}", "{type: norm}"],
    [f"{{{CONV}, bias: bias}}", NORM],
    [f"{{{CONV}, repeat: 1}}", NORM],
    [
        f"{{name: a, {CONV}}}",
        NORM,
        "{name: b, type: Concat, from: [a, batchnorm2d], when: not normed}",
    ],
    [f"{{name: a, {CONV}}}", NORM, f"{{{CONV}, shares: a}}"],
]


@pytest.mark.parametrize("items", NEEDED)
def test_a_bias_that_something_may_need_stays(here: Path, items: list[str]) -> None:
    text = network(items, ARGUMENTS)
    assert "SC403" in [problem.code for problem in found(text)]
    assert fixed(here, text) == text


def test_a_bias_stays_where_an_expectation_holds_its_params(here: Path) -> None:
    text = network([f"{{{CONV}}}", NORM], "expect: {params: 28}\n")
    right = network([f"{{{CONV}, bias: false}}", NORM], "expect: {params: 24}\n")
    assert fixed(here, text) == text
    assert fixed(here, text, expectations=True) == right


def test_the_bias_of_an_output_is_needed() -> None:
    items = [f"{{name: a, {CONV}}}", "{name: b, type: BatchNorm2d}"]
    assert [problem.code for problem in found(network(items))] == ["SC403"]
    assert found(network(items, "outputs: [a, b]\n")) == []


# ------------------------------------------------------------------------------ the expectations


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("expect: {params: 7M}", "expect: {params: 12}"),
        ("expect: {params: '7'}  # c", "expect: {params: '12'}  # c"),
        ("expect:\n  output: 8x8x7\n  macs: 1_000", "expect:\n  output: 8x8x4\n  macs: 768"),
        ("expect: {output: {conv: 1}}", "expect: {output: {conv: 8x8x4}}"),
        ("expect: {receptive_field: 2x1}", "expect: {receptive_field: 1x1}"),
        ("budget: {params: 7}", "budget: {params: 7}"),
        ("expect: {output: [8, 8, 7]}", "expect: {output: [8, 8, 7]}"),
        (
            "variants:\n  a: {expect: {params: 12}}\n  b: {expect: {params: 3}}",
            "variants:\n  a: {expect: {params: 12}}\n  b: {expect: {params: 12}}",
        ),
        (
            "arguments: {n: 4}\nvariants:\n  a: {expect: &e {params: 3}, arguments: {n: 1}}\n"
            "  b: {expect: *e}",
        )
        * 2,
        (
            "arguments: {n: 4}\nvariants:\n  a: {expect: &e {params: 1}, arguments: {n: 2}}\n"
            "  b: {expect: *e}",
        )
        * 2,
    ],
)
def test_an_expectation_becomes_what_was_found(here: Path, wrong: str, right: str) -> None:
    channels = "n" if "{n:" in wrong else "4"
    layer = f"{{name: conv, type: Conv2d, out_channels: {channels}, kernel_size: 1, bias: false}}"

    def text(expectations: str) -> str:
        return f"input: 8x8x3\n{expectations}\nlayers:\n  - {layer}\n"

    assert fixed(here, text(wrong)) == text(wrong)
    assert fixed(here, text(wrong), expectations=True) == text(right)
