"""What layers share whose inputs may have axes in front that run like a batch."""

from __future__ import annotations

from typing import Any

from shapecalc.layers.base import Layer, LayerType
from shapecalc.layers.fields import Integer
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shapes


class MayLead(Layer):
    """A layer that may have leading axes, by its field `leading`, which is the last one."""

    leading = Integer(
        "axes in front that run like a batch, such as windows, heads or frames: the layer runs on "
        "each part behind them",
        default=0,
        minimum=0,
    )

    def __init_subclass__(cls, names: str = "") -> None:
        super().__init_subclass__(names)
        own = {name: field for name, field in cls.fields.items() if name != "leading"}
        cls.fields = {**own, "leading": MayLead.leading}

    @classmethod
    def made(cls, type: LayerType, values: dict[str, Any]) -> Layer:
        """The layer, of a class of its own where it has leading axes."""
        if values["leading"]:
            from shapecalc.layers.leading_axes import with_leading

            return with_leading(cls)(type, values)
        return cls(type, values)

    def infer(self, inputs: Shapes) -> Shapes:
        """The outputs; of a shape of other axes the refusal says which of them could lead."""
        try:
            return super().infer(inputs)
        except Refusal as refusal:
            if refusal.code == "SC201":
                from shapecalc.layers.leading_axes import add_hint

                add_hint(refusal, self, inputs)
            raise
