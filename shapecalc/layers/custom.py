"""A layer that the language does not have: its figures are stated, not computed."""

from __future__ import annotations

from typing import Any, ClassVar

from shapecalc.layers.base import Layer, LayerType, Seen
from shapecalc.layers.fields import Field, Integer
from shapecalc.layers.shaping import NewShape
from shapecalc.shapes.shape import Shape, Shapes


class Custom(Layer, names="Custom"):
    """A layer that the language does not have, with figures that are stated.

    Output: `output`, or else the shape of the first input. Params, buffers and MACs are those that
    are written, by expressions over the sizes of what comes in if need be; tables and totals say
    that they are stated. The receptive field after it is unknown, unless it reaches nothing but
    vectors.
    Refused: an output of unknown sizes, figures below 0.
    Source: the spec.
    """

    stated = True
    input_count = (1, None)
    fields: ClassVar[dict[str, Field[Any]]] = {
        "output": NewShape(
            "output shape; null for that of the first input", default=None, rest=False
        ),
        "params": Integer("learnable weights and biases", default=0, minimum=0),
        "buffers": Integer("numbers that are kept and not learned", default=0, minimum=0),
        "macs": Integer("multiply-accumulates, for one input", default=0, minimum=0),
    }

    def __init__(self, type: LayerType, values: dict[str, Any]) -> None:
        super().__init__(type, {})
        self.values = values  # whose names are those of methods

    def field_value(self, name: str) -> Any:
        """The value of a field."""
        return self.values[name]

    def outputs(self, inputs: Shapes) -> Shapes:
        """The output that is stated."""
        shape = self.values["output"]
        return (inputs[0] if shape is None else Shape(shape),)

    def params(self, inputs: Shapes) -> int:
        """Those that are stated."""
        found: int = self.values["params"]
        return found

    def buffers(self, inputs: Shapes) -> int:
        """Those that are stated."""
        found: int = self.values["buffers"]
        return found

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """Those that are stated."""
        found: int = self.values["macs"]
        return found

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown."""
        return None


for _name, _field in Custom.fields.items():
    _field.name = _name
