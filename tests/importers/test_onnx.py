"""The reader of ONNX: the wire format, graphs in any order, and what each operator becomes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from fuzz_onnx import KIND, fuzz
from onnx_writing import (
    BOOL,
    INT64,
    function,
    graph,
    integers,
    message,
    model,
    network,
    node,
    number,
    tensor,
    value,
    varint,
)

from shapecalc.importers.converting import Imported, convert
from shapecalc.loading import load_file
from shapecalc.problems.problem import SpecError

CONV = node("Conv", "x w", "y", "conv")
WEIGHT = tensor("w", [4, 3, 3, 3])


def imported(data: bytes, given: object = None, **options: bool) -> Imported:
    """What a file is converted to."""
    return convert(KIND, data, "test.onnx", given, **options)


def layers(data: bytes, given: object = None) -> list[str]:
    """The layers of a file: type, output and params, and the fields that are written."""
    return [
        f"{layer.layer.type.name} {layer.outputs[0]} {layer.params} {layer.fields}"
        for layer in imported(data, given).network.layers
    ]


def types(data: bytes, given: object = None) -> list[str]:
    """The types of a file's layers with their outputs."""
    found = imported(data, given).network.layers
    return [f"{layer.layer.type.name} {layer.outputs[0]}" for layer in found]


def refusal(data: bytes, given: object = None, **options: bool) -> str:
    """The code and the message of what is wrong with a file."""
    with pytest.raises(SpecError) as caught:
        imported(data, given, **options)
    (problem,) = caught.value.problems
    return f"{problem.code} {problem.message}"


def one(op: str, *weights: bytes, opset: int = 17, **attributes: Any) -> bytes:
    """A file of one node with constants."""
    input = attributes.pop("input", (1, 3, 8, 8))
    names = ["x", *(f"c{index}" for index in range(len(weights)))]
    named = [each + message(8, name) for each, name in zip(weights, names[1:], strict=True)]
    return network([node(op, names, "y", **attributes)], input, named, opset)


# ---------------------------------------------------------------- the wire format


def test_sizes_are_read_packed_and_unpacked() -> None:
    packed = message(1, b"\x04\x03\x03\x03") + number(2, 1) + message(8, "w")
    assert layers(network([CONV], initializers=[packed])) == layers(
        network([CONV], initializers=[WEIGHT])
    )


def test_unknown_fields_and_groups_are_skipped() -> None:
    good = network([CONV], initializers=[WEIGHT])
    group = varint(99 << 3 | 3) + number(1, 5) + message(2, b"abc") + varint(99 << 3 | 4)
    fixed = varint(90 << 3 | 1) + bytes(8) + varint(91 << 3 | 5) + bytes(4)
    assert layers(group + fixed + good + group + number(80, 2**63)) == layers(good)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x08" + b"\xff" * 11, "a number is longer than 10 bytes"),
        (b"\x08", "it ends within a number"),
        (b"\x00\x00", "a field has the number 0"),
        (b"\x08\x01\x0e", "which there is not"),
        (b"\x08\x01\x3a\x05ab", "longer than what it is in"),
        (b"\x08\x01" + varint(9 << 3 | 3) + varint(8 << 3 | 4), "a group ends that did not start"),
        (b"\x08\x01" + varint(9 << 3 | 3), "it ends within a number"),
        (b"\x08\x01", "it has no graph"),
        (b"\x08\x01\x38\x01", "not written as it should be"),
        (model(message(1, message(4, "A" * 70_000))), "a text of 70,000 bytes"),
        (model(message(5, number(1, -5))), "size below 0"),
        (model(message(5, number(1, 2**62) * 2)), "more than 2^63 - 1 elements"),
        (model(message(5, b"".join(number(1, 2) for _ in range(40)))), "more than 32 axes"),
    ],
)
def test_what_is_no_protocol_buffer_is_refused(data: bytes, said: str) -> None:
    found = refusal(data)
    assert found.startswith("SC501")
    assert said in found


def test_texts_in_the_place_of_a_file_are_told() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    assert refusal(pointer) == "SC501 this is a pointer of Git LFS to an ONNX file"
    assert (
        refusal(b"ir_version: 8\ngraph {\n}\n") == "SC501 this is ONNX as a text, which is not read"
    )


def test_a_newer_opset_than_is_known_is_said() -> None:
    data = network([node("Relu", "x", "y")], opset=99)
    assert "# The file is of opset 99, which is read as" in imported(data).text


def test_the_fields_of_a_file_are_bounded() -> None:
    started = time.process_time()
    found = refusal(model(message(5, message(1, b"\x01" * 3_000_000) + message(8, "w"))))
    assert found.startswith("SC501")
    many = b"\x98\x06\x00" * 2_100_000
    assert refusal(many + model(b"")).startswith("SC501 more than 2,000,000 fields")
    assert time.process_time() - started < 4


class Watched(bytes):
    """Bytes that remember the places that were looked at."""

    def __new__(cls, data: bytes) -> Watched:
        found = super().__new__(cls, data)
        found.seen = set()
        return found

    seen: set[int]

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            self.seen.update(range(*place.indices(len(self))))
        else:
            self.seen.add(place)
        return super().__getitem__(place)


def test_weights_are_not_touched() -> None:
    numbers = bytes(range(1, 109)) * 4
    weight = message(9, numbers) + WEIGHT
    data = Watched(network([CONV], initializers=[weight]))
    imported(data)
    start = data.find(numbers)
    assert start > 0
    assert data.seen
    assert data.seen.isdisjoint(range(start, start + len(numbers)))


def test_external_data_is_not_opened() -> None:
    entry = message(1, "location") + message(2, "../../../../nowhere/secret")
    weight = WEIGHT + message(13, entry) + number(14, 1)
    assert layers(network([CONV], initializers=[weight])) == layers(
        network([CONV], initializers=[WEIGHT])
    )
    shape = integers("s", [1, -1]) + message(13, entry) + number(14, 1)
    found = refusal(network([node("Reshape", "x s", "y")], initializers=[shape]))
    assert "not a constant whose numbers are known" in found


def test_a_large_file_is_read_without_its_weights(tmp_path: Path) -> None:
    size = 400_000_000
    head = b"".join(number(1, each) for each in (1000, 100_000)) + number(2, 1) + message(8, "w")
    raw = varint(9 << 3 | 2) + varint(size)
    gemm = message(1, node("Gemm", "x w", "y", transB=1))
    ends = message(11, value("x", [1, 100_000])) + message(12, value("y", [1, 1000]))
    content = len(head) + len(raw) + size
    tensors = varint(5 << 3 | 2) + varint(content)
    before = gemm + ends + tensors + head + raw
    path = tmp_path / "large.onnx"
    with path.open("wb") as stream:
        stream.write(number(1, 8) + message(8, message(1, "") + number(2, 17)))
        stream.write(varint(7 << 3 | 2) + varint(len(before) + size) + before)
        stream.truncate(stream.tell() + size)
    started = time.process_time()
    summary = load_file(str(path)).summary()
    assert time.process_time() - started < 1
    assert (summary.params, summary.macs) == (10**8, 10**8)


# ---------------------------------------------------------------- graphs


def test_nodes_may_be_in_any_order() -> None:
    chain = [node("Relu", "a", "b"), node("Sigmoid", "b", "y"), node("Tanh", "x", "a")]
    assert types(network(chain)) == ["Tanh 8x8x3", "ReLU 8x8x3", "Sigmoid 8x8x3"]


def test_what_reaches_no_output_is_left_out() -> None:
    chain = [node("Relu", "x", "y"), node("LSTM", "x w r", "other")]
    assert types(network(chain, initializers=[WEIGHT, tensor("r", [1])])) == ["ReLU 8x8x3"]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (
            [node("Add", "x b", "a", "first"), node("Relu", "a", "b"), node("Relu", "b", "y")],
            "the node 'first' (Add) is in a cycle",
        ),
        ([node("Relu", "x", "y"), node("Tanh", "x", "y")], "makes 'y', which is made already"),
        ([node("Relu", "x", "x")], "makes 'x', which is made already"),
        ([node("Relu", "nothing", "y", "r")], "(Relu) takes 'nothing', which nothing makes"),
        ([node("Relu", "", "y")], "its input 0 is missing"),
    ],
)
def test_graphs_that_cannot_run_are_refused(nodes: list[bytes], said: str) -> None:
    found = refusal(network(nodes))
    assert found.startswith("SC501")
    assert said in found


def test_the_figures_of_the_file_are_held() -> None:
    good = imported(network([CONV], initializers=[WEIGHT], output=(1, 4, 6, 6)))
    assert good.agreement == "1 of 1 layers agree with the file"
    found = refusal(network([CONV], initializers=[WEIGHT], output=(1, 4, 6, 7)))
    assert found.startswith("SC505 layer 1 'conv' (Conv2d): the file says an output of 6x7x4")


def test_open_sizes_are_asked_for_and_an_open_batch_is_none() -> None:
    data = network([CONV], ("N", 3, "H", "W"), [WEIGHT])
    assert refusal(data).startswith("SC504 the file leaves the size of the input 'x' open")
    assert "HxWx3" in refusal(data)
    assert types(data, "10x12x3") == ["Conv2d 8x10x4"]
    assert refusal(data, "10x12x4").startswith("SC504")
    assert refusal(data, "10x12").startswith("SC504")
    assert types(network([CONV], ("N", 3, 8, 8), [WEIGHT])) == ["Conv2d 6x6x4"]


def test_a_batch_is_left_out_and_said() -> None:
    nodes = [node("Conv", "x w", "a"), node("Reshape", "a s", "y")]
    data = network(nodes, (16, 3, 8, 8), [WEIGHT, integers("s", [16, -1])])
    assert types(data) == ["Conv2d 6x6x4", "Flatten 144"]
    assert "The file has a batch of 16" in imported(data).text
    merged = network(nodes, (16, 3, 8, 8), [WEIGHT, integers("s", [-1])])
    assert "it merges the batch with other axes" in refusal(merged)


def test_functions_are_put_in() -> None:
    inner = node("LeakyRelu", "a", "b")
    slope = message(1, "alpha") + message(21, "slope")
    inner += message(5, slope)
    body = function("Leaky", "own", ["a"], ["b"], [inner])
    twice = function("Twice", "own", ["a"], ["b"], [
        node("Leaky", "a", "c", domain="own", slope=0.5),
        node("Leaky", "c", "b", domain="own", slope=0.25),
    ])  # fmt: skip
    data = network([node("Twice", "x", "y", "pair", "own")], functions=[body, twice])
    assert layers(data) == [
        "LeakyReLU 8x8x3 0 {'negative_slope': 0.5}",
        "LeakyReLU 8x8x3 0 {'negative_slope': 0.25}",
    ]


def test_functions_that_call_themselves_are_refused() -> None:
    itself = function("F", "own", ["a"], ["b"], [node("F", "a", "b", domain="own")])
    found = refusal(network([node("F", "x", "y", domain="own")], functions=[itself]))
    assert "functions are nested more than 16 deep" in found
    levels = [
        function(f"F{level}", "own", ["a"], ["b"], [
            *(node(f"F{level + 1}", "a", f"c{index}", domain="own") for index in range(99)),
            node("Relu", "a", "b"),
        ])
        for level in range(5)
    ]  # fmt: skip
    found = refusal(network([node("F0", "x", "y", domain="own")], functions=levels))
    assert "more than 32,768 nodes" in found


def branches(condition: list[bytes], *initializers: bytes) -> bytes:
    """A file with an If whose branches are a ReLU and a Sigmoid, of what is around them."""
    yes = graph([node("Relu", "x", "p")], outputs=[value("p", None)])
    no = graph([node("Sigmoid", "x", "q")], outputs=[value("q", None)])
    choice = node("If", "test", "a", then_branch=yes, else_branch=no)
    return network([choice, *condition, node("Tanh", "a", "y")], initializers=initializers)


def test_a_branch_whose_condition_is_known_is_put_in() -> None:
    for flag, type in ((1, "ReLU"), (0, "Sigmoid")):
        data = branches([], tensor("test", [], [flag], BOOL))
        assert types(data) == [f"{type} 8x8x3", "Tanh 8x8x3"]
    computed = [
        node("Shape", "x", "s"),
        node("Gather", "s two", "h"),
        node("Equal", "h eight", "test"),
    ]
    sizes = tensor("two", [], [2], INT64), tensor("eight", [], [8], INT64)
    assert types(branches(computed, *sizes)) == ["ReLU 8x8x3", "Tanh 8x8x3"]


def test_a_branch_whose_condition_is_not_known_is_not() -> None:
    compared = [node("Greater", "x zero", "test")]
    assert "SC502" in refusal(branches(compared, tensor("zero", [], [0])))


def test_graphs_that_are_nested_too_deep_are_refused() -> None:
    inner = graph([node("Relu", "x", "p")], outputs=[value("p", None)])
    for _ in range(40):
        inner = graph([node("If", "x", "p", then_branch=inner)], outputs=[value("p", None)])
    assert "graphs that are nested more than 16 deep" in refusal(model(inner))


# ---------------------------------------------------------------- what is not in the language


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (one("QAttention", tensor("", [], [1.0])), "it computes with quantized numbers"),
        (one("Special", domain="com.example"), "an operator of the domain 'com.example'"),
        (one("NoSuchThing"), "no layer type computes 'NoSuchThing'"),
        (network([node("Conv", "x x", "y")]), "its weight 'x' is not a constant"),
        (one("Softmax", axis=0), "it works along the batch"),
        (one("Einsum", tensor("", [3, 8]), equation="bchw,cd->bd"), "but a MatMul"),
        (network([node("Einsum", "x x", "y", equation="bchw,bchw->bchw")]), "but a MatMul"),
    ],
)
def test_what_the_language_does_not_have_stops(data: bytes, said: str) -> None:
    found = refusal(data)
    assert found.startswith("SC502 layer 1 ")
    assert said in found


def test_what_stops_can_be_stated_or_ended_before() -> None:
    nodes = [node("Conv", "x w", "a", "conv"), node("CumSum", "a", "y", "sums")]
    data = network(nodes, initializers=[WEIGHT], output=(1, 4, 6, 6))
    partial = imported(data, partial=True)
    assert "Only a part: layer 2 'sums' (CumSum)" in partial.text
    assert len(partial.network.layers) == 1
    stated = imported(data, custom=True).network.layers[1]
    assert (stated.layer.type.name, stated.outputs[0]) == ("Custom", (6, 6, 4))
    braces = network([node("{1 + 1}", "x", "y", "own", "mine")], output=(1, 3, 8, 8))
    assert "{{1 + 1}}: no layer type" in imported(braces, custom=True).text
    own = network([node("Own", "x w", "y", "own", "mine")], initializers=[WEIGHT])
    with pytest.raises(SpecError) as caught:
        imported(own, custom=True)
    assert "the file does not say its output" in str(caught.value.problems[0].hint)


# ---------------------------------------------------------------- operators


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"auto_pad": "SAME_UPPER", "strides": [2, 2]}, "Conv2d 4x4x4"),
        ({"auto_pad": "SAME_LOWER", "strides": [3, 3]}, "Conv2d 3x3x4"),
        ({"auto_pad": "VALID", "strides": [2, 2]}, "Conv2d 3x3x4"),
        ({"pads": [1, 0, 2, 1]}, "Conv2d 9x7x4"),
        ({"pads": [1, 1, 1, 1], "dilations": [2, 2]}, "Conv2d 6x6x4"),
        ({"kernel_shape": [3, 3]}, "Conv2d 6x6x4"),
    ],
)
def test_convolutions(attributes: dict[str, Any], expected: str) -> None:
    assert types(one("Conv", tensor("", [4, 3, 3, 3]), **attributes)) == [expected]


def test_the_padding_of_a_convolution_is_as_short_as_it_can_be() -> None:
    weight = tensor("", [4, 3, 3, 3])
    fields = [
        imported(one("Conv", weight, **attributes)).network.layers[0].fields.get("padding")
        for attributes in (
            {"pads": [1, 1, 1, 1]},
            {"pads": [1, 2, 1, 2]},
            {"pads": [0, 0, 1, 1]},
            {"auto_pad": "SAME_LOWER"},
            {"auto_pad": "VALID"},
        )
    ]
    assert fields == [1, [1, 2], [[0, 1], [0, 1]], "same_lower", None]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"strides": [2, 2]}, ["ConvTranspose2d 17x17x5"]),
        ({"strides": [2, 2], "pads": [1, 1, 1, 1]}, ["ConvTranspose2d 15x15x5"]),
        ({"strides": [2, 2], "auto_pad": "SAME_UPPER"}, None),
        ({"strides": [2, 2], "auto_pad": "SAME_LOWER"}, ["ConvTranspose2d 16x16x5"]),
        ({"strides": [2, 2], "output_shape": [18, 18]}, ["ConvTranspose2d 18x18x5"]),
        ({"strides": [2, 2], "output_shape": [1, 5, 16, 16]}, ["ConvTranspose2d 16x16x5"]),
        ({"pads": [0, 0, 2, 1]}, ["ConvTranspose2d 10x10x5", "ZeroPad2d 8x9x5"]),
        ({"strides": [2, 2], "pads": [2, 2, 1, 1]}, ["ConvTranspose2d 14x14x5"]),
    ],
)
def test_transposed_convolutions(attributes: dict[str, Any], expected: list[str] | None) -> None:
    found = types(one("ConvTranspose", tensor("", [3, 5, 3, 3]), **attributes))
    assert found == (expected or ["ConvTranspose2d 17x17x5", "ZeroPad2d 16x16x5"])


@pytest.mark.parametrize(
    ("op", "attributes", "expected"),
    [
        ("MaxPool", {"kernel_shape": [2, 2]}, "MaxPool2d 7x7x3"),
        ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}, "MaxPool2d 4x4x3"),
        ("MaxPool", {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER"}, "MaxPool2d 8x8x3"),
        ("MaxPool", {"kernel_shape": [2, 2], "pads": [0, 0, 1, 1]}, "MaxPool2d 8x8x3"),
        ("MaxPool", {"kernel_shape": [3, 3], "pads": [2, 2, 2, 2]}, "MaxPool2d 10x10x3"),
        ("AveragePool", {"kernel_shape": [2, 4], "strides": [2, 4]}, "AvgPool2d 4x2x3"),
        ("LpPool", {"kernel_shape": [2, 2], "p": 1}, "LPPool2d 7x7x3"),
        ("GlobalAveragePool", {}, "AdaptiveAvgPool2d 1x1x3"),
        ("GlobalMaxPool", {}, "AdaptiveMaxPool2d 1x1x3"),
        ("LRN", {"size": 5}, "LocalResponseNorm 8x8x3"),
        ("DepthToSpace", {"blocksize": 2, "input": (1, 8, 4, 4)}, "PixelShuffle 8x8x2"),
        ("SpaceToDepth", {"blocksize": 2}, "PixelUnshuffle 4x4x12"),
        ("Flatten", {}, "Flatten 192"),
        ("Softmax", {"axis": 1}, "Softmax 8x8x3"),
        ("Dropout", {}, "Dropout 8x8x3"),
        ("GlobalAveragePool", {"input": (1, 3, 9)}, "AdaptiveAvgPool1d 1x3"),
        ("MaxPool", {"kernel_shape": [2] * 3, "input": (1, 3, 4, 5, 6)}, "MaxPool3d 3x4x5x3"),
    ],
)
def test_layers_without_weights(op: str, attributes: dict[str, Any], expected: str) -> None:
    assert types(one(op, **attributes)) == [expected]


def both(op: str, old: dict[str, Any], opset: int, *new: bytes, **shared: Any) -> tuple[Any, Any]:
    """The layers of an operator whose attributes are inputs from an opset on, before and after."""
    input = shared.pop("input", (1, 3, 8, 8))
    after = node("Relu", "t", "y")
    names = [f"c{index}" if each else "" for index, each in enumerate(new)]
    constants = [each + message(8, name) for each, name in zip(new, names, strict=True) if name]
    before = network([node(op, "x", "t", **old, **shared), after], input, opset=opset - 1)
    nodes = [node(op, ["x", *names], "t", **shared), after]
    return layers(before), layers(network(nodes, input, constants, opset))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            both("Squeeze", {"axes": [2]}, 13, integers("", [2]), input=(1, 3, 1, 8)),
            ["Flatten 8x3", "ReLU 8x3"],
        ),
        (
            both("Unsqueeze", {"axes": [-1]}, 13, integers("", [-1])),
            ["Reshape 8x8x1x3", "ReLU 8x8x1x3"],
        ),
        (
            both("Reshape", {"shape": [0, -1, 8]}, 5, integers("", [0, -1, 8])),
            ["Flatten 8x24", "ReLU 8x24"],
        ),
        (
            both(
                "Pad",
                {"pads": [0, 0, 1, 2, 0, 0, 3, 4]},
                11,
                integers("", [0, 0, 1, 2, 0, 0, 3, 4]),
            ),
            ["ZeroPad2d 12x14x3", "ReLU 12x14x3"],
        ),
        (
            both(
                "Slice",
                {"starts": [1, 2], "ends": [9, -1], "axes": [2, 3]},
                10,
                *(integers("", each) for each in ([1, 2], [9, -1], [2, 3])),
            ),
            ["Slice 7x8x3", "Slice 7x5x3", "ReLU 7x5x3"],
        ),
        (
            both("ReduceMean", {"axes": [2, 3]}, 18, integers("", [2, 3])),
            ["AdaptiveAvgPool2d 1x1x3", "ReLU 1x1x3"],
        ),
        (
            both("ReduceSum", {"axes": [1]}, 13, integers("", [1]), keepdims=0),
            ["Sum 8x8", "ReLU 8x8"],
        ),
        (
            both(
                "Clip",
                {"min": 0.0, "max": 6.0},
                11,
                *(tensor("", [], [bound]) for bound in (0.0, 6.0)),
            ),
            ["ReLU6 8x8x3", "ReLU 8x8x3"],
        ),
        (
            both("Dropout", {"ratio": 0.25}, 12, tensor("", [], [0.25])),
            ["Dropout 8x8x3", "ReLU 8x8x3"],
        ),
        (
            both("Split", {"split": [1, 2]}, 13, integers("", [1, 2]), axis=1),
            ["Split 8x8x1", "ReLU 8x8x1"],
        ),
    ],
)
def test_an_attribute_of_an_old_opset_is_an_input_of_a_new_one(
    found: tuple[list[str], list[str]], expected: list[str]
) -> None:
    old, new = found
    assert old == new
    assert [" ".join(line.split()[:2]) for line in new] == expected


def test_resizes() -> None:
    scales = tensor("", [4], [1.0, 1.0, 2.0, 3.0])
    none = tensor("", [0], [])
    expected = ["Upsample 16x24x3"]
    assert types(one("Upsample", scales, opset=9)) == expected
    assert types(one("Resize", scales, opset=10)) == expected
    assert types(one("Resize", none, scales, opset=13)) == expected
    sizes = integers("", [1, 3, 16, 24])
    assert types(one("Resize", none, none, sizes, opset=13, mode="linear")) == expected
    fractions = tensor("", [4], [1.0, 1.0, 1.3, 0.5])
    assert types(one("Resize", none, fractions)) == ["Upsample 10x4x3"]
    channels = tensor("", [4], [1.0, 2.0, 1.0, 1.0])
    assert "no layer type resizes the channels" in refusal(one("Resize", none, channels))


def test_a_matrix_product_is_linear_along_the_last_axis() -> None:
    weight = tensor("w", [16, 5])
    assert types(network([node("MatMul", "x w", "y")], (1, 16), [weight])) == ["Linear 5"]
    assert types(network([node("MatMul", "x w", "y")], (1, 7, 16), [weight])) == ["Linear 7x5"]
    biased = [node("MatMul", "x w", "a"), node("Add", "b a", "y")]
    data = network(biased, (1, 7, 16), [weight, tensor("b", [5])])
    assert layers(data) == ["Linear 7x5 85 {'out_features': 5, 'per_position': True}"]
    left = network([node("MatMul", "w x", "y")], (1, 5, 7), [weight])
    assert layers(left)[-1].startswith("Linear 7x16 80 ")
    gemm = network([node("Gemm", "x w b", "y")], (1, 16), [weight, tensor("b", [5])])
    assert layers(gemm) == ["Linear 5 85 {'out_features': 5}"]
    wrong = network([node("MatMul", "x w", "y")], (1, 15), [weight])
    assert "its weight is for 16 features, its input has 15" in refusal(wrong)


def test_channels_last_become_first_without_a_layer() -> None:
    nodes = [
        node("Transpose", "x", "a", perm=[0, 3, 1, 2]),
        node("Conv", "a w", "b"),
        node("Transpose", "b", "c", perm=[0, 2, 3, 1]),
        node("Relu", "c", "y"),
    ]
    data = network(nodes, (1, 8, 9, 3), [WEIGHT], output=(1, 6, 7, 4))
    assert types(data) == ["Conv2d 6x7x4", "ReLU 6x7x4"]
    assert imported(data).agreement == "2 of 2 layers agree with the file"


def test_axes_that_are_moved_are_where_they_are_needed() -> None:
    """A flatten of channels that come last leads to other places than one of first ones."""
    nodes = [
        node("Conv", "x w", "a"),
        node("Transpose", "a", "b", perm=[0, 2, 3, 1]),
        node("Flatten", "b", "c"),
        node("Gemm", "c v", "y"),
    ]
    data = network(nodes, initializers=[WEIGHT, tensor("v", [144, 5])])
    assert types(data) == ["Conv2d 6x6x4", "Permute 6x4x6", "Flatten 144", "Linear 5"]
    last = [
        node("Conv", "x w", "a"),
        node("Transpose", "a", "b", perm=[0, 2, 3, 1]),
        node("Reshape", "b s", "c"),
        node("MatMul", "c v", "y"),
    ]
    data = network(last, initializers=[WEIGHT, tensor("v", [4, 5]), integers("s", [1, 36, 4])])
    assert types(data) == ["Conv2d 6x6x4", "Flatten 36x4", "Linear 36x5"]


def test_sums_of_tensors_of_different_axes() -> None:
    nodes = [
        node("Transpose", "x", "t", perm=[0, 1, 3, 2]),
        node("Relu", "t", "r"),
        node("Add", "x r", "y"),
    ]
    assert types(network(nodes)) == ["ReLU 8x8x3", "Permute 8x8x3", "Add 8x8x3"]
    gate = [
        node("ReduceMean", "x", "m", axes=[2, 3], keepdims=0),
        node("Unsqueeze", "m", "u", axes=[2, 3]),
        node("Mul", "x u", "y"),
    ]
    data = network(gate, opset=11)
    assert types(data) == ["Mean 3", "Reshape 1x1x3", "Multiply 8x8x3"]


def test_a_tensor_without_the_batch_is_the_same_for_all_of_it() -> None:
    content = graph(
        [node("Add", "x z", "y")],
        [value("x", (2, 3, 4)), value("z", (3, 4))],
        [value("y", (2, 3, 4))],
    )
    assert types(model(content)) == ["Add 4x3"]
    short = graph(
        [node("Add", "x z", "y")],
        [value("x", (2, 3, 4)), value("z", (4,))],
        [value("y", (2, 3, 4))],
    )
    assert types(model(short)) == ["Reshape 4x1", "Add 4x3"]


def test_a_constant_for_each_channel_is_learned_unless_pytorch_has_it_in_a_node() -> None:
    factor = tensor("c", [3, 1, 1])
    assert layers(network([node("Mul", "x c", "y")], initializers=[factor])) == [
        "LayerScale 8x8x3 3 {}"
    ]
    assert layers(network([node("Add", "x c", "y")], initializers=[factor])) == [
        "Affine 8x8x3 3 {'weight': False}"
    ]
    fixed = [node("Constant", "", "c", value=tensor("", [3, 1, 1], [1, 2, 3]))]
    data = network([*fixed, node("Mul", "x c", "y")])
    assert types(data) == ["LayerScale 8x8x3"]
    found = imported(data + message(2, "pytorch")).network.layers[0]
    assert (found.layer.type.name, found.note) == ("Identity", "multiplied by a constant")
    number = [node("Constant", "", "c", value=tensor("", [], [0.5]))]
    found = imported(network([*number, node("Mul", "x c", "y")])).network.layers[0]
    assert (found.layer.type.name, found.note) == ("Identity", "multiplied by 0.5")
    learned = network([node("Mul", "x m.gain", "y")], initializers=[tensor("m.gain", [1], [0.5])])
    assert layers(learned) == [
        "Parameter 1x1x1 1 {'shape': [1, 1, 1]}",
        "Multiply 8x8x3 0 {}",
    ]


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div"])
@pytest.mark.parametrize("first", [False, True])
def test_a_learned_tensor_is_a_layer_of_its_own(op: str, first: bool) -> None:
    places = tensor("c", [8, 8])
    data = network([node(op, "c x" if first else "x c", "y")], initializers=[places])
    type = {"Add": "Add", "Sub": "Subtract", "Mul": "Multiply", "Div": "Divide"}[op]
    assert types(data) == ["Parameter 8x8x1", f"{type} 8x8x3"]
    joined = [node("Concat", "x c", "y", axis=1)]
    data = network(joined, initializers=[tensor("c", [1, 2, 8, 8])])
    assert layers(data)[-1] == "Concat 8x8x5 0 {}"
    wide = tensor("c", [1, 3, 8, 1])
    data = network([node("Mul", "x c", "y")], initializers=[wide], input=(1, 3, 1, 8))
    assert types(data)[-1] == "Multiply 8x8x3"


def test_what_is_computed_of_a_mask_is_not_learned() -> None:
    """A comparison, and a choice by one, whose numbers are not computed: its sizes are known."""
    nodes = [
        node("Sub", "c c", "a"),
        node("Equal", "a z", "b"),
        node("Where", "b z a", "m"),
        node("Unsqueeze", "m", "n", axes=[0]),
        node("Add", "x n", "y"),
    ]
    data = network(nodes, opset=11, initializers=[tensor("c", [3, 8, 8]), tensor("z", [], [0.0])])
    found = imported(data + message(2, "pytorch")).network.layers
    assert [(each.layer.type.name, each.note) for each in found] == [
        ("Identity", "a constant is added")
    ]


def test_products_over_several_axes() -> None:
    """As of relative positions: of queries at each row with what is stored of the row."""
    nodes = [node("Relu", "k", "r"), node("Einsum", "x r", "y", equation="byhwc,hkc->byhwk")]
    content = graph(
        nodes, [value("x", (1, 2, 5, 6, 4)), value("k", (5, 7, 4))], [value("y", (1, 2, 5, 6, 7))]
    )
    found = imported(model(content)).network.layers
    products = [layer for layer in found if layer.layer.type.name == "MatMul"]
    macs = [
        layer.layer.macs(tuple(wire.shape for wire in layer.inputs), layer.outputs)
        for layer in products
    ]
    assert macs == [2 * 5 * 6 * 4 * 7]
    weighted = one("Einsum", tensor("", [3, 8]), equation="bchw,cd->bdhw")
    assert sum(layer.params for layer in imported(weighted).network.layers) == 24
    table = node("Constant", "", "t", value=tensor("", [3, 3, 5], [1.0] * 45))
    nodes = [
        table,
        node("Einsum", "w t", "a", equation="nhw,ixh->nixw"),
        node("ReduceMean", "a", "b", axes=[3], keepdims=0),
        node("Add", "x b", "y"),
    ]
    data = network(nodes, (1, 2, 3, 3), [tensor("w", [2, 5, 5])])
    found = imported(data).network.layers
    (product,) = [layer for layer in found if layer.layer.type.name == "MatMul"]
    shapes = tuple(wire.shape for wire in product.inputs)
    assert product.layer.macs(shapes, product.outputs) == (2 * 5) * 5 * (3 * 3)
    assert sum(layer.params for layer in found) == 50


def test_what_is_computed_of_constants_is_layers_where_a_tensor_takes_it() -> None:
    """As a table of positions that goes through a perceptron, of which rows are taken."""
    table = node("Constant", "", "t", value=tensor("", [1, 5, 5, 2], [0.5] * 50))
    nodes = [
        table,
        node("MatMul", "t w", "a"),
        node("Relu", "a", "b"),
        node("Reshape", "b s", "c"),
        node("Gather", "c i", "d"),
        node("Sigmoid", "d", "e"),
        node("Add", "x e", "y"),
    ]
    numbers = [tensor("w", [2, 3]), integers("s", [25, 3]), integers("i", [3, 1, 4, 1, 5, 9, 2, 6])]
    data = network(nodes, input=(1, 7, 8, 3), initializers=numbers)
    assert types(data) == [
        "Buffer 5x5x2",
        "Linear 5x5x3",
        "ReLU 5x5x3",
        "Flatten 25x3",
        "Buffer 8",
        "IndexSelect 8x3",
        "Sigmoid 8x3",
        "Reshape 1x8x3",
        "Permute 8x3x1",
        "Add 8x3x7",
    ]
    linear = imported(data).network.layers[1]
    assert (linear.params, linear.layer.macs((linear.inputs[0].shape,), linear.outputs)) == (6, 150)
    unused = network([*nodes[:-1], node("Relu", "x", "y")], (1, 7, 8, 3), numbers)
    assert types(unused) == ["ReLU 8x3x7"]


def test_a_convolution_of_constants_is_one() -> None:
    nodes = [
        node("Constant", "", "t", value=tensor("", [1, 2, 8, 8], [1.0] * 128)),
        node("Sin", "t", "a"),
        node("Conv", "a w", "b"),
        node("Add", "x b", "y"),
    ]
    data = network(nodes, initializers=[tensor("w", [3, 2, 1, 1])])
    assert types(data) == ["Buffer 8x8x2", "Conv2d 8x8x3", "Add 8x8x3"]


def test_constants_that_are_not_learned_are_buffers() -> None:
    fixed = node("Constant", "", "c", value=tensor("", [1, 3, 8, 8], [0.0] * 192))
    data = network([fixed, node("Concat", "x c", "y", axis=1)])
    assert layers(data) == [
        "Buffer 8x8x3 0 {'shape': [8, 8, 3]}",
        "Concat 8x8x6 0 {}",
    ]
    masked = network(
        [node("Add", "x m.attn_mask", "y")], initializers=[tensor("m.attn_mask", [8, 8])]
    )
    assert types(masked) == ["Buffer 8x8x1", "Add 8x8x3"]


def test_tensors_that_lack_the_batch_are_joined() -> None:
    """Of which one has its axes in another order, or has a batch of one in front."""
    flat = [node("Reshape", "x s", "a"), node("Transpose", "a", "t", perm=[0, 2, 1])]
    nodes = [*flat, node("Relu", "t", "r"), node("Add", "a r", "y")]
    data = network(nodes, initializers=[integers("s", [3, 8, 8])])
    assert types(data) == ["ReLU 8x8x3", "Permute 8x8x3", "Add 8x8x3"]
    nodes = [flat[0], node("ReduceMean", "x", "m", axes=[1], keepdims=0), node("Add", "a m", "y")]
    data = network(nodes, initializers=[integers("s", [3, 8, 8])])
    assert types(data)[-1] == "Add 8x8x3"
    stacked = [node("ReduceMean", "x", "m", axes=[1]), node("Concat", "m m", "y", axis=0)]
    assert types(network(stacked, input=(1, 3, 8, 8)))[-1] == "Concat 1x8x8x2"
    assert "it works along the batch" in refusal(network(stacked, input=(2, 3, 8, 8)))


def test_windows_in_the_place_of_the_batch_run_like_one() -> None:
    cut = [node("Reshape", "x s", "a"), node("Transpose", "a", "b", perm=[2, 0, 1, 3, 4])]
    nodes = [*cut, node("Reshape", "b w4", "c"), node("Conv", "c w", "y")]
    numbers = [WEIGHT, integers("s", [1, 3, 2, 4, 8]), integers("w4", [2, 3, 4, 8])]
    found = imported(network(nodes, initializers=numbers)).network.layers[-1]
    assert (str(found.outputs[0]), found.params, found.fields["leading"]) == ("2x2x6x4", 108, 1)
    (shape,) = (wire.shape for wire in found.inputs)
    assert found.layer.macs((shape,), found.outputs) == 2 * (2 * 6) * 4 * 27
    norm = [node("Reshape", "x s", "a"), node("BatchNormalization", "a p p p p", "y")]
    numbers = [tensor("p", [8]), integers("s", [24, 8])]
    assert layers(network(norm, initializers=numbers))[-1] == "BatchNorm1d 24x8 16 {}"


def test_functions_that_are_no_layer_types_are_said() -> None:
    for op in ("Exp", "Neg", "Sqrt", "LpNormalization"):
        (found,) = imported(one(op)).network.layers
        function = "normalize" if op == "LpNormalization" else op.lower()
        assert (found.layer.type.name, found.note) == ("Identity", f"the function {function}")
    (found,) = imported(one("Clip", tensor("", [], [0.5]))).network.layers
    assert found.note == "the function that keeps at least 0.5"
    (found,) = imported(one("Pow", tensor("", [], [2.0]))).network.layers
    assert found.note == "to the power of 2"


def test_vectors_of_length_one() -> None:
    """As PyTorch's normalize is exported, over one axis."""

    def written(axes: list[int], least: float) -> bytes:
        nodes = [
            node("ReduceL2", "x", "n", axes=axes),
            node("Clip", "n least", "c"),
            node("Shape", "x", "s"),
            node("Expand", "c s", "e"),
            node("Div", "x e", "y"),
        ]
        return network(nodes, initializers=[tensor("least", [], [least])])

    (found,) = imported(written([-1], 1e-12)).network.layers
    assert (found.layer.type.name, found.note) == ("Identity", "the function normalize")
    for other in (written([2, 3], 1e-12), written([-1], 1.0)):
        assert "no layer type computes 'ReduceL2'" in refusal(other)


@pytest.mark.parametrize("last", [False, True])
def test_global_response_norms(last: bool) -> None:
    """With the channels last, as its paper has it, or first."""
    places, channels = ([1, 2], -1) if last else ([2, 3], 1)
    turned = [node("Transpose", "x", "t", perm=[0, 2, 3, 1])] if last else [node("Relu", "x", "t")]
    nodes = [
        *turned,
        node("ReduceL2", "t", "g", axes=places),
        node("ReduceMean", "g", "m", axes=[channels]),
        node("Add", "m eps", "d"),
        node("Div", "g d", "n"),
        node("Mul", "t n", "o"),
        node("Mul", "scale o", "p"),
        node("Add", "bias p", "q"),
        node("Add", "t q", "y"),
    ]
    dims = [3] if last else [1, 3, 1, 1]
    numbers = [tensor("scale", dims), tensor("bias", dims), tensor("eps", [], [1e-6])]
    data = network(nodes, initializers=numbers)
    assert layers(data)[-1] == "GlobalResponseNorm 8x8x3 6 {}"
    nodes[1] = node("ReduceL2", "t", "g", axes=[2])
    assert "SC502" in refusal(network(nodes, initializers=numbers))


def test_a_layer_norm_whose_bias_the_exporter_made_up_has_none() -> None:
    zeros = node("Constant", "", "b", value=tensor("", [8], [0.0] * 8))
    data = network(
        [zeros, node("LayerNormalization", "x s b", "y")], initializers=[tensor("s", [8])]
    )
    assert layers(data) == ["LayerNorm 3x8x8 8 {'bias': False}"]


def test_places_that_are_listed() -> None:
    listed = [node("Gather", "x i", "y", axis=2)]
    data = network(listed, initializers=[integers("i", [5, 0, 5])])
    assert types(data) == ["Buffer 3", "IndexSelect 3x8x3"]
    laid = network(
        listed, initializers=[tensor("i", [2, 2], [5, 0, 5, 1], INT64)], output=(1, 3, 2, 2, 8)
    )
    assert types(laid)[:2] == ["Buffer 4", "IndexSelect 4x8x3"]
    nodes = [node("Reshape", "x s", "a"), node("GatherND", "a i", "y")]
    numbers = [integers("s", [24, 8]), tensor("i", [3, 1], [5, 0, 7], INT64)]
    assert types(network(nodes, initializers=numbers))[-1] == "IndexSelect 8x3"
    numbers[1] = tensor("i", [3, 2], [5, 0, 7, 1, 2, 3], INT64)
    assert "at places that are listed" in refusal(network(nodes, initializers=numbers))


def test_a_repeated_place_is_stretched_by_the_sum_that_takes_it() -> None:
    nodes = [
        node("ReduceMean", "x", "m", axes=[2]),
        node("Tile", "m r", "t"),
        node("Add", "x t", "y"),
    ]
    data = network(nodes, initializers=[integers("r", [1, 1, 8, 1])])
    assert types(data)[-1] == "Add 8x8x3"
    alone = [node("Tile", "x r", "t"), node("Relu", "t", "y")]
    found = refusal(network(alone, initializers=[integers("r", [1, 1, 8, 1])]))
    assert "no layer type repeats a tensor along an axis" in found


def test_products_of_two_tensors() -> None:
    """With a batch in front or without, axes before the matrices, and fewer of them."""
    turned = node("Transpose", "x", "t", perm=[0, 1, 3, 2])
    data = network([turned, node("MatMul", "x t", "y")], input=(1, 4, 5, 6))
    assert types(data)[-1] == "MatMul 4x5x5"
    macs = imported(data).network.layers[-1]
    shapes = tuple(wire.shape for wire in macs.inputs)
    assert macs.layer.macs(shapes, macs.outputs) == 4 * 5 * 5 * 6
    equation = "bhid,bhjd->bhij"
    data = network([node("Einsum", "x x", "y", equation=equation)], input=(1, 4, 5, 6))
    assert types(data)[-1] == "MatMul 4x5x5"
    fewer = [node("Gather", "x i", "s", axis=1), node("MatMul", "t s", "y"), turned]
    index = tensor("i", [], [2], INT64)
    data = network([turned, *fewer[:2]], input=(1, 4, 5, 6), initializers=[index])
    assert types(data)[-1] == "MatMul 4x6x6"


def test_rows_of_a_learned_table_at_constant_places() -> None:
    nodes = [node("Gather", "table places", "g"), node("Add", "x g", "y")]
    places = integers("places", range(64))
    table = tensor("table", [99, 8])
    data = network(nodes, input=(1, 3, 64, 8), initializers=[table, places])
    assert layers(data)[:2] == [
        "Buffer 64 0 {'shape': [64]}",
        "Embedding 64x8 792 {'num_embeddings': 99, 'embedding_dim': 8}",
    ]
    assert types(data)[-1] == "Add 64x8x3"


def test_sums_of_old_opsets_say_where_their_axes_are() -> None:
    data = one("Add", tensor("", [3]), opset=6, broadcast=1, axis=1)
    assert types(data) == ["Affine 8x8x3"]


def test_shapes_that_are_computed_are_known() -> None:
    """As exporters write a view: the batch, and what is left by a division."""
    nodes = [
        node("Conv", "x w", "a"),
        node("Shape", "a", "s"),
        node("Gather", "s zero", "n"),
        node("Gather", "s one", "c"),
        node("Slice", "s two four", "hw"),
        node("ReduceProd", "hw", "area", keepdims=0),
        node("Div", "c two0", "half"),
        node("Mul", "area two0", "rest"),
        node("Unsqueeze", "n axis", "n1"),
        node("Unsqueeze", "half axis", "h1"),
        node("Unsqueeze", "rest axis", "r1"),
        node("Concat", "n1 h1 r1", "shape", axis=0),
        node("Cast", "shape", "f", to=1),
        node("Floor", "f", "g"),
        node("Cast", "g", "whole", to=7),
        node("Reshape", "a whole", "b"),
        node("Relu", "b", "y"),
    ]
    constants = [
        WEIGHT,
        *(tensor(name, [], [each], INT64) for name, each in (("zero", 0), ("one", 1))),
        tensor("two0", [], [2], INT64),
        *(integers(name, [each]) for name, each in (("two", 2), ("four", 4), ("axis", 0))),
    ]
    found = types(network(nodes, initializers=constants))
    assert found == ["Conv2d 6x6x4", "Reshape 72x2", "ReLU 72x2"]


def test_weights_that_are_no_initializers_are_not_learned_where_pytorch_wrote_them() -> None:
    """As the kernel of a blur is; other exporters have weights in nodes, too."""
    nodes = [
        node("Constant", "", "k", value=tensor("", [3, 1, 3, 3])),
        node("Conv", "x k", "b", group=3),
        node("Conv", "b w", "y"),
    ]
    data = network(nodes, initializers=[WEIGHT])
    assert [layer.params for layer in imported(data).network.layers] == [27, 108]
    blurred, learned = imported(data + message(2, "pytorch")).network.layers
    assert (blurred.params, blurred.fields["learned"], learned.params) == (0, False, 108)


def test_what_is_computed_of_a_learned_constant_is_learned() -> None:
    factor = tensor("g", [3], [1, 2, 3])
    nodes = [node("Reshape", "g s", "c"), node("Mul", "x c", "y")]
    data = network(nodes, initializers=[factor, integers("s", [1, 3, 1, 1])])
    assert layers(data) == ["LayerScale 8x8x3 3 {}"]


def test_a_weight_of_as_many_learned_numbers_is_those() -> None:
    """As one that is standardized; with a factor for each output it is that of a weight_norm."""
    centred = [node("ReduceMean", "w", "m", axes=[1, 2, 3]), node("Sub", "w m", "v")]
    data = network([*centred, node("Conv", "x v", "y")], opset=17, initializers=[WEIGHT])
    assert layers(data) == ["Conv2d 6x6x4 108 {'out_channels': 4, 'kernel_size': 3, 'bias': False}"]
    assert "# A weight that is computed of learned numbers" in imported(data).text
    scaled = [*centred, node("Mul", "v g", "s"), node("Conv", "x s b", "y")]
    numbers = [WEIGHT, tensor("g", [4, 1, 1, 1]), tensor("b", [4])]
    data = network(scaled, opset=17, initializers=numbers)
    assert layers(data) == [
        "Conv2d 6x6x4 116 {'out_channels': 4, 'kernel_size': 3, 'weight_norm': True}"
    ]
    norm = node("BatchNormalization", "w3 g1 z mean var", "n")
    taken = [
        node("ReduceMean", "w3", "mean", axes=[0, 2], keepdims=0),
        node("Mul", "mean mean", "var"),
        node("Constant", "", "z", value=tensor("", [4], [0.0] * 4)),
        norm,
        node("Reshape", "n s", "v"),
        node("Conv", "x v", "y"),
    ]
    three, gain = tensor("w3", [1, 4, 27]), tensor("g1", [4])
    data = network(taken, opset=17, initializers=[three, gain, integers("s", [4, 3, 3, 3])])
    assert layers(data)[0].startswith("Conv2d 6x6x4 112 ")


@pytest.mark.parametrize(
    "made",
    [
        [node("MatMul", "w u", "v")],  # a product, which costs something itself
        [node("Mul", "w k", "v")],  # more learned numbers than it has
        [node("Slice", "w5 zero four zero", "v")],  # fewer
    ],
)
def test_a_weight_that_is_computed_otherwise_stops_the_layer_that_takes_it(
    made: list[bytes],
) -> None:
    numbers = [
        *(WEIGHT, tensor("u", [4, 3, 3, 3]), tensor("k", [3, 1, 1]), tensor("w5", [5, 3, 3, 3])),
        *(integers("zero", [0]), integers("four", [4])),
    ]
    found = refusal(network([*made, node("Conv", "x v", "y")], initializers=numbers))
    assert found.startswith("SC502 layer 1 'conv' (Conv): its weight 'v' is not a constant")
    assert found.endswith("computes it of constants")


def test_a_bias_of_which_a_part_is_zeroed_is_learned() -> None:
    zeros = node("Constant", "", "z", value=tensor("", [2], [0.0, 0.0]))
    numbers = [tensor("b", [5]), tensor("i", [2, 1], [1, 2], INT64)]
    nodes = [
        zeros,
        node("ScatterND", "b i z", "c"),
        node("MatMul", "x w", "m"),
        node("Add", "m c", "y"),
    ]
    data = network(nodes, input=(1, 4, 8), initializers=[*numbers, tensor("w", [8, 5])])
    assert layers(data) == ["Linear 4x5 45 {'out_features': 5, 'per_position': True}"]


def test_norms_are_shared_only_where_all_of_them_is() -> None:
    """Exporters keep equal numbers once: the scales of two norms, but not their biases."""
    numbers = [tensor(name, [3]) for name in ("s", "b", "other", "m", "v")]
    nodes = [
        node("BatchNormalization", "x s b m v", "a"),
        node("BatchNormalization", "a s other m v", "c"),
        node("BatchNormalization", "c s b m v", "y"),
    ]
    found = imported(network(nodes, initializers=numbers)).network.layers
    assert [layer.shares for layer in found] == [None, None, found[0]]


def test_a_weight_that_cannot_be_shared_stops() -> None:
    numbers = [tensor("w", [3, 3, 1, 1]), tensor("b", [3]), tensor("c", [3])]
    nodes = [node("Conv", "x w b", "a", "first"), node("Conv", "a w c", "y", "second")]
    found = refusal(network(nodes, initializers=numbers))
    assert found.startswith("SC502 layer 2 'second' (Conv): its weight is that of 'first'")


def test_weights_that_are_used_twice_are_counted_once() -> None:
    weight = tensor("w", [3, 3, 1, 1])
    nodes = [node("Conv", "x w", "a", "first"), node("Conv", "a w", "y", "second")]
    found = imported(network(nodes, initializers=[weight]))
    first, second = found.network.layers
    assert second.shares is first
    assert "shares: first" in found.text


def test_operators_of_onnx_runtime_that_are_plain() -> None:
    fused = node("FusedConv", "x w", "y", "conv", "com.microsoft", activation="Relu")
    assert types(network([fused], initializers=[WEIGHT])) == ["Conv2d 6x6x4", "ReLU 6x6x4"]
    other = node("FusedConv", "x w", "y", "conv", "com.microsoft", activation="Own")
    assert "SC502" in refusal(network([other], initializers=[WEIGHT]))
    gelu = node("Gelu", "x", "y", domain="com.microsoft")
    assert types(network([gelu])) == ["GELU 8x8x3"]


def test_names_are_the_modules_of_the_file() -> None:
    names = ["/layer1/layer1.0/conv1/Conv", "/layer1/layer1.0/relu/Relu", "/layer1/layer1.0/Add"]
    nodes = [
        node("Conv", "x w", "a", names[0], pads=[1, 1, 1, 1]),
        node("Relu", "a", "b", names[1]),
        node("Add", "b x", "y", names[2]),
    ]
    found = imported(network(nodes, initializers=[tensor("w", [3, 3, 3, 3])])).network.layers
    names = [layer.name for layer in found]
    assert names == ["layer1.0.conv1", "layer1.0.relu", "layer1.0.add"]


def test_a_fuzzed_file_ends_in_a_problem_or_a_network() -> None:
    assert sum(fuzz(1.5, 0).values()) > 10


@pytest.mark.slow
def test_many_fuzzed_files_do() -> None:
    assert sum(fuzz(120, 1).values()) > 1000


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [1, 0, 2, 3], [1, 2, 0, 3], [1, 2, 3, 0]])
def test_a_table_is_added_wherever_the_batch_is(order: list[int]) -> None:
    sizes = [1 if axis < 2 else size for axis, size in enumerate((1, 2, 3, 8))]
    data = network(
        [
            node("Transpose", "x", "t", perm=order),
            node("Add", "t table", "y"),
        ],
        input=(1, 2, 3, 8),
        initializers=[tensor("table", [sizes[axis] for axis in order])],
    )
    found = [line.split(" {")[0] for line in layers(data) if not line.startswith("Permute")]
    assert sorted(line.split()[0] for line in found) == ["Add", "Parameter"]
    assert [int(line.split()[2]) for line in found if line.startswith("Parameter")] == [24]
