"""`shapecalc explain`: which layers, in which format, and what is said where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from folders import TOP
from running import Run, run

import shapecalc
from shapecalc.analysis.reductions import Savings
from shapecalc.check.runs import variants_to_run

MANY = """
name: many
input: 8x8x4
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 1, repeat: 5000}
"""


def explain(*words: str, given: str = "") -> Run:
    """The command with something on standard input."""
    return run("explain", *words, given=given.encode(), folder=TOP)


def paths(found: Run) -> list[str]:
    """The layers that an explanation in JSON is of."""
    return [layer["path"] for layer in json.loads(found.out)["layers"]]


def test_without_a_layer_all_are_explained_and_the_totals() -> None:
    found = explain("googlenet-stem", "--to", "json")
    assert paths(found)[:2] == ["conv1", "maxpool1"]
    assert paths(found)[-1] == "inception3a.branch4.relu"
    totals = {each["figure"]: each for each in json.loads(found.out)["totals"]}
    assert totals["params"]["derivation"] == "9472 + 110784 + 163696"


def test_a_block_is_explained_with_everything_inside_and_nothing_twice() -> None:
    found = explain(
        "googlenet-stem", "inception3a.branch1", "inception3a.branch1.conv", "--to", "json"
    )
    branch = "inception3a.branch1"
    assert paths(found) == [branch, f"{branch}.conv", f"{branch}.relu"]
    assert "totals" not in json.loads(found.out)


def test_the_name_of_an_item_stands_for_all_of_its_repeats() -> None:
    assert paths(explain("vgg16", "conv1", "--to", "json"))[::3] == ["conv1.0", "conv1.1"]
    found = explain("resnet50", "layer1", "layer4.2", "--without-reductions", "--to", "json")
    blocks = json.loads(found.out)["blocks"]
    assert [each["path"] for each in blocks] == ["layer1.1", "layer1.2", "layer4.2"]


def test_what_is_given_is_explained() -> None:
    found = explain("vgg16", "conv1.0.conv", "--input", "64x64x3", "--batch", "2")
    assert "(64 + 2*1 - 1*(3 - 1) - 1) // 1 + 1 = 64" in found.out
    assert "3*3*3*64*64*64*2" in found.out


def test_positions_that_are_dropped_along_an_axis_without_a_name_are_told() -> None:
    text = "input: 2x3x4x9x8\nlayers: [{type: MaxPool3d, kernel_size: 1x1x4, leading: 1}]"
    assert "Dropped positions (axis 4)  (in_axis4" in explain("-", given=text).out
    text = text.replace("2x3x4x9x8", "4x9x8").replace(
        "3d, kernel_size: 1x1x4", "1d, kernel_size: 4"
    )
    assert "Dropped columns" in explain("-", given=text).out


def test_an_unknown_layer_is_told_what_may_be_meant() -> None:
    found = explain("googlenet-stem", "inception3a.branch1.con")
    assert found.status == 2
    assert found.out == ""
    assert (
        "unknown layer 'inception3a.branch1.con'; did you mean 'inception3a.branch1.conv'?"
        in found.err
    )


def test_too_many_layers_are_refused_before_anything_is_written() -> None:
    found = explain("-", given=MANY)
    assert (found.status, found.out) == (2, "")
    assert "explain takes at most 3,000 layers at once" in found.err
    assert explain("-", "a.4999", given=MANY).status == 0


def test_the_spec_itself_is_not_overwritten(tmp_path: Path) -> None:
    spec = tmp_path / "many.yaml"
    spec.write_text(MANY, "utf-8")
    found = run("explain", "many.yaml", "a.7", "-o", "many.yaml", folder=tmp_path)
    assert (found.status, found.out, spec.read_text("utf-8")) == (2, "", MANY)
    found = run("explain", "many.yaml", "a.7", "-o", "a.txt", folder=tmp_path)
    assert (found.status, found.out) == (0, "")
    assert (tmp_path / "a.txt").read_text("utf-8").startswith("a.7  Conv2d  8x8x4 -> 8x8x4")
    assert run("explain", "missing.yaml", folder=tmp_path).status == 2
    blocks = "blocks: {Own: {layers: [{type: ReLU}]}}\n"
    (tmp_path / "blocks.yaml").write_text(blocks, "utf-8")
    spec.write_text("import: [blocks.yaml]\ninput: 8x8x4\nlayers: [{type: Own}]\n", "utf-8")
    found = run("explain", "many.yaml", "-o", "blocks.yaml", folder=tmp_path)
    assert (found.status, (tmp_path / "blocks.yaml").read_text("utf-8")) == (2, blocks)


def test_a_wrong_spec_is_reported_as_by_the_table() -> None:
    text = MANY.replace("kernel_size", "kernelsize")
    assert explain("-", given=text)[::2] == run("table", "-", given=text.encode(), folder=TOP)[::2]


HOSTILE = r"""
name: "[red]x[/] | `y` $z$ <b> @me #1"
input: 8x8x4
layers:
  - {name: "a|b`*_<i>$(x)", type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: "\e[31mred\a", type: ReLU}
  - {type: Add, from: ["a|b`*_<i>$(x)", "\e[31mred\a"]}
"""


def test_names_do_nothing_in_any_format() -> None:
    for to in ("text", "markdown", "json"):
        found = explain("-", "--to", to, given=HOSTILE)
        assert found.status == 0, found.err
        assert "\x1b" not in found.out
        assert "\a" not in found.out
    rows = [
        line
        for line in explain("-", "--to", "markdown", given=HOSTILE).out.splitlines()
        if line[:1] == "|"
    ]
    assert all(line.replace("\\|", "").count("|") == 4 for line in rows)
    assert "<i>" not in "".join(rows).replace("\\<i>", "")


NAIVE = shapecalc.load("inception3a-naive").summary()


def test_the_documents_claim_in_figures() -> None:
    """The module without its reductions is the bundled one that is written without them."""
    found = explain("inception3a", "--without-reductions", "--to", "json")
    (block,) = json.loads(found.out)["blocks"]
    assert block["without"] == list(NAIVE.output)
    assert {each["figure"]: each["without"] for each in block["figures"]} == {
        "params": NAIVE.params,
        "macs": NAIVE.macs,
        "activation_bytes": NAIVE.memory,
    }
    text = explain("inception3a", "--without-reductions").out
    assert "387296 - 163696 = 223600 (-57.7%)" in text


@pytest.mark.parametrize("name", ["googlenet", "resnet", "squeezenet", "densenet", "inception_v3"])
def test_of_any_block_what_is_kept_is_what_it_costs(name: str) -> None:
    spec = shapecalc.load(name)
    for variant in variants_to_run(spec):
        summary = spec.summary(variant=variant)
        for saving in Savings(summary, summary.items).blocks:
            assert saving.kept.params == saving.node.params
            assert saving.kept.macs == saving.node.macs
            assert saving.kept.memory == saving.node.memory
            assert saving.kept.output == saving.node.output


BOTTLENECK = """
name: b
input: 8x8x64
blocks:
  Narrow:
    layers:
      - {name: reduce, type: Conv2d, out_channels: 16, kernel_size: 1, in_channels: 64}
      - {name: norm, type: BatchNorm2d}
      - {name: relu, type: ReLU}
      - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1, in_channels: 16}
  Plain:
    layers:
      - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  Kept:
    layers:
      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 1}
      - {name: next, type: Conv2d, out_channels: 16, kernel_size: 1}
layers:
  - {name: a, type: Narrow}
  - {name: b, type: Plain, from: input}
  - {name: c, type: Kept, from: input}
"""


def test_a_reduction_goes_with_the_norm_and_the_activation_after_it() -> None:
    summary = shapecalc.loads(BOTTLENECK).summary()
    (saving,) = Savings(summary, summary.items).blocks
    plain = summary.items[1]
    assert saving.node.name == "a"
    assert [each.name for each in saving.reductions] == ["reduce"]
    assert saving.without.params == plain.params
    assert saving.without.macs == plain.macs
    assert saving.without.memory == plain.memory


WITHIN = """
name: w
input: 8x8x64
layers:
  - {name: pool, type: MaxPool2d, kernel_size: 1}
  - name: block
    join: concat
    branches:
      one:
        - {name: reduce, type: Conv2d, out_channels: 16, kernel_size: 1}
        - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
      two:
        - {name: last, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: next, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
"""


@pytest.mark.parametrize(
    ("change", "to", "found"),
    [
        ("w", "w", ["block.one.reduce"]),  # a pool outside a block is no part of a branch
        (
            "{name: last",
            "{name: p, type: AvgPool2d, kernel_size: 1}\n        - {name: last",
            [
                "block.one.reduce",
                "block.two.last",
            ],
        ),
        ("{name: next", "{name: next, from: block.one.reduce", []),
        ("input: 8x8x64", "input: 8x8x64\noutputs: [next, block.one.reduce]", []),
        (
            "16, kernel_size: 1}\n        - {name: conv",
            "16, kernel_size: 1, stride: 1}\n"
            "        - {name: r, type: ReLU}\n        - {name: conv",
            ["block.one.reduce"],
        ),
        ("kernel_size: 3, padding: 1}\n      two", "kernel_size: 1}\n      two", []),
        (
            "  - name: block",
            "  - {name: narrow, type: Conv2d, out_channels: 32, kernel_size: 1}\n  - name: block",
            ["block.one.reduce"],
        ),
    ],
)
def test_what_a_reduction_of_a_block_is(change: str, to: str, found: list[str]) -> None:
    """Its numbers go on within the block alone, to what is larger or from a pool."""
    assert change in WITHIN
    told = explain("-", "--without-reductions", "--to", "json", given=WITHIN.replace(change, to, 1))
    blocks = json.loads(told.out)["blocks"]
    assert [each["path"] for block in blocks for each in block["reductions"]] == found


SHARED = """
name: s
input: 8x8x64
layers:
  - name: block
    layers:
      - {name: reduce, type: Conv2d, out_channels: 16, kernel_size: 1}
      - {name: conv, type: Conv2d, out_channels: OUT, kernel_size: 3, padding: 1}
      - {name: again, type: Conv2d, out_channels: 16, kernel_size: SIZE, shares: OWNER}
"""


@pytest.mark.parametrize(
    ("owner", "out", "size"), [("reduce", "64", "1"), ("conv", "16", "3"), ("", "64", "1")]
)
def test_weights_that_are_shared_and_would_not_be_there_are_refused(
    owner: str, out: str, size: str
) -> None:
    text = SHARED.replace("OUT", out).replace("SIZE", size).replace("OWNER", owner)
    found = explain("-", "--without-reductions", given=text.replace(", shares: }", "}"))
    if owner:
        assert (found.status, found.out) == (2, "")
        assert f"block.again shares the weights of block.{owner}" in found.err
    else:
        assert found.status == 0
        assert "reduce 64 -> 16" in found.out


def test_savings_are_of_what_is_not_fused() -> None:
    found = explain("inception3a", "--without-reductions", "--fuse")
    assert (found.status, found.out) == (2, "")
    assert "compares what is not fused: remove --fuse" in found.err


def test_where_nothing_is_reduced_it_says_so() -> None:
    found = explain("vgg16", "--without-reductions")
    assert found.status == 0
    assert "1x1 reductions  nothing" in found.out


def test_a_block_that_cannot_be_run_without_them_is_refused() -> None:
    text = (
        BOTTLENECK.replace("padding: 1, in_channels: 16", "padding: 1, groups: 16")
        .replace("input: 8x8x64", "input: 8x8x24")
        .replace(", in_channels: 64", "")
    )
    found = explain("-", "a", "--without-reductions", given=text)
    assert (found.status, found.out) == (2, "")
    assert "groups 16 does not divide in_channels 24" in found.err
