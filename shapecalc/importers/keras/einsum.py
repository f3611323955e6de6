"""EinsumDense: a product of the last axes with a kernel, as an equation says it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.keras.activations import activated
from shapecalc.importers.keras.config import as_integer, untupled

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire


class _Product(NamedTuple):
    """What an equation does: how many of the last axes it sums over, and which it has in their
    place. kept: the axes before them that it names, without the batch."""

    summed: int
    made: str
    kept: str


def einsum_dense(call: LayerCall) -> Wire:
    """EinsumDense, where it is a Linear of the last axes at each position."""
    config = call.config
    product = _product(config.word("equation").replace(" ", ""))
    shape = call.input.shape
    stated = untupled(config.value("output_shape"))
    sizes = [as_integer(each) for each in (stated if isinstance(stated, list) else [stated])]
    kept = shape.spatial if product is None else tuple(shape)[: len(shape) - product.summed]
    if product is None or call.axes.first or (product.kept and len(kept) != len(product.kept)):
        return call.unknown("its equation is not a product of the last axes with a kernel")
    made = [size for size in sizes[len(sizes) - len(product.made) :] if size is not None]
    if len(made) != len(product.made) or product.summed > len(shape) or min(made, default=0) < 1:
        raise config.refused("its output_shape does not go with its equation")
    bias = config.value("bias_axes", None)
    is_plain = isinstance(bias, str) and set(bias) == set(product.made)
    wire = call.input
    if product.summed > 1:
        summed = prod(tuple(shape)[len(kept) :])
        wire = _reshaped(call, wire, [*kept, summed], "merged", inner=True)
    fields: dict[str, Any] = {"out_features": prod(made), "bias": is_plain}
    fields |= {"per_position": True} if kept else {}
    summand = isinstance(bias, str) and not is_plain
    split = len(made) > 1
    names = ("kernel",) if summand else ()
    wire = call.add("Linear", fields, wire, weights=names, inner=split or summand)
    if split:
        wire = _reshaped(call, wire, [*kept, *made], "split", inner=summand)
    if summand:
        named = dict(zip(product.kept + product.made, wire.shape, strict=False))
        if len(named) != len(wire.shape) or not set(bias) <= set(named):
            return call.unknown("its bias_axes are not those of its output")
        text = "x".join(str(size if axis in bias else 1) for axis, size in named.items())
        weight = call.add(
            "Parameter", {"shape": text}, [], part="bias", weights=("bias",), inner=True
        )
        wire = call.add("Add", {}, [wire, weight], part="sum", weights=None)
    return activated(call, wire)


def _reshaped(call: LayerCall, wire: Wire, sizes: list[int], part: str, inner: bool) -> Wire:
    fields = {"shape": "x".join(map(str, sizes))}
    return call.add("Reshape", fields, wire, part=part, weights=None, inner=inner)


def _product(equation: str) -> _Product | None:
    """What an equation does; None where that is no product of the last axes."""
    taken, arrow, result = equation.partition("->")
    input, comma, kernel = taken.partition(",")
    open = input.startswith("...")
    if open != result.startswith("..."):
        return None
    input, result = input.removeprefix("..."), result.removeprefix("...")
    if not (arrow and comma and all(each.isalpha() for each in (input, kernel, result))):
        return None
    if any(len(set(each)) != len(each) for each in (input, kernel, result)):
        return None
    summed = "".join(each for each in input if each in kernel)
    made = "".join(each for each in result if each in kernel)
    kept = input[: len(input) - len(summed)]
    alike = (
        input == kept + summed and result == kept + made and sorted(kernel) == sorted(summed + made)
    )
    if not alike or not summed or not made or (not open and not kept):
        return None
    return _Product(len(summed), made, "" if open else kept[1:])


EINSUM = {"EinsumDense": einsum_dense}
"""The class of this family, and what adds it."""
