"""Weights that are frozen, or another layer's: what is counted of them."""

from __future__ import annotations

import json

import pytest
from lines import texts

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.check.lock_entries import lines as lock_lines
from shapecalc.diff.comparison import Comparison
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options


def summary_of(layers: str, input: str = "12x8") -> Summary:
    return shapecalc.loads(f"input: {input}\nlayers:\n{layers}").summary()


FROZEN = """\
  - {name: a, type: Conv1d, out_channels: 8, kernel_size: 1, trainable: false}
  - {name: b, type: Conv1d, out_channels: 8, kernel_size: 1}
  - name: group
    trainable: 1 > 2
    layers:
      - {name: norm, type: BatchNorm1d}
      - name: inner
        trainable: true
        layers: [{name: conv, type: Conv1d, out_channels: 4, kernel_size: 1}]
  - name: sides
    branches:
      left:
        trainable: false
        layers: [{name: conv, type: Conv1d, out_channels: 2, kernel_size: 1}]
      right: [{name: conv, type: Conv1d, out_channels: 2, kernel_size: 1}]
  - {name: row, type: Affine, repeat: 3, trainable: index >= 2}
"""


def test_everything_inside_is_frozen() -> None:
    summary = summary_of(FROZEN)
    found = {node.path: (node.params, node.trainable_params) for node, _ in summary.walk()}
    assert found == {
        "a": (72, 0),
        "b": (72, 72),
        "group": (52, 0),
        "group.norm": (16, 0),
        "group.inner": (36, 0),
        "group.inner.conv": (36, 0),
        "sides": (20, 10),
        "sides.left": (10, 0),
        "sides.left.conv": (10, 0),
        "sides.right": (10, 10),
        "sides.right.conv": (10, 10),
        "row.0": (8, 0),
        "row.1": (8, 0),
        "row.2": (8, 8),
    }
    assert (summary.params, summary.trainable_params) == (240, 90)


def test_totals_tell_them_apart_where_any_is_frozen() -> None:
    summary = summary_of(FROZEN)
    table = "\n".join(texts(EXPORTERS["markdown"].export(summary, Options())))
    assert "Trainable params" in table
    assert "90 (150 are frozen)" in table
    written = json.loads("\n".join(texts(EXPORTERS["json"].export(summary, Options()))))
    totals = written["totals"]
    assert (totals["params"], totals["trainable_params"]) == (240, 90)
    rows = {row["path"]: row["trainable_params"] for row in written["layers"]}
    assert (rows["group"], rows["row.1"], rows["row.2"]) == (0, 0, 8)
    plain = summary_of("  - {type: Affine}")
    assert "Trainable" not in "\n".join(texts(EXPORTERS["markdown"].export(plain, Options())))
    assert plain.trainable_params == plain.params


def test_a_lock_and_a_comparison_see_it() -> None:
    layer = "  - {name: a, type: Affine, trainable: %s}\n  - {type: ReLU, trainable: false}"
    frozen, free = (summary_of(layer % word) for word in ("false", "true"))
    first, second = list(lock_lines(frozen, None))[1:]
    assert first == "- a: Affine trainable=false 12x8 -> 12x8 params=16 macs=0\n"
    assert second == "- relu: ReLU 12x8 -> 12x8 params=0 macs=0\n"  # it has nothing to freeze
    assert "trainable" not in "".join(lock_lines(free, None))
    (change,) = Comparison(frozen, free).changes
    assert [(each.key, each.before, each.after) for each in change.fields] == [
        ("trainable", False, True)
    ]


@pytest.mark.parametrize("value", ["1", "maybe", "index", "[true]"])
def test_it_is_true_or_false(value: str) -> None:
    with pytest.raises(shapecalc.SpecError):
        summary_of(f"  - {{type: Affine, trainable: {value}}}")


def test_a_weight_that_is_shared_counts_as_it_is_owned() -> None:
    summary = summary_of(
        "  - {name: a, type: Conv1d, out_channels: 8, kernel_size: 1, trainable: false}\n"
        "  - {type: Conv1d, out_channels: 8, kernel_size: 1, shares: a}\n"
    )
    assert (summary.params, summary.trainable_params) == (72, 0)


TIED = """\
  - {name: table, type: Embedding, num_embeddings: 50, embedding_dim: 8}
  - {name: head, type: Linear, out_features: 50, per_position: true, %s}
"""


def test_a_table_and_the_head_of_a_language_model_are_one_weight() -> None:
    summary = summary_of(TIED % "bias: false, shares: table", '"12"')
    table, head = summary.layers
    assert (table.params, head.params, head.used_params) == (400, 0, 400)
    assert (summary.params, summary.weights) == (400, 1600)
    assert head.bytes_moved == 4 * (12 * 8 + 12 * 50 + 400)
    assert head.macs == 12 * 8 * 50
    biased = summary_of(TIED % "shares: table", '"12"')
    assert [layer.params for layer in biased.layers] == [400, 50]
    assert biased.layers[1].used_params == 450
    assert biased.weights == 1800


@pytest.mark.parametrize(
    ("first", "second", "params"),
    [
        # the channels are exchanged; the bias of each is its own
        ("Conv1d, out_channels: 4", "ConvTranspose1d, out_channels: 8", (100, 8)),
        ("Conv1d, out_channels: 4", "ConvTranspose1d, out_channels: 8, bias: false", (100, 0)),
        ("Conv1d, out_channels: 8, bias: false", "Conv1d, out_channels: 8", (192, 8)),
        ("Conv1d, out_channels: 8", "Conv1d, out_channels: 8, bias: false", (200, 0)),
        ("Conv1d, out_channels: 8", "Conv1d, out_channels: 8", (200, 0)),
        # square ones too: PyTorch ties the weight alone
        ("Conv1d, out_channels: 8", "ConvTranspose1d, out_channels: 8", (200, 8)),
    ],
)
def test_weights_are_shared_as_pytorch_lays_them_out(
    first: str, second: str, params: tuple[int, int]
) -> None:
    summary = summary_of(
        f"  - {{name: a, type: {first}, kernel_size: 3}}\n"
        f"  - {{name: b, type: {second}, kernel_size: 3, shares: a}}\n"
    )
    assert tuple(layer.params for layer in summary.layers) == params


def test_fixed_weights_are_shared_as_buffers() -> None:
    conv = "type: Conv1d, out_channels: 8, kernel_size: 3, learned: false"
    summary = summary_of(
        f"  - {{name: a, {conv}, bias: false}}\n  - {{name: b, {conv}, shares: a}}\n"
    )
    assert [(layer.params, layer.buffers) for layer in summary.layers] == [(0, 192), (0, 8)]


@pytest.mark.parametrize(
    "second",
    [
        "Conv1d, out_channels: 8, kernel_size: 3, weight_norm: true",
        "Conv1d, out_channels: 8, kernel_size: 3, learned: false",
        "ConvTranspose1d, out_channels: 4, kernel_size: 3",
        "Linear, out_features: 8, per_position: true",
        "LocallyConnected1d, out_channels: 8, kernel_size: 3",
    ],
)
def test_weights_that_differ_are_not_shared(second: str) -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        summary_of(
            "  - {name: a, type: Conv1d, out_channels: 8, kernel_size: 3}\n"
            f"  - {{name: b, type: {second}, shares: a}}\n"
        )
    (problem,) = caught.value.problems
    assert problem.code == "SC116"
    assert "cannot share the weights of a, Conv1d with 200" in problem.message
