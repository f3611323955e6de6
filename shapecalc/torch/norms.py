"""Calls of norms, and of what is shared out along an axis: Softmax, GLU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.torch.calls import tensors_in
from shapecalc.torch.pointwise import fields_of
from shapecalc.torch.values import size_of
from shapecalc.torch.weighted import COMPUTED, are_learned, weight_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import TracedValue


def norm_module(reader: Reader, call: TracedCall) -> TracedValue:
    """A norm of channels, as a module."""
    type = call.type
    fields = fields_of(call.module, type, ("bias",))
    if fields.get("affine"):
        fields["bias"] = call.module.bias is not None
    names = reader.parameters_of(call)
    value = reader.value(call.argument(0, "input"), call)
    rank = max(1, len(value.of) - 1)
    of_channels = type.startswith("BatchNorm") and value.axes[1] == value.of[0]
    if of_channels and not value.is_batched and not value.is_folded:
        # of positions that are in one axis with the batch, which a norm of channels does not mind
        return reader.pointwise(call, f"BatchNorm{rank}d", fields, value, names)
    return reader.add(call, type, fields, [value], weights=names)


def batch_norm_call(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A BatchNorm or an InstanceNorm as a function."""
    value = reader.value(call.argument(0, "input"), call)
    mean, weight, bias = (
        call.argument(place, name)
        for place, name in ((1, "running_mean"), (3, "weight"), (4, "bias"))
    )
    names = weight_names(weight, bias)
    rank = max(1, len(value.axes) - 2)
    if names is None or rank > 3:
        raise reader.stop(call, COMPUTED)
    if not are_learned(weight):
        return None
    of_batch = call.function.strip("_") == "batch_norm"
    trains = call.argument(5, "training" if of_batch else "use_input_stats")
    if trains is None:
        trains = not of_batch
    if trains and mean is not None:
        return None
    fields = {"affine": weight is not None, "track_running_stats": mean is not None}
    if weight is not None:
        fields["bias"] = bias is not None
    for place, name in ((6, "momentum"), (7, "eps")):
        if call.argument(place, name) is not None:
            fields[name] = call.argument(place, name)
    type = f"{'Batch' if of_batch else 'Instance'}Norm{rank}d"
    return reader.add(call, type, fields, [value], weights=names)


def group_norm_call(reader: Reader, call: TracedCall) -> TracedValue:
    """A GroupNorm as a function."""
    weight, bias = call.argument(2, "weight"), call.argument(3, "bias")
    names = weight_names(weight, bias)
    if names is None or not are_learned(weight):
        raise reader.stop(call, COMPUTED)
    fields = {"num_groups": call.argument(1, "num_groups"), "affine": weight is not None}
    if weight is not None:
        fields["bias"] = bias is not None
    if call.argument(4, "eps") is not None:
        fields["eps"] = call.argument(4, "eps")
    value = reader.value(call.argument(0, "input"), call)
    return reader.add(call, "GroupNorm", fields, [value], weights=names)


def local_norm(reader: Reader, call: TracedCall) -> TracedValue:
    """A LocalResponseNorm as a function."""
    fields = {
        name: found
        for place, name in enumerate(("size", "alpha", "beta", "k"), 1)
        if (found := call.argument(place, name)) is not None
    }
    value = reader.value(call.argument(0, "input"), call)
    return reader.add(call, "LocalResponseNorm", fields, [value])


def last_norm_module(reader: Reader, call: TracedCall) -> TracedValue:
    """A LayerNorm or an RMSNorm, as a module."""
    type = call.type
    fields = fields_of(call.module, type, ("bias", "normalized_shape"))
    if type == "LayerNorm" and fields["elementwise_affine"]:
        fields["bias"] = call.module.bias is not None
    sizes = list(call.module.normalized_shape)
    return _last_norm(reader, call, type, fields, sizes, reader.parameters_of(call))


def last_norm(reader: Reader, call: TracedCall) -> TracedValue:
    """A LayerNorm or an RMSNorm, as a function."""
    is_layer_norm = call.function.strip("_") == "layer_norm"
    weight = call.argument(2, "weight")
    bias = call.argument(3, "bias") if is_layer_norm else None
    names = weight_names(weight, bias)
    if names is None or not are_learned(weight):
        raise reader.stop(call, COMPUTED)
    fields: dict[str, Any] = {"elementwise_affine": weight is not None}
    if is_layer_norm and weight is not None:
        fields["bias"] = bias is not None
    eps = call.argument(4 if is_layer_norm else 3, "eps")
    if eps is not None:
        fields["eps"] = eps
    sizes = list(call.argument(1, "normalized_shape"))
    type = "LayerNorm" if is_layer_norm else "RMSNorm"
    return _last_norm(reader, call, type, fields, sizes, names)


def _last_norm(
    reader: Reader,
    call: TracedCall,
    type: str,
    fields: dict[str, Any],
    sizes: list[int],
    names: Sequence[str],
) -> TracedValue:
    """Over the last axis, the channels at each position, or over several axes, by their sizes."""
    value = reader.value(call.argument(0, "input"), call)
    if len(sizes) == 1:
        return reader.over_last(call, type, fields, value, names, sizes[0])
    fields["normalized_shape"] = sizes
    return reader.add(call, type, fields, [value], weights=names)


def along_axis(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A Softmax and its like, or a GLU, along an axis of any place."""
    function = call.function.strip("_")
    types = {"softmax": "Softmax", "softmin": "Softmin", "log_softmax": "LogSoftmax", "glu": "GLU"}
    type = types[function] if function else call.type
    value = reader.value(call.argument(0, "input"), call)
    if type == "Softmax2d":
        return reader.add(call, type, {}, [value])
    dim = call.argument(1, "dim") if function else call.module.dim
    if dim is None and type == "GLU":
        dim = -1
    axes = len(value.axes)
    if dim is None:
        dim = 0 if axes in (1, 3) else 1
    dim %= axes
    if value.batch in value.axes[dim]:
        return None
    order = value.order or value.order_at(-1 if dim == axes - 1 else 1)
    fields = {"dim": order.index(dim) + 1}
    result = next(tensors_in(call.result))
    if type == "GLU" and size_of(value.axes[dim]) != 2 * result.shape[dim]:
        return None
    return reader.add(call, type, fields, [value], order)
