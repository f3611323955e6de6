"""The basis of costs that a caller asks for, checked."""

from __future__ import annotations

from shapecalc.inference.inferred import Basis
from shapecalc.limits import MAXIMUM_BATCH, MAXIMUM_INTEGER
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.dtypes import parse_data_types


def basis_for(batch: int, dtype: str, fuse: bool) -> Basis:
    """The basis that a caller asks for. Raises Refusal SC115."""
    if type(batch) is not int or not 0 < batch <= MAXIMUM_BATCH:
        text = f"batch must be an integer from 1 to {MAXIMUM_BATCH}"
        if abs(batch) <= MAXIMUM_INTEGER:
            text += f", not {shown(batch)}"
        raise Refusal("SC115", text)
    return Basis(batch, parse_data_types(dtype), fuse)
