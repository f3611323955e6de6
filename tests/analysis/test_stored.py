"""Tensors that come from no input: weights, of which a batch has one, and so has what follows from
them alone."""

from __future__ import annotations

import pytest

import shapecalc

SPEC = """\
input: 4x6
layers:
  - {name: token, type: Parameter, shape: 1x6}
  - {name: tokens, type: Concat, from: [token, input], dim: length}
  - {name: scores, type: MatMul, from: [tokens, turned]}
  - {name: table, type: Buffer, shape: 3x3x2}
  - {name: hidden, type: Linear, out_features: 8, per_position: true}
  - {name: gate, type: ReLU}
  - {name: biases, type: Linear, out_features: 2, per_position: true, bias: false}
outputs: [scores, biases]
""".replace(
    "  - {name: scores",
    "  - {name: turned, type: Transpose, dim0: channels, dim1: length}\n  - {name: scores",
)


def summary(batch: int = 1, fuse: bool = False, dtype: str = "float32") -> shapecalc.Summary:
    """The network, for a batch."""
    return shapecalc.loads(SPEC).summary(batch=batch, fuse=fuse, dtype=dtype)


@pytest.mark.parametrize("fuse", [False, True])
def test_a_batch_multiplies_only_what_depends_on_an_input(fuse: bool) -> None:
    one, many = ({node.path: node for node in summary(batch, fuse).layers} for batch in (1, 7))
    assert {path for path, node in one.items() if node.constant} == {
        *("token", "table", "hidden", "gate", "biases")
    }
    for path, node in many.items():
        times = 1 if node.constant else 7
        assert node.macs == one[path].macs * times
        assert node.memory == one[path].memory * times
        assert (node.params, node.weights) == (one[path].params, one[path].weights)
    assert one["hidden"].macs == 9 * 2 * 8
    assert one["scores"].macs == 5 * 5 * 6


def test_a_tensor_of_weights_is_no_activation() -> None:
    found = summary(dtype="weights=int8,activations=float32")
    token, table = found.layers[0], found.layers[4]
    assert (token.params, token.buffers, token.weights, token.memory) == (6, 0, 6, 0)
    assert (table.params, table.buffers, table.weights, table.memory) == (0, 18, 18, 0)
    assert token.bytes_moved == 6
    tokens = found.layers[1]
    assert tokens.bytes_moved == 4 * (4 * 6 + 5 * 6)  # the input and the output, not the weights
    assert found.params == 6 + (2 * 8 + 8) + 8 * 2
    alive = [found.alive(node) for node in found.layers]
    assert alive[0] == 4 * 4 * 6
    assert alive[1] == 4 * (4 * 6 + 5 * 6)


def test_nothing_is_written_over_what_the_next_run_needs() -> None:
    basis = summary(fuse=True).basis
    assert not any(tensor.constant for tensor in basis.written_over)


def test_what_has_no_input_sees_nothing_of_it() -> None:
    found = summary()
    token, tokens = found.layers[:2]
    assert found.receptive_fields(token) == {}
    assert list(found.receptive_fields(tokens)) == ["input"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            "{type: Parameter, shape: 8x6, from: input}",
            "parameter: Parameter takes no input, got 1",
        ),
        ("{type: Buffer, shape: [2, -1]}", "shape [2, -1] has a size of -1"),
        ("{type: Parameter}", "missing shape in Parameter"),
        (
            "{type: Parameter, shape: [in_length, 6]}",
            "parameter: in_length is not defined here: the layer takes no input",
        ),
        ("{type: MatMul, from: [input, input]}", "they are 8x6 and 8x6"),
        ("{type: MatMul}", "matmul: MatMul needs 2 inputs, got 1"),
    ],
)
def test_what_is_refused(item: str, said: str) -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(f"input: 8x6\nlayers:\n  - {item}\n").summary()
    assert said in caught.value.problems[0].message


def test_a_block_of_several_inputs_may_begin_with_one() -> None:
    spec = """\
input: 4x6
blocks:
  Both:
    inputs: [x, y]
    layers:
      - {name: scale, type: Parameter, shape: [y.length, 1]}
      - {type: Add, from: [x, y, scale]}
layers:
  - {name: a, type: ReLU}
  - {name: parts, type: Chunk, chunks: 2}
  - {name: own, type: Parameter, shape: 4x6}
  - {type: Both, from: [a, own]}
"""
    assert str(shapecalc.loads(spec).summary().output) == "4x6"
