"""How the figures of a layer come about: the arithmetic of the layer itself, with names.

A layer runs once more, on integers that remember how they came about: its fields and its inputs'
sizes by their names. So each formula is the one by which the figure was computed, and a new type of
layer is derived without a line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.layers.base import Windowed
from shapecalc.layers.joining import Joining, Stack
from shapecalc.layers.traced import axis_names, named_input, named_shape, traced
from shapecalc.shapes.dtypes import bytes_of
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.size import Size, in_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Layer

OUTPUT, DROPPED = "output", "dropped"
"""What is derived along the axes: the sizes of the output, and what no window covers."""

NAMES_LISTED = 8
"""The inputs that a remark lists."""


class Derived:
    """A figure with its derivation.

    key: the key of its column, `output` or `dropped`. axis: of a size, the name of its axis, such
    as height, or channels. of: of a layer with several outputs, or of a field on several inputs,
    the name of the one. size: the figure, a Size where it was computed; None where it is unknown.
    remark: what is said of it, a key of `Words.remarks`, with what is filled in.
    """

    __slots__ = ("axis", "key", "of", "remark", "size")

    def __init__(
        self,
        key: str,
        size: int | Fraction | None,
        axis: str | None = None,
        of: str | None = None,
        remark: tuple[str, str] | None = None,
    ) -> None:
        self.key = key
        self.size = size
        self.axis = axis
        self.of = of
        self.remark = remark


def layer_figures(node: InferredLayer) -> Iterator[Derived]:
    """The figures of a layer that follow from itself and its inputs, in the order of the table."""
    assert node.layer is not None
    layer, inputs = traced(node.layer), _named_inputs(node)
    outputs = layer.outputs(inputs)
    joined = inputs if isinstance(layer, (Joining, Stack)) else ()
    yield from output_sizes(joined, outputs, node.output_names if len(outputs) > 1 else [None])
    if isinstance(layer, Windowed):
        for axis, dropped in zip(axis_names(inputs[0]), layer.dropped(inputs[0]), strict=False):
            if dropped:
                yield Derived(DROPPED, dropped, axis)
    if len(outputs) == 1:
        made: tuple[Shape, ...] = (named_shape(outputs[0], "out_"),)
    else:
        made = named_sources(node.tensors, made_names(node))
    yield from _weights(node, layer, inputs)
    macs = layer.macs(inputs, made)
    yield Derived("macs", macs * batch_of(node) if macs else 0)
    yield from _bytes(node, made)


def output_sizes(
    inputs: Sequence[Shape], outputs: Iterable[Shape], names: Iterable[str | None]
) -> Iterator[Derived]:
    """The sizes of outputs, the channels last, and why those of inputs that are joined agree."""
    for shape, name in zip(outputs, names, strict=True):
        axes = (*axis_names(shape), "channels")
        for index, (axis, size) in enumerate(zip(axes, shape, strict=True)):
            yield Derived(OUTPUT, size, axis, name, _agreement(inputs, index, size))


def _agreement(inputs: Sequence[Shape], index: int, size: int) -> tuple[str, str] | None:
    """Why an output has the size that it takes of one of several inputs."""
    sizes = [shape[index] for shape in inputs if index < len(shape)]
    if len(sizes) < 2 or len(sizes) < len(inputs) or not any(each is size for each in sizes):
        return None
    names = [str(each.how).rpartition(".")[0] for each in sizes if isinstance(each, Size)]
    if len(set(sizes)) == 1:
        return "same", listed(names)
    stretched = [name for name, each in zip(names, sizes, strict=True) if each == 1]
    return ("broadcast", listed(stretched)) if stretched else None


def listed(names: Sequence[str]) -> str:
    """Names in a remark: the first ones."""
    return ", ".join(names[:NAMES_LISTED]) + ", ..." * (len(names) > NAMES_LISTED)


def batch_of(node: InferredLayer) -> int:
    """The inputs that run at once, by which costs are multiplied; a plain 1 for a single one."""
    batch = node.basis.batch_of(node.constant)
    return Size(batch, "batch") if batch > 1 else 1


def _named_inputs(node: InferredLayer) -> tuple[Shape, ...]:
    """The shapes of the inputs: `in_height` of a single one, `conv1.height` of several."""
    assert node.layer is not None
    if len(node.sources) == 1:
        return (named_input(node.layer, node.inputs[0]),)
    return named_sources(node.sources, taken_names(node))


def named_sources(tensors: Iterable[Tensor], names: Iterable[str]) -> tuple[Shape, ...]:
    """The shapes of tensors, by the names of what outputs them: `conv1.height`."""
    return tuple(
        named_shape(tensor.shape, f"{in_formula(name)}.")
        for tensor, name in zip(tensors, names, strict=True)
    )


def made_names(node: InferredLayer) -> list[str]:
    """The names of what a layer or block outputs; of what is inside it, the paths from there."""
    return [
        tensor.name if node.layer is not None else tensor.path.removeprefix(f"{node.path}.")
        for tensor in node.tensors
    ]


def taken_names(node: InferredLayer) -> list[str]:
    """The names of what a layer takes, or of the branches that are joined."""
    if node.joined and len(node.children) == len(node.joined):
        return [child.name for child in node.children]
    return [name_beside(node, tensor) for tensor in node.taken]


def name_beside(node: InferredLayer, tensor: Tensor) -> str:
    """What a tensor is called beside a layer: its path, without what both are in."""
    return tensor.path.removeprefix(node.path.removesuffix(node.name))


def _weights(node: InferredLayer, layer: Layer, inputs: tuple[Shape, ...]) -> Iterator[Derived]:
    if node.shares is not None:
        remark = "shared", in_formula(node.owner.path)
        yield Derived("params", named_if(node.params, "bias"), remark=remark)
        buffers = named_if(node.buffers, "bias")
        yield Derived("buffers", buffers, remark=remark if layer.buffers(inputs) else None)
        return
    yield Derived("params", layer.params(inputs))
    yield Derived("buffers", layer.buffers(inputs))


def _bytes(node: InferredLayer, outputs: tuple[Shape, ...]) -> Iterator[Derived]:
    basis = node.basis
    folded = basis.folded.get(node)
    numbers = named_if(node.params, "params") + named_if(node.buffers, "buffers")
    remark = None
    if node.shares is not None:
        remark = "shared", in_formula(node.owner.path)
    elif folded is not None:
        numbers, remark = named_if(folded, "folded"), ("folded", "")
    yield Derived("weight_bytes", bytes_of(numbers, basis.types.weights), remark=remark)
    if node.stored:
        yield Derived("activation_bytes", 0, remark=("stored", ""))
        return
    own = set(node.own_tensors)
    kept = [shape for tensor, shape in zip(node.tensors, outputs, strict=True) if tensor in own]
    batch = batch_of(node)
    memory = sum(bytes_of(shape.elements * batch, basis.types.activations) for shape in kept)
    over = None
    if not kept:
        over = "written_over", in_formula(name_beside(node, basis.written_over[node.tensors[0]]))
    yield Derived("activation_bytes", memory, remark=over)


def named_if(number: int, name: str) -> int:
    """A number with a name; a plain 0, which is left out of sums."""
    return Size(number, name) if number else 0
