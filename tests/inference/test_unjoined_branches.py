"""Branches that are left unjoined: several outputs, each taken by the name of its branch."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.check.check import check
from shapecalc.text.source import Source

HEADS = """
input: 38x38x16
blocks:
  Head:
    join: none
    branches:
      loc: [{{type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}}]
      conf: [{{type: Conv2d, out_channels: 84, kernel_size: 3, stride: 2, padding: 1}}]
layers:
  - {{name: h, {item}}}
{rest}
"""

HERE = (
    "join: none, branches: {loc: [{type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}], "
    "conf: [{type: Conv2d, out_channels: 84, kernel_size: 3, stride: 2, padding: 1}]}"
)

ITEMS = pytest.mark.parametrize("item", ["type: Head", HERE], ids=["block", "item"])


def text(item: str, rest: str) -> str:
    return HEADS.format(item=item, rest=rest)


@ITEMS
def test_each_is_taken_by_its_name(item: str) -> None:
    rest = "  - {name: r, type: ReLU, from: h.conf}\noutputs: [h.loc, r]"
    source = text(item, rest)
    summary = shapecalc.loads(source).summary()
    assert {name: str(shape) for name, shape in summary.outputs.items()} == {
        "h.loc": "38x38x16",
        "r": "19x19x84",
    }
    head = summary.items[0]
    assert list(map(str, head.outputs)) == ["38x38x16", "19x19x84"]
    assert head.params == sum(branch.params for branch in head.children)
    assert head.memory == sum(branch.memory for branch in head.children)
    assert [problem.code for problem in check(Source("a.yaml", source)).problems] == []


@ITEMS
@pytest.mark.parametrize(
    ("rest", "message", "hint"),
    [
        ("  - {type: ReLU}", "h has 2 outputs: say which one to use", "write from: h.loc"),
        ("  - {type: ReLU, from: h}", "has 2 outputs, expected one", "such as h.loc"),
        ("  - {type: ReLU, from: h.cnf}", "h has no output cnf", "allowed: loc, conf"),
        ("", "h has 2 outputs: say which one to use", "write outputs: [h.loc, h.conf]"),
    ],
)
def test_none_of_them_is_the_output(item: str, rest: str, message: str, hint: str) -> None:
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.loads(text(item, rest)).summary()
    (problem,) = raised.value.problems
    assert message in problem.message
    assert hint in (problem.hint or "")


def test_one_expectation_of_several_outputs_is_refused() -> None:
    source = text(HERE + ", expect: 38x38x16", "outputs: [h.loc, h.conf]")
    codes = [problem.code for problem in check(Source("a.yaml", source)).problems]
    assert codes == ["SC104"]


def test_a_branch_alone_needs_no_name() -> None:
    source = text("join: none, branches: {a: [{type: ReLU}]}", "  - {name: r, type: ReLU}")
    assert str(shapecalc.loads(source).summary().output) == "38x38x16"


@pytest.mark.parametrize(
    ("layers", "codes"),
    [
        ("{name: s, type: Chunk, chunks: 2}, {type: ReLU, from: s.1}", []),
        ("{name: s, type: Split, split_size: 4}, {type: ReLU, from: s.2}", []),
        ("{name: s, type: Chunk, chunks: 2}, {type: ReLU, from: input}", ["SC401"]),
        ("{name: b, branches: {x: [{type: ReLU}], y: [{type: Tanh}]}}, "
         "{type: Add, from: [b.x, b.y]}", []),
        ("{name: b, branches: {x: [{type: ReLU}], y: [{type: Tanh}]}}, "
         "{type: ReLU, from: b.x}", ["SC401"]),
    ],
)  # fmt: skip
def test_what_is_used_in_part_by_design_is_not_called_unused(layers: str, codes: list[str]) -> None:
    source = Source("a.yaml", f"input: 8x8x16\nlayers: [{layers}]")
    assert [problem.code for problem in check(source).problems] == codes


@pytest.mark.parametrize("arguments", ["", "    arguments: {c: 8}\n"])
def test_a_join_that_fails_is_marked_at_the_branches(arguments: str) -> None:
    source = (
        f"input: 8x8x4\nblocks:\n  B:\n{arguments}    branches:\n"
        "      a: [{type: MaxPool2d, kernel_size: 2}]\n      b: []\n"
        "layers: [{name: b, type: B}]\n"
    )
    problems = check(Source("a.yaml", source)).problems
    (problem,) = [each for each in problems if each.code == "SC209"]
    lines = source.splitlines()
    assert lines[problem.line - 1][problem.column - 1 :] == "branches:"


@pytest.mark.parametrize("last", [HERE, "type: Head", "type: Chunk, chunks: 2"])
def test_the_last_item_may_have_several_outputs_that_are_named(last: str) -> None:
    names = ["0", "1"] if "Chunk" in last else ["loc", "conf"]
    source = text(last, f"outputs: [h.{names[0]}, h.{names[1]}]")
    assert len(shapecalc.loads(source).summary().outputs) == 2


@pytest.mark.parametrize(
    ("layers", "message", "hint"),
    [
        ("{name: c, type: Chunk, chunks: 2}", "c has 2 outputs", "write outputs: [c.0, c.1]"),
        (
            "{name: g, layers: [{name: c, type: Chunk, chunks: 2}]}",
            "g.c has 2 outputs",
            "take one of them after it: {type: Identity, from: c.0}",
        ),
        (
            "{name: c, type: Chunk, chunks: 2, repeat: 2}",
            "c.0 has 2 outputs, and repeats run in a row",
            "write the layers one by one",
        ),
        (
            "{name: h, join: none, repeat: 2, branches: {a: [], b: [{type: ReLU}]}}",
            "h.0 has 2 outputs, and repeats run in a row",
            "write the layers one by one",
        ),
    ],
)
def test_what_takes_several_outputs_says_so_where_it_can(
    layers: str, message: str, hint: str
) -> None:
    """At the end of a network, of a group, and between repeats, where no other item follows."""
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.loads(f"input: 8x8x4\nlayers: [{layers}]").summary()
    (problem,) = raised.value.problems
    assert message in problem.message
    assert (problem.hint or "").startswith(hint)
