"""The networks of Caffe that tests import, and what Caffe itself made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from shapecalc.importers.converting import Imported, convert
from shapecalc.importers.kinds import PEEKED, kind_of

FOLDER = Path(__file__).parent
FILES = FOLDER / "files" / "caffe"
RECORDED = FOLDER / "caffe_shapes.jsonl"

GIVEN = {
    "second_format": {"data": "50x3x44x44", "label": "50"},
    "siamese": {"pair": "64x2x10x11", "similar": "64"},
    "autoencoder": {"data": "8x1x20x24", "label": "8"},
}
"""The shapes of data layers, batch and channels first as Caffe has them."""

SIZES = {"siamese": "10x11x2"}
"""The sizes that are given to the importer, as the file does not say them."""


def imported(text: str | bytes, given: object = None, **options: bool) -> Imported:
    """A file of Caffe, converted. Raises SpecError."""
    data = text.encode() if isinstance(text, str) else text
    kind = kind_of(data[:PEEKED], "net.prototxt")
    assert kind is not None and kind.title == "Caffe"
    return convert(kind, data, "net.prototxt", given, **options)


def recorded(network: str) -> list[dict[str, Any]]:
    """What Caffe made of the layers of a network, in order."""
    return [line for line in _lines() if line.get("network") == network]


def recorded_pools() -> dict[str, list[int]]:
    """The sizes that Caffe's pools made, by their names; none for those that it refuses."""
    return {line["pool"]: line["makes"] for line in _lines() if "pool" in line}


def _lines() -> Iterator[dict[str, Any]]:
    return map(json.loads, RECORDED.read_text(encoding="utf-8").splitlines())


def pools() -> Iterator[tuple[int, int, int, int, bool]]:
    """The size, kernel, stride, padding and rounding of every small pool that Caffe takes."""
    for size, kernel, stride, pad in product(range(1, 13), range(1, 6), range(1, 5), range(4)):
        if pad < kernel and size + 2 * pad > kernel - stride:
            yield size, kernel, stride, pad, True
            if size + 2 * pad >= kernel:
                yield size, kernel, stride, pad, False


def pools_text() -> str:
    """A network of all those pools, each of an input that is as high as it is wide."""
    lines = []
    for size in range(1, 13):
        shape = f"shape {{ dim: 1 dim: 1 dim: {size} dim: {size} }}"
        lines.append(
            f'layer {{ name: "x{size}" type: "Input" top: "x{size}" input_param {{ {shape} }} }}'
        )
    for size, kernel, stride, pad, ceil in pools():
        name = f"{size}_{kernel}_{stride}_{pad}_{'ceil' if ceil else 'floor'}"
        fields = f"kernel_size: {kernel} stride: {stride} pad: {pad} "
        fields += "" if ceil else "round_mode: FLOOR"
        lines.append(
            f'layer {{ name: "{name}" type: "Pooling" bottom: "x{size}" top: "{name}" '
            f"pooling_param {{ {fields} }} }}"
        )
    return "\n".join(lines)
