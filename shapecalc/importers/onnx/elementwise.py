"""Sums, products and the like of tensors in the same place, and of a tensor and a constant."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.aligning import number_by_number, stretched_dims
from shapecalc.importers.onnx.arrays import Array, broadcast_dims
from shapecalc.importers.onnx.masks import is_hiding
from shapecalc.importers.onnx.stored import stored
from shapecalc.importers.onnx.tensors import plain_float
from shapecalc.importers.onnx.values import GraphTensor, Stretched, TensorView
from shapecalc.importers.onnx.views import written

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
        tensors = number_by_number(conversion, node, tensors)
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


def _with_constant(conversion: Conversion, node: OnnxNode, index: int) -> None:
    """A tensor and a constant: a factor or a summand for each channel, or one for all."""
    constant = conversion.constant(node, index)
    assert constant is not None
    value = conversion.view(node, 1 - index)
    dims = value.dims
    own = stretched_dims(conversion, node, constant.dims, len(dims))
    both = broadcast_dims(dims, own)
    if both is None:
        raise conversion.refused(
            node, f"a constant of {_text(constant.dims)} does not fit {_text(dims)}"
        )
    if prod(both) != prod(dims) or constant.name in conversion.stored_names:
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
    pair = number_by_number(conversion, node, pair)
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
