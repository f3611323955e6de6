"""Cfg files, held to what Darknet itself made of them, and to its arithmetic step by step."""

from __future__ import annotations

import json
from itertools import product

import pytest
from cfg_networks import SectionRead, network_of, sections_of
from hypothesis import assume, given
from hypothesis import strategies as st
from record_darknet import ALEXEYAB, FILES, PJREDDIE, SAID

import shapecalc
from shapecalc.importers.converting import convert
from shapecalc.importers.kinds import kind_of
from shapecalc.importers.network import ImportedNetwork

ELEMENTWISE = {"conv_lstm1": 12, "conv_lstm2": 9}
"""The operations of a number of the output that Darknet counts with the convolutions of these."""

RECORDS: dict[str, list[list[float]]] = json.loads(SAID.read_text("ascii"))


def test_every_file_is_recorded() -> None:
    files = {path.name for path in FILES.glob("*.cfg")}
    assert files == set(RECORDS) == {*PJREDDIE.files, *ALEXEYAB.files}


@pytest.mark.parametrize("file", RECORDS)
def test_sections_are_as_darknet_has_them(file: str) -> None:
    sections = sections_of(network_of((FILES / file).read_bytes(), custom=True))
    rows = RECORDS[file]
    assert len(sections) == len(rows)
    for number, (section, row) in enumerate(zip(sections, rows, strict=True)):
        *size, count, stored, flops = row
        assert section.output.elements == count, number
        if len(section.output) == 3 and any(size):
            assert [*section.output] == size, number
        else:
            assert size in ([1, 1, count], [0, 0, 0]), number
        assert section.stored == stored, number
        if section.types[0] in ("Conv2d", "Custom") and flops:
            binary = 32 if section.layers[0].name == "conv7.conv" else 1
            counted = 2 * section.macs / binary
            counted += ELEMENTWISE.get(section.layers[0].name, 0) * count
            assert counted == pytest.approx(flops * 1e9, rel=1e-6), number


@pytest.mark.parametrize("file", RECORDS)
def test_a_file_becomes_a_spec(file: str) -> None:
    data = (FILES / file).read_bytes()
    kind = kind_of(data, file)
    assert kind is not None
    assert kind.module == "darknet"
    imported = convert(kind, data, file, is_flat=True, custom=True)
    summary = shapecalc.loads(imported.text).summary()
    learned = sum(layer.params for layer in imported.network.layers if layer.shares is None)
    assert summary.params == learned


def one(text: str, size: str = "height=16\nwidth=16\nchannels=8") -> list[SectionRead]:
    """The sections of a network of one input."""
    return sections_of(network_of(f"[net]\n{size}\n{text}"))


def test_layers_are_named_for_their_section() -> None:
    text = "[convolutional]\nbatch_normalize=1\nactivation=leaky\n[maxpool]\n[connected]\n"
    names = [layer.name for section in one(text) for layer in section.layers]
    assert names == [
        "conv0.conv",
        "conv0.norm",
        "conv0.activation",
        "maxpool1",
        "connected2.flatten",
        "connected2.connected",
        "connected2.activation",
    ]


def test_heads_leave_the_network_and_so_does_the_last_section() -> None:
    network = network_of((FILES / "heads.cfg").read_bytes())
    ends = [wire.of.name for wire in network.outputs]
    assert ends == ["yolo2", "Gaussian_yolo5", "region8", "detection11"]
    assert sum(layer.agrees for layer in network.layers) == 3
    text = "[net]\nheight=4\nwidth=4\nchannels=25\n[yolo]\n[maxpool]\n"
    assert [wire.of.name for wire in network_of(text).outputs] == ["yolo0", "maxpool1"]
    assert network_of(text[: text.index("[yolo]")] + "[maxpool]").outputs == []


def test_weights_that_are_shared_are_those_of_the_first() -> None:
    layers = {
        layer.name: layer for layer in network_of((FILES / "convolutions.cfg").read_bytes()).layers
    }
    for part in ("conv", "norm"):
        owner = layers[f"conv8.{part}"]
        assert layers[f"conv9.{part}"].shares is owner
        assert layers[f"conv10.{part}"].shares is owner


def seen(extent: int, size: int, stride: int, padding: int) -> list[range]:
    """What the windows of a pool see of an axis, as Darknet slides them."""
    count = int((extent + padding - size) / stride) + 1  # towards 0, as C divides
    starts = [int(-padding / 2) + number * stride for number in range(count)]
    return [range(max(start, 0), min(start + size, extent)) for start in starts]


@given(
    extent=st.integers(1, 30),
    size=st.integers(1, 9),
    stride=st.integers(1, 9),
    padding=st.integers(0, 12) | st.none(),
    kind=st.sampled_from(["maxpool", "local_avgpool"]),
)
def test_pools_see_what_darknet_sees(
    extent: int, size: int, stride: int, padding: int | None, kind: str
) -> None:
    whole = size - 1 if padding is None else padding
    assume(extent + whole >= size)
    assume(whole - whole // 2 < size)
    written = "" if padding is None else f"padding={padding}\n"
    text = f"[{kind}]\nsize={size}\nstride={stride}\n{written}"
    layer = one(text, f"height={extent}\nwidth={extent}\nchannels=2")[0].layers[0]
    padded = layer.fields["padding"]
    before = padded[0][0] if isinstance(padded, list) else padded
    windows = [
        range(max(start, 0), min(start + size, extent))
        for start in range(-before, -before + stride * layer.outputs[0][0], stride)
    ]
    assert windows == seen(extent, size, stride, whole)
    counted = layer.fields.get("count_include_pad", False)
    assert not counted or all(len(window) == size for window in windows)


def reorg_c(numbers: list[int], size: tuple[int, int, int], step: int, forward: bool) -> list[int]:
    """The loops of Darknet's reorg_cpu, over a width, a height and channels."""
    width, height, channels = size
    out = [-1] * len(numbers)
    fewer = channels // (step * step)
    for k, j, i in product(range(channels), range(height), range(width)):
        inside = i + width * (j + height * k)
        offset, c2 = divmod(k, fewer)
        w2, h2 = i * step + offset % step, j * step + offset // step
        outside = w2 + width * step * (h2 + height * step * c2)
        if forward:
            out[outside] = numbers[inside]
        else:
            out[inside] = numbers[outside]
    return out


def moved(layer: str, numbers: list[int], chw: tuple[int, ...], count: int) -> list[int]:
    """Where a layer that only moves numbers puts them, by PyTorch's documentation of it."""
    channels, height, width = chw
    if layer in ("Reshape", "Identity"):
        return numbers
    out = []
    if layer == "ChannelShuffle":
        each = channels // count
        for place in range(channels):
            start = (place % count * each + place // count) * height * width
            out += numbers[start : start + height * width]
    elif layer == "PixelUnshuffle":
        for c, y, x, i, j in product(
            range(channels),
            range(count),
            range(count),
            range(height // count),
            range(width // count),
        ):
            out.append(numbers[(c * height + i * count + y) * width + j * count + x])
    else:
        assert layer == "PixelShuffle"
        for c, i, j in product(
            range(channels // count**2), range(height * count), range(width * count)
        ):
            plane = c * count**2 + i % count * count + j % count
            out.append(numbers[(plane * height + i // count) * width + j // count])
    return out


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("kind", ["reorg", "reorg3d"])
def test_a_reorg_moves_numbers_as_darknet_does(kind: str, reverse: bool, step: int) -> None:
    height, width, channels = 2 * step, 3 * step, 2 * step**4
    text = f"[{kind}]\nstride={step}\nreverse={int(reverse)}\n"
    sizes = f"height={height}\nwidth={width}\nchannels={channels}"
    section = one(text, sizes)[0]
    numbers = list(range(height * width * channels))
    loops = (width, height, channels)
    if kind == "reorg3d":  # which loops over the sizes of the output
        out_height, out_width, out_channels = section.output
        loops = (out_width, out_height, out_channels)
    expected = reorg_c(numbers, loops, step, reverse)
    for layer in section.layers:
        chw = layer.inputs[0].shape.chw
        fields = [value for value in layer.fields.values() if isinstance(value, int)]
        numbers = moved(layer.layer.type.name, numbers, chw, *(fields or [0]))
    assert numbers == expected


def test_a_shortcut_of_other_sizes_adds_what_darknet_adds() -> None:
    # 0: 8x8x6, 1: 4x4x4 and to it every second position of the first channels of 0
    text = (
        "[convolutional]\nfilters=6\nstride=2\nactivation=linear\n"
        "[convolutional]\nfilters=4\nstride=2\nactivation=linear\n"
        "[shortcut]\nfrom=0\n"
    )
    section = one(text)[2]
    fields = [(layer.layer.type.name, layer.fields) for layer in section.layers]
    assert fields == [
        ("Slice", {"dim": "height", "end": 7, "step": 2}),
        ("Slice", {"dim": "width", "end": 7, "step": 2}),
        ("Slice", {"dim": "channels", "end": 4}),
        ("Add", {}),
    ]


def test_a_local_response_norm_has_the_alpha_of_a_mean() -> None:
    layer = one("[lrn]\nsize=5\nalpha=0.0001\n")[0].layers[0]
    assert layer.fields == {"size": 5, "alpha": 0.0005, "beta": 0.75, "k": 1.0}


def test_groups_of_a_softmax_are_rows() -> None:
    section = one("[softmax]\ngroups=4\n")[0]
    assert section.types == ["Flatten", "Reshape", "Softmax", "Flatten"]
    groups, softmax = section.layers[1:3]
    assert groups.outputs[0].chw == (4, 512)
    assert softmax.fields == {"dim": "length"}


ACTIVATIONS = {
    "logistic": "Sigmoid",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky": "LeakyReLU",
    "revleaky": "LeakyReLU",
    "relie": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "swish": "SiLU",
    "mish": "Mish",
    "tanh": "Tanh",
    "hardtan": "Hardtanh",
    "linear": "Identity",
    "none of them": "ReLU",
}


@pytest.mark.parametrize(("word", "type"), ACTIVATIONS.items())
def test_activations(word: str, type: str) -> None:
    layers = one(f"[activation]\nactivation={word}\n")[0].layers
    assert [layer.layer.type.name for layer in layers] == [type]


def test_an_activation_that_darknet_does_not_know_is_noted() -> None:
    layer = one("[activation]\nactivation=Mish\n")[0].layers[0]
    assert layer.note == "activation='Mish', for which Darknet runs ReLU"


def test_remarks_are_of_what_is_there() -> None:
    assert network_of("[net]\nheight=4\nwidth=4\nchannels=4\n[maxpool]").remarks == {}
    text = "[net]\nheight=4\nwidth=4\nchannels=4\n[convolutional]\nbatch_normalize=1\nxnor=1\n"
    said = list(network_of(text).remarks)
    assert len(said) == 2
    assert "binary" in said[0]
    assert "rolling mean" in said[1]


def test_custom_states_what_darknet_says() -> None:
    text = "[net]\nheight=4\nwidth=4\nchannels=4\n[implicit]\nfilters=6\natoms=3\n[maxpool]\n"
    network: ImportedNetwork = network_of(text, custom=True)
    layer = network.layers[0]
    assert layer.fields == {"output": [3, 1, 6], "params": 18}


@pytest.mark.parametrize(
    ("option", "params"),
    [("weights_type=per_channel", 12), ("weights_type=per_feature", 3), ("alpha=0.5", 0)],
)
def test_a_sum_with_factors_is_one_layer_that_is_stated(option: str, params: int) -> None:
    text = "[net]\nheight=4\nwidth=4\nchannels=4\n[maxpool]\n[maxpool]\n[shortcut]\nfrom=-1,0\n"
    section = sections_of(network_of(text + option, custom=True))[2]
    assert section.types == ["Custom"]
    assert section.stored == params
    assert len(section.layers[0].inputs) == 3
