"""What a layer type is: one class with a docstring, fields, `output()`, `params()`, `macs()`.

Inputs and outputs are tuples of shapes, in every method but the two hooks of a layer with one of
each, `output()` and `footprint()`. A layer with several says in `input_count` how many inputs it
has, and writes `outputs()`, and `footprints()` where its inputs or outputs differ in what they
see.

A class that is written for several numbers of spatial axes names its types after them:

    class Conv(Windowed, names="Conv1d Conv2d Conv3d"):

and finds the number of axes in `self.rank`. The name without a number (`ReLU`) is that of a
layer for any shape; `self.rank` is then 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from shapecalc.layers.fields import Field, Inferred, one_of
from shapecalc.limits import MAXIMUM_ELEMENTS
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import (
    FITTING,
    SAME_POSITION,
    Footprint,
    Padding,
    dropped,
    fitting_padding,
    footprint,
    same_padding,
    transposed_footprint,
)

AXES_IN_WORDS = {
    0: "channels alone (a vector)",
    1: "length x channels",
    2: "height x width x channels",
    3: "depth x height x width x channels",
}


Seen = tuple[Footprint, ...] | None
"""What a position of an output sees of an input, along each of its axes; None: unknown."""


Fusion = Literal["view", "elementwise", "affine"]
"""How a layer can run as part of another, in inference: by passing its numbers on; by computing
each from the one in its place; by scaling and shifting each channel, by constants."""


class Layer:
    """A layer with its fields read: what it makes of its inputs' shapes, and what that costs.

    Docstrings document the type: one sentence, then the formula, the refusals and the source.
    """

    fields: ClassVar[dict[str, Field[Any]]] = {}
    takes_indices: ClassVar[bool] = False
    """Whether a vector that it takes is a sequence of indices, whose size is a length."""
    mixes_channels: ClassVar[bool] = False
    """Whether it has weights from channels to channels: rows show both, norms fold into them."""
    cancels_bias: ClassVar[bool] = False
    """Whether it cancels a bias of the layer before, subtracting the mean of each channel."""
    input_count: ClassVar[tuple[int, int | None]] = (1, 1)
    """The fewest and the most inputs that it has; None for any number of them."""
    output_names: ClassVar[tuple[str, ...]] = ()
    """What `from:` calls its outputs after a dot, where they have names, the first that of the
    layer itself, which the next takes. Parts have numbers instead, of which one must be named."""
    stated: ClassVar[bool] = False
    """Whether its figures are stated in the spec rather than computed."""
    abouts: ClassVar[dict[str, str]] = {}
    """The sentence of each type, where that of the docstring does not tell them apart."""

    type: LayerType
    rank: int

    def __init_subclass__(cls, names: str = "") -> None:
        cls.fields = {
            **cls.fields,
            **{name: field for name, field in vars(cls).items() if isinstance(field, Field)},
        }
        for name in names.split():
            TYPES[name] = LayerType(name, cls)

    def __init__(self, type: LayerType, values: dict[str, Any]) -> None:
        self.type = type
        self.rank = type.rank
        for name, value in values.items():
            setattr(self, name, value)

    @classmethod
    def made(cls, type: LayerType, values: dict[str, Any]) -> Layer:
        """The layer of a type with all its fields."""
        return cls(type, values)

    def field_value(self, name: str) -> Any:
        """The value of a field."""
        return getattr(self, name)

    def check(self, input: Shape) -> None:
        """Refuse an input that the type cannot mean, whatever the fields say. Raises SC201."""
        if self.rank and len(input) != self.rank + 1:
            raise wrong_rank(self.type.name, self.rank, input)

    def infer(self, inputs: Shapes) -> Shapes:
        """The outputs for the inputs, every refusal included: what a caller asks for.

        Raises Refusal SC111 for another number of inputs than the type has, else SC2xx.
        """
        least, most = self.input_count
        if len(inputs) < least or (most is not None and len(inputs) > most):
            raise self._wrong_number(len(inputs))
        for input in inputs:
            self.check(input)
        for name in self.type.inferred:
            self._check_inferred(name, inputs[0])
        outputs = self.outputs(inputs)
        for output in outputs:
            if output.elements > MAXIMUM_ELEMENTS:
                raise Refusal("SC208", f"the output {output} has more than 2^63 - 1 elements")
        return outputs

    def _wrong_number(self, number: int) -> Refusal:
        least, most = self.input_count
        if most == 0:
            text = f"{self.type.name} takes no input, got {number}"
            return Refusal(
                "SC111", text, "remove from:, or join it with an Add or a Concat", "from"
            )
        if most == 1:
            wanted = "one input"
        elif most is None:
            wanted = "at least one input" if least == 1 else f"at least {least} inputs"
        else:
            wanted = f"{least} inputs" if least == most else f"{least} to {most} inputs"
        return Refusal(
            "SC111",
            f"{self.type.name} needs {wanted}, got {number}",
            "join them first, with Concat or Add"
            if most == 1
            else "name its inputs, as in from: [a, b]",
            "from",
        )

    def _check_inferred(self, name: str, input: Shape) -> None:
        written = getattr(self, name)
        if written is not None and written != input.channels:
            raise Refusal(
                "SC205",
                f"{name} is {written}, but the input {input} has {input.channels} "
                f"{'channel' if input.channels == 1 else 'channels'}",
                f"remove {name}: it is inferred",
                name,
            )

    def outputs(self, inputs: Shapes) -> Shapes:
        """The outputs for inputs of the right number. Raises Refusal SC2xx."""
        return (self.output(inputs[0]),)

    def output(self, input: Shape) -> Shape:
        """The output of a layer with one input and one output. Raises Refusal SC2xx."""
        return input

    def params(self, inputs: Shapes) -> int:
        """The learnable weights and biases."""
        return 0

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """The weight as PyTorch lays it out, which layers agree in that share it.

        One of two axes or more may be that of a layer of another type, too. Where nothing else is
        said it is as many numbers as are learned, of whatever tensors.
        """
        return (self.params(inputs),)

    def weight_kind(self) -> tuple[int, ...]:
        """What layers that share a weight agree in besides its shape."""
        return ()

    def buffers(self, inputs: Shapes) -> int:
        """The numbers that are kept and not learned, such as running statistics."""
        return 0

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The multiply-accumulates of convolutions and matrix products, for one input."""
        return 0

    def adds_bias(self) -> bool:
        """Whether it adds a number of its own to each channel of its output, whatever the input."""
        return False

    def fusion(self) -> Fusion | None:
        """How it can run as part of another; None: it does not."""
        return None

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """What a position of each output sees, of each input."""
        return tuple(tuple(self.footprint(input, output) for input in inputs) for output in outputs)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """What a position of an output sees of an input.

        Where nothing else is said: its own position where the sizes stay, everything where no
        axis is left; None where that cannot be said.
        """
        if input.spatial == output.spatial:
            return (SAME_POSITION,) * len(input.spatial)
        if not output.spatial:
            return tuple(footprint(extent, extent) for extent in input.spatial)
        return None


class Elementwise(Layer):
    """A layer that computes each number from the one in its place."""

    def fusion(self) -> Fusion | None:
        """In the place of its input."""
        return "elementwise"


class PassThrough(Layer):
    """A layer that passes its numbers on, in inference, perhaps in another shape."""

    def fusion(self) -> Fusion | None:
        """As its input."""
        return "view"


AxisWindow = tuple[int, int, int, int, tuple[int, int]]
"""A window along an axis: the input's size, kernel, stride, dilation, the padding at the ends."""


class Windowed(Layer):
    """A layer with a window along each axis, which the fields describe.

    padding: at both ends of each axis, or a pair for each, before and after; or `same`, which keeps
    the size, `valid`, none, or `same_upper` or `same_lower`, with which ceil(n / stride) windows
    fit and an odd padding has one more after the input, or before it.
    """

    transposed: ClassVar[bool] = False
    """Whether the window is spread over the output, rather than slid over the input."""

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: Padding
    dilation: tuple[int, ...]
    ceil_mode: bool = False

    @property
    def pads_beyond_pytorch(self) -> bool:
        """Whether PyTorch has no such padding: pairs, `same_upper` and `same_lower`."""
        padding = self.padding
        return padding in FITTING or isinstance(padding[0], tuple)

    def ends(self, input: Shape) -> Iterator[tuple[int, int]]:
        """The padding before and after an input, along each axis."""
        padding = self.padding
        if padding == "same":
            return map(same_padding, self.kernel_size, self.dilation)
        if padding in FITTING:
            return self._fitting(input)
        if isinstance(padding, str):
            padding = (0,) * len(self.kernel_size)
        return (side if isinstance(side, tuple) else (side, side) for side in padding)

    def axis_windows(self, input: Shape) -> Iterator[AxisWindow]:
        """The window along each spatial axis of an input."""
        ends = self.ends(input)
        return zip(input.spatial, self.kernel_size, self.stride, self.dilation, ends, strict=True)

    def _fitting(self, input: Shape) -> Iterator[tuple[int, int]]:
        windows = zip(input.spatial, self.kernel_size, self.stride, self.dilation, strict=True)
        for window in windows:
            total = fitting_padding(*window)
            less, more = total // 2, total - total // 2
            yield (less, more) if self.padding == "same_upper" else (more, less)

    def dropped(self, input: Shape) -> tuple[int, ...]:
        """How many positions at the end of each axis no window covers; 0 for most layers."""
        if self.transposed or self.ceil_mode or max(self.stride) == 1:
            return (0,) * len(input.spatial)
        return tuple(
            dropped(extent, kernel, stride, before, after, dilation)
            for extent, kernel, stride, dilation, (before, after) in self.axis_windows(input)
        )

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The window along each axis."""
        before = [before for before, _ in self.ends(input)]
        of_an_axis = transposed_footprint if self.transposed else footprint
        return tuple(map(of_an_axis, self.kernel_size, self.stride, before, self.dilation))


class LayerType:
    """A named layer type: a class, for one number of axes."""

    __slots__ = ("defaults", "inferred", "layer", "name", "rank")

    def __init__(self, name: str, layer: type[Layer]) -> None:
        self.name = name
        self.layer = layer
        self.rank = int(name[-2]) if name[-1] == "d" and name[-2:-1] in ("1", "2", "3") else 0
        self.defaults: dict[str, Any] | None = None
        self.inferred = tuple(
            name for name, field in layer.fields.items() if isinstance(field, Inferred)
        )

    @property
    def fields(self) -> dict[str, Field[Any]]:
        """The fields by name, in the order of their declaration."""
        return self.layer.fields

    @property
    def about(self) -> str:
        """One sentence: what the type makes of its input."""
        paragraph = (self.layer.__doc__ or "").partition("\n\n")[0]
        return self.layer.abouts.get(self.name) or " ".join(paragraph.split())

    def missing(self, written: dict[str, Any]) -> list[str]:
        """The fields that have no default and are not written."""
        return [
            name for name, field in self.fields.items() if field.required and name not in written
        ]

    def make(self, written: dict[str, Any]) -> Layer:
        """A layer of fields that are read already. Missing ones get their defaults.

        Raises Refusal SC103 where a field that has no default is missing.
        """
        defaults = self.defaults
        if defaults is None:
            defaults = self.defaults = {
                name: field.default if field.required else field.read_default(self.rank)
                for name, field in self.fields.items()
                if field.like is None
            }
        values = {**defaults, **written}
        for name, field in self.fields.items():
            if field.like is not None and values.get(name) is None:
                values[name] = values[field.like]
            elif field.required and name not in written:
                raise Refusal("SC103", f"{self.name} needs {name}", f"{name}: {field.about}", name)
        return self.layer.made(self, values)


TYPES: dict[str, LayerType] = {}
"""The types of the families that were imported so far, by name."""


def wrong_rank(name: str, rank: int, input: Shape) -> Refusal:
    """The refusal of an input with another number of spatial dimensions than a type expects."""
    found = len(input.spatial)
    return Refusal(
        "SC201",
        f"{name} expects {AXES_IN_WORDS[rank]}, but {input} is "
        f"{AXES_IN_WORDS.get(found, f'a shape of {found} axes')}",
        _hint_for_axes(name, rank, input),
    )


_FOR_OTHER_AXES = {
    "Softmax": dict.fromkeys((0, 1, 3, 4), "use Softmax with dim: 1"),
    "LayerNorm": dict.fromkeys((0, 1, 3, 4), "use LayerNorm"),
    "UpsamplingNearest": dict.fromkeys((1, 3), "use Upsample, whose default mode is nearest"),
    "UpsamplingBilinear": {
        1: "use Upsample with mode: linear and align_corners: true",
        3: "use Upsample with mode: trilinear and align_corners: true",
    },
    **{
        f"{name}Cell": {1: f"use {name}, or take one position with a Select"}
        for name in ("RNN", "LSTM", "GRU")
    },
    "InstanceNorm": {0: "use BatchNorm1d or LayerNorm: the one position of a vector has no spread"},
}
"""By the name of a type without its number: what to use instead, for numbers of spatial dimensions
that no type of that name is for."""


def _hint_for_axes(name: str, rank: int, input: Shape) -> str | None:
    found = len(input.spatial)
    stem = name.removesuffix(f"{rank}d")
    if f"{stem}{found}d" in TYPES:  # of the same family, which is imported with the type itself
        return f"use {stem}{found}d"
    instead = _FOR_OTHER_AXES.get(stem, {}).get(found)
    if instead is None and not found:
        return (
            f"a Flatten or a Linear leaves no positions; a Reshape to {'1x' * rank}{input} makes "
            "one of a vector"
        )
    return instead


def divisors(number: int) -> str:
    """The divisors of a number as a message lists them, at most twelve of them."""
    found = [divisor for divisor in range(1, min(number, 4096) + 1) if number % divisor == 0]
    return one_of([str(divisor) for divisor in found[:12]])
