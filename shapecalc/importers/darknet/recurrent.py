"""The sections that keep something from one frame to the next, which no layer type does.

What they output and how many weights they have is what Darknet makes of them, so that a Custom
layer can state it: connected layers or convolutions of the input, and others of what is kept.
"""

from __future__ import annotations

from typing import NamedTuple

from shapecalc.importers.darknet.numbers import quotient
from shapecalc.importers.darknet.reading import CfgReading, SectionOutput


class _Weights(NamedTuple):
    """What is learned, what batch norms keep, and the multiply-accumulates of one frame."""

    params: int = 0
    buffers: int = 0
    macs: int = 0

    def and_also(self, inputs: int, outputs: int, each: _Window) -> _Weights:
        """With those of another convolution of so many channels."""
        weights = inputs // each.groups * outputs * each.size**2
        per_output = (2, 2) if each.norm else (1, 0)
        return _Weights(
            self.params + weights + outputs * per_output[0],
            self.buffers + outputs * per_output[1],
            self.macs + weights * each.positions,
        )


class _Window(NamedTuple):
    """What convolutions have in common; connected layers are those of a single position."""

    size: int
    groups: int
    positions: int
    norm: bool


def _unknown(
    reading: CfgReading, output: tuple[int, ...] | None, weights: _Weights
) -> SectionOutput:
    why = "its numbers depend on those of the frames before, which no layer type keeps"
    return SectionOutput(reading.unknown(why, output=output, **weights._asdict()))


def _connected_window(reading: CfgReading) -> _Window:
    return _Window(1, 1, 1, bool(reading.section.integer("batch_normalize", 0)))


def _gated(reading: CfgReading) -> SectionOutput:
    """Gates, each of a connected layer of the input and one of what is kept."""
    window = _connected_window(reading)
    inputs = reading.last.wire.shape.elements
    outputs = reading.section.integer("output", 1)
    weights = _Weights()
    for _ in range(3 if reading.section.type == "gru" else 4):
        weights = weights.and_also(inputs, outputs, window).and_also(outputs, outputs, window)
    return _unknown(reading, (outputs,), weights)


def _rnn(reading: CfgReading) -> SectionOutput:
    window = _connected_window(reading)
    inputs = reading.last.wire.shape.elements
    outputs = reading.section.integer("output", 1)
    hidden = reading.section.integer("hidden", outputs)
    weights = _Weights().and_also(inputs, hidden, window).and_also(hidden, hidden, window)
    return _unknown(reading, (outputs,), weights.and_also(hidden, outputs, window))


def _convolution_window(reading: CfgReading) -> _Window | None:
    """What the convolutions of a section have in common; None where they do not keep the size."""
    section = reading.section
    size, stride = section.positive("size", 3), section.positive("stride", 1)
    padding = size // 2 if section.integer("pad", 0) else section.integer("padding", 0)
    groups = 1 if section.integer("xnor", 0) else max(section.integer("groups", 1), 1)
    height, width = reading.last.shape.spatial
    for extent in (height, width):
        if quotient(extent + 2 * padding - size, stride) + 1 != extent:
            return None
    norm = bool(section.integer("batch_normalize", 0))
    return _Window(size, groups, height * width, norm)


def _crnn(reading: CfgReading) -> SectionOutput:
    section = reading.section
    height, width, inputs = reading.map().shape
    window = _convolution_window(reading)
    words = ("hidden", "output")
    if section.has("hidden_filters") or section.has("output_filters"):  # pjreddie's
        words = ("hidden_filters", "output_filters")
        norm = bool(section.integer("batch_normalize", 0))
        window = _Window(3, 1, height * width, norm) if height == width else None
    if window is None:
        return _unknown(reading, None, _Weights())
    hidden, outputs = (section.integer(word, 1) for word in words)
    weights = _Weights().and_also(inputs, hidden, window).and_also(hidden, hidden, window)
    weights = weights.and_also(hidden, outputs, window)
    return _unknown(reading, (height, width, outputs), weights)


def _conv_lstm(reading: CfgReading) -> SectionOutput:
    section = reading.section
    height, width, inputs = reading.map().shape
    window = _convolution_window(reading)
    if window is None:
        return _unknown(reading, None, _Weights())
    outputs = section.integer("output", 1)
    weights = _Weights()
    for _ in range(4):
        weights = weights.and_also(inputs, outputs, window)
    if section.integer("bottleneck", 0):
        weights = weights.and_also(2 * outputs, outputs, window)
    else:
        for _ in range(4):
            weights = weights.and_also(outputs, outputs, window)
    for _ in range(3 if section.integer("peephole", 0) else 0):
        weights = weights.and_also(outputs, outputs, window)
    return _unknown(reading, (height, width, outputs), weights)


def _history(reading: CfgReading) -> SectionOutput:
    height, width, channels = reading.map().shape
    kept = reading.section.integer("history_size", 4)
    return _unknown(reading, (height, width, channels * kept), _Weights())


RECURRENT_SECTIONS = {
    "rnn": _rnn,
    "gru": _gated,
    "lstm": _gated,
    "crnn": _crnn,
    "conv_lstm": _conv_lstm,
    "history": _history,
}
"""What each section becomes."""
