"""What is read of layers as programs write them: calls, pasted code, what print() shows."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from random import Random
from typing import Any

import pytest
from calls import problems, read
from folders import RECORDS

import shapecalc
from shapecalc import layers
from shapecalc.language.calls.names import item_names, plain_name
from shapecalc.language.calls.parameters import LAZY_DEFAULTS, by_field, lazy, positional, stem
from shapecalc.limits import MAXIMUM_CALLS, MAXIMUM_DEPTH, MAXIMUM_NAME
from shapecalc.shapes.shape import Shape


def records() -> dict[str, list[dict[str, Any]]]:
    """What PyTorch made of texts, by how they are written."""
    found = defaultdict(list)
    with gzip.open(RECORDS / "calls.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            found[record["form"]].append(record)
    return found


RECORDED = records()

LEAST = {
    "documented": 80,
    "keywords": 300,
    "positional": 250,
    "lists": 150,
    "lazy": 20,
    "network": 40,
    "shown": 250,
}
"""How many texts there are at least in each form."""


def test_every_form_is_recorded() -> None:
    assert RECORDED.keys() == LEAST.keys()
    assert [form for form, least in LEAST.items() if len(RECORDED[form]) < least] == []


@pytest.mark.parametrize("form", LEAST)
def test_a_text_makes_what_pytorch_makes_of_it_and_its_spec_the_same(form: str) -> None:
    for record in RECORDED[form]:
        found = read(record["text"], Shape.from_chw(record["input"]))
        made = list(found.summary.output.chw), found.summary.params
        assert made == (record["output"], record["params"]), record["text"]
        again = shapecalc.loads("\n".join(found.yaml())).summary()
        assert (list(again.output.chw), again.params) == made, record["text"]
        assert paths(again) == paths(found.summary)


def paths(summary: shapecalc.Summary) -> list[str]:
    return [layer.path for layer in summary.layers]


CONV = "{name: conv, type: Conv2d, out_channels: 64, kernel_size: 7, stride: 2, padding: 3}"


@pytest.mark.parametrize(
    "text",
    [
        "Conv2d(3, 64, 7, 2, 3)",
        "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)",
        "torch.nn.Conv2d(3, 64, (7, 7), (2, 2), [3, 3], bias=True, device=None, dtype=None)",
        "torch.nn.modules.conv.Conv2d(padding=3, out_channels=64, stride=2, kernel_size=7)",
        "nn.LazyConv2d(64, 7, 2, 3)",
        "LazyConv2d(0, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3))",
        "Conv2d(3, 8 * 8, 3 + 4, 2, +3)",
        "Conv2d(3, 64, 7, 2, 3, padding_mode=zeros)",
        "Conv2d(3,\n64,\n7,\n2,\n3)",
        "  Conv2d(3, 64, # how many\n    7, 2, 3),  # and a comma",
        "import torch.nn as nn\nmodel = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3))",
        "Sequential(\n  (0): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3))\n)",
        "Sequential( (0): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3)) )",
        "(0): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3))",
        "[nn.Conv2d(3, 64, 7, 2, 3)]",
        "nn.Sequential(OrderedDict([('0', nn.Conv2d(3, 64, 7, 2, 3))]))",
    ],
)
def test_the_same_layer_in_many_forms(text: str) -> None:
    (line,) = read(text, "224x224x3").yaml()[3:]
    expected = CONV.replace(" 64,", ' "8 * 8",').replace(" 7,", ' "3 + 4",')
    assert line == f"  - {expected if '8 * 8' in text else CONV}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("self.stem = nn.Conv2d(3, 8, 1)", ["{name: stem, type: Conv2d, out_channels: 8, "
         "kernel_size: 1}"]),
        ("ReLU\nnn.ReLU()\nSigmoid()", ["{name: relu1, type: ReLU}", "{name: relu2, type: ReLU}",
         "{name: sigmoid, type: Sigmoid}"]),
        ("relu1 = ReLU()\nReLU()\nReLU(), ReLU()", ["{name: relu1, type: ReLU}",
         "{name: relu2, type: ReLU}", "{name: relu3, type: ReLU}", "{name: relu4, type: ReLU}"]),
        ("a = ReLU(); a = ReLU()", ["{name: a, type: ReLU}", "{name: a_1, type: ReLU}"]),
        ("Dropout(0.5)\nDropout(p=0.25, inplace=False)", ["{name: dropout1, type: Dropout}",
         "{name: dropout2, type: Dropout, p: 0.25}"]),
        ("BatchNorm2d(3, 1e-06, None)", ["{name: batchnorm, type: BatchNorm2d, eps: 1.0e-06, "
         "momentum: null}"]),
        ("MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
         ["{name: maxpool, type: MaxPool2d, kernel_size: 2}"]),
        ("MaxPool2d((2, 3), stride=(2, 3))",
         ["{name: maxpool, type: MaxPool2d, kernel_size: [2, 3]}"]),
        ("ZeroPad2d((1, 1, 1, 1))", ["{name: zeropad, type: ZeroPad2d, padding: 1}"]),
        ("ConstantPad2d((1, 2, 0, -1), 3.5)", ["{name: constantpad, type: ConstantPad2d, padding: "
         "[1, 2, 0, -1], value: 3.5}"]),
        ("Upsample(scale_factor=2.0, mode='nearest-exact')", ["{name: upsample, type: Upsample, "
         "scale_factor: 2.0, mode: nearest-exact}"]),
        ("UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear')", ["{name: upsamplingbilinear, "
         "type: UpsamplingBilinear2d, scale_factor: 2.0}"]),
        ("StochasticDepth(p=0.2, mode=row)", ["{name: stochasticdepth, type: StochasticDepth, "
         "p: 0.2, mode: row}"]),
        ("LayerNorm2d((3,), eps=1e-06, elementwise_affine=True)", ["{name: layernorm, type: "
         "LayerNorm2d, normalized_shape: [3], eps: 1.0e-06}"]),
        ("Identity(54, unused_argument1=0.1)", ["{name: identity, type: Identity}"]),
        ("LazyInstanceNorm2d()", ["{name: instancenorm, type: InstanceNorm2d, affine: true, "
         "track_running_stats: true}"]),
        ("Flatten()\nUnflatten(dim=1, unflattened_size=torch.Size([3, 32, 32]))", ["{name: "
         "flatten, type: Flatten}", "{name: unflatten, type: Unflatten, dim: 1, unflattened_size: "
         "[3, 32, 32]}"]),
        ("nn.Sequential()", []),
    ],
)  # fmt: skip
def test_what_is_written_of_a_text(text: str, lines: list[str]) -> None:
    found = read(text, "32x32x3").yaml()
    assert found[:2] == ["name: network", "input: 32x32x3"]
    assert found[2:] == ["layers:" if lines else "layers: []", *(f"  - {line}" for line in lines)]


SHOWN = """\
Sequential(
  (stem): Conv2dNormActivation(
    (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    (2): SiLU(inplace=True)
  )
  (1): Sequential(
    (a+b): Conv2d(8, 8, kernel_size=(1, 1), stride=(1, 1), padding=same)
    (1): Sequential(
      (0): Dropout(p=0.5, inplace=False)
    )
    (2-4): 3 x Conv2d(8, 8, kernel_size=(1, 1), stride=(1, 1))
  )
)
"""


@pytest.mark.parametrize("text", [SHOWN, " ".join(SHOWN.split()), "\n".join(SHOWN.split())])
def test_what_print_shows_is_read_with_what_is_inside(text: str) -> None:
    assert (
        read(text, "32x32x3").yaml()[2:]
        == """\
layers:
  - name: stem
    layers:
      - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1, \
bias: false}
      - {name: batchnorm, type: BatchNorm2d}
      - {name: silu, type: SiLU, inplace: true}
  - name: sequence
    layers:
      - {name: a_b, type: Conv2d, out_channels: 8, kernel_size: 1, padding: same}
      - name: sequence
        layers:
          - {name: dropout, type: Dropout}
      - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1, repeat: 3}""".splitlines()
    )


@pytest.mark.parametrize(
    ("text", "place", "code", "message"),
    [
        ("Conv2d(3, 8, 3)\nConv2d(3, 8, 3)", (2, 8), "SC205", "conv2: in_channels is 3, but"),
        ("Conv2d(64, 7)", (1, 1), "SC103", "missing kernel_size in Conv2d"),
        ("Conv2d(3, 8, 3, pading=1)", (1, 17), "SC102", "unknown field 'pading' in Conv2d"),
        ("ReLU(name='x')", (1, 6), "SC102", "unknown field 'name' in ReLU"),
        ("ReLU(True, 3)", (1, 12), "SC102", "ReLU takes at most 1 argument without names"),
        ("Sigmoid(3)", (1, 9), "SC102", "Sigmoid takes at most no arguments without names"),
        ("Conv2d(3, 8, 3, in_channels=3)", (1, 17), "SC003", "in_channels is given twice"),
        ("Conv2d(3, width, 3)", (1, 11), "SC104", "expected a value, got width"),
        ("Conv2d(3, 2 * width, 3)", (1, 11), "SC104", "expected a value, got 2 * width"),
        ("Conv2d(3, 8, (3, k))", (1, 18), "SC104", "expected a value, got k"),
        ("Conv2d(3, 8, '3 * 1')", (1, 14), "SC104", "kernel_size must not be a string"),
        ("Conv2d(3, 8, ('a', 1))", (1, 15), "SC104", "expected a number, got 'a'"),
        ("Conv2d(3, 8, 3 / 2)", (1, 14), "SC104", "conv: kernel_size must be an integer"),
        ("Conv2d(3, 9 ** 99, 3)", (1, 11), "SC108", "conv: number out of range"),
        ("Conv2d(3, 8, 3, padding=max(1, 2))", (1, 25), "SC104", "expected a value, got max(1, 2)"),
        ("Conv2d(*sizes)", (1, 8), "SC104", "arguments after * and ** are not known here"),
        ("Conv2d(3, 8, 3, **more)", (1, 17), "SC104", "arguments after * and **"),
        ("Conv2d(0x3, 8, 3)", (1, 8), "SC009", "expected a decimal number, got 0x3"),
        ("Conv2d(3, 9999999999999999999, 3)", (1, 11), "SC008", "integer too large"),
        ("Dropout(1e999)", (1, 9), "SC010", "expected a finite number, got 1e999"),
        ("MaxPool2d(2, return_indices=True)", (1, 29), "SC104", "maxpool: return_indices must be"),
        ("F.relu(x)", (1, 1), "SC106", "unknown layer type or block 'F.relu'"),
        ("nn.ConvLSTM(3, 4)", (1, 1), "SC106", "unknown layer type or block 'ConvLSTM'"),
        ("Inception(3, 4)", (1, 1), "SC106", "Inception is a block of shapecalc's"),
        ("nn.Sequential(nn.ReLU(), *others)", (1, 26), "SC104", "expected a layer, got *others"),
        ("nn.Sequential([nn.ReLU()])", (1, 15), "SC104", "expected a layer, got [nn.ReLU()]"),
        ("nn.Sequential(x=nn.ReLU())", (1, 17), "SC104", "expected a layer, got nn.ReLU()"),
        ("nn.Sequential(OrderedDict(more))", (1, 15), "SC104", "expected a layer, got Ordered"),
        ("nn.ModuleList([nn.ReLU()])", (1, 1), "SC106", "ModuleList is no Sequential"),
        ("ModuleList(\n  (0-2): 3 x ReLU()\n)", (1, 1), "SC106", "ModuleList is no Sequential"),
        ("VGG(\n  (a): Sequential(\n  (0): ReLU()\n)\n)", (1, 1), "SC106", "VGG is no Sequential"),
        ("def f(x):\n  return x", (1, 6), "SC002", "invalid syntax"),
        ("x.append(ReLU())", (1, 1), "SC106", "unknown layer type or block 'x.append'"),
        ("for x in y: ReLU()", (1, 1), "SC104", "expected a layer, got for x in y: ReLU()"),
        ("Conv2d(3, 8", (1, 7), "SC002", "'(' is never closed"),
        ("Conv2d(3, 8]", (1, 12), "SC002", "unmatched ']'"),
        ("Conv2d(3, 8; 3)", (1, 12), "SC002", "invalid syntax"),
        ("Conv2d（3）", (1, 7), "SC002", "unexpected '（'"),
        ("ReLU()\\", (1, 7), "SC002", "unexpected '\\\\'"),
        ("Upsample(mode='a", (1, 15), "SC002", "a string is never closed"),
        ("Upsample(mode=f'{1or 2}')", (1, 16), "SC002", "a string with a prefix"),
        ("Conv2d(03, 8, 3)", (1, 8), "SC002", "invalid number 03"),
        ("Conv2d(3or 4, 8, 3)", (1, 8), "SC002", "invalid number 3or"),
        ("Sequential(\n(0): ReLU()(1): ReLU()\n)", (2, 12), "SC002", "invalid syntax"),
        ("Sequential(\n(0): \n)", (2, 1), "SC104", "expected a layer, got (0):"),
        ("# nothing", (1, 1), "SC011", "there is no layer in it"),
        ("", (1, 1), "SC011", "there is no layer in it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(
    text: str, place: tuple[int, int], code: str, message: str
) -> None:
    (problem,) = problems(text)
    assert (problem.code, (problem.line, problem.column)) == (code, place), problem
    assert problem.message.startswith(message)


def test_all_problems_of_a_text_are_said_with_those_of_its_run() -> None:
    text = "Conv2d(4, 8, 3)\nConv2d(3, k, 3, pading=2)\nnn.Sequential(x + 1, ReLU(3), Foo())"
    assert [(problem.line, problem.code) for problem in problems(text)] == [
        *((1, "SC205"), (2, "SC104"), (2, "SC102"), (3, "SC104"), (3, "SC104"), (3, "SC106")),
    ]


DEEP = "nn.Sequential("


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (DEEP * 60 + "ReLU()" + ")" * 60, "SC112"),
        ("(" * (MAXIMUM_DEPTH + 1), "SC005"),
        (DEEP * 10_000, "SC005"),
        ("Sequential(\n(0): " * 10_000, "SC005"),
        ("Conv2d(" + "1+" * 100_000 + "1, 3, 3)", "SC002"),
        ("Conv2d(" + "-" * 100_000 + "1, 3, 3)", "SC002"),
        ("a" + ".a" * 100_000, "SC002"),
        ("3 x " * 50_000 + "ReLU()", "SC002"),
        ("Conv2d(" + "9" * 100_000 + ", 3, 3)", "SC002"),
        ("#" * (MAXIMUM_CALLS + 1), "SC008"),
        ("Split([" + "1," * 100_000 + "])", "SC104"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str, code: str) -> None:
    assert {problem.code for problem in problems(text)} == {code}


def test_nothing_is_run() -> None:
    (problem,) = problems("__import__('os').abort()")
    assert problem.message.startswith("expected a layer")
    (problem,) = problems("ReLU(__import__('os').abort())")
    assert problem.message.startswith("expected a value")


PIECES = (
    *"()[]{}:,.='\"#\\\n\r\t x09eE-+*/%;_é（$",
    *("(0): ", "nn.", "Sequential", "lambda ", "3 x ", "**", "//", "1e5", "None", " if ", " for "),
    *("\u2028", "\0", "name=", "type=", "repeat="),
)


def mutated(random: Random) -> tuple[str, Shape]:
    """A recorded text and its input, with something put in, taken out, or repeated elsewhere."""
    record = random.choice(RECORDED[random.choice(list(LEAST))])
    text = record["text"]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
        if random.random() < 0.4:
            text = text[:start] + random.choice(PIECES) + text[start:]
        elif random.random() < 0.5:
            text = text[:start] + text[start + 1 :]
        else:
            text = text[:end] + text[start:end] + text[end:]
    return text, Shape.from_chw(record["input"])


def test_of_any_text_there_is_a_spec_or_problems_at_their_places() -> None:
    random, specs = Random(1), 0
    for _ in range(3000):
        text, input = mutated(random)
        try:
            found = read(text, input)
        except shapecalc.SpecError as error:
            for problem in error.problems:
                source = problem.place.source
                assert source.path == "input" or problem.place.offset <= len(source.text), text
            continue
        specs += 1
        again = shapecalc.loads("\n".join(found.yaml())).summary()
        assert (again.output, again.params) == (found.summary.output, found.summary.params), text
    assert specs > 50


HOSTILE = (
    *("null", "true", "~", "1e5", "0x3", "a: b", "a #b", "- a", "{a}", "[a]", "*a", "&a", "!a"),
    *("a.b", "'a", "a\tb", "\u202ea", "卷积", "é", "input", "yes", "%a", "@a", "`a`", "|", ">"),
    *("<script>", "a" * 255, "-", "_", "", "0", "3-4", "\x85", "a\u2028b", "relu", "a/b", "a\\b"),
)


NAME = re.compile(r"[\w-]+")


def test_names_of_any_kind_come_out_as_names_of_a_spec() -> None:
    labels = [label for label in HOSTILE if not set(label) & {"'", "\\"}]
    pairs = ", ".join(f"('{label}', nn.ReLU())" for label in [*labels, *labels])
    found = read(f"nn.Sequential(OrderedDict([{pairs}]))", "8x8x3")
    names = [layer.name for layer in found.summary.layers]
    assert len(set(names)) == len(names) == 2 * len(labels)
    assert all(map(NAME.fullmatch, names)), names
    again = shapecalc.loads("\n".join(found.yaml())).summary()
    assert [layer.name for layer in again.layers] == names


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_a_name_or_none(label: str) -> None:
    name = plain_name(label)
    assert name is None or (NAME.fullmatch(name) and len(name) < MAXIMUM_NAME)


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ([(None, "conv")], ["conv"]),
        ([(None, "conv"), (None, "relu"), (None, "conv")], ["conv1", "relu", "conv2"]),
        ([(None, "conv"), ("conv", "conv")], ["conv1", "conv"]),
        ([("conv1", "relu"), (None, "conv"), (None, "conv")], ["conv1", "conv2", "conv3"]),
        ([("a", "relu"), ("a_1", "relu"), ("a", "relu")], ["a", "a_1", "a_2"]),
        ([("input", "relu"), (None, "input")], ["input_1", "input1"]),
        ([("0", "relu"), ("1", "relu")], ["relu1", "relu2"]),
    ],
)
def test_each_item_of_a_sequence_has_a_name_of_its_own(
    items: list[tuple[str | None, str]], names: list[str]
) -> None:
    assert item_names(items) == names


INFERRED = [
    name for name in layers.type_names() if (found := layers.find_type(name)) and found.inferred
]


@pytest.mark.parametrize("name", INFERRED)
def test_a_lazy_type_has_all_parameters_but_the_inferred_one(name: str) -> None:
    found = layers.find_type(name)
    assert found is not None
    if lazy(f"Lazy{name}") is None:
        assert stem(name) in (
            "SyncBatchNorm",
            "GroupNorm",
            "GlobalResponseNorm",
            "MultiheadAttention",
            "LayerScale",
            "Affine",
            "LocallyConnected",
            *("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"),
        )
        return
    order = positional(found)
    assert [*found.inferred, *positional(found, is_lazy=True)] == order
    assert set(by_field(found, order[1:], (), is_lazy=True)) == set(order[1:])
    assert set(LAZY_DEFAULTS.get(stem(name), ())) <= set(order)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"])
def test_a_field_that_pytorch_lacks_has_no_place_in_a_call(name: str) -> None:
    found = layers.find_type(name)
    assert found is not None
    assert found.fields.keys() - set(positional(found)) == {"recurrent_bias"}
