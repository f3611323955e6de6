"""SCALE-Sim's topology: what the simulator computes of each row is what the layer computes."""

from __future__ import annotations

from math import ceil, prod
from pathlib import Path

import pytest
import running
from lines import texts

import shapecalc
from shapecalc import bundled
from shapecalc.analysis.summary import Summary
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options

REFUSED = {
    "bert",
    "crnn",
    "deepspeech2",
    "efficientformer",
    "gpt2",
    "levit",
    "maxvit",
    "mobilevit",
    "mvit",
    "pointnet",
    "raft",
    "swin",
    "swin3d",
    "swin_v2",
    "transformer",
    "vit",
}
"""The bundled specs of which it cannot say some layer: products of two tensors, LSTMs."""

NETWORKS = [
    (name, variant)
    for name in bundled.spec_names()
    if name not in REFUSED
    for variant in (shapecalc.load(name).variants or [None])
]

Row = tuple[str, list[int]]


def rows(summary: Summary) -> list[Row]:
    """The rows as SCALE-Sim reads them: depthwise ones a channel each (load_arrays_conv)."""
    header, *lines = texts(EXPORTERS["scale-sim"].export(summary, Options()))
    assert header.startswith("Layer name, IFMAP Height, ")
    found: list[Row] = []
    for line in lines:
        name, *cells = line.split(",")[:-1]
        numbers = [int(cell) for cell in cells]
        assert len(numbers) == 7
        height, width, filter_height, filter_width, channels, _, _ = numbers
        assert filter_height <= height
        assert filter_width <= width
        if "DP" in name:
            found += [(name, [*numbers[:4], 1, *numbers[5:]])] * channels
        else:
            found.append((name, numbers))
    return found


def outputs(numbers: list[int]) -> tuple[int, int]:
    """Height and width of what it outputs (topo_calc_hyperparams)."""
    height, width, filter_height, filter_width, _, _, stride = numbers
    return (
        ceil((height - filter_height + stride) / stride),
        ceil((width - filter_width + stride) / stride),
    )


def macs(numbers: list[int]) -> int:
    _, _, filter_height, filter_width, channels, filters, _ = numbers
    return prod(outputs(numbers)) * filter_height * filter_width * channels * filters


def summary_of(layers: str, input: str = "9x9x4") -> Summary:
    return shapecalc.loads(f"input: {input}\nlayers: [{layers}]").summary()


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_the_macs_of_the_rows_are_those_of_the_network(name: str, variant: str | None) -> None:
    summary = shapecalc.load(name).summary(variant=variant)
    assert sum(macs(numbers) for _, numbers in rows(summary)) == summary.macs


@pytest.mark.parametrize(
    ("layer", "input", "expected"),
    [
        ("Conv2d, kernel_size: 3, stride: 2, padding: 1", "8x8x4", [9, 9, 3, 3, 4, 8, 2]),
        ("Conv2d, kernel_size: 3, stride: 2, padding: 1", "9x9x4", [11, 11, 3, 3, 4, 8, 2]),
        ("Conv2d, kernel_size: 4, padding: same", "9x9x4", [12, 12, 4, 4, 4, 8, 1]),
        ("Conv2d, kernel_size: 1, stride: 3", "9x9x4", [7, 7, 1, 1, 4, 8, 3]),
        ("Conv2d, kernel_size: 9x3, stride: 5x2", "9x9x4", [9, 9, 9, 3, 4, 8, 2]),
        ("Conv2d, kernel_size: 3, stride: 1x2", "9x9x4", [28, 36, 1, 36, 1, 8, 1]),
        ("Conv2d, kernel_size: 3, dilation: 2", "9x9x4", [25, 36, 1, 36, 1, 8, 1]),
        ("Conv2d, kernel_size: 1, dilation: 2", "9x9x4", [9, 9, 1, 1, 4, 8, 1]),
        ("Conv1d, kernel_size: 5, stride: 2", "10x4", [9, 1, 5, 1, 4, 8, 2]),
        ("Conv3d, kernel_size: 3", "5x5x5x4", [27, 108, 1, 108, 1, 8, 1]),
        ("ConvTranspose2d, kernel_size: 2, stride: 2", "9x9x4", [81, 4, 1, 4, 1, 32, 1]),
    ],
)
def test_the_row_of_a_convolution(layer: str, input: str, expected: list[int]) -> None:
    summary = summary_of(f"{{name: conv, type: {layer}, out_channels: 8}}", input)
    ((name, numbers),) = rows(summary)
    assert (name, numbers) == ("conv", expected)
    assert macs(numbers) == summary.macs
    if numbers[2:4] == list(getattr(summary.layers[0].layer, "kernel_size", ())):
        assert outputs(numbers) == summary.output.spatial


@pytest.mark.parametrize(
    ("input", "expected"),
    [("10", [1, 1, 1, 1, 10, 3, 1]), ("7x5x10", [7, 5, 1, 1, 10, 3, 1])],
)
def test_the_row_of_a_matrix_product(input: str, expected: list[int]) -> None:
    summary = summary_of("{name: fc, type: Linear, out_features: 3, per_position: true}", input)
    assert rows(summary) == [("fc", expected)]
    assert macs(expected) == summary.macs


@pytest.mark.parametrize(
    ("led", "alone"),
    [
        (
            "Conv1d, out_channels: 6, kernel_size: 3, stride: 2, leading: 1",
            "Conv2d, out_channels: 6, kernel_size: [1, 3], stride: [1, 2]",
        ),
        (
            "Conv1d, out_channels: 6, kernel_size: 3, padding: 1, leading: 1",
            "Conv2d, out_channels: 6, kernel_size: [1, 3], padding: [0, 1]",
        ),
    ],
)
def test_leading_axes_are_rows_of_an_image(led: str, alone: str) -> None:
    found, wanted = (rows(summary_of(f"{{name: x, type: {layer}}}")) for layer in (led, alone))
    assert found == wanted


def test_groups_have_a_row_each_and_depthwise_channels_one_together() -> None:
    summary = summary_of(
        "{name: pairs, type: Conv2d, out_channels: 6, kernel_size: 3, groups: 2},"
        "{name: each, type: Conv2d, out_channels: 12, kernel_size: 3, groups: 6}"
    )
    written = texts(EXPORTERS["scale-sim"].export(summary, Options()))[1:]
    assert written == [
        "pairs_group0, 9, 9, 3, 3, 2, 3, 1,",
        "pairs_group1, 9, 9, 3, 3, 2, 3, 1,",
        "each_DP, 7, 7, 3, 3, 6, 2, 1,",
    ]
    assert sum(macs(numbers) for _, numbers in rows(summary)) == summary.macs


HOSTILE = ["=1+1,2", "@sum", "-a", "DPN", "a,b", "a\\nb", "a;b", "a b", "名", "#x", "\\x1b[31m"]


def test_no_name_acts_and_none_is_another_layers() -> None:
    layers = ", ".join(
        f'{{name: "{name}", type: Conv2d, out_channels: 4, kernel_size: 1}}' for name in HOSTILE
    )
    summary = summary_of(layers)
    names = [name for name, _ in rows(summary)]
    assert len(set(names)) == len(names) == len(HOSTILE)
    assert not [name for name in names if not name.replace(".", "_").isidentifier()]
    assert "Dp" in names[3]  # else SCALE-Sim would read a depthwise convolution


def test_what_it_cannot_say_is_refused_by_name_and_nothing_is_written(here: Path) -> None:
    (here / "a.yaml").write_text(
        "input: {a: 4, b: 5}\nlayers:\n"
        "  - {name: fc, type: Linear, from: a, out_features: 4}\n"
        "  - {name: pair, type: Bilinear, from: [fc, b], in1_features: 4, in2_features: 5, "
        "out_features: 2}\n"
    )
    run = running.run("export", "a.yaml", "--to", "scale-sim", "-o", "a.csv", folder=here)
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("error[SC211]: pair: SCALE-Sim cannot say this Bilinear: it is ")
    assert " --> a.yaml:4:" in run.err
    assert not (here / "a.csv").exists()


def test_groups_without_end_are_refused_at_once() -> None:
    groups = 2**40
    layer = (
        f"{{name: conv, type: Conv2d, out_channels: {groups}, kernel_size: 1, groups: {groups}}}"
    )
    with pytest.raises(shapecalc.SpecError, match=r"conv: SCALE-Sim .* more than 131,072 rows"):
        EXPORTERS["scale-sim"].export(summary_of(layer, f"1x1x{2 * groups}"), Options())
