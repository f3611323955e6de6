"""What differs between two networks: which layer is which, what became of it, what it costs."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.budget import Budget
from shapecalc.diff.comparison import Comparison, Total
from shapecalc.diff.rows import rows, verdict
from shapecalc.text import alignment
from shapecalc.text.alignment import aligned, gaps, longest_increasing

BASE = """
input: 32x32x3
layers:
  - {name: conv1, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {name: relu1, type: ReLU}
  - {name: conv2, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {name: relu2, type: ReLU}
"""
UNNAMED = """
input: 32x32x3
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
  - {type: ReLU}
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: ReLU}
"""
SIDE_BY_SIDE = """
input: 8x8x4
layers:
  - {name: left, type: ReLU, from: input}
  - {name: right, type: GELU, from: input}
  - {name: both, type: Concat, from: [left, right]}
"""
BRANCHES = """
input: 8x8x4
layers:
  - name: unit
    join: add
    branches:
      body: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}]
      shortcut: []
"""
REPEATED = """
input: 8x8x4
blocks:
  Unit:
    layers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}, {name: act, type: ReLU}]
layers: [{name: stage, type: Unit, repeat: 2}]
"""


def compare(before: str, after: str) -> Comparison:
    return Comparison(shapecalc.loads(before).summary(), shapecalc.loads(after).summary())


def told(before: str, after: str) -> list[str]:
    """Every row of a comparison: kind, label, what it says, the growths."""
    return [
        " | ".join([row.kind, row.label, *row.phrases, f"{row.params:+}", f"{row.macs:+}"])
        for row in rows(compare(before, after))
    ]


def edited(spec: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert spec.count(old) == 1, old
        spec = spec.replace(old, new)
    return spec


RELU1 = "  - {name: relu1, type: ReLU}\n"
RELU2 = "  - {name: relu2, type: ReLU}\n"
CONV2 = "  - {name: conv2, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}\n"


@pytest.mark.parametrize(
    ("spec", "edits", "expected"),
    [
        (BASE, [], []),
        (
            BASE,
            [(RELU1, "  - {name: bn1, type: BatchNorm2d}\n" + RELU1)],
            ["added | bn1 | BatchNorm2d | 32x32x8 | +16 | +0"],
        ),
        (BASE, [(RELU1, "")], ["removed | relu1 | ReLU | 32x32x8 | +0 | +0"]),
        (
            BASE,
            [(RELU1, RELU1.replace("ReLU", "GELU"))],
            ["changed | relu1 | ReLU -> GELU | +0 | +0"],
        ),
        (
            BASE,
            [(RELU1, RELU1.replace("relu1", "act1"))],
            ["renamed | act1 | was relu1 | +0 | +0"],
        ),
        (
            BASE,
            [(CONV2, CONV2.replace("3, padding: 1", "5, padding: 2, groups: 4, bias: false"))],
            [
                "changed | conv2 | kernel_size 3x3 -> 5x5 | groups 1 -> 4 | bias true -> false"
                " | padding 1 -> 2 | -184 | -180224"
            ],
        ),
        (
            BASE,
            [("out_channels: 8, kernel_size: 3, padding: 1}\n" + RELU1,
              "out_channels: 4, kernel_size: 3, padding: 1}\n" + RELU1)],
            [
                "changed | conv1 | out_channels 8 -> 4 | output 32x32x8 -> 32x32x4"
                " | -112 | -110592",
                "downstream | relu1 | input and output 32x32x8 -> 32x32x4 | +0 | +0",
                "downstream | conv2 | input 32x32x8 -> 32x32x4 | -288 | -294912",
            ],
        ),
        (
            BASE,
            [("conv2,", "conv2, shares: conv1,"), ("input: 32x32x3", "input: 32x32x8")],
            [
                "downstream | conv1 | input 32x32x3 -> 32x32x8 | +360 | +368640",
                "changed | conv2 | weights of its own -> conv1 | -584 | +0",
            ],
        ),
        (
            BASE,
            [(RELU2, "  - {name: relu2, type: ReLU, from: conv1}\n")],
            ["changed | relu2 | from conv2 -> conv1 | +0 | +0"],
        ),
        (
            BASE,
            [(RELU1, ""), (CONV2, CONV2 + RELU1)],
            ["changed | relu1 | from conv1 -> conv2 | +0 | +0"],
        ),
        (
            BASE,
            [(RELU2, RELU2 + "  - {name: relu3, type: ReLU, from: relu1}\n")],
            ["added | relu3 | ReLU | 32x32x8 | +0 | +0"],
        ),
        (
            SIDE_BY_SIDE,
            [("  - {name: left, type: ReLU, from: input}\n", ""),
             ("from: input}\n  - {name: both",
              "from: input}\n  - {name: left, type: ReLU, from: input}\n  - {name: both")],
            ["changed | left | runs after input -> right | +0 | +0"],
        ),
        # a name that is made up counts what stands before it: it tells nothing
        (
            UNNAMED,
            [("  - {type: ReLU}\n  - {type: Conv2d, out_channels: 16",
              "  - {type: ReLU}\n  - {type: Conv2d, out_channels: 8, kernel_size: 1}\n"
              "  - {type: ReLU}\n  - {type: Conv2d, out_channels: 16")],
            [
                "added | conv2d_2 | Conv2d 1x1 | 30x30x8 | +72 | +57600",
                "added | relu_2 | ReLU | 30x30x8 | +0 | +0",
            ],
        ),
        (
            UNNAMED,
            [("16, kernel_size: 3}\n  - {type: ReLU}", "16, kernel_size: 3}\n  - {type: GELU}")],
            ["changed | gelu | ReLU -> GELU | +0 | +0"],
        ),
        (
            BRANCHES,
            [("join: add", "join: concat")],
            ["changed | unit | join add -> concat | output 8x8x4 -> 8x8x8 | +0 | +0"],
        ),
        (
            BRANCHES,
            [("      shortcut: []\n", "")],
            ["removed | unit | Branches, joins its branches: add | 8x8x4 | +0 | +0"],
        ),
        (
            BRANCHES,
            [("shortcut: []", "shortcut: [{name: conv, type: Conv2d, out_channels: 4, "
              "kernel_size: 1}, {name: act, type: ReLU}]")],
            ["added | unit.shortcut | Conv2d + ReLU | 8x8x4 | +20 | +1024"],
        ),
        (
            BASE,
            [(CONV2, "  - {name: conv2, join: add, branches: {body: [{name: conv, type: Conv2d, "
              "out_channels: 8, kernel_size: 1}], shortcut: []}}\n")],
            [
                "added | conv2.body.conv | Conv2d 1x1 | 32x32x8 | +72 | +65536",
                "changed | conv2 | Conv2d -> Branches | join nothing -> add | -584 | -589824",
            ],
        ),
        (
            REPEATED,
            [("repeat: 2", "repeat: 5")],
            ["added | stage.2-4 | 3 x Unit | 8x8x4 | +60 | +3072"],
        ),
        (
            REPEATED,
            [("type: ReLU", "type: GELU")],
            ["changed | stage.0-1.act | each of 2: ReLU -> GELU | +0 | +0"],
        ),
        (
            REPEATED,
            [("name: stage", "name: body")],
            ["renamed | body | was stage, with 4 layers inside | +0 | +0"],
        ),
        (
            REPEATED,
            [("  Unit:", "  Other:"), ("type: Unit", "type: Other")],
            ["changed | stage.0-1 | each of 2: Unit -> Other | +0 | +0"],
        ),
        (
            REPEATED,
            [("[{name: stage, type: Unit, repeat: 2}]",
              "[{name: stem, layers: [{name: stage, type: Unit, repeat: 2}]}]")],
            ["renamed | stem.stage | was stage, with 4 layers inside | +0 | +0"],
        ),
    ],
)  # fmt: skip
def test_what_an_edit_comes_to(
    spec: str, edits: list[tuple[str, str]], expected: list[str]
) -> None:
    assert told(spec, edited(spec, *edits)) == expected


@pytest.mark.parametrize(
    ("layer", "old", "new"),
    [("LSTM, hidden_size: 4", "h", "c"), ("Chunk, chunks: 2", "0", "1")],
)
def test_another_output_of_a_layer_is_told_by_its_name(layer: str, old: str, new: str) -> None:
    spec = (
        f"input: 5x8\nlayers:\n  - {{name: a, type: {layer}}}\n"
        f"  - {{name: b, type: Flatten, from: a.{old}}}\n"
    )
    after = spec.replace(f"a.{old}", f"a.{new}")
    assert told(spec, after) == [f"changed | b | from a.{old} -> a.{new} | +0 | +0"]


def test_there_and_back_again_add_up() -> None:
    names = ["inception3a-naive", "inception3a", "resnet18", "resnet50", "shufflenet_v2_x1_0",
             "inception_v3"]  # fmt: skip
    summaries = [shapecalc.load(name).summary() for name in names]
    for before in summaries:
        for after in summaries:
            there, back = Comparison(before, after), Comparison(after, before)
            for comparison in (there, back):
                by_key = {total.key: total.growth for total in comparison.totals}
                assert sum(change.params for change in comparison.changes) == by_key["params"]
                assert sum(change.macs for change in comparison.changes) == by_key["macs"]
            assert there.differs == (before is not after)


def test_the_reductions_of_inception3a_save_more_than_half() -> None:
    """The claim of Szegedy et al. 2015, section 4, on the module that the tables show."""
    before = shapecalc.load("inception3a-naive").summary()
    after = shapecalc.load("inception3a").summary()
    comparison = Comparison(before, after)
    assert {total.key: (total.growth, total.percent) for total in comparison.totals} == {
        "params": (163_696 - 387_296, "-57.7"),
        "macs": (128_049_152 - 303_464_448, "-57.8"),
        "memory": (401_408, "+12.1"),
        "peak_memory": (-702_464, "-26.9"),
    }
    assert verdict(comparison) == "Params -57.7%, MACs -57.8%"


def test_outputs_that_other_layers_put_out() -> None:
    comparison = compare(BASE + "outputs: [relu1]\n", BASE + "outputs: [conv2]\n")
    assert comparison.changes == []
    assert comparison.differs


@pytest.mark.parametrize(
    ("growth", "before", "text"),
    [
        (0, 5, "0.0"),
        (1, 3, "+33.3"),
        (-2, 3, "-66.7"),
        (1, 2000, "+0.1"),
        (-1, 2001, None),
        (1, 10**12, None),
        (5, 0, None),
        (10**40, 3 * 10**40, "+33.3"),
    ],
)
def test_growth_in_percent(growth: int, before: int, text: str | None) -> None:
    assert Total("macs", before, before + growth).percent == text


def test_growth_too_small_for_a_percent_is_said_as_it_is() -> None:
    wide = BASE.replace("out_channels: 8", "out_channels: 100")
    comparison = compare(wide, wide.replace("relu2, type: ReLU", "relu2, type: PReLU"))
    assert verdict(comparison) == "Params +1, MACs same"


@pytest.mark.parametrize(
    ("bound", "amount", "holds", "headroom"),
    [
        (1000, 1000, True, "0.0"),
        (1000, 999, True, "0.1"),
        (10_000, 9_999, True, "0.0"),
        (10_000, 10_001, False, "-0.1"),
        (0, 0, True, None),
        (0, 1, False, None),
    ],
)
def test_headroom(bound: int, amount: int, holds: bool, headroom: str | None) -> None:
    budget = Budget("params", bound, amount)
    assert (budget.holds, budget.percent) == (holds, headroom)


words = st.lists(st.integers(0, 3), max_size=14)


def longest_common(old: list[int], new: list[int]) -> int:
    best = [0] * (len(new) + 1)
    for x in old:
        row = [0]
        for index, y in enumerate(new):
            row.append(best[index] + 1 if x == y else max(best[index + 1], row[-1]))
        best = row
    return best[-1]


@given(words, words, st.integers(1, 30))
def test_aligned_is_a_longest_common_subsequence(
    old: list[int], new: list[int], edits: int
) -> None:
    before = alignment.MAXIMUM_EDITS
    alignment.MAXIMUM_EDITS = edits
    try:
        pairs = aligned(old, new)
    finally:
        alignment.MAXIMUM_EDITS = before
    assert all(old[x] == new[y] for x, y in pairs)
    assert all(x < u and y < v for (x, y), (u, v) in pairwise(pairs))
    if edits >= len(old) + len(new):
        assert len(pairs) == longest_common(old, new)
    between = list(gaps(pairs, len(old), len(new)))
    assert sum(len(x) for x, _ in between) == len(old) - len(pairs)
    assert sum(len(y) for _, y in between) == len(new) - len(pairs)


@given(words)
def test_longest_increasing(numbers: list[int]) -> None:
    found = longest_increasing(numbers)
    picked = [numbers[index] for index in found]
    assert found == sorted(set(found))
    assert picked == sorted(set(picked))
    assert len(picked) == longest_common(numbers, sorted(set(numbers)))


def network(layers: int, name: str, first: int) -> str:
    lines = (
        f"  - {{{name.format(index)}type: Conv2d, out_channels: {1 + index * first % 61}, "
        f"kernel_size: 1}}"
        for index in range(layers)
    )
    return "input: 8x8x3\nlayers:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("old", "new"), [("", ""), ("name: a{}, ", "name: b{}, ")])
def test_many_layers_of_which_none_is_the_same(old: str, new: str, count: int) -> None:
    before = shapecalc.loads(network(count, old, 7)).summary()
    after = shapecalc.loads(network(count, new, 11)).summary()
    start = process_time()
    comparison = Comparison(before, after)
    assert process_time() - start < 10  # the square of the length would take minutes
    assert len(comparison.changes) > 0.9 * count
