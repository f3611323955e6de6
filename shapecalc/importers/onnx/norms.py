"""Normalizations."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.shapes import reshape_dims
from shapecalc.importers.onnx.values import BATCH

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant


def _eps(node: OnnxNode, usual: float = 1e-5) -> dict[str, Any]:
    eps = node.float("epsilon", 1e-5)
    return {} if eps == usual else {"eps": eps}


def _batch_norm(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    leading: dict[str, Any] = {}
    if BATCH not in tensor.axes and len(tensor.axes) == 2 and tensor.dims[0] > 1:
        tensor = conversion.channels_at(tensor, node, 1)  # positions in the place of the batch
    else:
        tensor, leading = conversion.with_leading(node)
    rank = tensor.rank - len(leading)
    if not 0 <= rank <= 3:
        raise conversion.stop(node, f"no batch norm is for {rank} spatial axes")
    if conversion.opset < 9 and not node.integer("spatial", 1):
        raise conversion.stop(node, "no layer type normalizes each position by itself")
    scale, bias, *_ = [conversion.weight(node, index) for index in (1, 2, 3, 4)]
    type = f"BatchNorm{max(rank, 1)}d"
    conversion.add_weighted(node, type, _eps(node) | leading, tensor, (scale, bias))
    conversion.network.remark("running means and variances of a BatchNorm are buffers, not params")


def _instance_norm(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    if not 1 <= tensor.rank <= 3:
        raise conversion.stop(node, f"no instance norm is for {tensor.rank} spatial axes")
    scale, bias = conversion.weight(node, 1), conversion.weight(node, 2)
    is_plain = _does_nothing(scale, bias)
    fields = _eps(node) if is_plain else {"affine": True, **_eps(node)}
    type = f"InstanceNorm{tensor.rank}d"
    conversion.add_weighted(node, type, fields, tensor, () if is_plain else (scale, bias))


def _does_nothing(scale: Constant, bias: Constant | None) -> bool:
    """Whether a scale and a bias are those of a norm that has none: constants that are no
    initializers, or that PyTorch's exporter makes up and numbers: ones and zeros."""
    given = [(scale, 1)] if bias is None else [(scale, 1), (bias, 0)]
    return not any(constant.is_learned for constant, _ in given) or all(
        isinstance(constant, Array)
        and constant.name.startswith("val_")
        and set(constant.values) == {neutral}
        for constant, neutral in given
    )


def _layer_norm(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    rank = len(tensor.axes)
    axis = conversion.axis(node, node.integer("axis", -1), rank)
    scale, bias = conversion.weight(node, 1), conversion.constant(node, 2)
    is_plain = _does_nothing(scale, bias)
    if bias is not None and scale.is_learned and not bias.is_learned:
        bias = None  # zeros that an exporter made up
    fields = _eps(node)
    if is_plain:
        fields["elementwise_affine"] = False
    elif bias is None:
        fields["bias"] = False
    if axis == rank - 1:
        tensor = conversion.channels_at(tensor, node, axis)
    elif BATCH in tensor.axes[axis:]:
        raise conversion.stop(node, "it works along the batch")
    else:
        inner = tuple(each for each in tensor.axes if each != BATCH)
        tensor = conversion.permuted(tensor, node, inner)
        fields = {"normalized_shape": list(tensor.dims[axis:])} | fields
    conversion.add_weighted(node, "LayerNorm", fields, tensor, () if is_plain else (scale, bias))


def _written_norm(type: str) -> Operator:
    """A LayerNorm or RMSNorm that was written out, over the axes of its means."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        tensor = conversion.tensor(node)
        rank = len(tensor.axes)
        over = sorted({conversion.axis(node, axis, rank) for axis in node.integers("axes")})
        sizes = [tensor.dims[axis] for axis in over]
        if not over:
            raise conversion.stop(node, "it normalizes over no axis")
        if len(over) == 1:
            tensor = conversion.channels_at(tensor, node, over[0])
            fields: dict[str, Any] = {}
        elif over == list(range(rank - len(over), rank)) and BATCH not in tensor.axes[over[0] :]:
            inner = tuple(each for each in tensor.axes if each != BATCH)
            tensor = conversion.permuted(tensor, node, inner)
            fields = {"normalized_shape": sizes}
        else:
            raise conversion.stop(node, "no layer type normalizes over these axes")
        weights = [conversion.weight(node, index) for index in range(1, len(node.inputs))]
        if any(prod(weight.dims) != prod(sizes) for weight in weights):
            raise conversion.stop(node, "its scale is not one for each number that is normalized")
        eps = node.float("epsilon", 0.0)
        fields |= {} if eps == 1e-5 and type == "LayerNorm" else {"eps": eps}
        fields |= {} if weights else {"elementwise_affine": False}
        fields |= {"bias": False} if len(weights) == 1 and type == "LayerNorm" else {}
        conversion.add_weighted(node, type, fields, tensor, weights)

    return convert


def _rms_norm(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    rank = len(tensor.axes)
    axis = conversion.axis(node, node.integer("axis", -1), rank)
    if axis != rank - 1:
        raise conversion.stop(node, "an RMSNorm over several axes is not read")
    scale = conversion.weight(node, 1)
    tensor = conversion.channels_at(tensor, node, axis)
    fields = {"eps": node.float("epsilon", 1e-5)}
    conversion.add_weighted(node, "RMSNorm", fields, tensor, (scale,))


def _group_norm(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    scale = conversion.weight(node, 1)
    if scale.dims != (tensor.wire.shape.channels,):
        raise conversion.stop(node, "its scale is one for each group, not for each channel")
    fields = {"num_groups": node.integer("num_groups", 1), **_eps(node)}
    bias = conversion.weight(node, 2)
    conversion.add_weighted(node, "GroupNorm", fields, tensor, (scale, bias))


def _written_group_norm(conversion: Conversion, node: OnnxNode) -> None:
    """A GroupNorm that was written out as an InstanceNorm of groups."""
    tensor = conversion.channels_first(node)
    shape = conversion.whole(node, 3)
    if reshape_dims(tensor.dims, shape, False) != tensor.dims:
        raise conversion.stop(node, "it leads to other sizes than it started with")
    groups = node.integer("num_groups", 1)
    channels = tensor.wire.shape.channels
    scale, bias = conversion.weight(node, 1), conversion.weight(node, 2)
    fields: dict[str, Any] = {"num_groups": groups, **_eps(node)}
    weights: tuple[Constant, ...] = scale, bias
    if prod(scale.dims) == groups < channels:
        fields["affine"] = False
        weights = ()
    elif prod(scale.dims) != channels or prod(bias.dims) != channels:
        raise conversion.stop(node, "its scale is not one for each channel")
    conversion.add_weighted(node, "GroupNorm", fields, tensor, weights)


def _response_norm(conversion: Conversion, node: OnnxNode) -> None:
    """A GlobalResponseNorm that was written out: lengths over all positions."""
    tensor = conversion.tensor(node)
    rank = len(tensor.axes)
    channels = conversion.axis(node, node.integer("channels", -1), rank)
    over = {conversion.axis(node, axis, rank) for axis in node.integers("axes")}
    tensor = conversion.channels_at(tensor, node, channels)
    if {tensor.axes[axis] for axis in over} != set(range(2, tensor.rank + 2)):
        raise conversion.stop(node, "no layer type takes lengths over these axes")
    scale, bias = conversion.weight(node, 1), conversion.weight(node, 2)
    eps = node.float("epsilon", 1e-6)
    fields = {} if eps == 1e-6 else {"eps": eps}
    conversion.add_weighted(node, "GlobalResponseNorm", fields, tensor, (scale, bias))


def _lrn(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    fields: dict[str, Any] = {"size": node.integer("size", 1)}
    for field, attribute, usual in (
        ("alpha", "alpha", 1e-4),
        ("beta", "beta", 0.75),
        ("k", "bias", 1.0),
    ):
        number = node.float(attribute, usual)
        if number != usual:
            fields[field] = number
    result = conversion.add(node, "LocalResponseNorm", fields, [tensor], tensor.axes)
    conversion.set(node, result)


NORM_OPERATORS: dict[str, Operator] = {
    "BatchNormalization": _batch_norm,
    "InstanceNormalization": _instance_norm,
    "LayerNormalization": _layer_norm,
    "RMSNormalization": _rms_norm,
    "SimplifiedLayerNormalization": _rms_norm,
    "GroupNormalization": _group_norm,
    "LRN": _lrn,
    "GlobalResponseNorm": _response_norm,
    "LayerNorm": _written_norm("LayerNorm"),
    "RMSNorm": _written_norm("RMSNorm"),
    "GroupNorm": _written_group_norm,
}
