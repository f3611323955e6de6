"""What a table says of the whole network: a label and a text for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.tables.table import BYTES, COUNT, figure_text

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.text.words import Words

LARGEST_LAYERS = 5
"""The layers of which it is told how many of the params they have."""


def totals(summary: Summary, words: Words, layout: str, exact: bool) -> list[tuple[str, str]]:
    """The figures of a network, in its words.

    exact: whether they are digits alone, as programs read them.
    """
    types = summary.basis.types

    def text(key: str, figure: int, *others: object) -> tuple[str, str]:
        label, form = words.totals[key]
        unit = BYTES if key in ("weights", "activations", "peak") else COUNT
        shown = figure_text(figure, None if exact else unit)
        if exact and unit == BYTES:
            shown = words.bytes.format(shown)
        return label, form.format(shown, *others)

    own = sorted((layer.params for layer in summary.layers if layer.params), reverse=True)
    largest = figure_text(sum(own[:LARGEST_LAYERS]), None if exact else COUNT)
    shapes = [shape.text(layout) for shape in summary.inputs.values()]
    if len(shapes) > 1:
        shapes = [f"{name} {shape}" for name, shape in zip(summary.inputs, shapes, strict=True)]
    peak = summary.peak_layer
    found = [
        (words.totals["input"][0], words.comma.join(shapes)),
        text("largest", summary.params, largest, LARGEST_LAYERS)
        if len(own) > LARGEST_LAYERS
        else text("params", summary.params),
        text("macs", summary.macs),
        text("flops", summary.flops),
        text("weights", summary.weights, types.weights),
        text("activations", summary.memory, types.activations),
        text("peak", summary.peak_memory, words.start if peak is None else peak.path),
    ]
    frozen = summary.params - summary.trainable_params
    if frozen:
        found.insert(
            2,
            text(
                "trainable",
                summary.trainable_params,
                figure_text(frozen, None if exact else COUNT),
            ),
        )
    stated = [layer for layer in summary.layers if layer.stated]
    if stated:
        label, form = words.totals["stated"]
        parts = (sum(layer.params for layer in stated), sum(layer.macs for layer in stated))
        shown = [figure_text(part, None if exact else COUNT) for part in parts]
        found.append((label, form.format(*shown)))
    if summary.batch > 1:
        found.append(text("batch", summary.batch))
    if summary.fuse:
        fused = [f"{count} {name}" for name, count in summary.fused.items()]
        found.append((words.totals["fused"][0], words.comma.join(fused) or words.nothing))
    return found
