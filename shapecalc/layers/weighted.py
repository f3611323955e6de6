"""What layers with a weight and a bias share: whether those are learned, and how."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from shapecalc.layers.base import Layer
from shapecalc.layers.fields import Flag
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shapes

LEARNED = Flag(
    "whether weight and bias are learned; otherwise they are buffers, as the kernel of a blur is",
    default=True,
)
WEIGHT_NORM = Flag(
    "whether the weight is a direction and a norm, with a learned norm for each index of its "
    "first axis (torch.nn.utils.parametrizations.weight_norm)",
    default=False,
)
SPECTRAL_NORM = Flag(
    "whether the weight is divided by its largest singular value, whose two vectors are buffers "
    "(torch.nn.utils.parametrizations.spectral_norm)",
    default=False,
)


class Weighted(Layer):
    """A layer with a weight, and perhaps a bias for each output channel."""

    mixes_channels = True
    output_axis: ClassVar[int] = 0
    """Which axis of the weight are the output channels."""

    bias: bool
    learned: bool
    weight_norm: bool
    spectral_norm: bool

    def check_learned(self) -> None:
        """Refuse to split or to scale a weight that is not learned. Raises Refusal SC210."""
        if self.learned:
            return
        for name in ("weight_norm", "spectral_norm"):
            if getattr(self, name):
                raise Refusal(
                    "SC210",
                    f"{name} is for weights that are learned, but learned is false",
                    f"remove {name}, or learned: false",
                    name,
                )

    def adds_bias(self) -> bool:
        """Where there is one."""
        return self.bias

    def weights(self, inputs: Shapes) -> int:
        """The numbers of the weight."""
        raise NotImplementedError

    def biases(self) -> int:
        """The numbers of the bias; 0 without one."""
        raise NotImplementedError

    def params(self, inputs: Shapes) -> int:
        """Weight and bias; with weight_norm a norm for each index of the weight's first axis."""
        if not self.learned:
            return 0
        norms = self.weight_shape(inputs)[0] if self.weight_norm else 0
        return self.weights(inputs) + norms + self.biases()

    def buffers(self, inputs: Shapes) -> int:
        """Weight and bias that are not learned; with spectral_norm a number for each output
        channel of the weight, and one for each number that leads to it."""
        if not self.learned:
            return self.weights(inputs) + self.biases()
        if not self.spectral_norm:
            return 0
        shape = self.weight_shape(inputs)
        axis = self.output_axis
        return shape[axis] + prod(shape[:axis] + shape[axis + 1 :])

    def weight_kind(self) -> tuple[bool, ...]:
        """Whether it is learned, and how."""
        return self.learned, self.weight_norm, self.spectral_norm
