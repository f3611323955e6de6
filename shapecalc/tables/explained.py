"""An explanation as people read it: of each figure its label, formula, and the numbers put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.derivation import DROPPED, OUTPUT
from shapecalc.analysis.explanation import Explanation
from shapecalc.analysis.reductions import Savings
from shapecalc.shapes.dtypes import BITS
from shapecalc.shapes.size import Size, derivation, formula
from shapecalc.tables.cells import kind
from shapecalc.text.display import growth_percent
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapecalc.analysis.derivation import Derived
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.document import Options
    from shapecalc.text.words import Words


class ExplainedFigure:
    """A figure, explained.

    steps: how it comes about, each equal to the next: the formula, the numbers put in, the figure;
    those that say nothing new are left out. remark: what is said of it besides.
    """

    __slots__ = ("label", "remark", "steps")

    def __init__(self, label: str, steps: Sequence[str], remark: str | None = None) -> None:
        self.label = label
        self.steps = steps
        self.remark = remark


class Explained:
    """A layer, a block or, under its title, the whole network, with its figures.

    kind: what the table calls it. shapes: of its inputs and outputs. place: where it is written.
    """

    __slots__ = ("figures", "kind", "name", "place", "shapes")

    def __init__(
        self,
        name: str,
        figures: Sequence[ExplainedFigure],
        kind: str = "",
        shapes: str = "",
        place: str = "",
    ) -> None:
        self.name = name
        self.figures = figures
        self.kind = kind
        self.shapes = shapes
        self.place = place


def explained(told: Explanation | Savings, options: Options) -> Iterator[Explained]:
    """Layers and blocks, explained, and the totals of the network last where they are told."""
    words = words_of(options.language)
    if isinstance(told, Savings):
        yield from _savings(told, options, words)
        return
    alike: dict[int, list[ExplainedFigure]] = {}
    for node in told.nodes:
        figures = told.figures(node)
        if id(figures) not in alike:
            found = _taken_over(node, figures, words, options.layout)
            rest = figures[len(node.output) :] if found else figures
            alike[id(figures)] = [*found, *_figures(rest, words)]
        yield _explained(node, alike[id(figures)], options, words)
    if told.whole:
        yield Explained(told.summary.title, _figures(told.totals(), words))


def _explained(
    node: InferredLayer, figures: Sequence[ExplainedFigure], options: Options, words: Words
) -> Explained:
    return Explained(node.path, figures, kind(node, words), _shapes(node, options), _place(node))


def _savings(told: Savings, options: Options, words: Words) -> Iterator[Explained]:
    """What reductions save in each block that has any."""
    label, without, kept = words.reductions
    for block in told.blocks:
        path = f"{block.node.path}."
        names = [
            f"{each.path.removeprefix(path)} {each.inputs[0].channels} -> {each.output.channels}"
            for each in block.reductions
        ]
        found = [ExplainedFigure(label, [words.comma.join(names)])]
        output, other = (costs.output.text(options.layout) for costs in (block.kept, block.without))
        remark = None if output == other else words.remarks["without"].format(other)
        found.append(ExplainedFigure(words.heading("output"), [output], remark))
        for key, (before, after) in block.figures().items():
            saved = Size(before, without) - Size(after, kept)
            grown = growth_percent(before, after)
            steps = [formula(saved), derivation(saved), str(saved)]
            found.append(ExplainedFigure(words.heading(key), steps, grown and f"{grown}%"))
        yield _explained(block.node, found, options, words)
    if not told.blocks:
        yield Explained(told.summary.title, [ExplainedFigure(label, [words.nothing])])


def conventions(summary: Summary, words: Words) -> list[tuple[str, str]]:
    """What the figures count, and how the arithmetic is read: a label and a sentence each."""
    types = dict.fromkeys((summary.basis.types.weights, summary.basis.types.activations))
    return [
        (words.heading("macs"), words.convention),
        (words.basis, words.comma.join(words.bits.format(each, BITS[each]) for each in types)),
        words.rounding,
    ]


def _shapes(node: InferredLayer, options: Options) -> str:
    inputs, outputs = (
        ", ".join(shape.text(options.layout) for shape in shapes)
        for shapes in (node.inputs, node.outputs)
    )
    return f"{inputs} -> {outputs}" if inputs else outputs


def _place(node: InferredLayer) -> str:
    source, offset = node.item.source, node.item.place("name")
    return f"{source.path}:{source.position(offset)[0]}"


def _taken_over(
    node: InferredLayer, figures: Sequence[Derived], words: Words, layout: str
) -> list[ExplainedFigure]:
    """The shape of the output in one, where it is that of the input or of a layer inside."""
    sizes = [figure.size for figure in figures if figure.key == OUTPUT and figure.remark is None]
    names = [size.how for size in sizes if isinstance(size, Size) and isinstance(size.how, str)]
    if len(names) < len(node.output) or len(node.outputs) > 1:
        return []
    remark = None
    if node.layer is None and len({name.rpartition(".")[0] for name in names}) == 1:
        remark = words.remarks["as"].format(names[0].rpartition(".")[0])
    elif node.inputs == node.outputs and all(name.startswith("in_") for name in names[:-1]):
        remark = words.remarks["as_input"]
    if remark is None:
        return []
    return [ExplainedFigure(words.heading("output"), [node.output.text(layout)], remark)]


def _figures(found: Iterable[Derived], words: Words) -> list[ExplainedFigure]:
    """The figures in words. Those of a receptive field that are alike along all axes are one."""
    shown: list[ExplainedFigure] = []
    along: dict[tuple[str, str | None], list[Derived]] = {}
    for figure in found:
        if figure.key.startswith("receptive"):
            along.setdefault((figure.key, figure.of), []).append(figure)
        elif figure.size or figure.remark or figure.key not in ("buffers", "weight_bytes"):
            shown.append(_figure(figure, words))
    for group in along.values():
        texts = [_steps(each) for each in group]
        if all(each == texts[0] for each in texts):
            shown.append(_figure(group[0], words, axis=False))
        else:
            shown += [_figure(each, words) for each in group]
    return shown


def _figure(figure: Derived, words: Words, axis: bool = True) -> ExplainedFigure:
    remark = None
    if figure.remark is not None:
        key, text = figure.remark
        remark = words.remarks[key].format(text)
    steps = _steps(figure)
    if not steps and remark is not None:
        steps, remark = [remark], None
    return ExplainedFigure(_label(figure, words, axis), steps, remark)


def _steps(figure: Derived) -> list[str]:
    if figure.size is None:
        return []
    steps = [formula(figure.size), derivation(figure.size), str(figure.size)]
    return list(dict.fromkeys(steps))


def _label(figure: Derived, words: Words, axis: bool) -> str:
    """What a figure is called, with the axis and the output or the input that it is of."""
    name = figure.axis
    besides = []
    if figure.key == OUTPUT:
        label = words.columns.get(f"out_{name}", ("", ""))[0]
        label = label or words.along.format(words.heading("output"), _axis(name, words))
    elif figure.key == DROPPED:
        label = words.dropped.get(str(name), "")
        label = label or words.along.format(words.dropped["length"], _axis(name, words))
    elif figure.key == "peak_memory":
        label = words.totals["peak"][0]
    else:
        label = words.heading(figure.key)
        besides = [_axis(name, words)] if axis and name else []
    besides += [figure.of] if figure.of else []
    return words.along.format(label, words.comma.join(besides)) if besides else label


def _axis(name: str | None, words: Words) -> str:
    assert name is not None
    return words.axes.get(name) or words.axis.format(name.removeprefix("axis"))
