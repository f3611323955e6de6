"""Convolutions and pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.values import GraphTensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode

_WORDS = {"SAME_UPPER": "same_upper", "SAME_LOWER": "same_lower", "VALID": 0}


def along(values: Sequence[Any]) -> Any:
    """Values along the axes as a spec writes them: one, where all are the same."""
    return values[0] if len(set(values)) == 1 else list(values)


def _positions(conversion: Conversion, node: OnnxNode) -> tuple[GraphTensor, int, dict[str, Any]]:
    """The input, how many spatial axes it has, 1 to 3, and the field for windows before them."""
    tensor, leading = conversion.with_leading(node)
    rank = tensor.rank - len(leading)
    if not 1 <= rank <= 3:
        raise conversion.stop(node, f"no layer type of its kind is for {rank} spatial axes")
    return tensor, rank, leading


def _axes(conversion: Conversion, node: OnnxNode, name: str, rank: int, default: int) -> list[int]:
    """An attribute with an integer for each axis. Raises Refusal SC501."""
    found = node.integers(name) or [default] * rank
    if len(found) != rank:
        raise conversion.refused(node, f"{name} has {len(found)} numbers for {rank} spatial axes")
    return found


def _windows(
    conversion: Conversion, node: OnnxNode, kernel: Sequence[int], stride: int | None
) -> dict[str, Any]:
    """The fields of a window. stride: the one that need not be written."""
    rank = len(kernel)
    fields: dict[str, Any] = {"kernel_size": along(kernel)}
    strides = _axes(conversion, node, "strides", rank, 1)
    if along(strides) != (fields["kernel_size"] if stride is None else stride):
        fields["stride"] = along(strides)
    dilations = _axes(conversion, node, "dilations", rank, 1)
    if along(dilations) != 1:
        fields["dilation"] = along(dilations)
    return fields


def _padding(conversion: Conversion, node: OnnxNode, rank: int) -> list[tuple[int, int]] | str:
    """The padding before and after each axis, or a word for it. Raises Refusal."""
    auto = node.text("auto_pad", "NOTSET") or "NOTSET"
    if auto == "VALID":
        return [(0, 0)] * rank
    if auto in _WORDS:
        return str(_WORDS[auto])
    if auto != "NOTSET":
        raise conversion.refused(node, f"auto_pad is {auto[:40]!r}")
    pads = node.integers("pads") or [0] * 2 * rank
    if len(pads) != 2 * rank:
        raise conversion.refused(node, f"pads has {len(pads)} numbers for {rank} spatial axes")
    return list(zip(pads[:rank], pads[rank:], strict=True))


def _written(padding: list[tuple[int, int]] | str) -> dict[str, Any]:
    """The field of a padding: a word, a number for both ends, or pairs."""
    if isinstance(padding, str):
        return {"padding": padding}
    if all(before == after for before, after in padding):
        found = along([before for before, _ in padding])
        return {"padding": found} if found else {}
    return {"padding": [list(pair) for pair in padding]}


def _conv(conversion: Conversion, node: OnnxNode) -> None:
    tensor, rank, leading = _positions(conversion, node)
    weight, *factors = conversion.normed(node, 1, 0)
    bias = conversion.weight(node, 2) if node.input(2) else None
    kernel = weight.dims[2:]
    if len(kernel) != rank or node.integers("kernel_shape") not in ([], list(kernel)):
        text = f"its weight has {len(kernel)} spatial axes, its input {rank}, its kernel_shape "
        raise conversion.refused(node, f"{text}{node.integers('kernel_shape')}")
    fields: dict[str, Any] = {"out_channels": weight.dims[0], **leading}
    fields |= _windows(conversion, node, kernel, 1)
    padding = _padding(conversion, node, rank)
    if not isinstance(padding, str) and any(min(pair) < 0 for pair in padding):
        raise conversion.stop(node, "its padding is negative")
    fields |= _written(padding)
    groups = node.integer("group", 1)
    if groups != 1:
        fields["groups"] = groups
    if bias is None:
        fields["bias"] = False
    if factors:
        fields["weight_norm"] = True
    fields |= conversion.learned(weight, bias)
    conversion.add_weighted(node, f"Conv{rank}d", fields, tensor, (weight, bias, *factors))


def _conv_transpose(conversion: Conversion, node: OnnxNode) -> None:
    tensor, rank, leading = _positions(conversion, node)
    weight = conversion.weight(node, 1)
    bias = conversion.weight(node, 2) if node.input(2) else None
    kernel = weight.dims[2:]
    if len(kernel) != rank:
        raise conversion.refused(node, f"its weight has {len(kernel)} spatial axes")
    groups = node.integer("group", 1)
    fields: dict[str, Any] = {"out_channels": weight.dims[1] * groups, **leading}
    fields |= _windows(conversion, node, kernel, 1)
    extra = _axes(conversion, node, "output_padding", rank, 0)
    padding = _transposed_padding(conversion, node, tensor, kernel, extra)
    trimmed = [before for before, _ in padding]
    added = [more + before - after for more, (before, after) in zip(extra, padding, strict=True)]
    if min(trimmed) < 0:
        raise conversion.stop(node, "its padding is negative")
    cropped = [max(-more, 0) for more in added]
    added = [max(more, 0) for more in added]
    fields |= {"padding": along(trimmed)} if any(trimmed) else {}
    fields |= {"output_padding": along(added)} if any(added) else {}
    if groups != 1:
        fields["groups"] = groups
    if bias is None:
        fields["bias"] = False
    fields |= conversion.learned(weight, bias)
    type = f"ConvTranspose{rank}d"
    weights = (weight, bias)
    result = conversion.add_weighted(node, type, fields, tensor, weights, is_last=not any(cropped))
    if any(cropped):  # more is trimmed of an end than of the start, which PyTorch does not have
        sides = [side for crop in reversed(cropped) for side in (0, -crop)]
        pad = f"ZeroPad{rank}d"
        cut = conversion.add(node, pad, {"padding": sides}, [result], result.axes)
        conversion.set(node, cut)


def _transposed_padding(
    conversion: Conversion,
    node: OnnxNode,
    tensor: GraphTensor,
    kernel: Sequence[int],
    extra: Sequence[int],
) -> list[tuple[int, int]]:
    """What is trimmed of each end of each axis, as the sizes of the output may say it."""
    rank = len(kernel)
    shape = node.integers("output_shape")
    padding = _padding(conversion, node, rank)
    if not shape and not isinstance(padding, str):
        return padding
    strides = _axes(conversion, node, "strides", rank, 1)
    dilations = _axes(conversion, node, "dilations", rank, 1)
    sizes = tensor.wire.shape.spatial[-rank:]
    wanted = shape[-rank:] if shape else [n * s for n, s in zip(sizes, strides, strict=True)]
    if len(wanted) != rank:
        raise conversion.refused(node, f"output_shape has {len(shape)} numbers for {rank} axes")
    found = []
    for axis in range(rank):
        span = dilations[axis] * (kernel[axis] - 1) + 1
        total = strides[axis] * (sizes[axis] - 1) + extra[axis] + span - wanted[axis]
        if total < 0:
            found.append((0, total))
            continue
        less = total // 2
        lower = padding == "same_lower" or not isinstance(padding, str)
        found.append((total - less, less) if lower else (less, total - less))
    return found


def _pool(type: str) -> Operator:
    def convert(conversion: Conversion, node: OnnxNode) -> None:
        tensor, rank, leading = _positions(conversion, node)
        kernel = _axes(conversion, node, "kernel_shape", rank, 0)
        fields = _windows(conversion, node, kernel, None) | leading
        if type != "MaxPool" and "dilation" in fields:
            raise conversion.stop(node, f"no layer type is an {type} with a dilation")
        padding = _padding(conversion, node, rank)
        fields |= _written(padding)
        if not isinstance(padding, str):
            if any(2 * max(pair) > k for pair, k in zip(padding, kernel, strict=True)):
                fields["padding"] = [list(pair) for pair in padding]
            if node.integer("ceil_mode", 0):
                fields["ceil_mode"] = True
        if type == "AvgPool" and "padding" in fields and not node.integer("count_include_pad", 0):
            fields["count_include_pad"] = False
        if type == "LPPool":
            fields["norm_type"] = node.integer("p", 2) if node.has("p") else 2
        result = conversion.add(node, f"{type}{rank}d", fields, [tensor], tensor.axes)
        conversion.set(node, result)

    return convert


def _global_pool(type: str) -> Operator:
    def convert(conversion: Conversion, node: OnnxNode) -> None:
        tensor, rank, leading = _positions(conversion, node)
        fields = {"output_size": 1, **leading}
        result = conversion.add(node, f"{type}{rank}d", fields, [tensor], tensor.axes)
        conversion.set(node, result)

    return convert


WINDOW_OPERATORS: dict[str, Operator] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _pool("MaxPool"),
    "AveragePool": _pool("AvgPool"),
    "LpPool": _pool("LPPool"),
    "GlobalAveragePool": _global_pool("AdaptiveAvgPool"),
    "GlobalMaxPool": _global_pool("AdaptiveMaxPool"),
}
