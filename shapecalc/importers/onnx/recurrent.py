"""Recurrent layers, a node a layer: stacked ones are as many nodes."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import ImportedLayer, Wire
from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.pieces import first_numbers, learned_pieces
from shapecalc.importers.onnx.stored import stored
from shapecalc.importers.onnx.values import BATCH, Computed, GraphTensor, TensorView, Weight
from shapecalc.importers.onnx.views import transposed_view, viewed, written
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant

_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
_ACTIVATIONS = {
    "RNN": ["tanh"],
    "GRU": ["sigmoid", "tanh"],
    "LSTM": ["sigmoid", "tanh", "tanh"],
}
"""The activations of a direction where none are said, which are the language's."""

_STATES = 5
"""The first input that is a state."""


def _recurrent(conversion: Conversion, node: OnnxNode) -> None:
    """A layer over a sequence. Raises Refusal."""
    direction = node.text("direction", "forward").lower()
    if direction not in ("forward", "reverse", "bidirectional"):
        raise conversion.refused(node, "its direction is none of ONNX's")
    directions = 2 if direction == "bidirectional" else 1
    sequence = _batch_first(conversion, node, 0)
    hidden = node.integer("hidden_size", 0)
    recurrence = conversion.constant(node, 2)
    if not hidden and recurrence is not None and recurrence.dims:
        hidden = recurrence.dims[-1]
    if hidden < 1:
        raise conversion.refused(node, "its hidden_size is missing")
    gates = _GATES[node.op] * hidden
    weights = [_weight(conversion, node, 1, (directions, gates, sequence.wire.shape.channels))]
    weights.append(_weight(conversion, node, 2, (directions, gates, hidden)))
    if node.input(3):
        weights.append(_weight(conversion, node, 3, (directions, 2 * gates)))
    _check(conversion, node)
    fields: dict[str, Any] = {"hidden_size": hidden}
    fields |= {} if node.input(3) else {"bias": False}
    fields |= {"bidirectional": True} if directions == 2 else {}
    fields |= _nonlinearity(conversion, node, directions)
    if direction == "reverse":
        conversion.network.remark(
            "a recurrent layer that reads a sequence from its end is written as one that reads it "
            "from its start, which has the same figures"
        )
    tensors = [sequence, *_states(conversion, node, (directions, hidden), sequence)]
    note = "reads the sequence from its end" if direction == "reverse" else None
    wire = _added(conversion, node, fields, tensors, weights, note)
    _set_outputs(conversion, node, GraphTensor(wire, (BATCH, 2, 1), sequence.batch), directions)


def _batch_first(conversion: Conversion, node: OnnxNode, index: int) -> GraphTensor:
    """An input with the axes batch, length and channels, of which files have the first two in the
    other order. Raises Refusal."""
    value = conversion.view(node, index)
    if len(value.dims) != 3:
        raise conversion.refused(node, f"its input {index} has {len(value.dims)} axes, not 3")
    is_first = bool(node.integer("layout", 0))
    length, size = value.dims[1::-1] if is_first else value.dims[:2]
    batch = value.batch if isinstance(value, GraphTensor) else value.source.batch
    if batch == size == 1:  # an axis of one place, which may stand anywhere
        value = viewed(value, node, (1, length, value.dims[2]))
    elif not is_first:
        value = transposed_view(value, node, (1, 0, 2))
    tensor = written(conversion, value) if isinstance(value, TensorView) else value
    if tensor.axes[1] == BATCH and tensor.dims[:2] == (1, 1):
        tensor = tensor._replace(axes=(BATCH, tensor.axes[0], tensor.axes[2]))
    if tensor.axes[0] != BATCH:
        what = "the batch" if BATCH in tensor.axes else "an axis of the network as the batch"
        raise conversion.stop(node, f"it runs along {what}")
    return conversion.channels_at(tensor, node, 2)


def _weight(conversion: Conversion, node: OnnxNode, index: int, dims: tuple[int, ...]) -> Constant:
    """Weights of sizes, which an exporter may have put together in the graph. Raises Refusal."""
    found = conversion.values.get(node.input(index))
    if isinstance(found, Computed):
        pieces = learned_pieces(conversion, node.input(index))
        if pieces and sum(prod(piece.dims) for piece in pieces) == prod(dims):
            return Weight(pieces[0].name, dims, True)
    weight = conversion.weight(node, index)
    if weight.dims != dims:
        found_text, wanted = ("x".join(map(str, each)) for each in (weight.dims, dims))
        raise conversion.refused(node, f"its input {index} is {found_text}, not {wanted}")
    return weight


def _check(conversion: Conversion, node: OnnxNode) -> None:
    """Refuse what the types do not have, and say what has no figure."""
    if node.op == "LSTM" and node.input(7):
        weight = conversion.constant(node, 7)
        if not isinstance(weight, Array) or any(weight.values):
            raise conversion.stop(node, "no layer type is an LSTM with peepholes")
    if node.op == "LSTM" and node.integer("input_forget", 0):
        raise conversion.stop(node, "no layer type is an LSTM whose input and forget gates are one")
    if node.has("clip"):
        conversion.network.remark(
            "recurrent layers that keep their numbers within a bound (clip) are written without "
            "it, which has no figure"
        )
    if node.op == "GRU" and not node.integer("linear_before_reset", 0):
        conversion.network.remark(
            "a GRU that resets its state before it is multiplied by weights, not after "
            "(linear_before_reset: 0), is written as the other, which has the same figures"
        )
    if node.input(4):
        conversion.network.remark(
            "recurrent layers are counted for the whole length, whatever the file has as the "
            "lengths of sequences"
        )


def _nonlinearity(conversion: Conversion, node: OnnxNode, directions: int) -> dict[str, Any]:
    """The field of an RNN that is not of tanh; other activations are said to be others."""
    usual = _ACTIVATIONS[node.op] * directions
    given = [each.lower() for each in node.texts("activations")] or usual
    if node.op == "RNN" and set(given) == {"relu"}:
        return {"nonlinearity": "relu"}
    if given != usual:
        conversion.network.remark(
            f"activations of a {node.op} that are not {' and '.join(dict.fromkeys(usual))} are "
            "written as these, which has the same figures"
        )
    return {}


def _states(
    conversion: Conversion, node: OnnxNode, dims: tuple[int, int], beside: GraphTensor
) -> list[GraphTensor]:
    """The initial states that are tensors, or are learned. Raises Refusal."""
    found: list[GraphTensor | None] = []
    for index in range(_STATES, _STATES + (2 if node.op == "LSTM" else 1)):
        value = conversion.values.get(node.input(index))
        if value is None:
            found.append(None)
        elif isinstance(value, Array | Weight | Computed):
            found.append(_constant_state(conversion, node, index, dims, beside))
        else:
            found.append(_batch_first(conversion, node, index))
    given = [state for state in found if state is not None]
    if len(given) not in (0, len(found)):
        raise conversion.stop(node, "no layer type has one initial state without the other")
    return given


def _constant_state(
    conversion: Conversion,
    node: OnnxNode,
    index: int,
    dims: tuple[int, int],
    beside: GraphTensor,
) -> GraphTensor | None:
    """A state that is learned; None for one that is not, as of zeros."""
    value = conversion.values[node.input(index)]
    if isinstance(value, Computed):
        pieces = learned_pieces(conversion, node.input(index))
        if pieces is None:
            raise conversion.stop(node, "an initial state is computed of constants")
        learned = [piece for piece in pieces if not _is_zero(conversion, piece)]
        if len(learned) > 1 or any(prod(piece.dims) != prod(dims) for piece in learned):
            raise conversion.stop(node, "an initial state is put together of what is learned")
        if not learned:
            return None
        value = learned[0]
    assert isinstance(value, Array | Weight)
    if _is_zero(conversion, value):
        return None
    if not value.is_learned:
        conversion.network.remark(
            "initial states of recurrent layers that are constants are taken as zeros"
        )
        return None
    if prod(value.dims) != prod(dims):
        raise conversion.stop(node, "an initial state is learned for each of the batch")
    like = GraphTensor(beside.wire, (2, 1), beside.batch)
    state = stored(conversion, node, value, dims, like)
    return state._replace(axes=(BATCH, 2, 1))


def _is_zero(conversion: Conversion, constant: Constant) -> bool:
    first = first_numbers(conversion, constant)
    return bool(first) and not any(first)


def _added(
    conversion: Conversion,
    node: OnnxNode,
    fields: dict[str, Any],
    tensors: Sequence[GraphTensor],
    weights: Sequence[Constant],
    note: str | None,
) -> Wire:
    """The layer, held to what the file says of its weights and its first output."""
    shapes = tuple(tensor.wire.shape for tensor in tensors)
    owner = conversion.owners.owner(node.op, fields, shapes, weights, node)
    if isinstance(owner, str):
        raise conversion.stop(node, owner)
    wire = conversion.network.add(
        conversion.names.of(node),
        node.op,
        fields,
        [tensor.wire for tensor in tensors],
        output=_said(conversion, node),
        params=sum(prod(weight.dims) for weight in weights),
        shares=owner,
        note=note,
    )
    if owner is None and isinstance(wire.of, ImportedLayer):
        conversion.owners.owned(wire.of, weights, node)
    return wire


def _said(conversion: Conversion, node: OnnxNode) -> Shape | None:
    """What the file says of the whole sequence, with both directions side by side."""
    value = conversion.graph.values.get(node.outputs[0]) if node.outputs else None
    if value is None or value.dims is None or len(value.dims) != 4:
        return None
    sizes = [size for size in value.dims if isinstance(size, int)]
    if len(sizes) != 4:
        return None
    length, directions = sizes[1:3] if node.integer("layout", 0) else sizes[:2]
    return Shape((length, directions * sizes[3]))


def _set_outputs(
    conversion: Conversion, node: OnnxNode, tensor: GraphTensor, directions: int
) -> None:
    """Say what the outputs are: the sequence with its directions as an axis, and the states."""
    batch, length, channels = tensor.dims
    is_first = bool(node.integer("layout", 0))
    apart = viewed(tensor, node, (batch, length, directions, channels // directions))
    conversion.set(node, apart if is_first else transposed_view(apart, node, (1, 2, 0, 3)))
    for output in range(1, 3 if node.op == "LSTM" else 2):
        axes = (BATCH, 2, 1) if is_first else (2, BATCH, 1)
        state = GraphTensor(Wire(tensor.wire.of, output), axes, tensor.batch)
        conversion.set(node, state, output)


def is_whole_sequence(view: TensorView) -> bool:
    """Whether a tensor is what a recurrent layer makes, whose directions are an axis in the file
    and lie side by side in the language."""
    node = view.steps[0].node
    return node.op in RECURRENT_OPERATORS and all(step.node is node for step in view.steps)


RECURRENT_OPERATORS: dict[str, Operator] = dict.fromkeys(_GATES, _recurrent)
"""What converts each."""
