"""Tensors that a network stores: they come from no input, and are the same for all of them."""

from __future__ import annotations

from shapecalc.layers.base import Layer
from shapecalc.layers.shaping import NewShape
from shapecalc.shapes.shape import Shape, Shapes


class _Stored(Layer):
    """What the types share: a shape and no input."""

    input_count = (0, 0)

    shape = NewShape("shape of the tensor, without a batch, such as 197x768", rest=False)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The tensor."""
        return (Shape(self.shape),)

    @property
    def elements(self) -> int:
        """The numbers that it holds."""
        return Shape(self.shape).elements


class Parameter(_Stored, names="Parameter"):
    """A learned tensor, such as a class token, an embedding of positions or a table of biases.

    Output: `shape`. It has no input, and is what the layer after it takes where that says nothing
    else. Its numbers are params: its output is neither an activation nor multiplied by a batch,
    and neither are the figures of layers that depend on no input of the network.
    Refused: an input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
    """

    def params(self, inputs: Shapes) -> int:
        """Its elements."""
        return self.elements

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Its sizes as they are written."""
        return tuple(self.shape)

    def weight_kind(self) -> tuple[bool, ...]:
        """As that of a Linear or an Embedding, whose weight it may be."""
        return True, False, False


class Buffer(_Stored, names="Buffer"):
    """A tensor that is kept and not learned, such as a table of sines or of distances.

    Output: `shape`. It has no input, and is what the layer after it takes where that says nothing
    else. Its numbers are buffers: its output is neither an activation nor multiplied by a batch,
    and neither are the figures of layers that depend on no input of the network.
    Refused: an input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Buffer.html
    """

    def buffers(self, inputs: Shapes) -> int:
        """Its elements."""
        return self.elements
