"""What is said of what people paste: the line that says it here, which loads and means the same."""

from __future__ import annotations

import re

import pytest
from running import program

import shapecalc
from shapecalc import layers
from shapecalc.language.calls.parameters import positional
from shapecalc.language.other_frameworks.sentences import RECURRENT, YOLO
from shapecalc.language.pasted import LONGEST_CALL, call_hint
from shapecalc.layers.base import LayerType
from shapecalc.layers.fields import Inferred

EXAMPLE = "write a mapping such as {type: ReLU}"

VALUES = {
    "out_channels": 8,
    "kernel_size": 3,
    "norm_type": 2.0,
    "output_size": 4,
    "padding": 1,
    "value": 0.5,
    "out_features": 8,
    "hidden_size": 8,
    "in1_features": 8,
    "in2_features": 8,
    "num_embeddings": 8,
    "embedding_dim": 8,
    "num_groups": 4,
    "num_heads": 4,
    "step": 3,
    "size": 5,
    "lambd": 0.5,
    "threshold": 0.5,
    "dim": 1,
    "unflattened_size": [4, 16],
    "groups": 4,
    "upscale_factor": 2,
    "downscale_factor": 2,
    "p": 0.5,
    "mode": "row",
    "chunks": 2,
    "split_size": 2,
    "shape": 64,
    "index": 3,
    "shifts": 2,
    "dims": 1,
    "dim0": 1,
    "dim1": 2,
}
"""A value of every field that a type needs."""


def hints(layer: str, input: str = "8x8x3") -> list[str | None]:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(f"input: {input}\nlayers:\n  - {layer}\n").summary()
    return [problem.hint for problem in caught.value.problems]


def found(name: str) -> LayerType:
    layer_type = layers.find_type(name)
    assert layer_type is not None
    return layer_type


@pytest.mark.parametrize("start", ["", "nn.", "torch.nn."])
@pytest.mark.parametrize("name", layers.type_names())
def test_a_call_of_a_type_is_written_as_its_item(name: str, start: str) -> None:
    layer_type = found(name)
    order = positional(layer_type)
    needed = [key for key in order if layer_type.fields[key].required]
    last = max(map(order.index, needed), default=-1)
    leading = order[: last + 1]
    if not all(key in needed or isinstance(layer_type.fields[key], Inferred) for key in leading):
        leading = []
    arguments = [repr(VALUES.get(key, 3)) for key in leading]
    arguments += [f"{key}={VALUES[key]!r}" for key in needed if key not in leading]
    hint = call_hint(f"{start}{name}({', '.join(arguments)})", layers.find_type)
    written = "".join(f", {key}: {VALUES[key]}" for key in order if key in needed)
    assert hint == f"write {{type: {name}{written}}}"


@pytest.mark.parametrize(
    ("call", "item"),
    [
        ("nn.Conv2d(3, 64, 3)", "{type: Conv2d, out_channels: 64, kernel_size: 3}"),
        (
            "Conv2d(3, 64, kernel_size=3, stride=2)",
            "{type: Conv2d, out_channels: 64, kernel_size: 3, stride: 2}",
        ),
        (
            "nn.Conv2d(3, 8, 3, 2, 1)",
            "{type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}",
        ),
        (
            "nn.Conv2d(cin, 64, (1, 7), bias=False),",
            "{type: Conv2d, out_channels: 64, kernel_size: [1, 7], bias: false}",
        ),
        (
            "nn.MaxPool2d(3, 2, 1, ceil_mode=True)",
            "{type: MaxPool2d, kernel_size: 3, stride: 2, padding: 1, ceil_mode: true}",
        ),
        ("self.fc = nn.Linear(512 * 7, 10)", "{name: fc, type: Linear, out_features: 10}"),
        ("torch.nn.ReLU(inplace=True)", "{type: ReLU, inplace: true}"),
        ("nn.BatchNorm2d(64, 1e-3, 0.01)", "{type: BatchNorm2d, eps: 0.001, momentum: 0.01}"),
        (
            "nn.Upsample(scale_factor=2, mode='nearest')",
            "{type: Upsample, scale_factor: 2, mode: nearest}",
        ),
        ("nn.Dropout(0.5)", "{type: Dropout, p: 0.5}"),
        (
            "nn.ConvTranspose2d(8, 4, 2, stride=2)",
            "{type: ConvTranspose2d, out_channels: 4, kernel_size: 2, stride: 2}",
        ),
    ],
)
def test_a_call_gets_the_item_that_says_it(call: str, item: str) -> None:
    assert hints(call) == [f"write {item}"]
    assert hints(f"type: {call}") == [f"write {item}"]
    shapecalc.loads(f"input: 8x8x8\nlayers: [{item}]")


def test_a_call_as_an_argument_is_a_name_alone() -> None:
    layer = "{type: ConvNormActivation, out_channels: 4, activation: nn.SiLU(inplace=True)}"
    assert hints(layer) == ["did you mean 'SiLU'?"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("nn.Conv2d(3, width, 3)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3, 64, 3, 64, 3, 64, 3, 64, 3, 64)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3, 64, 3, out_channels=64)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3, 64, 0)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3, 64, 3or 4)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(3, *args)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.Conv2d(**args)", "write a mapping: {type: Conv2d, ...}"),
        ("nn.ReLU(__import__('os'))", "write a mapping: {type: ReLU, ...}"),
        ("nn.ReLU()(x)", "write a mapping: {type: ReLU, ...}"),
        (r"nn.Upsample('\d')", "write a mapping: {type: Upsample, ...}"),
        ("Bottleneck(64, 64)", "write a mapping: {type: Bottleneck, ...}"),
        ("keras.layers.Dropout(0.5)", "write a mapping: {type: Dropout, ...}"),
        ("layers.Conv2D(32, (3, 3), activation='relu')", "write a mapping: {type: Conv2d, ...}"),
        ("model.add(Dense(10))", "write a mapping: {type: Linear, ...}"),
        ("x = F.relu(self.bn(x))", "write a mapping: {type: ReLU, ...}"),
        ("nn.Conv2d(3, 64, 3", "write a mapping: {type: Conv2d, ...}"),
        ("nn.ConvLSTM(10, 20)", RECURRENT),
        ("nn.LSTM(20, width)", "write a mapping: {type: LSTM, ...}"),
        ("nn.Sequential(nn.ReLU(), nn.ReLU())", "write layers: and no type for a sequence"),
        ("flatten", "write a mapping: {type: Flatten, ...}"),
        ("nn.Nothing(3)", EXAMPLE),
        ("nn.ReLU(" + "(" * LONGEST_CALL + ")", EXAMPLE),
        ("nn.ReLU(" + "(" * 200 + ")", "write a mapping: {type: ReLU, ...}"),
        ("ReLU", "write {type: ReLU}"),
        ("nothing", EXAMPLE),
        ("3", EXAMPLE),
        ("[3]", EXAMPLE),
    ],
)
def test_what_is_no_readable_call_gets_the_general_hint(text: str, hint: str) -> None:
    assert hints(text) == [hint]


ROW = "rows of YOLO's YAML are not read: "


@pytest.mark.parametrize(
    ("row", "item"),
    [
        (
            "[-1, 1, Conv, [64, 6, 2, 2]]",
            "{type: ConvNormActivation, out_channels: 64, kernel_size: 6, stride: 2, "
            "padding: 2, activation: SiLU}",
        ),
        (
            "[-1, 1, Conv, [64]]",
            "{type: ConvNormActivation, out_channels: 64, kernel_size: 1, activation: SiLU}",
        ),
        (
            "[-1, 1, Conv, [64, 3, 2]]",
            "{type: ConvNormActivation, out_channels: 64, kernel_size: 3, stride: 2, "
            "activation: SiLU}",
        ),
        (
            "[-1, 2, Conv, [64, 2, 2]]",
            "{type: ConvNormActivation, out_channels: 64, kernel_size: 2, stride: 2, "
            "padding: 1, activation: SiLU, repeat: 2}",
        ),
        (
            "[-1, 1, nn.Upsample, [None, 2, 'nearest']]",
            "{type: Upsample, scale_factor: 2, mode: nearest}",
        ),
        ("[-1, 1, nn.MaxPool2d, [2, 2]]", "{type: MaxPool2d, kernel_size: 2, stride: 2}"),
        (
            "[-1, 1, nn.ConvTranspose2d, [8, 2, 2, 0]]",
            "{type: ConvTranspose2d, out_channels: 8, kernel_size: 2, stride: 2, padding: 0}",
        ),
    ],
)
def test_a_row_of_yolo_gets_the_item_that_says_it(row: str, item: str) -> None:
    assert hints(row) == [f"{ROW}write {item}"]
    shapecalc.loads(f"input: 64x64x3\nlayers: [{item}]").summary()


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        (
            "[[-1, 6], 1, Concat, [1]]",
            "write {type: Concat, from: [a, b]}, with the names of those layers",
        ),
        (
            "[4, 1, nn.Upsample, [None, 2]]",
            "write {type: Upsample, scale_factor: 2, from: a}, with the name of that layer",
        ),
        ("[-1, 3, C3, [128]]", YOLO),
        ("[-1, 1, nn.ConvLSTM, [128]]", RECURRENT),
        ("[-1, 1, Nothing, [128]]", EXAMPLE),
        ("[-1, 1, Conv, [wide]]", EXAMPLE),
        ("[-1, 1, Conv, []]", EXAMPLE),
        ("[[17, 20, 23], 1, Detect, [nc, anchors]]", YOLO),
    ],
)
def test_other_rows_of_yolo_are_called_what_they_are(row: str, hint: str) -> None:
    assert hints(row) == [f"{ROW}{hint}"]


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("-1", "from takes names of layers: leave it out for -1"),
        ("[-1]", "from takes names of layers: leave it out for -1"),
        ("[-1, 6]", "from takes names of layers: name them and write from: [a, b]"),
        ("[a, -1]", "from takes names of layers: name them and write from: [a, b]"),
        ("6", "from takes names of layers: give that layer a name"),
        ("[]", None),
        ("true", None),
    ],
)
def test_numbers_in_from_are_not_names(source: str, start: str | None) -> None:
    (hint,) = hints(f"{{type: Concat, from: {source}}}")
    assert hint == start if start is None else (hint or "").startswith(start)


POOLS = [name for name in layers.type_names() if re.fullmatch(r"(Max|Avg)Pool\dd", name)]
TRANSPOSED = [name for name in layers.type_names() if name.startswith("ConvTranspose")]
CONVOLUTIONS = [name for name in layers.type_names() if re.fullmatch(r"Conv\dd", name)]


@pytest.mark.parametrize("name", [*POOLS, *TRANSPOSED, *CONVOLUTIONS])
def test_the_hint_for_same_gives_the_sizes_of_tensorflow(name: str) -> None:
    """Its output is ceil(n / stride), and n x stride where it is transposed, for every n."""
    axes = int(name[-2])
    for kernel in range(1, 6):
        for stride in range(1, 4):
            for dilation in (1,) if name.startswith("Avg") else (1, 2):
                item = f"kernel_size: {kernel}, stride: {stride}"
                if not name.startswith("Avg"):
                    item += f", dilation: {dilation}"
                if "Conv" in name:
                    item += ", out_channels: 4"
                if name in CONVOLUTIONS and stride == 1:
                    continue  # same is defined
                (hint,) = hints(f"{{type: {name}, {item}, padding: same}}", "16x" * axes + "3")
                for size in range(10, 15):
                    expected = size * stride if name in TRANSPOSED else -(-size // stride)
                    shape = f"{size}x" * axes + "3"
                    channels = 4 if "Conv" in name else 3
                    output = f"{expected}x" * axes + str(channels)
                    assert output_of(hint or "", name, item, shape) == output, (item, hint)


def output_of(hint: str, name: str, item: str, shape: str) -> str:
    """The output of a layer that is written as a hint says."""
    fields = re.findall(r"(?:write|and|with) ((?:output_)?padding: \S+|ceil_mode: true)", hint)
    layer = f"{{type: {name}, {', '.join([item, *fields])}}}"
    pads = re.findall(r"\{type: \w*Pad.*?\}", hint)
    items = [layer, *pads] if "after it" in hint else [*pads, layer]
    return str(shapecalc.loads(f"input: {shape}\nlayers: [{', '.join(items)}]").summary().output)


@pytest.mark.parametrize(
    ("layer", "hint"),
    [
        (
            "MaxPool2d, kernel_size: 3, stride: 1, padding: same",
            "write padding: same_upper, TensorFlow's same: ceil(n / stride)",
        ),
        (
            "MaxPool2d, kernel_size: 3x5, stride: 1, padding: SAME",
            "write padding: same_upper, TensorFlow's same: ceil(n / stride)",
        ),
        (
            "MaxPool2d, padding: same",
            "write padding: same_upper, TensorFlow's same: ceil(n / stride)",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: 3, stride: 2, padding: SAME",
            "write padding: same_upper, TensorFlow's same: ceil(n / stride)",
        ),
        ("Conv2d, out_channels: 3, kernel_size: 3, padding: SAME", "did you mean 'same'?"),
        ("MaxPool2d, kernel_size: 3, padding: SAME_UPPER", "did you mean 'same_upper'?"),
        (
            "MaxUnpool2d, kernel_size: 3, padding: same",
            "same is for convolutions that are not transposed, and for pools as same_upper; for an "
            "odd kernel_size k, padding k // 2 keeps the sizes at stride 1",
        ),
        (
            "ConvTranspose2d, out_channels: 3, kernel_size: 3, padding: [[0, 1], [0, 1]]",
            "one value is for both ends of an axis, so a list has 2; for different sides, "
            "use a ZeroPad2d, whose list is [left, right, top, bottom]",
        ),
        (
            "MaxPool2d, kernel_size: 2, padding: valid",
            "leave padding out: there is none unless it is written",
        ),
        (
            "MaxPool2d, kernel_size: 2, padding: smae",
            "allowed: same_upper, same_lower, in_channels",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: 2, stride: 2, padding: same, "
            "padding_mode: reflect",
            "write padding: same_upper, TensorFlow's same: ceil(n / stride)",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: 3, padding: [1, 1, 1, 1]",
            "one value is for both ends of an axis: write padding: 1, or [1, 1]",
        ),
        (
            "AvgPool1d, kernel_size: 3, padding: [1, 1]",
            "one value is for both ends of an axis: write padding: 1",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: 3, padding: [0, 1, 0, 1]",
            "one value is for both ends of an axis, so a list has 2; for different sides, "
            "write a pair for each axis, before and after, as in [[0, 1], [0, 1]]",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: 3, padding: [1, 1, 1]",
            "write one integer for all axes, or a list of 2",
        ),
        (
            "Conv2d, out_channels: 3, kernel_size: [1, 1, 1, 1]",
            "write one integer for all axes, or a list of 2",
        ),
    ],
)
def test_paddings_of_other_frameworks(layer: str, hint: str) -> None:
    assert hints(f"{{type: {layer}}}", "8x3" if "1d" in layer else "8x8x3") == [hint]


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ("[-1, 192]", "a shape has no batch, and its channels last: write 192"),
        ("[-1, 12, 4, 4]", "a shape has no batch, and its channels last: write 4x4x12"),
        ("[-1, 5]", "a Reshape neither adds nor drops elements"),
        ("[-1, -1]", "every size of a shape is at least 1"),
        ("[-2, 3]", "every size of a shape is at least 1"),
    ],
)
def test_sizes_of_a_reshape_that_are_pytorchs(shape: str, hint: str) -> None:
    assert hints(f"{{type: Reshape, shape: {shape}}}") == [hint]
    written = re.search(r"write (\S+)$", hint)
    if written is not None:
        assert reshaped(written[1]) == written[1]


def reshaped(shape: str) -> str:
    item = f"{{type: Reshape, shape: {shape}}}"
    return str(shapecalc.loads(f"input: 8x8x3\nlayers: [{item}]").summary().output)


@pytest.mark.parametrize(
    ("shape", "output"),
    [
        ("[-1, 3]", "64x3"),
        ("-1x3", "64x3"),
        ("[4, -1, 12]", "4x4x12"),
        ("-1", "192"),
        ("[4, 4, -1]", "4x4x12"),
        ("[-1, in_channels]", "64x3"),
        ("[192, -1]", "192x1"),
    ],
)
def test_a_size_of_minus_one_is_what_is_left(shape: str, output: str) -> None:
    assert reshaped(shape) == output


def test_a_valid_spec_loads_nothing_that_only_mistakes_need() -> None:
    code = (
        "import sys, shapecalc\n"
        "shapecalc.load('resnet50').summary()\n"
        "print([name for name in sys.modules if name.startswith('shapecalc.')\n"
        "       and name.split('.')[2:] in (['pasted'], ['other_frameworks'], ['padding_hints'])])"
    )
    assert program(code).out.strip() == "[]"
