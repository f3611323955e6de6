"""Calls of products of two tensors that are both computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    equation, *given = call.args
    if not isinstance(equation, str) or len(given) != 2:
        return None
    taken, arrow, result = equation.replace(" ", "").partition("->")
    if not arrow or taken.count(",") != 1 or "." in equation:
        return None
    one, other = taken.split(",")
    leading = [each for each in result if each in one and each in other]
    rows, columns = ([each for each in result if each not in of] for of in (other, one))
    inner = [each for each in one if each in other and each not in result]
    if not (len(rows) == len(columns) == len(inner) == 1) or result[:1] != "".join(leading[:1]):
        return None
    values = []
    for traced, written, last in (
        (given[0], one, (*rows, *inner)),
        (given[1], other, (*inner, *columns)),
    ):
        if not isinstance(traced, Traced) or len({*written}) != len(written):
            return None
        if {*written} != {*leading, *last}:
            return None
        value = batched(reader, reader.value(traced, call), len(written), call)
        axes = [value.axes[written.index(each)] for each in (*leading, *last)]
        values.append(TracedValue(value.wire, value.of, axes, value.batch))
    made = _of_matrices(reader, call, values)
    if made is None:
        return None
    order = [*leading, *rows, *columns]
    axes = [made.axes[order.index(each)] for each in result]
    return TracedValue(made.wire, made.of, axes, made.batch)
