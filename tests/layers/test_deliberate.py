"""What is refused on purpose: the documentation lists it, and each of its examples is refused."""

from __future__ import annotations

import deliberate
import pytest
from layer_cases import make

from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape


def test_the_documentation_lists_it() -> None:
    assert deliberate.documented_rows() == deliberate.ROWS


@pytest.mark.parametrize("reason", deliberate.REASONS, ids=lambda reason: reason.what)
def test_its_example_is_refused_for_that_reason_alone(reason: deliberate.Reason) -> None:
    case = reason.example
    with pytest.raises(Refusal) as caught:
        make(case.type, **case.fields).infer(tuple(map(Shape.from_chw, case.inputs)))
    assert deliberate.reasons(case, caught.value.code, caught.value.message) == [reason.what]
