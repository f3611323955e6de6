"""Sums, products and the like of tensors in the same place, and of a tensor and a constant."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array, broadcast_dims
from shapecalc.importers.onnx.masks import is_hiding
from shapecalc.importers.onnx.stored import stored
from shapecalc.importers.onnx.tensors import plain_float
from shapecalc.importers.onnx.values import BATCH, GraphTensor, Stretched, TensorView
from shapecalc.importers.onnx.views import reshaped, written

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant

_PARAMETER = re.compile(r"\w+(\.\w+)+")
"""What a parameter of a module is called."""

_SAID = {
    "Add": "a constant is added",
    "Sub": "a constant is subtracted",
    "Mul": "multiplied by a constant",
    "Div": "divided by a constant",
}


def _joined(type: str) -> Operator:
    def convert(conversion: Conversion, node: OnnxNode) -> None:
        if not node.inputs:
            raise conversion.refused(node, "it has no inputs")
        constants = [index for index in range(len(node.inputs)) if conversion.constant(node, index)]
        if constants and node.op in _SAID and len(node.inputs) == 2:
            _with_constant(conversion, node, constants[0])
            return
        if constants:
            raise conversion.stop(node, "one of its inputs is a constant")
        operands = [_operand(conversion, node, index) for index in range(len(node.inputs))]
        tensors = [tensor for tensor, _ in operands]
        all_dims = broadcast_dims(*(dims for _, dims in operands))
        if all_dims != broadcast_dims(*(tensor.dims for tensor in tensors)):
            raise conversion.stop(node, "no layer type repeats a tensor along an axis")
        if len(tensors) == 1:
            conversion.set(node, tensors[0])
            return
        tensors = _aligned(conversion, node, tensors)
        conversion.set(node, conversion.add(node, type, {}, tensors, tensors[0].axes))

    return convert


def _operand(
    conversion: Conversion, node: OnnxNode, index: int
) -> tuple[GraphTensor, tuple[int, ...]]:
    """A tensor, and the sizes that it is repeated to, which sums and products do anyway."""
    value = conversion.value(node, index)
    if not isinstance(value, Stretched):
        tensor = conversion.tensor(node, index)
        return tensor, tensor.dims
    source = value.source
    if isinstance(source, TensorView):
        source = written(conversion, source)
        conversion.values[node.input(index)] = Stretched(source, value.dims)
    return source, value.dims


def _aligned(
    conversion: Conversion, node: OnnxNode, tensors: list[GraphTensor]
) -> list[GraphTensor]:
    """Tensors with as many axes, in the same order."""
    longest = max(tensors, key=lambda tensor: (len(tensor.axes), BATCH in tensor.axes))
    wide = []
    for tensor in tensors:
        dims = _stretched(conversion, node, tensor.dims, len(longest.axes))
        if longest.axes[0] == BATCH not in tensor.axes and dims[0] == 1 < len(dims):
            alone = reshaped(conversion, tensor._replace(batch=1), node, dims, False)
            wide.append(alone._replace(batch=longest.batch))  # the same for all of it
        elif dims == tensor.dims:
            wide.append(tensor)
        else:
            wide.append(reshaped(conversion, tensor, node, dims, False))
    if broadcast_dims(*(tensor.dims for tensor in wide)) is None:
        raise conversion.refused(node, "the sizes of its inputs do not fit")
    first = max(wide, key=lambda tensor: prod(tensor.dims))
    same = []
    for tensor in wide:
        if tensor.axes != first.axes:
            if (BATCH in tensor.axes) != (BATCH in first.axes):
                raise conversion.stop(node, "its inputs differ in which axis is the batch")
            if tensor.axes.index(BATCH) != first.axes.index(BATCH):
                raise conversion.stop(node, "its inputs differ in which axis is the batch")
            order = _order_like(tensor, first)
            tensor = conversion.permuted(tensor, node, order)
        same.append(tensor)
    return same


def _stretched(
    conversion: Conversion, node: OnnxNode, dims: tuple[int, ...], rank: int
) -> tuple[int, ...]:
    """Sizes with as many axes of one place as lack, before them; in old opsets where they say."""
    lacking = rank - len(dims)
    if lacking > 0 and conversion.opset < 7 and node.has("axis"):
        before = conversion.axis(node, node.integer("axis", 0), rank)
        if before <= lacking:
            return (1,) * before + dims + (1,) * (lacking - before)
    return (1,) * lacking + dims


def _order_like(tensor: GraphTensor, other: GraphTensor) -> list[int]:
    """The axes of a tensor in the order in which another has them."""
    pairs = zip(other.axes, tensor.axes, strict=True)
    return [axis for place, axis in sorted(pairs) if place != BATCH]


def _with_constant(conversion: Conversion, node: OnnxNode, index: int) -> None:
    """A tensor and a constant: a factor or a summand for each channel, or one for all."""
    constant = conversion.constant(node, index)
    assert constant is not None
    value = conversion.view(node, 1 - index)
    dims = value.dims
    own = _stretched(conversion, node, constant.dims, len(dims))
    both = broadcast_dims(dims, own)
    if both is None:
        raise conversion.refused(
            node, f"a constant of {_text(constant.dims)} does not fit {_text(dims)}"
        )
    if prod(both) != prod(dims):
        if not constant.is_learned:
            raise conversion.stop(node, f"a constant of {_text(constant.dims)} stretches its input")
        _with_stored(conversion, node, index, constant, own)
        return
    if node.op == "Add" and is_hiding(conversion, node, constant):
        conversion.network.remark("a mask that is a constant is an Identity with a note")
        tensor = conversion.tensor(node, 1 - index)
        note = "a mask is added"
        conversion.set(node, conversion.add(node, "Identity", {}, [tensor], tensor.axes, note=note))
        return
    count = prod(own)
    inverse = index == 0 and node.op in ("Sub", "Div")
    if count == 1 and constant.is_learned and _PARAMETER.fullmatch(constant.name):
        _with_stored(conversion, node, index, constant, own)
        return
    if count == 1 or (conversion.is_pytorchs and not constant.is_learned):
        _scaled(conversion, node, constant, inverse)
        return
    axis = own.index(max(own)) if len(own) == len(dims) else -1
    if count != max(own) or inverse or axis < 0:
        if not constant.is_learned:
            text = f"its constant of {_text(constant.dims)} is not one for each channel"
            raise conversion.stop(node, text)
        _with_stored(conversion, node, index, constant, own)
        return
    tensor = conversion.channels_at(conversion.tensor(node, 1 - index), node, axis)
    if node.op in ("Mul", "Div"):
        type, fields = "LayerScale", {}
    else:
        type, fields = "Affine", {"weight": False}
    conversion.network.remark(
        "constants with a number for each channel that a tensor is added to or multiplied by are "
        "taken as learned"
    )
    conversion.add_weighted(node, type, fields, tensor, (constant,))


def _with_stored(
    conversion: Conversion, node: OnnxNode, index: int, constant: Constant, dims: tuple[int, ...]
) -> None:
    """A tensor and a learned tensor in the same places."""
    tensor = conversion.tensor(node, 1 - index)
    pair = [tensor, tensor]
    pair[index] = stored(conversion, node, constant, dims, tensor)
    pair = _aligned(conversion, node, pair)
    type = {"Add": "Add", "Sub": "Subtract", "Mul": "Multiply", "Div": "Divide"}[node.op]
    conversion.set(node, conversion.add(node, type, {}, pair, pair[0].axes))


def _scaled(conversion: Conversion, node: OnnxNode, constant: Constant, inverse: bool) -> None:
    """A tensor and a constant that is not learned, which costs nothing that is counted."""
    said = _SAID[node.op]
    if isinstance(constant, Array) and len(constant.values) == 1:
        said = said.replace("a constant", f"{plain_float(float(constant.values[0])):g}")
    if inverse:
        said = "subtracted from a constant" if node.op == "Sub" else "the divisor of a constant"
    conversion.network.remark(
        "a sum or product with a constant that is not learned is an Identity with a note"
    )
    tensor = conversion.tensor(node, 1 if conversion.constant(node, 0) is not None else 0)
    conversion.set(node, conversion.add(node, "Identity", {}, [tensor], tensor.axes, note=said))


def _text(dims: tuple[int, ...]) -> str:
    return "x".join(map(str, dims)) or "one number"


ELEMENTWISE_OPERATORS: dict[str, Operator] = {
    "Add": _joined("Add"),
    "Sum": _joined("Add"),
    "Sub": _joined("Subtract"),
    "Mul": _joined("Multiply"),
    "Div": _joined("Divide"),
    "Max": _joined("Maximum"),
}
