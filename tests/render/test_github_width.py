"""Tables that GitHub shows whole."""

from __future__ import annotations

import pytest
from documents import columns
from lines import texts

import shapecalc
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.github_width import narrowed, overflows, parts, pixels_of
from shapecalc.tables.document import Options, document
from shapecalc.tables.table import Table

MEASURED = {
    "AdaptiveAvgPool2d": 148,
    "14x14x1024": 94,
    "1,091,829,760": 104,
    "ConvTranspose2d": 137,
    "downsample": 96,
    "InvertedResidualStage": 170,
    "LocalResponseNorm": 156,
    "conv2_reduce_relu": 143,
    "1x1, 3x3 / 1": 87,
}
"""The pixels of texts at 16 pixels, as Chromium has them: the most in Inter, Noto Sans and
Liberation Sans."""


@pytest.mark.parametrize("text", MEASURED)
def test_a_text_is_at_most_as_wide_as_it_is_taken_for(text: str) -> None:
    assert MEASURED[text] <= pixels_of(text) <= 1.15 * MEASURED[text]


def test_wide_characters_are_as_wide_as_high() -> None:
    assert pixels_of("层名称") >= 3 * 16


def layers(network: str) -> Table:
    return document(shapecalc.load(network).summary(), Options()).tables[0]


def keys(table: Table) -> list[str]:
    return [column.key for column in table.columns]


def test_what_others_say_gives_way_first() -> None:
    gone = []
    for length in range(1, 60):
        spec = shapecalc.loads(
            f"input: 32x32x3\nlayers:\n  - {{name: {'n' * length}, type: Conv2d, "
            "out_channels: 8, kernel_size: 3}"
        )
        table = document(spec.summary(), Options()).tables[0]
        lost = sorted(set(keys(table)) - set(keys(narrowed(table))))
        if lost not in gone:
            gone.append(lost)
    assert gone == [
        ["in_channels", "out_channels"],
        ["in_channels", "kernel_size", "out_channels", "padding", "stride"],
        ["in_channels", "input", "kernel_size", "out_channels", "padding", "stride"],
    ]


def test_then_windows_are_one_column_and_the_input_goes() -> None:
    table = layers("resnet50")
    narrow = narrowed(table)
    assert keys(narrow) == ["name", "type", "output", "window", "params", "macs"]
    assert narrow.headings[3] == "Kernel / Stride / Padding"
    assert [texts[3] for texts in narrow.texts()][:5] == [
        *("7x7 / 2 / 3", "-", "-", "3x3 / 2 / 1", "1x1, 3x3 / 1 / 0, 1")
    ]
    assert overflows(table, wrapped=True)
    assert not overflows(narrow, wrapped=True)


def test_what_was_asked_for_stays() -> None:
    for network in ("resnet50", "googlenet-stem"):
        table = layers(network)
        table.chosen = True
        assert narrowed(table) is table


def test_what_fits_stays() -> None:
    table = Table("", columns(["name", "input"]), ["Layer", "Input"], [("a", "1x1")], chosen=False)
    assert narrowed(table) is table


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("ConvTranspose2d", ["Conv", "Transpose2d"]),
        ("conv2_reduce_relu", ["conv2_", "reduce_", "relu"]),
        ("layer1.0.conv1", ["layer1.", "0.", "conv1"]),
        ("ReLU", ["ReLU"]),
        ("112x112x64", ["112x112x64"]),
    ],
)
def test_a_long_word_is_broken_at_its_joints(word: str, broken: list[str]) -> None:
    assert parts(word) == broken


def test_breaks_are_written_where_nothing_else_helps() -> None:
    def written(network: str) -> str:
        return "\n".join(
            texts(EXPORTERS["markdown"].export(shapecalc.load(network).summary(), Options()))
        )

    assert "Conv<wbr>Transpose3d" in written("vnet")
    assert "<wbr>" not in written("lenet5")
    assert "layer1.1\u20112" in written("resnet50")
