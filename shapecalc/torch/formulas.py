"""Attention that code writes out, found in a run: a product, a softmax and another product.

Such calls are read as the one of `scaled_dot_product_attention` that they are. What stands between
the products is a factor, a mask, a dropout; a factor may stand before them, at queries or keys.
"""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.equations import matrix_equation
from shapecalc.torch.calls import Traced, TracedCall, tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.torch.recording import Recording

ATTENTION = "scaled_dot_product_attention"
AXES_OF_OPERANDS = "axes"
"""An argument that PyTorch's function does not have: for queries, keys and values, and for the
result, which of its axes each is."""

_PRODUCTS = ("matmul", "bmm", "einsum")
_UNCHANGED = ("to", "type_as", "float", "contiguous", "half", "bfloat16", "Identity")
_VIEWS = ("view", "reshape", "unsqueeze", "squeeze")


class _Steps(NamedTuple):
    """What stands between two products. calls: in their order, the first product before them.
    masks: what is added. scale: the factors. dropout: its rate."""

    calls: list[TracedCall]
    masks: list[Traced]
    scale: float
    dropout: float


def takers_of(recording: Recording) -> dict[Traced, list[TracedCall]]:
    """The calls that take each tensor."""
    takers: dict[Traced, list[TracedCall]] = {}
    for call in _leaves(recording):
        for traced in dict.fromkeys(tensors_in((call.args, call.kwargs))):
            takers.setdefault(traced, []).append(call)
    return takers


def written_out(
    recording: Recording, takers: dict[Traced, list[TracedCall]]
) -> dict[TracedCall, TracedCall | None]:
    """The calls that are attention together: the last of each with what to read in its place, the
    others with nothing."""
    found: dict[TracedCall, TracedCall | None] = {}
    calls = list(_leaves(recording))
    makers: dict[Traced, TracedCall] = {}
    for call in calls:
        for traced in tensors_in(call.result):
            makers.setdefault(traced, call)
    for call in calls:
        if call.kind in _PRODUCTS and not call.module:
            _find(call, makers, takers, found)
    return found


def _leaves(recording: Recording) -> Iterator[TracedCall]:
    """All calls with nothing inside, in their order."""
    pending = [recording.root]
    while pending:
        call = pending.pop()
        assert call is not None
        if call.function or call.module in recording.leaves:
            yield call
        else:
            pending.extend(reversed(call.inner))


def _find(
    last: TracedCall,
    makers: dict[Traced, TracedCall],
    takers: dict[Traced, list[TracedCall]],
    found: dict[TracedCall, TracedCall | None],
) -> None:
    """The attention that ends in a product, if it is one."""
    after = _matrices(last)
    if after is None or after.first != tuple(range(len(after.first))):
        return
    weights, values = after.operands
    steps = _steps(weights, makers, takers)
    before = None if steps is None else _matrices(steps.calls[0])
    if steps is None or before is None or steps.calls[0] in found:
        return
    if before.result != tuple(range(len(before.result))):
        return
    queries, keys = before.operands
    scale, calls = steps.scale, [*steps.calls]
    given = []
    for traced in (queries, keys):
        maker = makers.get(traced)
        number = None if maker is None or len(takers[traced]) > 1 else _factor(maker)
        while maker is not None and number is not None:
            scale *= number
            calls.append(maker)
            traced = maker.argument(0, "input")
            maker = makers.get(traced)
            number = None if maker is None or len(takers[traced]) > 1 else _factor(maker)
        given.append(traced)
    masks = [each for each in steps.masks if each.is_value or each.names]
    if len(masks) > 1 or not all(isinstance(each, Traced) for each in given):
        return
    *leading, inner, columns = before.second
    axes = (before.first, (*leading, columns, inner), after.second, after.result)
    kwargs: dict[str, Any] = {AXES_OF_OPERANDS: axes}
    if steps.dropout:
        kwargs["dropout_p"] = steps.dropout
    if not isclose(scale, queries.shape[before.first[-1]] ** -0.5, rel_tol=1e-4):
        kwargs["scale"] = scale
    args = (given[0], given[1], values, *masks)
    call = TracedCall(last.path, ATTENTION, None, args, kwargs)
    call.result = last.result
    found.update((each, None) for each in calls)
    found[last] = call


class _Matrices(NamedTuple):
    """A product. first, second: the axes of its operands in the order of matrices. result: the axes
    of the product in the order that they have then."""

    operands: tuple[Traced, Traced]
    first: tuple[int, ...]
    second: tuple[int, ...]
    result: tuple[int, ...]


def _matrices(call: TracedCall) -> _Matrices | None:
    """Both tensors of a product, which have as many axes, three or more."""
    if call.function == "einsum":
        text, *given = call.args
        equation = matrix_equation(text) if isinstance(text, str) else None
        if equation is None or len(given) != 2:
            return None
        orders: tuple[tuple[int, ...], ...] | None = (
            tuple(map(equation.one.index, equation.first)),
            tuple(map(equation.other.index, equation.second)),
            tuple(map(equation.product.index, equation.result)),
        )
    else:
        given = [call.argument(0, "input"), call.argument(1, "other", call.argument(1, "mat2"))]
        orders = None
    one, other = given
    if not (isinstance(one, Traced) and isinstance(other, Traced)):
        return None
    count = len(one.shape)
    if count != len(other.shape) or count < 3 or not (one.is_value and other.is_value):
        return None
    plain = tuple(range(count))
    return _Matrices((one, other), *(orders or (plain, plain, plain)))


def _steps(
    weights: Traced, makers: dict[Traced, TracedCall], takers: dict[Traced, list[TracedCall]]
) -> _Steps | None:
    """What leads from a product to the weights of the next, over a softmax of the last axis."""
    calls: list[TracedCall] = []
    masks: list[Traced] = []
    scale, dropout, shared, traced = 1.0, 0.0, False, weights
    while len(takers.get(traced, ())) == 1 and traced in makers:
        call = makers[traced]
        calls.append(call)
        if shared and call.kind in _PRODUCTS:
            same = traced.shape == weights.shape and call.function
            return _Steps(calls[::-1], masks, scale, dropout) if same else None
        before = call.argument(0, "input")
        if call.kind.lower() == "softmax":
            dim = call.argument(1, "dim") if call.function else call.module.dim
            if shared or dim not in (-1, len(traced.shape) - 1) or traced.shape != weights.shape:
                return None
            shared = True
        elif call.kind.lower() == "dropout":
            rate = call.argument(1, "p", 0.5) if call.function else call.module.p
            dropout = rate if not shared else dropout
            if shared:
                return None
        elif shared and call.kind in ("add", "masked_fill") and isinstance(before, Traced):
            before = _masked(call, before, masks, weights)
        elif shared and (number := _factor(call)) is not None:
            scale *= number
        elif call.kind not in (*_UNCHANGED, *_VIEWS):
            return None
        if not isinstance(before, Traced):
            return None
        traced = before
    return None


def _masked(call: TracedCall, one: Traced, masks: list[Traced], weights: Traced) -> Traced | None:
    """The scores to which a mask is added, or in which places are filled."""
    other = call.argument(1, "other", call.argument(1, "mask"))
    if not isinstance(other, Traced) or call.kwargs.get("alpha", 1) != 1:
        return None
    result = next(tensors_in(call.result))
    if not one.is_value or one.shape != result.shape:
        one, other = other, one
    if not one.is_value or one.shape != result.shape:
        return None
    if call.kind == "masked_fill":
        return None if other.is_value and other.is_float else one
    if (other.is_value or other.names) and result.shape != weights.shape:
        return None
    masks.append(other)
    return one


def _factor(call: TracedCall) -> float | None:
    """The number by which a call multiplies a tensor; None where it does not."""
    one, other = call.argument(0, "input"), call.argument(1, "other")
    if call.kind not in ("mul", "div", "truediv", "multiply", "divide", "true_divide"):
        return None
    number = other
    if isinstance(other, Traced):
        return None
    if not isinstance(one, Traced) or not isinstance(number, int | float) or not number:
        return None
    return float(number) if call.kind.startswith("mul") else 1 / number
