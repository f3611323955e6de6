"""Warnings: what a reviewer would ask about a spec that is right.

A rule is a function that yields problems; each has a code, SC401 and on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.bundled import BUNDLED_PREFIX
from shapecalc.language.items import SequenceItem, children
from shapecalc.layers.base import Windowed
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from shapecalc.inference.summary import InferredLayer, Summary, Tensor
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Block, Item
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


def of_summary(summary: Summary) -> Iterator[Problem]:
    """The warnings that a run gives."""
    consumers = _consumers(summary)
    for node in summary.operations():
        yield from unused_output(node, consumers)
        if node.layer is not None:
            yield from dropped_positions(node)
            yield from needless_bias(node, consumers)
            yield from padded_pointwise(node)


def of_spec(spec: Spec) -> Iterator[Problem]:
    """The warnings that a spec gives as it is written."""
    yield from channels_first(spec)
    yield from unused_arguments(spec.arguments, spec.used, spec.source, "the network")
    if spec.body is not None:
        yield from shadowed_names(spec.body)
        yield from empty_expectations(spec.body)
    yield from of_blocks(spec.blocks)


def of_blocks(blocks: Mapping[str, Block]) -> Iterator[Problem]:
    """The warnings that a file's own blocks give as they are written."""
    for block in blocks.values():
        source = block.node.source
        yield from unused_arguments(block.arguments, block.used, source, f"block {block.name}")
        if block.body is not None:
            yield from shadowed_names(block.body)


def _consumers(summary: Summary) -> dict[Tensor, list[InferredLayer]]:
    """What takes each tensor. The network's results are taken by nobody, but they are kept."""
    found: dict[Tensor, list[InferredLayer]] = {}
    for node in summary.operations():
        for tensor in node.joined or node.sources:
            found.setdefault(tensor, []).append(node)
    for tensor in summary.results.values():
        found.setdefault(tensor, [])
    return found


def _warning(
    code: str, message: str, item: Item, key: str | None = None, hint: str | None = None
) -> Problem:
    return Problem(code, message, item.source, item.place(key), hint, severity="warning")


def _ships(node: InferredLayer) -> bool:
    """Whether a layer stands in a block that ships, which is not the spec's to mend."""
    return node.item.source.path.startswith(BUNDLED_PREFIX)


def unused_output(
    node: InferredLayer, consumers: dict[Tensor, list[InferredLayer]]
) -> Iterator[Problem]:
    """SC401: nothing takes what a layer puts out."""
    unused = [index for index, tensor in enumerate(node.tensors) if tensor not in consumers]
    if unused and not _ships(node):
        what = "what it puts out"
        if len(node.tensors) > 1:
            what = "part " + ", ".join(map(str, unused)) + " of " + what
        yield _warning(
            "SC401",
            f"{node.path}: nothing uses {what}, {node.tensors[unused[0]].shape}",
            node.item,
            None,
            "take it with from:, name it in outputs:, or leave the layer out",
        )


def dropped_positions(node: InferredLayer) -> Iterator[Problem]:
    """SC402: the last window stops short of the input's end, beyond what the stride skips."""
    layer = node.layer
    if not isinstance(layer, Windowed) or layer.transposed or layer.ceil_mode or _ships(node):
        return
    axes = len(layer.kernel_size)
    names = (("position",), ("row", "column"), ("slice", "row", "column"))[axes - 1]
    fallen: list[str] = []
    arithmetic: list[str] = []
    for name, extent, kernel, stride, dilation, (before, after) in zip(
        names,
        node.inputs[0].spatial,
        layer.kernel_size,
        layer.stride,
        layer.dilation,
        layer.ends(),
        strict=True,
    ):
        covers = span(kernel, dilation)
        left = (extent + before + after - covers) % stride
        dropped = left - after - max(0, stride - covers)
        if dropped > 0:
            fallen.append(f"the last {name}" if dropped == 1 else f"the last {dropped} {name}s")
            sum = f"{extent} + {before + after} - {covers} is no multiple of {stride}"
            arithmetic += [] if sum in arithmetic else [sum]
    if fallen:
        verb = "falls" if len(fallen) == 1 and fallen[0][-1] != "s" else "fall"
        yield _warning(
            "SC402",
            f"{node.path}: {' and '.join(fallen)} {verb} outside of every window on "
            f"{node.inputs[0]}: {', '.join(arithmetic)}",
            node.item,
            None,
            "pad the input, or write ceil_mode: true"
            if "ceil_mode" in layer.fields
            else "pad the input",
        )


def needless_bias(
    node: InferredLayer, consumers: dict[Tensor, list[InferredLayer]]
) -> Iterator[Problem]:
    """SC403: a bias that the batch norm behind it takes away again."""
    layer = node.layer
    if layer is None or not layer.adds_bias():
        return
    takers = consumers.get(node.tensors[0], [])
    if not takers or _ships(node):
        return
    if all(taker.layer is not None and taker.layer.cancels_bias for taker in takers):
        yield _warning(
            "SC403",
            f"{node.path}: the batch norm {takers[0].path} takes its bias away again",
            node.item,
            "bias",
            "bias: false",
        )


def padded_pointwise(node: InferredLayer) -> Iterator[Problem]:
    """SC405: a kernel of 1 with padding, which rings the output with bias."""
    layer = node.layer
    if not isinstance(layer, Windowed) or layer.transposed or _ships(node):
        return
    if any(
        kernel == 1 and max(sides) > 0
        for kernel, sides in zip(layer.kernel_size, layer.ends(), strict=True)
    ):
        yield _warning(
            "SC405",
            f"{node.path}: a kernel_size of 1 needs no padding; its windows there see none of "
            "the input",
            node.item,
            "padding",
            "padding: 0",
        )


def unused_arguments(
    arguments: Mapping[str, Argument], used: Set[str], source: Source, whose: str
) -> Iterator[Problem]:
    """SC404: an argument that nothing reads."""
    for name, argument in arguments.items():
        if name not in used:
            yield Problem(
                "SC404",
                f"nothing in {whose} uses the argument {shown(name)}",
                source,
                argument.offset,
                "use it in an expression, or leave it out",
                severity="warning",
            )


def channels_first(spec: Spec) -> Iterator[Problem]:
    """SC408: an input that reads like PyTorch's, with the channels first."""
    for name, shape in (spec.inputs or {}).items():
        if not isinstance(shape, Shape) or len(shape) != 3:
            continue
        width, height, last = shape[2], shape[1], shape[0]
        if height in (1, 3) and width == last and width > 4:
            yield Problem(
                "SC408",
                f"{name} {shape} has {last} channels of {height}x{width}: shapes have the "
                "channels last",
                spec.source,
                spec.node.place_of_value("input"),
                f"{width}x{last}x{height}, if it is an image of {height} "
                f"channel{'' if height == 1 else 's'}",
                severity="warning",
            )


class _Around:
    """The sequence that an item stands in, by the names of its items, and what is around that.

    place: the item's index in it.
    """

    __slots__ = ("names", "outer", "place")

    def __init__(
        self, names: dict[str, tuple[int, Item]], place: int, outer: _Around | None
    ) -> None:
        self.names = names
        self.place = place
        self.outer = outer


def shadowed_names(body: Item) -> Iterator[Problem]:
    """SC406: an inner layer with the name of a later one further out: `from` means either."""
    pending: list[tuple[Item, _Around | None]] = [(body, None)]
    while pending:
        item, outer = pending.pop()
        sequence = isinstance(item, SequenceItem)
        inside = list(enumerate(children(item)))
        names = {inner.name: (place, inner) for place, inner in inside if inner.name is not None}
        for place, inner in inside:
            other = _later(inner.name, outer) if sequence and inner.name is not None else None
            if other is not None:
                yield Problem(
                    "SC406",
                    f"{shown(inner.name)} is also the name of a later layer further out",
                    inner.source,
                    inner.place("name"),
                    "give one of them another name, so that from: cannot mean either",
                    related=(("the other one", other.source, other.place("name")),),
                    severity="warning",
                )
            if children(inner):
                pending.append((inner, _Around(names, place, outer) if sequence else outer))


def _later(name: str, around: _Around | None) -> Item | None:
    """The item of a name that comes later, in the innermost sequence around that has one."""
    while around is not None:
        place, item = around.names.get(name, (-1, None))
        if place > around.place:
            return item
        around = around.outer
    return None


def empty_expectations(body: Item) -> Iterator[Problem]:
    """SC407: an expectation of nothing but arguments, which holds whatever they are."""
    pending = [body]
    while pending:
        item = pending.pop()
        expected = item.expect
        if isinstance(expected, list) and all(
            getattr(extent, "text", "").strip().isidentifier() for extent in expected
        ):
            yield _warning(
                "SC407",
                "this expectation only restates arguments, so it changes with them",
                item,
                "expect",
                "write the numbers that you know",
            )
        pending.extend(children(item))
