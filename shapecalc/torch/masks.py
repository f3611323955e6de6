"""Calls that mask a tensor by what comes of comparing numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.torch.calls import tensors_in

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import TracedValue

_MASKING = frozenset(["masked_fill", "where", "add", "sub", "mul", "div"])
"""The functions of a tensor and a mask."""


def under_a_mask(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A tensor of which a mask leaves out numbers: an Identity, of the same shape. None where the
    call is no such."""
    if call.function.strip("_") not in _MASKING:
        return None
    given = [each for each in tensors_in((call.args, call.kwargs)) if each.is_value]
    others = [each for each in given if each not in reader.masks]
    by_code = call.function.strip("_") == "masked_fill" and len(given) == 1
    if len(others) != 1 or (len(given) == 1 and not by_code):
        return None
    if next(tensors_in(call.result)).shape != others[0].shape:
        return None
    reader.network.remark(f"{call.name} is an Identity: it masks its input")
    return reader.pointwise(call, "Identity", {}, reader.value(others[0], call))
