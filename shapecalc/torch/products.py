"""Calls of products of two tensors that are both computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.equations import matrix_equation
from shapecalc.torch.calls import Traced
from shapecalc.torch.constants import batched
from shapecalc.torch.values import TracedValue, channels_at
from shapecalc.torch.weighted import linear_function

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader


def product_call(reader: Reader, call: TracedCall) -> TracedValue | None:
    """matmul: a Linear where the second tensor is learned, else a MatMul."""
    first, second = call.argument(0, "input"), call.argument(1, "other")
    second = call.argument(1, "mat2") if second is None else second
    if not (isinstance(first, Traced) and isinstance(second, Traced)):
        return None
    if first.is_value and second.is_parameter and len(second.shape) == 2:
        return linear_function(reader, call)
    return _product(reader, call, [first, second])


def _product(reader: Reader, call: TracedCall, given: Sequence[Traced]) -> TracedValue | None:
    values = [reader.value(each, call) for each in given]
    axes = max(len(value.axes) for value in values)
    return _of_matrices(reader, call, [batched(reader, value, axes, call) for value in values])


def _of_matrices(
    reader: Reader, call: TracedCall, values: Sequence[TracedValue]
) -> TracedValue | None:
    """A MatMul of tensors whose last two axes are matrices, and those before them like a batch."""
    if min(len(value.axes) for value in values) < 3 or len({len(v.axes) for v in values}) > 1:
        return None
    values, folded = reader.apart(values)
    order = channels_at(-1, len(values[0].axes))
    wires = [reader.wire(value, order, call) for value in values]
    made = TracedValue.plain(reader.layer(call, "MatMul", {}, wires, None), order, reader.batch)
    return made.folded() if folded else made


def einstein_sum(reader: Reader, call: TracedCall) -> TracedValue | None:
    """einsum of two tensors that sums over one axis: a MatMul, whatever the order of the axes."""
    text, *given = call.args
    equation = matrix_equation(text) if isinstance(text, str) else None
    if equation is None or len(given) != 2 or equation.result[0] != equation.product[0]:
        return None
    values = []
    for traced, written, wanted in (
        (given[0], equation.one, equation.first),
        (given[1], equation.other, equation.second),
    ):
        if not isinstance(traced, Traced):
            return None
        value = batched(reader, reader.value(traced, call), len(written), call)
        axes = [value.axes[written.index(each)] for each in wanted]
        values.append(TracedValue(value.wire, value.of, axes, value.batch))
    made = _of_matrices(reader, call, values)
    if made is None:
        return None
    axes = [made.axes[equation.product.index(each)] for each in equation.result]
    return TracedValue(made.wire, made.of, axes, made.batch)
