"""What is fused, which weights that leaves, and the bytes that are moved: by hand."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

import shapecalc
from shapecalc.analysis.summary import Summary


def fused(layers: str, head: str = "input: 8x8x4", dtype: str = "int8") -> Summary:
    """The summary of a few layers, a line each."""
    lines = "\n".join(f"  - {line.strip()}" for line in layers.strip().splitlines())
    return shapecalc.loads(f"{head}\nlayers:\n{lines}\n").summary(dtype=dtype, fuse=True)


CONV = "{name: conv, type: Conv2d, out_channels: 6, kernel_size: 3, padding: 1, bias: false}"
WEIGHTS = 4 * 6 * 9
SIZE = 8 * 8 * 6


def test_a_convolution_with_its_norm_and_activation_is_one_tensor() -> None:
    summary = fused(f"{CONV}\n{{type: BatchNorm2d}}\n{{type: ReLU}}")
    conv, norm, relu = summary.layers
    assert [layer.memory for layer in summary.layers] == [SIZE, 0, 0]
    assert [layer.weights for layer in summary.layers] == [WEIGHTS, 6, 0]  # a bias is left
    assert [summary.alive(layer) for layer in summary.layers] == [256 + SIZE, SIZE, SIZE]
    assert [layer.bytes_moved for layer in summary.layers] == [256 + SIZE + WEIGHTS, 6, 0]
    assert (summary.memory, summary.weights) == (SIZE, WEIGHTS + 6)
    assert summary.bytes_moved == 256 + SIZE + WEIGHTS + 6
    assert summary.fused == {"BatchNorm2d": 1, "ReLU": 1}
    assert (norm.params, norm.buffers) == (12, 13)  # they stay the network's
    assert conv.intensity == Fraction(conv.macs, conv.bytes_moved)
    assert (norm.intensity, relu.intensity) == (Fraction(0), None)


def test_without_fusing_every_layer_has_a_tensor() -> None:
    text = f"input: 8x8x4\nlayers: [{CONV}, {{type: BatchNorm2d}}, {{type: ReLU}}]"
    summary = shapecalc.loads(text).summary(dtype="int8")
    assert [layer.memory for layer in summary.layers] == [SIZE] * 3
    assert [layer.weights for layer in summary.layers] == [WEIGHTS, 25, 0]
    moved = [256 + SIZE + WEIGHTS, 2 * SIZE + 25, 2 * SIZE]
    assert [layer.bytes_moved for layer in summary.layers] == moved
    assert (summary.fuse, summary.fused) == (False, {})


@pytest.mark.parametrize(
    ("layers", "weights"),
    [
        # a bias that is there takes up the norm's
        (f"{CONV.replace('false', 'true')}\n{{name: norm, type: BatchNorm2d}}", 0),
        (f"{CONV}\n{{type: Dropout}}\n{{name: norm, type: BatchNorm2d}}", 6),
        (f"{CONV}\n{{name: norm, type: InstanceNorm2d, track_running_stats: true}}", 6),
        ("{type: Flatten}\n{type: Linear, out_features: 6}\n{name: norm, type: BatchNorm1d}", 0),
        # a factor alone leaves nothing, a summand a bias where there is none
        (f"{CONV}\n{{name: norm, type: Affine, bias: false}}", 0),
        (f"{CONV}\n{{name: norm, type: Affine, weight: false}}", 6),
        (f"{CONV}\n{{name: norm, type: Affine}}", 6),
        (f"{CONV.replace('false', 'true')}\n{{name: norm, type: Affine}}", 0),
        # after one that is folded it goes with it, into a bias that is there by then
        (f"{CONV}\n{{type: BatchNorm2d, affine: false}}\n{{name: norm, type: Affine}}", 0),
        (f"{CONV}\n{{type: Affine, bias: false}}\n{{name: norm, type: BatchNorm2d}}", 6),
        (f"{CONV}\n{{type: ReLU}}\n{{type: BatchNorm2d}}\n{{name: norm, type: Affine}}", 12),
        # after something else it is not folded
        (f"{CONV}\n{{type: ReLU}}\n{{name: norm, type: BatchNorm2d}}", 25),
        ("{type: MaxPool2d, kernel_size: 2}\n{name: norm, type: BatchNorm2d}", 17),
        ("{name: norm, type: BatchNorm2d}", 17),
        # nor where it looks at the numbers themselves, or where the channels are others
        (f"{CONV}\n{{name: norm, type: BatchNorm2d, track_running_stats: false}}", 12),
        (f"{CONV}\n{{name: norm, type: GroupNorm, num_groups: 2}}", 12),
        (f"{CONV}\n{{type: Flatten}}\n{{name: norm, type: BatchNorm1d}}", 4 * SIZE + 1),
        # nor where the convolution's output is used without it
        (f"{CONV}\n{{name: norm, type: BatchNorm2d}}\n{{type: Concat, from: [conv, norm]}}", 25),
        # nor where its weights, or the convolution's, are another's as well
        (
            f"{CONV}\n{{name: norm, type: BatchNorm2d}}\n"
            f"{CONV.replace('name: conv', 'name: again, shares: conv, from: input')}\n"
            "{type: Add, from: [norm, again]}",
            25,
        ),
        (
            f"{CONV}\n{{name: norm, type: BatchNorm2d}}\n"
            "{type: Conv2d, out_channels: 6, kernel_size: 1}\n"
            "{name: last, type: BatchNorm2d, shares: norm}",
            25,
        ),
    ],
)
def test_which_norms_are_folded(layers: str, weights: int) -> None:
    summary = fused(layers)
    (norm,) = (layer for layer in summary.layers if layer.name == "norm")
    assert norm.weights == weights


def test_a_sum_and_its_activation_overwrite_the_branch() -> None:
    summary = fused(
        "{name: block, join: add, branches: {body: ["
        "{type: Conv2d, out_channels: 4, kernel_size: 1}, {type: ReLU}, "
        "{type: Conv2d, out_channels: 4, kernel_size: 1}], shortcut: []}}\n{type: ReLU}"
    )
    # the input and one tensor of the same size, then three: the second convolution's as well
    assert summary.memory == 2 * 256
    assert summary.peak_memory == 3 * 256
    assert summary.peak_layer is summary.layers[2]
    assert summary.fused == {"ReLU": 2, "Add": 1}
    (block, _) = summary.items
    # both convolutions read and write, the sum reads the shortcut
    assert block.bytes_moved == 2 * (256 + 256 + 20) + 256


def test_what_another_layer_takes_is_not_overwritten() -> None:
    conv = CONV.replace("out_channels: 6", "out_channels: 4")
    summary = fused(f"{conv}\n{{name: a, type: ReLU}}\n{{type: Add, from: [conv, a]}}")
    assert [layer.memory for layer in summary.layers] == [256, 256, 0]
    # not through a view of it either
    view = f"{conv}\n{{name: b, type: Dropout}}\n{{name: a, type: ReLU}}"
    summary = fused(f"{view}\n{{type: Concat, from: [conv, a]}}")
    assert [layer.memory for layer in summary.layers] == [256, 0, 256, 512]


def test_inputs_and_outputs_of_the_network_are_not_overwritten() -> None:
    summary = fused("{type: ReLU}\n{type: ReLU}")
    assert [layer.memory for layer in summary.layers] == [256, 0]
    head = "input: 8x8x4\noutputs: [conv, relu]"
    summary = fused(f"{CONV}\n{{name: relu, type: ReLU}}", head)
    assert [layer.memory for layer in summary.layers] == [SIZE, SIZE]
    # a view of it is as good as the output itself
    head = "input: 8x8x4\noutputs: [view, relu]"
    summary = fused(f"{CONV}\n{{name: view, type: Dropout}}\n{{name: relu, type: ReLU}}", head)
    assert [layer.memory for layer in summary.layers] == [SIZE, 0, SIZE]


def test_what_broadcasts_is_written_over_the_larger() -> None:
    gate = "{name: gate, type: AdaptiveAvgPool2d, output_size: 1, from: other}"
    other = "{name: other, type: Conv2d, out_channels: 6, kernel_size: 3, from: input}"
    summary = fused(f"{CONV}\n{other}\n{gate}\n{{type: Multiply, from: [gate, conv]}}")
    assert summary.layers[-1].memory == 0
    summary = fused(
        f"{CONV}\n{gate.replace('other', 'conv')}\n{{type: Multiply, from: [gate, conv]}}"
    )
    assert summary.layers[-1].memory == SIZE  # the pool takes conv as well


def test_shared_weights_are_read_twice_and_kept_once() -> None:
    conv = "type: Conv2d, out_channels: 4, kernel_size: 1, bias: false"
    summary = fused(f"{{name: a, {conv}}}\n{{name: b, {conv}, shares: a}}")
    assert [layer.weights for layer in summary.layers] == [16, 0]
    assert [layer.bytes_moved for layer in summary.layers] == [528, 528]


def test_four_bits_are_rounded_up_for_each_tensor_and_each_layer() -> None:
    layers = "{type: Linear, out_features: 3, bias: false}\n{type: Linear, out_features: 3}"
    summary = fused(layers, "input: 3", "weights=int4,activations=int4")
    assert [layer.weights for layer in summary.layers] == [5, 6]
    assert (summary.weights, summary.memory, summary.peak_memory) == (11, 4, 4)
    assert summary.dtype == "int4"


def test_weights_and_activations_have_types_of_their_own() -> None:
    summary = fused(CONV, dtype="weights=int8,activations=float16")
    assert (summary.weights, summary.memory) == (WEIGHTS, 2 * SIZE)
    assert summary.bytes_moved == WEIGHTS + 2 * (256 + SIZE)


def test_shares_of_totals() -> None:
    summary = fused(f"{CONV}\n{{name: b, type: BatchNorm2d}}")
    conv, norm = summary.layers
    assert summary.share(conv, "macs") == 1
    assert summary.share(norm, "params") == Fraction(12, WEIGHTS + 12)
    assert sum(summary.share(layer, "params") for layer in summary.layers) == 1
    nothing = fused("{type: ReLU}")
    assert nothing.share(nothing.layers[0], "macs") == 0


def test_a_copy_is_fused_too() -> None:
    summary = fused(f"{CONV}\n{{type: ReLU}}")
    copy = pickle.loads(pickle.dumps(summary))
    assert (copy.fuse, copy.fused, copy.memory) == (True, {"ReLU": 1}, SIZE)
