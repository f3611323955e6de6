"""Calls that lay out the numbers of a tensor in another way: views, permutations, shuffles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.torch.calls import BATCH, tensors_in
from shapecalc.torch.pointwise import fields_of
from shapecalc.torch.sampling import sliding_windows
from shapecalc.torch.values import TracedValue, channels_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader

_WORDS = "view reshape flatten ravel unflatten squeeze unsqueeze view_as reshape_as unsafe_view"

VIEWS = frozenset(_WORDS.split())
"""The functions that keep the order of the numbers."""


def viewed_call(reader: Reader, call: TracedCall) -> TracedValue | None:
    """The same numbers as a tensor of other sizes, as the run has them."""
    value = reader.value(call.argument(0, "input"), call)
    shape = next(tensors_in(call.result)).shape
    as_dtype = any(type(each).__name__ == "dtype" for each in call.args[1:])
    if value.is_expanded or as_dtype or "dtype" in call.kwargs:
        return None
    viewed = value.viewed(shape)
    if viewed is None:
        return _reshaped(reader, call, value, shape)
    return reader.settled(viewed, call)


def _reshaped(
    reader: Reader, call: TracedCall, value: TracedValue, shape: Sequence[int]
) -> TracedValue | None:
    """The numbers in sizes that are no parts of those before."""
    if shape[0] != BATCH or len(shape) < 2 or not value.is_batched:
        return None
    order = channels_at(1, len(value.axes))
    made = channels_at(1, len(shape))
    return reader.add(call, "Reshape", {"shape": [*shape[2:], shape[1]]}, [value], order, made)


def permutation(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Axes in another order, which is said where a layer takes them."""
    value = reader.value(call.argument(0, "input"), call)
    order = _order(call, len(value.axes))
    if order is None:
        return None
    axes = [value.axes[place] for place in order]
    shape = [value.shape[place] for place in order]
    moved = TracedValue(value.wire, value.of, axes, value.batch, shape)
    return reader.settled(moved, call)


def _order(call: TracedCall, axes: int) -> list[int] | None:
    """The axes of a tensor in the order of the result."""
    function = call.function.strip("_")
    order = list(range(axes))
    if function == "permute":
        dims = call.argument(1, "dims")
        if isinstance(dims, int):
            dims = call.args[1:]
        return [dim % axes for dim in dims]
    if function in ("t", "T"):
        return order[::-1] if axes <= 2 else None
    if function == "movedim":
        return _moved(order, call.argument(1, "source"), call.argument(2, "destination"))
    one, other = call.argument(1, "dim0", -2), call.argument(2, "dim1", -1)
    if function in ("mT", "adjoint"):
        one, other = -2, -1
    one, other = one % axes, other % axes
    order[one], order[other] = other, one
    return order


def _moved(order: list[int], source: Any, destination: Any) -> list[int]:
    sources = [source] if isinstance(source, int) else list(source)
    places = [destination] if isinstance(destination, int) else list(destination)
    sources, places = ([each % len(order) for each in given] for given in (sources, places))
    rest = [axis for axis in order if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        rest.insert(place, axis)
    return rest


def shuffle_module(reader: Reader, call: TracedCall) -> TracedValue:
    """A shuffle of channels or pixels, a Fold or an Unfold, as a module."""
    type = call.type
    value = reader.value(call.argument(0, "input"), call)
    return reader.add(call, type, fields_of(call.module, type), [value])


_SHUFFLES = {
    "channel_shuffle": ("ChannelShuffle", ("groups",)),
    "native_channel_shuffle": ("ChannelShuffle", ("groups",)),
    "pixel_shuffle": ("PixelShuffle", ("upscale_factor",)),
    "pixel_unshuffle": ("PixelUnshuffle", ("downscale_factor",)),
    "unfold": ("Unfold", ("kernel_size", "dilation", "padding", "stride")),
    "fold": ("Fold", ("output_size", "kernel_size", "dilation", "padding", "stride")),
}


def shuffle_function(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A shuffle of channels or pixels, a fold or an unfold, as a function."""
    type, names = _SHUFFLES[call.function.strip("_")]
    value = reader.value(call.argument(0, "input"), call)
    if type == "Unfold" and len(next(tensors_in(call.result)).shape) > len(value.axes):
        return sliding_windows(reader, call, value)
    found = {name: call.argument(place, name) for place, name in enumerate(names, 1)}
    fields = {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in found.items()
        if each is not None
    }
    if type == "Unfold" and "kernel_size" not in fields:
        return None
    return reader.add(call, type, fields, [value])


def rolled_call(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Places moved along axes."""
    value = reader.value(call.argument(0, "input"), call)
    shifts, dims = call.argument(1, "shifts"), call.argument(2, "dims")
    shifts, dims = (
        [each] if isinstance(each, int) else list(each or ()) for each in (shifts, dims)
    )
    axes = len(value.axes)
    order = value.order or value.usual_order
    if not dims or any(value.batch in value.axes[dim] for dim in dims):
        return None
    places = [order.index(dim % axes) + 1 for dim in dims]
    fields: dict[str, Any] = {"shifts": shifts, "dims": places}
    if len(shifts) == 1:
        fields = {"shifts": shifts[0], "dims": places[0]}
    return reader.add(call, "Roll", fields, [value], order)
