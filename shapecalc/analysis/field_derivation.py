"""How receptive fields come about: size, stride and offset from those of what a layer takes.

For a window of kernel k, stride s and padding p on an input whose field has size r, stride j and
offset o: r + (k - 1) j, j s and o - p j. Where paths meet, or an output is finer than its input,
there is no such formula: the figure stands alone, with what it comes from.

Source: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks"
(https://distill.pub/2019/computing-receptive-fields/), equations 2 and 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.derivation import Derived, listed, made_names, named_if, taken_names
from shapecalc.layers.base import Windowed
from shapecalc.layers.traced import axis_names, traced
from shapecalc.shapes.size import Size, in_formula
from shapecalc.shapes.window import FITTING, SAME_POSITION, effective_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from shapecalc.analysis.receptive_field import ReceptiveField
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shapes

FIELD_FIGURES = ("receptive_field", "receptive_stride", "receptive_offset")
"""Size, stride and offset of a field, by the keys of their columns."""


def field_figures(summary: Summary, node: InferredLayer) -> Iterator[Derived]:
    """The receptive fields of a layer or a block, along each axis on each input of the network."""
    for name, fields in summary.receptive_fields(node).items():
        of = name if len(summary.input_tensors) > 1 else None
        if fields is None:
            yield Derived("receptive_field", None, of=of, remark=("unknown", ""))
            continue
        axes = axis_names(summary.input_tensors[name].shape)
        for axis, field in zip(axes, fields, strict=True):
            steps, remark = _steps(summary, node, name, axes.index(axis), field)
            for key, step in zip(FIELD_FIGURES, steps, strict=True):
                yield Derived(key, step, axis, of, remark)
                remark = None  # which is said once


def _steps(
    summary: Summary, node: InferredLayer, name: str, axis: int, field: ReceptiveField
) -> tuple[Sequence[int | Fraction], tuple[str, str] | None]:
    """Size, stride and offset of a field with their derivations, and what is said of them."""
    found = [field.size, field.stride, field.offset]
    if node.layer is None and not node.joined:
        producer = in_formula(made_names(node)[0])
        return [
            Size(step, f"{producer}.{key}") if isinstance(step, int) else step
            for key, step in zip(FIELD_FIGURES, found, strict=True)
        ], None
    sources = [summary.fields_of(tensor).get(name) for tensor in node.taken]
    known = [fields[axis] for fields in sources if fields is not None and axis < len(fields)]
    if node.layer is not None and len(sources) == len(known) == 1:
        derived = _through(node.layer, node.inputs, node.outputs, axis, known[0])
        if derived is not None and list(map(int, derived)) == found:
            return derived, None
        return found, ("uneven", "")
    sizes = {
        in_formula(source): fields[axis].size
        for source, fields in zip(taken_names(node), sources, strict=True)
        if fields is not None and axis < len(fields)
    }
    widest = [source for source, size in sizes.items() if size == field.size]
    if len(sizes) == len(widest):
        return found, ("as", widest[0]) if len(widest) == 1 else ("same", listed(widest))
    return found, ("widest", widest[0]) if widest else ("together", "")


def _through(
    layer: Layer, inputs: Shapes, outputs: Shapes, axis: int, field: ReceptiveField
) -> list[int] | None:
    """The three figures after a layer, of its first output; None where the positions of that do
    not all see alike."""
    (seen,) = layer.footprints(inputs, outputs)[0]
    if seen is None or not isinstance(field.stride, int):
        return None
    size, stride = Size(field.size, "in_field"), Size(field.stride, "in_stride")
    offset = Size(field.offset, "in_offset")
    if axis >= len(seen):  # of a vector, which has seen what it has seen
        return [size, stride, offset]
    footprint = seen[axis]
    if footprint is SAME_POSITION:
        return [size, stride, offset]
    taps = footprint.window(0)
    if footprint.period > 1 or not taps:
        return None
    reach: int = taps[-1] - taps[0]
    before: int = -taps[0]
    step: int = footprint.jump
    if isinstance(layer, Windowed):
        own = traced(layer)
        assert isinstance(own, Windowed)
        _, kernel, step, dilation, (before, _) = list(own.axis_windows(inputs[0]))[axis]
        reach = effective_size(kernel, dilation if dilation > 1 else 1) - 1
        if own.padding in FITTING:
            before = named_if(before, "padding_before")
    else:
        whole = reach == inputs[0].spatial[axis] - 1
        if reach:
            name = f"in_{axis_names(inputs[0])[axis]}" if whole else "window"
            reach = Size(reach + 1, name) - 1
        if before < 0:
            return [size, stride, offset + Size(-before, "start") * stride]
        if before:
            before = Size(before, "padding")
        if step != 1:
            step = Size(step, "step")
    grown = size + reach * stride if reach else size
    if before < 0:  # it begins inside of the input
        return [grown, stride * step, offset + Size(-before, "start") * stride]
    moved = offset - before * stride if before else offset
    return [grown, stride * step, moved]
