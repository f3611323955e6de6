"""What the cells of the layer table show of a layer or a block: raw values, before any format."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shapecalc.language.items import Pattern
from shapecalc.language.notes import in_language
from shapecalc.layers.base import Windowed
from shapecalc.shapes.axes import size_names
from shapecalc.shapes.shape import axes_text
from shapecalc.shapes.window import Padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.analysis.receptive_field import ReceptiveField, ReceptiveFields
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape
    from shapecalc.tables.table import Cell
    from shapecalc.text.words import Words

    Value = Callable[[InferredLayer, "View"], Cell]

LISTED = 8
"""The kinds that a row lists; of more it says how many."""

DISTINCT = 4
"""The different windows of a block that its row lists; of more it says that there are several."""


class View:
    """How a row is to be read.

    branch: whether it is a branch in detail. document: whether the cells of blocks are those of the
    document that the tables are after. sizes: whether every layer has its channels, as it has its
    other sizes.
    """

    __slots__ = ("branch", "document", "sizes", "summary", "words")

    def __init__(
        self,
        summary: Summary,
        words: Words,
        branch: bool = False,
        document: bool = False,
        sizes: bool = False,
    ) -> None:
        self.summary = summary
        self.words = words
        self.branch = branch
        self.document = document
        self.sizes = sizes


@lru_cache(1024)  # rows share the texts that they have in common
def agreeing_text(values: tuple[int, ...]) -> str:
    """Integers along the axes: one number where they agree, else `1x2`."""
    first = values[0]
    return str(first) if values.count(first) == len(values) else axes_text(values)


def kernel_text(window: Windowed) -> str:
    """The cell of a window's kernel."""
    return _kernel_text(window.kernel_size)


_kernel_text = lru_cache(1024)(axes_text)


def stride_text(window: Windowed) -> str:
    """The cell of a window's stride."""
    return agreeing_text(window.stride)


def padding_text(window: Windowed) -> str:
    """The cell of a window's padding; a pair as `0_1`, as in XLA's windows."""
    return _padding_text(window.padding)


@lru_cache(1024)
def _padding_text(padding: Padding) -> str:
    if isinstance(padding, str):
        return padding
    sides = ["_".join(map(str, side)) if isinstance(side, tuple) else str(side) for side in padding]
    return sides[0] if len(set(sides)) == 1 else "x".join(sides)


def kind(node: InferredLayer, words: Words, listed: int = LISTED) -> str:
    """What the table calls a layer, a block, or the layers of a sequence.

    listed: the kinds of a sequence that it names; of more it says how many layers there are.
    """
    text = _kind(node, words, listed)
    return words.stated.format(text) if node.stated else text


def _kind(node: InferredLayer, words: Words, listed: int) -> str:
    if node.layer is not None:
        return words.types.get(node.type, node.type)
    block = getattr(node.item, "block", None)
    if block is not None:
        return in_language(block.label, words.language) or node.type
    if node.item.kind == "branches":
        return words.branches
    kinds = [_kind(child, words, LISTED) for child in node.children]
    if not kinds:
        return words.identity
    runs = [(each, len(list(run))) for each, run in groupby(kinds)]
    if len(runs) > listed and len(kinds) > 1:
        return words.layers.format(len(kinds))
    return " + ".join(each if times == 1 else repeated(each, times) for each, times in runs)


def repeated(kind: str, times: int) -> str:
    """What the table calls so many of a kind."""
    return f"{times} x ({kind})" if " + " in kind else f"{times} x {kind}"


def of_layers(key: str, text: Callable[[Any], str | None]) -> Value:
    """A value that a layer may have; of a block, what the layers inside have.

    text: that of a layer, None where it has none.
    """

    def value(node: InferredLayer, view: View) -> Cell:
        if node.layer is not None:
            return text(node.layer)
        found = [text(inner.layer) for inner in node.operations() if inner.layer is not None]
        texts = [each for each in found if each is not None]
        if view.branch and len(texts) <= LISTED:
            return ", ".join(texts) or None
        distinct = list(dict.fromkeys(texts))
        labelled = (node.item.cells or {}).get(key)
        if labelled is not None and len(distinct) > 1:
            return str(labelled)
        if (len(distinct) > 1 and view.document) or len(distinct) > DISTINCT:
            return view.words.several.get(key, view.words.several["stride"])
        return ", ".join(distinct) or None

    return value


def windowed(key: str, text: Callable[[Windowed], str]) -> Value:
    """A value that a sliding window has; of a block, what the windows inside have."""
    return of_layers(key, lambda layer: text(layer) if isinstance(layer, Windowed) else None)


def dilation_text(layer: Layer | None) -> str | None:
    """The cell of a layer's dilation."""
    dilation = getattr(layer, "dilation", None)
    return None if dilation is None else agreeing_text(dilation)


def groups_text(layer: Layer | None) -> str | None:
    """The cell of a convolution's groups."""
    groups = getattr(layer, "groups", None)
    return None if groups is None or not isinstance(layer, Windowed) else str(groups)


def output_padding_text(layer: Layer | None) -> str | None:
    """The cell of what a transposed convolution adds to its output."""
    added = getattr(layer, "output_padding", None)
    return None if added is None else agreeing_text(added)


def bias(node: InferredLayer, view: View) -> Cell:
    """Whether a layer adds a bias; nothing where it could not."""
    flag = getattr(node.layer, "bias", None)
    return view.words.truths[flag] if isinstance(flag, bool) else None


def channels(of: Callable[[InferredLayer], int | None]) -> Value:
    """The channels of a layer that mixes them, or of a block."""

    def value(node: InferredLayer, view: View) -> Cell:
        first = node
        while view.branch and view.document and first.layer is None:  # as the document has it
            if not first.children:
                return None
            first = first.children[0]
        if view.sizes or first.layer is None or first.layer.mixes_channels:
            return of(first)
        return None

    return value


def in_channels(node: InferredLayer) -> int | None:
    """Those of the first input; nothing where there is none."""
    return None if node.input is None else node.input.channels


def out_channels(node: InferredLayer) -> int:
    """Those of the first output."""
    return node.tensors[0].shape.channels


def size(shape: Callable[[InferredLayer], Shape | None], axis: str) -> Value:
    """The size of an axis, such as `height`; nothing where there is no such axis."""

    def value(node: InferredLayer, view: View) -> Cell:
        of = shape(node)
        sizes = () if of is None else of.spatial
        names = size_names(len(sizes))
        return sizes[names.index(axis)] if axis in names else None

    return value


def input_of(node: InferredLayer, view: View) -> Cell:
    """The input, or all of several."""
    return _shapes([tensor.shape for tensor in node.sources])


def output_of(node: InferredLayer, view: View) -> Cell:
    """The output, or all of several."""
    return _shapes([tensor.shape for tensor in node.tensors])


def _shapes(shapes: list[Shape]) -> Cell:
    return shapes[0] if len(shapes) == 1 else tuple(shapes) or None


def from_of(node: InferredLayer, view: View) -> Cell:
    """What is written after `from:`. Of repeats, it is that of the first; where a name stands for
    others, such as one with `index`, those."""
    item = node.item
    if not item.sources:
        return None
    if item.repeat is not None and not item.differs_by_repeat and not node.name.endswith(".0"):
        return None
    if any(isinstance(name, Pattern) for name in item.sources):
        return ", ".join(tensor.path for tensor in node.sources)
    return ", ".join(item.sources)


def receptive(of: Callable[[ReceptiveField], object]) -> Value:
    """The value of a column of receptive fields: along each axis, on each input."""

    def value(node: InferredLayer, view: View) -> Cell:
        fields = view.summary.receptive_fields(node)
        return receptive_text(fields, of, len(view.summary.input_tensors) > 1)

    return value


def receptive_text(
    fields: ReceptiveFields, of: Callable[[ReceptiveField], object], named: bool
) -> Cell:
    """The cell of receptive fields: `of` each axis. named: whether it names their inputs."""
    texts = {
        name: "?" if axes is None else axes_text(map(of, axes)) for name, axes in fields.items()
    }
    if not named:
        return next(iter(texts.values()), None)
    return ", ".join(f"{name} {text}" for name, text in texts.items()) or None


def share_of(figure: str) -> Value:
    """The part of a total that a layer has."""
    return lambda node, view: view.summary.share(node, figure)
