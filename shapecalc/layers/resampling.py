"""Layers that stretch or shrink the spatial axes by interpolation."""

from __future__ import annotations

from typing import TypeVar

from shapecalc.layers.axes_fields import Counts, Factors
from shapecalc.layers.base import wrong_rank
from shapecalc.layers.fields import Flag, Word
from shapecalc.layers.leading import MayLead
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import Footprint, adaptive_footprint, resampled_footprint

T = TypeVar("T")

AXES_OF_MODE: dict[str, tuple[int, ...]] = {
    "nearest": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
    "area": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
}
"""The modes of interpolation, and the numbers of spatial axes that each is made for."""

ALIGNING = ("linear", "bilinear", "bicubic", "trilinear")
"""The modes in which corners may be aligned."""

NEIGHBOURS = {"bicubic": (1, 2), **dict.fromkeys(("linear", "bilinear", "trilinear"), (0, 1))}
"""The positions before and after one that a mode looks at, too, in between."""

PRECISION = 53
"""The bits of a double."""


class _Resampling(MayLead):
    """What the types share: the sizes that a size or a factor leads to."""

    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    size = Counts("output sizes: one for all axes, or a list with one for each", None)
    scale_factor = Factors("multiplier of the size of each axis: one number, or a list", None)

    def output(self, input: Shape) -> Shape:
        """The sizes that are written, or the scaled ones."""
        if (self.size is None) == (self.scale_factor is None):
            neither = self.size is None
            raise Refusal(
                "SC210",
                f"{self.type.name} has "
                + ("neither size nor scale_factor" if neither else "both size and scale_factor"),
                "write one of the two",
                None if neither else "scale_factor",
            )
        if self.size is not None:
            return Shape((*along_axes("size", self.size, input), input.channels))
        factors = along_axes("scale_factor", self.scale_factor, input)
        extents = tuple(map(scaled, input.spatial, factors))
        for extent, factor, output in zip(input.spatial, factors, extents, strict=True):
            if output < 1:
                refusal = Refusal(
                    "SC203",
                    f"the output size would be {output}: floor({extent} x {factor})",
                    "every output size must be at least 1",
                    "scale_factor",
                )
                refusal.axes = ()
                raise refusal
        return Shape((*extents, input.channels))

    def footprint(self, input: Shape, output: Shape) -> tuple[Footprint, ...]:
        """The inputs that are interpolated between."""
        written = None if self.recompute_scale_factor else self.scale_factor
        factors = along_axes("scale_factor", written, input)
        return tuple(map(self._footprint_along, input.spatial, output.spatial, factors))

    def _footprint_along(self, extent: int, resampled: int, factor: float | None) -> Footprint:
        """The footprint along an axis that a factor stretches, or else its new size."""
        mode = self.mode
        if mode == "area":
            return adaptive_footprint(extent, resampled)
        before, after = NEIGHBOURS.get(mode, (0, 0))
        if self.align_corners:  # the centres of the ends stay, and the ends do not
            step, scale = (extent - 1, resampled - 1) if resampled > 1 else (0, 1)
            return resampled_footprint(step, scale, 0, before, after)
        if factor is None:
            step, scale = extent, resampled
        else:
            from fractions import Fraction

            scale, step = Fraction(repr(factor)).as_integer_ratio()
        shift = {"nearest": 0, "nearest-exact": step}.get(mode, step - scale)
        return resampled_footprint(step, scale, shift, before, after)


class Upsample(_Resampling, names="Upsample"):
    """An interpolation to other sizes, larger or smaller.

    Output: size, or floor(n x scale_factor) along each axis, where the product is rounded to a
    double before, as PyTorch has it: 3 x 0.3333333333333333 is 1.
    Refused: both or neither of size and scale_factor, a mode for another number of axes
    (linear: 1; bilinear, bicubic: 2; trilinear: 3; others: 1 to 3), align_corners in a mode that
    is not linear or cubic, recompute_scale_factor with size, an output of size zero.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
    """

    mode = Word("interpolation", tuple(AXES_OF_MODE), default="nearest")
    align_corners = Flag(
        "whether to align the centres of the corner positions rather than their edges; for linear "
        "and cubic modes",
        default=None,
    )
    recompute_scale_factor = Flag(
        "whether to recompute the scale from the output size", default=None
    )

    def check(self, input: Shape) -> None:
        """Refuse a number of axes that the mode is not made for."""
        axes = len(input.spatial)
        if axes not in AXES_OF_MODE[self.mode]:
            if axes not in AXES_OF_MODE["nearest"]:
                raise Refusal(
                    "SC201",
                    f"Upsample needs 1 to 3 spatial axes, but {input} has {axes or 'none'}",
                )
            refusal = wrong_rank(f"mode {self.mode}", AXES_OF_MODE[self.mode][0], input)
            fitting = [mode for mode, made_for in AXES_OF_MODE.items() if axes in made_for]
            refusal.hint = f"modes for {input} are {', '.join(fitting)}"
            refusal.field = "mode"
            raise refusal

    def output(self, input: Shape) -> Shape:
        """The sizes that are written, or the scaled ones."""
        if self.align_corners is not None and self.mode not in ALIGNING:
            raise Refusal(
                "SC210",
                f"align_corners is not defined for mode {self.mode}",
                f"leave align_corners out, or use {', '.join(ALIGNING[:-1])} or {ALIGNING[-1]}",
                "align_corners",
            )
        if self.recompute_scale_factor and self.size is not None:
            raise Refusal(
                "SC210",
                "recompute_scale_factor is not defined with size",
                "leave recompute_scale_factor out",
                "recompute_scale_factor",
            )
        return super().output(input)


class UpsamplingNearest(_Resampling, names="UpsamplingNearest2d"):
    """Upsample in the mode nearest, for height and width.

    Output: size, or floor(n x scale_factor) along each axis.
    Refused: both or neither of size and scale_factor, an output of size zero.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html
    """


class UpsamplingBilinear(_Resampling, names="UpsamplingBilinear2d"):
    """Upsample in the mode bilinear with aligned corners, for height and width.

    Output: size, or floor(n x scale_factor) along each axis.
    Refused: both or neither of size and scale_factor, an output of size zero.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html
    """

    mode = "bilinear"
    align_corners = True


def along_axes(name: str, written: T | tuple[T, ...], input: Shape) -> tuple[T, ...]:
    """A value for each spatial axis of the input, of a field that has one or several."""
    axes = len(input.spatial)
    if not isinstance(written, tuple):
        return (written,) * axes
    if len(written) != axes:
        raise Refusal(
            "SC210",
            f"{name} has {len(written)} {'value' if len(written) == 1 else 'values'}, but {input} "
            f"has {axes} spatial {'axis' if axes == 1 else 'axes'}",
            f"write one number for all axes, or a list of {axes}",
            name,
        )
    return written


def scaled(extent: int, factor: float) -> int:
    """floor(size x factor), in integers, as PyTorch comes by it: from a product of doubles."""
    numerator, denominator = factor.as_integer_ratio()
    return rounded(rounded(extent) * numerator) // denominator


def rounded(number: int) -> int:
    """The nearest integer that a double holds; of two equally near ones, the even one."""
    excess = number.bit_length() - PRECISION
    if excess <= 0:
        return number
    kept, rest = divmod(number, 1 << excess)
    half = 1 << (excess - 1)
    if rest > half or (rest == half and kept % 2):
        kept += 1
    return kept << excess
