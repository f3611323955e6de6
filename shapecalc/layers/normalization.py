"""Layers that bring numbers to a common mean and variance. None of them changes a shape."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from shapecalc.layers.base import Fusion, Layer, Seen, divisors
from shapecalc.layers.fields import Count, Decimal, Field, Flag, Inferred, integer_schema
from shapecalc.layers.leading import MayLead
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import whole_footprint


class _Momentum(Decimal):
    """A weight, or null for none: the running statistics are then the mean of all batches."""

    def read(self, value: object, rank: int) -> Any:
        """The number or None. Raises Refusal SC104."""
        return None if value is None else super().read(value, rank)

    def schema(self, rank: int) -> dict[str, Any]:
        """A number or null."""
        return {"anyOf": [super().schema(rank), {"type": "null"}]}


class _WithStatistics(MayLead):
    """What the norms share that may keep running statistics of each channel."""

    num_features = Inferred("channels of the input; inferred, must match where written")
    eps = Decimal("added to the denominator for numerical stability", default=1e-5)
    momentum = _Momentum(
        "weight of the newest batch in the running statistics; null for the cumulative mean",
        default=0.1,
    )
    bias = Flag("whether to learn a bias for each channel; only where affine", default=True)

    affine: bool
    track_running_stats: bool

    def params(self, inputs: Shapes) -> int:
        """A weight and a bias for each channel, where affine."""
        return inputs[0].channels * (1 + self.bias) if self.affine else 0

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Channels, and whether they have a weight and a bias."""
        return (inputs[0].channels, self.params(inputs))

    def fusion(self) -> Fusion | None:
        """By the running statistics; without them, it looks at the numbers of a channel."""
        return "affine" if self.track_running_stats else None

    def buffers(self, inputs: Shapes) -> int:
        """A mean and a variance for each channel and the count of batches, where tracked."""
        return 2 * inputs[0].channels + 1 if self.track_running_stats else 0


class BatchNorm(_WithStatistics, names="BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm"):
    """Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted.

    Output: the input's shape. BatchNorm1d also accepts a vector, SyncBatchNorm any shape.
    Refused: an eps of 0 without running statistics.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    abouts: ClassVar[dict[str, str]] = {
        "SyncBatchNorm": "Each channel brought to mean 0 and variance 1 over the batches of all "
        "processes, then scaled and shifted.",
    }
    cancels_bias = True

    eps = Decimal(
        "added to the denominator for numerical stability, at least 0; above 0 without running "
        "statistics",
        default=1e-5,
        minimum=0,
    )
    affine = Flag("whether to learn a weight for each channel", default=True)
    track_running_stats = Flag("whether to keep running statistics", default=True)

    def check(self, input: Shape) -> None:
        """Refuse another number of axes, but let BatchNorm1d have a vector."""
        if input.spatial or self.rank != 1:
            try:
                super().check(input)
            except Refusal as refusal:
                if not input.spatial:
                    refusal.hint = "use BatchNorm1d"
                raise

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.eps == 0 and not self.track_running_stats:
            raise Refusal(
                "SC104",
                "eps is 0, but the variance of a batch, which may be 0, is divided by",
                "eps is above 0 where no running statistics are kept",
                "eps",
            )
        return input


class InstanceNorm(_WithStatistics, names="InstanceNorm1d InstanceNorm2d InstanceNorm3d"):
    """Each channel brought to mean 0 and variance 1 over its positions.

    Output: the input's shape.
    Refused: an input of one position, unless running statistics are kept.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
    """

    affine = Flag("whether to learn a weight for each channel", default=False)
    track_running_stats = Flag("whether to keep running statistics", default=False)

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if input.positions == 1 and not self.track_running_stats:
            raise Refusal(
                "SC201",
                f"{self.type.name} needs at least 2 positions, but {input} has 1: a number less "
                "its own mean is 0",
                f"use BatchNorm{self.rank}d or LayerNorm",
            )
        return input


class GroupNorm(MayLead, names="GroupNorm"):
    """Each group of channels brought to mean 0 and variance 1, then scaled and shifted.

    Output: the input's shape, which may be any.
    Refused: groups that do not divide the channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    num_groups = Count("number of groups, a divisor of the channels")
    num_channels = Inferred("channels of the input; inferred, must match where written")
    eps = Decimal("added to the denominator for numerical stability", default=1e-5)
    affine = Flag("whether to learn a weight for each channel", default=True)
    bias = Flag("whether to learn a bias for each channel; only where affine", default=True)

    def _check_inferred(self, name: str, input: Shape) -> None:
        # without weights nothing has as many entries as num_channels says: PyTorch looks away
        if self.affine:
            super()._check_inferred(name, input)

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        for channels in (self.num_channels or input.channels, input.channels):
            if channels % self.num_groups:
                raise Refusal(
                    "SC204",
                    f"num_groups {self.num_groups} does not divide the {channels} channels",
                    f"num_groups must divide {channels}: {divisors(channels)}",
                    "num_groups",
                )
        return input

    def params(self, inputs: Shapes) -> int:
        """A weight and a bias for each channel, where affine."""
        return inputs[0].channels * (1 + self.bias) if self.affine else 0

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Channels, and whether they have a weight and a bias."""
        return (inputs[0].channels, self.params(inputs))


class LocalResponseNorm(Layer, names="LocalResponseNorm"):
    """Each number divided by a power of the mean square at its position in nearby channels.

    Output: the input's shape.
    Refused: a vector.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
    """

    size = Count("neighbouring channels in the sum of squares, the channel itself in the middle")
    alpha = Decimal("multiplicative factor of the mean square", default=1e-4)
    beta = Decimal("exponent of the divisor", default=0.75)
    k = Decimal("additive constant of the divisor", default=1.0)

    def check(self, input: Shape) -> None:
        """Refuse a vector, as PyTorch does."""
        if not input.spatial:
            raise Refusal(
                "SC201",
                f"LocalResponseNorm expects channels over positions, but {input} is a vector",
                "use LayerNorm for a vector",
            )


class GlobalResponseNorm(MayLead, names="GlobalResponseNorm"):
    """Each channel scaled by the norm of its positions over the mean of such norms, and added to
    itself (Woo et al. 2023, section 3.2).

    Output: the input's shape.
    Refused: a vector.
    Source: timm.layers.GlobalResponseNorm
    """

    dim = Inferred("channels of the input; inferred, must match where written")
    eps = Decimal("added to the denominator for numerical stability", default=1e-6)

    def check(self, input: Shape) -> None:
        """Refuse a vector, whose channels have no positions."""
        if not input.spatial:
            raise Refusal(
                "SC201",
                f"GlobalResponseNorm expects channels over positions, but {input} is a vector",
                "use LayerNorm for a vector",
            )

    def params(self, inputs: Shapes) -> int:
        """A weight and a bias for each channel."""
        return 2 * inputs[0].channels

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Every position: the norm of a channel is that of all."""
        return tuple(map(whole_footprint, input.spatial))


class _NormalizedShape(Field["int | tuple[int, ...] | None"]):
    """Null or the channels, as a number, or PyTorch's list of the last sizes of its tensor."""

    kind = "channels or list"

    def read(self, value: object, rank: int) -> Any:
        """None, an integer or a tuple of integers. Raises Refusal SC104."""
        extents = value if isinstance(value, list | tuple) and value else [value]
        if self.is_null(value):
            return None
        for extent in extents:
            if type(extent) is not int or extent < 1:
                raise self.refuse(
                    value,
                    "an integer of at least 1 or a list of them",
                    f"leave {self.name} out to normalize over the channels",
                )
        return tuple(extents) if isinstance(value, list | tuple) else value

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer, a list of them, or null."""
        integer = integer_schema(1)
        return {
            "anyOf": [integer, {"type": "array", "items": integer, "minItems": 1}, {"type": "null"}]
        }


class _OverLastExtents(MayLead):
    """What the norms share that look at each position, or at the last sizes of a tensor."""

    normalized_shape = _NormalizedShape(
        "the sizes normalized over: null or a number, the channels at each position; "
        "a list, the last sizes of PyTorch's tensor, channels first",
        default=None,
    )
    eps = Decimal("added to the denominator for numerical stability", default=1e-5)
    elementwise_affine = Flag("whether to learn a weight for each normalized element", default=True)

    def extents(self, input: Shape) -> tuple[int, ...]:
        """The sizes of the input in PyTorch's order, whose last ones a list names."""
        return input.chw

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        written = self.normalized_shape
        if isinstance(written, int):
            self._check_inferred("normalized_shape", input)
        if isinstance(written, tuple):
            extents = self.extents(input)
            if extents[-len(written) :] != written:
                raise Refusal(
                    "SC205",
                    f"normalized_shape is {shown(written)}, but in PyTorch's order the input "
                    f"{input} is {shown(extents)}, which ends otherwise",
                    "leave it out to normalize over the channels at each position",
                    "normalized_shape",
                )
        return input

    def weights(self, inputs: Shapes) -> int:
        """The numbers that are normalized together, each with a weight, where affine."""
        if not self.elementwise_affine:
            return 0
        written = self.normalized_shape
        return prod(written) if isinstance(written, tuple) else inputs[0].channels

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """The sizes that are normalized over, and whether they have a weight and a bias."""
        written = self.normalized_shape
        extents = written if isinstance(written, tuple) else (inputs[0].channels,)
        return (*extents, self.params(inputs))


class LayerNorm(_OverLastExtents, names="LayerNorm"):
    """The channels at each position brought to mean 0 and variance 1, then scaled and shifted.

    Output: the input's shape, which may be any. A list as normalized_shape normalizes over the
    last sizes of PyTorch's tensor, channels first, instead: [64, 56, 56] over all of 56x56x64.
    Refused: a normalized_shape that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    bias = Flag(
        "whether to learn a bias for each normalized element; only where elementwise_affine",
        default=True,
    )

    def params(self, inputs: Shapes) -> int:
        """A weight and a bias for each number that is normalized, where elementwise_affine."""
        return self.weights(inputs) * (1 + self.bias)


class LayerNorm2d(LayerNorm, names="LayerNorm2d"):
    """The channels at each position of an image brought to mean 0 and variance 1.

    Output: the input's shape. A list as normalized_shape names the last of height, width and
    channels.
    Refused: a normalized_shape that the input does not have.
    Source: torchvision.models.convnext.LayerNorm2d
    """

    def extents(self, input: Shape) -> tuple[int, ...]:
        """The sizes of the input, channels last: the layer permutes its input so."""
        return tuple(input)


class RMSNorm(_OverLastExtents, names="RMSNorm"):
    """The channels at each position divided by the root of their mean square, then scaled.

    Output: the input's shape, which may be any. A list as normalized_shape normalizes over the
    last sizes of PyTorch's tensor, channels first, instead.
    Refused: a normalized_shape that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
    """

    eps = Decimal(
        "added to the denominator for numerical stability; null for the dtype's machine epsilon",
        default=None,
    )

    def params(self, inputs: Shapes) -> int:
        """A weight for each number that is normalized, where elementwise_affine."""
        return self.weights(inputs)
