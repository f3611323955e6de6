"""What the tests of single layers share: a layer made of written fields, and what it says."""

from __future__ import annotations

import pytest

from shapecalc import layers
from shapecalc.layers.base import Layer
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import parse_shape


def make(type: str, **fields: object) -> Layer:
    """The layer of a type with fields as a spec writes them."""
    found = layers.find_type(type)
    assert found is not None
    return found.make(
        {name: found.fields[name].read(value, found.rank) for name, value in fields.items()}
    )


def outputs(type: str, *inputs: str, **fields: object) -> list[str]:
    """The shapes that a layer outputs, as a table prints them."""
    layer = make(type, **fields)
    return [str(output) for output in layer.infer(tuple(map(parse_shape, inputs)))]


def refused(type: str, *inputs: str, **fields: object) -> Refusal:
    """The refusal of a layer, or of a field of it."""
    with pytest.raises(Refusal) as caught:
        outputs(type, *inputs, **fields)
    return caught.value
