"""What is written in Keras: that it reads well, says what ran, and is Python whatever names are.

`with_keras/` runs it. `pytest tests/render/test_keras.py --overwrite` writes the goldens anew.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import draw_specs
import pytest
import running
from lines import texts

import shapecalc
from shapecalc import bundled, layers
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.keras import context, helpers, uses
from shapecalc.tables.document import Options

GOLDENS = Path(__file__).parent / "goldens"
RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")

NETWORKS = [
    (name, variant)
    for name in bundled.spec_names()
    for variant in list(shapecalc.load(name).variants or [None])[:1]
]

REFUSED = {
    **dict.fromkeys(
        ("faster_rcnn", "faster_rcnn_mobilenet_v3", "fcos_resnet50_fpn", "retinanet"),
        "it shares the weights of another layer",
    ),
    "conv_tasnet": "it shares the weights of another layer",
    "convnextv2": "cannot say this GlobalResponseNorm",
    "efficientformer": "cannot say this ScaledDotProductAttention",
    "levit": "cannot say this ScaledDotProductAttention",
    **dict.fromkeys(("bert", "gpt2", "transformer"), "cannot say this MultiheadAttention"),
    **dict.fromkeys(("crnn", "deepspeech2"), "cannot say this LSTM"),
    "lraspp_mobilenet_v3_large": "Keras resamples by whole factors alone",
    "mobilevit": "cannot say this MultiheadAttention",
    "maxvit": "cannot say this ",
    "mvit": "cannot say this ",
    "pointnet": "cannot say this Custom",
    "raft": "it runs on each part behind its leading axes",
    "segnet": "cannot say this MaxUnpool2d",
    "swin3d": "cannot say this ",
    "swin": "cannot say this ",
    "swin_v2": "cannot say this ",
    "vit": "cannot say this MultiheadAttention",
    "tcn": "Keras has no weight_norm",
    "wavenet": "which is an argument",
    "yolov8": "its weights are not learned",
}
"""The bundled networks that Keras cannot say, and why."""


def file_of(spec: str | dict[str, Any], language: str = "en", **run: Any) -> str:
    """The file of a bundled network, or of a spec."""
    read = shapecalc.load(spec) if isinstance(spec, str) else shapecalc.loads(json.dumps(spec))
    exported = EXPORTERS["keras"].export(read.summary(**run), Options(language))
    return "\n".join(texts(exported)) + "\n"


def file_of_layers(*items: dict[str, Any], **more: Any) -> str:
    """The file of a network of some items."""
    return file_of({"input": "8x8x4", "layers": list(items), **more})


def refusal(*items: dict[str, Any], **more: Any) -> str:
    """What is said of a network of some items that cannot be written."""
    with pytest.raises(shapecalc.SpecError) as caught:
        file_of_layers(*items, **more)
    (problem,) = caught.value.problems
    assert problem.code == "SC211"
    return problem.message


def formatted(text: str) -> str:
    """The text as ruff formats it; skips where there is none."""
    if RUFF is None:
        pytest.skip("ruff is not installed")
    run = [RUFF, "format", "--isolated", "--no-cache", "-"]
    return subprocess.run(run, input=text, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "mobilenet_v2"])
def test_the_code_reads_well(name: str, hold: Callable[[Path, str], None]) -> None:
    hold(GOLDENS / f"keras-{name}.py.txt", file_of(name))


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_it_is_as_formatters_leave_it(name: str, variant: str | None) -> None:
    if name in REFUSED:
        with pytest.raises(shapecalc.SpecError, match=REFUSED[name]):
            file_of(name, variant=variant)
        return
    text = file_of(name, variant=variant)
    assert formatted(text) == text


def test_helpers_are_as_formatters_leave_them() -> None:
    for name, helper in helpers.KERAS_HELPERS.items():
        assert formatted(helper.text + "\n") == helper.text + "\n"
        assert helper.text.startswith((f"def {name}(", f"class {name}("))


@pytest.mark.parametrize("type", layers.type_names())
def test_every_type_is_written_or_refused_by_name(type: str) -> None:
    found = layers.find_type(type)
    assert found is not None
    tried = 0
    for seed in range(300):
        case = draw_specs.draw(type, found.fields, Random(seed))
        inputs = {f"i{at}": [*sizes[1:], sizes[0]] for at, sizes in enumerate(case.inputs)}
        layer = {"name": "layer", "type": type, "from": list(inputs), **case.fields}
        if not inputs:
            inputs = {"any": [4]}
            del layer["from"]
        parts = ["layer.0"] if type in ("Chunk", "Split") else ["layer"]
        try:
            shapecalc.loads(json.dumps({"input": inputs, "layers": [layer], "outputs": parts}))
            text = file_of({"input": inputs, "layers": [layer], "outputs": parts})
        except shapecalc.SpecError as error:
            (problem, *others) = error.problems
            if problem.code != "SC211":
                continue  # it is wrong
            assert not others
            assert problem.message.startswith(f"layer: Keras cannot say this {type}: ")
            tried += 1
            if type not in uses.WRITERS and tried > 5:
                return
        else:
            assert type in uses.WRITERS
            assert formatted(text) == text
            return
    pytest.fail("no layer of the type is written")


def test_a_type_that_it_does_not_know_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {"name": "act", "type": "Mish"}
    assert 'layers.Activation("mish", name="act")' in file_of_layers(spec)
    monkeypatch.delitem(uses.WRITERS, "Mish")
    assert refusal(spec) == "act: Keras cannot say this Mish: Keras has no such layer"
    block = {"arguments": {"a": {"kind": "type", "default": "Mish"}}, "layers": [{"type": "a"}]}
    said = refusal({"name": "b", "type": "B"}, blocks={"B": block})
    assert said == "b.a: Keras cannot say this Mish: Keras has no such layer"


@pytest.mark.parametrize("type", ["Conv1d", "MaxPool1d", "BatchNorm1d"])
def test_leading_axes_are_refused(type: str) -> None:
    fields = {"Conv1d": {"out_channels": 4, "kernel_size": 3}, "MaxPool1d": {"kernel_size": 2}}
    item = {"name": "led", "type": type, **fields.get(type, {}), "leading": 1}
    assert refusal(item) == (
        f"led: Keras cannot say this {type}: it runs on each part behind its leading axes"
    )
    without = {**item, "type": type.replace("1d", "2d"), "leading": 0}
    assert "layers." in file_of_layers(without)


CONV = {"name": "conv", "type": "Conv2d", "out_channels": 4, "kernel_size": 3}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"stride": 2, "dilation": 2}, "Keras has no dilation together with a stride"),
        ({"padding": -1, "padding_mode": "reflect"}, "it crops, by a negative padding"),
        (
            {"padding": "same", "padding_mode": "circular"},
            "padding same pads with zeros in Keras, not by circular",
        ),
        ({"padding": [[0, -1], [0, 0]], "padding_mode": "replicate"}, "it crops, by a negative"),
        ({"learned": False}, "its weights are not learned"),
        ({"weight_norm": True}, "Keras has no weight_norm as PyTorch has it"),
        ({"type": "ConvTranspose2d", "spectral_norm": True}, "Keras has no spectral_norm as"),
        ({"trainable": False}, "its weights are frozen"),
        ({"type": "ConvTranspose2d", "groups": 2}, "Keras has no groups of a transposed"),
        (
            {"type": "ConvTranspose2d", "output_padding": 1, "dilation": 2},
            "Keras needs an output_padding below the stride",
        ),
    ],
)
def test_fields_that_it_cannot_say(fields: dict[str, Any], why: str) -> None:
    assert f"conv: Keras cannot say this {fields.get('type', 'Conv2d')}: {why}" in refusal(
        {**CONV, **fields}
    )


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"type": "MaxPool2d", "kernel_size": 2, "dilation": 2}, "have no dilation"),
        (
            {"type": "MaxPool2d", "kernel_size": 2, "padding": "same_lower", "ceil_mode": True},
            "said for a padding of both ends alone",
        ),
        (
            {"type": "AvgPool2d", "kernel_size": 2, "padding": "same_upper", "divisor_override": 3},
            "said for a padding of both ends alone",
        ),
        ({"type": "MaxUnpool2d", "kernel_size": 2}, "Keras has no such layer"),
        (
            {"type": "LocallyConnected2d", "out_channels": 2, "kernel_size": 2},
            "Keras has no such layer",
        ),
        ({"type": "LeakyReLU", "negative_slope": -0.1}, "no slope below 0"),
        ({"type": "BatchNorm2d", "momentum": None}, "no cumulative mean"),
        ({"type": "BatchNorm2d", "track_running_stats": False}, "always keeps"),
        ({"type": "Upsample", "scale_factor": 1.5}, "whole factors"),
        ({"type": "Upsample", "scale_factor": 2, "mode": "bicubic"}, "is not PyTorch's"),
        ({"type": "Softmax", "dim": 0}, "runs along the batch"),
        ({"type": "Softplus", "beta": 2}, "neither beta nor threshold"),
        ({"type": "LayerNorm", "normalized_shape": [8, 8]}, "the last spatial axes alone"),
        ({"type": "ZeroPad2d", "padding": [0, 0, 0, 0, 1, 1]}, "it pads the channels"),
        ({"type": "Conv2d", **CONV, "name": "a"}, "no output depends on it"),
    ],
)
def test_layers_that_it_cannot_say(item: dict[str, Any], why: str) -> None:
    more = {"outputs": ["end"]} if "no output" in why else {}
    end = {"name": "end", "type": "ReLU", **({"from": "first"} if more else {})}
    assert why in refusal({"name": "first", "type": "Identity"}, item, end, **more)


@pytest.mark.parametrize(
    ("item", "written"),
    [
        ({**CONV, "stride": 2, "padding": "same_upper"}, ['strides=2, padding="same"']),
        (
            {**CONV, "stride": 2, "padding": "same_lower"},
            ["layers.ZeroPadding2D(((1, 0), (1, 0))", "strides=2, name="],
        ),
        ({**CONV, "padding": [[0, 1], [1, 0]]}, ["layers.ZeroPadding2D(((0, 1), (1, 0))"]),
        (
            {"type": "MaxPool2d", "kernel_size": 3, "stride": 2, "padding": "same_upper"},
            ['layers.MaxPooling2D(3, strides=2, padding="same"'],
        ),
        (
            {"type": "MaxPool2d", "kernel_size": 3, "padding": [[0, 1], [0, 1]]},
            ["ConstantPadding(", "((0, 1), (0, 1))", 'float("-inf")', "layers.MaxPooling2D(3"],
        ),
        (
            {"type": "AvgPool2d", "kernel_size": 3, "padding": "same_upper"}
            | {"count_include_pad": False},
            ['layers.AveragePooling2D(3, padding="same"'],
        ),
        (
            {"type": "AvgPool2d", "kernel_size": 3, "padding": "same_upper"},
            ["layers.ZeroPadding2D(((0, 1), (0, 1))", "layers.AveragePooling2D(3,"],
        ),
    ],
)
def test_same_of_keras_is_same_upper_and_a_side_is_padded_before(
    item: dict[str, Any], written: list[str]
) -> None:
    text = file_of_layers(item)
    for each in written:
        assert each in text


def test_a_refusal_is_a_located_error_and_nothing_is_written(here: Path) -> None:
    (here / "a.yaml").write_text(
        "input: 8x8x4\nlayers:\n"
        "  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}\n"
        "  - {name: twin, type: Conv2d, out_channels: 4, kernel_size: 3, shares: conv}\n"
    )
    run = running.run("export", "a.yaml", "--to", "keras", "-o", "a.py", folder=here)
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("error[SC211]: twin: Keras cannot say this Conv2d: it shares ")
    assert " --> a.yaml:4:" in run.err
    assert not (here / "a.py").exists()


# ---------------------------------------------------------------- expressions


def test_arguments_and_expressions_are_kept() -> None:
    block = {
        "arguments": {
            "planes": {"kind": "count"},
            "width": {"kind": "count", "default": "planes * in_channels // 2"},
        },
        "layers": [{"name": "a", "type": "Conv2d", "out_channels": "width", "kernel_size": 1}],
    }
    use = {"name": "b", "type": "B", "repeat": "n", "planes": "2 if index == 0 else k"}
    text = file_of_layers(use, blocks={"B": block}, arguments={"n": 2, "k": 3})
    assert "def b(x, planes, width=None, *, name):\n    in_channels = x.shape[-1]\n" in text
    assert "        width = planes * in_channels // 2\n" in text
    assert "def network(n=2, k=3):" in text
    assert "    for index in range(n):\n" in text
    assert 'x = b(x, 2 if index == 0 else k, name=f"b-{index}")' in text


def test_where_floats_come_to_another_number_it_is_written() -> None:
    item = {**CONV, "out_channels": "floor(share * 100)"}
    assert "layers.Conv2D(29, 3, " in file_of_layers(item, arguments={"share": 0.29})
    assert "layers.Conv2D(math.floor(share * 100), 3, " in file_of_layers(
        item, arguments={"share": 0.3}
    )


def test_where_floats_come_to_other_numbers_it_is_refused() -> None:
    item = {**CONV, "repeat": 2, "out_channels": "floor((share + index) * 100)"}
    assert refusal(item, arguments={"share": 0.29}) == (
        "conv.0: Keras cannot say this Conv2d: Python's floats come to another out_channels than "
        "exact numbers"
    )


def test_a_rate_may_have_what_rounding_adds() -> None:
    rated = {"type": "StochasticDepth", "p": "0.1 * index", "mode": "row", "repeat": 4}
    assert "0.1 * index" in file_of_layers(rated)  # 0.30000000000000004 of the last


def test_a_type_with_fields_is_a_function_of_its_own() -> None:
    use = {"type": "ConvNormActivation", "out_channels": 8}
    norm = {"kind": "type", "default": {"type": "BatchNorm2d", "eps": 0.5}}
    text = file_of_layers(
        {**use, "norm": "norm"},
        {**use, "activation": {"type": "LeakyReLU", "negative_slope": 0.25}},
        arguments={"norm": norm},
    )
    for line in (
        "def batch_norm2d_eps(x, *, name):",
        "    return layers.BatchNormalization(momentum=0.9, epsilon=0.5, name=name)(x)",
        "def batch_norm2d(x, *, name):",
        "    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)(x)",
        "    return layers.LeakyReLU(negative_slope=0.25, name=name)(x)",
        "    norm=batch_norm2d,",
    ):
        assert line in text.splitlines()
    assert "(norm=batch_norm2d_eps):" in text
    assert "activation=leaky_relu_negative_slope," in text


def test_a_condition_that_floats_would_answer_otherwise_is_the_answer() -> None:
    item = {"name": "act", "type": "ReLU", "when": "a + 0.2 > 0.3"}
    text = file_of_layers(CONV, item, arguments={"a": 0.1})
    assert "    if False:\n" in text


def test_a_whole_number_of_floats_is_an_integer() -> None:
    item = {**CONV, "out_channels": "32 * width"}
    text = file_of_layers(item, arguments={"width": 0.5})
    assert "layers.Conv2D(int(32 * width), 3, " in text
    assert "def network(width=0.5):" in text


def test_long_conditions_are_broken_as_formatters_do() -> None:
    names = [f"a_rather_long_name_{letter}" for letter in "abc"]
    words = f"{names[0]} > 1 and ({names[1]} or {names[2]} > 2) and not {names[0]} == 4"
    for when in (words, words.replace("and", "or"), f"{names[0]} * {names[1]} > {names[2]} - 77"):
        item = {"name": "act", "type": "ReLU", "when": when}
        text = file_of_layers(CONV, item, arguments=dict.fromkeys(names, 3))
        assert formatted(text) == text


# ---------------------------------------------------------------- names and texts

HOSTILE = [
    "a b",
    "a/b",
    "a-b",
    'a"b',
    "a'b\\",
    "a\nb",
    "{name}",
    "{0.__class__}",
    "名前",
    "ﬁre",
    "1st",
    "class",
    "x",
    "name",
    "layers",
    "keras",
    "inputs",
    "range",
    "_",
    "é",
    "e\u0301",
    "\u202eabc",
    "n" * 200,
]


def test_names_are_legal_and_unique() -> None:
    items = [{**CONV, "padding": 1, "name": name} for name in HOSTILE]
    escaped = [name.replace("{", "{{").replace("}", "}}") for name in HOSTILE]
    text = file_of_layers(*items, {"type": "Concat", "from": escaped}, outputs=HOSTILE)
    tree = ast.parse(text)
    names = [
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "name"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    ]
    assert len(set(names)) == len(names) == 2 * len(HOSTILE) + 3
    assert [name for name in names if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]*", name)] == []
    assert formatted(text) == text
    variables = [
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    assert not {"keras", "layers", "name", "range"} & set(variables)


def test_arguments_and_blocks_of_hostile_names() -> None:
    arguments = {"x": 1, "inputs": 2, "flatten": 3, "keras": 1, "math": 1, "ｋ": 1, "k": 1}
    block = {
        "about": 'It says """ and \\ and\n"quotes".',
        "arguments": {key: {"kind": "count", "default": value} for key, value in arguments.items()},
        "layers": [
            {
                "name": "conv",
                "note": '\n"""\\\x1b[31m # {x}',
                "type": "Conv2d",
                "out_channels": "x + inputs + flatten + keras + math + k",
                "kernel_size": 1,
            }
        ],
    }
    uses_of = [{"type": name} for name in ("keras", "layers", "conv2d", "名前", "a b")]
    names = [use["type"] for use in uses_of]
    text = file_of_layers(
        *uses_of,
        name='"""; import os',
        about='"""\nraise SystemExit',
        blocks=dict.fromkeys(names, block),
    )
    tree = ast.parse(text)
    assert formatted(text) == text
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len({node.name for node in functions}) == len(names) + 1
    for node in functions[:-1]:
        given = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
        assert len(set(given)) == len(given) == 2 + len(arguments)
    assert {type(node) for node in tree.body} == {
        *(ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.If)
    }
    assert "\x1b" not in text


def test_the_names_of_functions_leave_those_of_arguments_alone() -> None:
    text = file_of("resnet50")
    assert "def bottleneck_block(" in text
    assert "bottleneck=True" in text
    assert context.snake("BatchNorm2d") == "batch_norm2d"


# ---------------------------------------------------------------- structure


def test_what_did_not_run_and_cannot_be_said_raises_where_it_stands() -> None:
    item = {"name": "odd", "type": "LPPool2d", "norm_type": 2, "kernel_size": 2, "when": "lp"}
    text = file_of_layers(item, {"type": "ReLU"}, arguments={"lp": False})
    assert 'raise NotImplementedError("odd: Keras has no such layer")' in text
    ast.parse(text)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"type": "Add", "from": ["b.conv", "b"]}, "sum"),
        ({"type": "ReLU", "from": "b.conv", "when": "on"}, "sum"),
        ({"type": "ReLU", "from": "c.0.act"}, "sum"),
        ({"type": "ReLU", "outputs": ["b.conv", "sum"]}, "b.conv"),
    ],
)
def test_an_output_inside_a_block_or_a_repeat_is_refused(more: dict[str, Any], path: str) -> None:
    block = {"layers": [{**CONV, "padding": 1}, {"name": "act", "type": "ReLU", "repeat": 2}]}
    outputs = {"outputs": more.pop("outputs", ["sum"])}
    items: list[dict[str, Any]]
    inner = [{"name": "act", "type": "ReLU"}]
    items = [{"name": "b", "type": "B"}, {"name": "c", "repeat": 2, "layers": inner}]
    items += [{"name": "sum", **more}]
    said = refusal(*items, blocks={"B": block}, arguments={"on": True}, **outputs)
    assert said.startswith(f"{path}: Keras cannot say this ")
    assert said.endswith(" is inside a block or a repeat")


def test_outputs_of_repeats_are_a_list() -> None:
    convs = {**CONV, "padding": 1, "repeat": 3}
    text = file_of_layers(convs, {"type": "Add", "from": ["conv.0", "conv", "conv.2"]})
    assert "    conv = []\n    for index in range(3):\n" in text
    assert "([conv[0], conv[-1], conv[2]])" in text


def test_notes_are_comments_in_the_language() -> None:
    note = {"en": "three by three", "zh": "三乘三"}
    spec = {"input": "8x8x4", "layers": [{**CONV, "note": note}]}
    assert "    # three by three\n" in file_of(spec)
    assert "    # 三乘三\n" in file_of(spec, "zh")


def test_sequences_within_one_another_are_written() -> None:
    deep: dict[str, Any] = {"name": "end", "type": "ReLU"}
    for number in range(45):
        deep = {"name": f"s{number}", "layers": [deep]}
    assert 'name="s44-s43-' in file_of_layers(deep)


def test_loops_within_one_another_are_bounded() -> None:
    deep: dict[str, Any] = {"name": "end", "type": "ReLU"}
    for number in range(16):
        deep = {"name": f"s{number}", "repeat": 1, "layers": [deep]}
    assert "more than 15 loops within one another" in refusal(deep)


def test_a_deep_network_asks_for_the_recursion_that_keras_needs() -> None:
    few, many = ({"type": "ReLU", "repeat": times} for times in (300, 301))
    assert "setrecursionlimit" not in file_of_layers(few)
    assert "import sys\n\nimport keras" in file_of_layers(many)


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        ("LSTM, hidden_size: 4", "Keras has one bias for each gate, PyTorch two"),
        ("RNN, hidden_size: 4", "Keras has one bias for each gate, PyTorch two"),
        ("GRU, hidden_size: 4, recurrent_bias: false", "Keras' GRU with one bias for each gate"),
        ("LSTM, hidden_size: 4, bias: false, proj_size: 2", "Keras has no projection"),
        ("GRU, hidden_size: 4, from: [x, h]", "Keras has initial states as vectors"),
    ],
)
def test_what_keras_computes_otherwise_of_a_recurrent_layer_is_refused(
    layer: str, why: str
) -> None:
    source = "" if "from" in layer else ", from: x"
    text = f"input: {{x: 7x5, h: 1x4}}\nlayers: [{{name: odd, type: {layer}{source}}}]"
    with pytest.raises(shapecalc.SpecError) as caught:
        "".join(EXPORTERS["keras"].export(shapecalc.loads(text).summary(), Options()))
    assert why in caught.value.problems[0].message


def test_one_bias_for_each_gate_is_what_keras_has() -> None:
    fields = "hidden_size: 4, recurrent_bias: false"
    text = "input: 7x5\nlayers:\n" + "".join(
        f"  - {{name: {type.lower()}, type: {type}, {fields}}}\n" for type in ("LSTM", "RNN")
    )
    code = "".join(EXPORTERS["keras"].export(shapecalc.loads(text).summary(), Options()))
    assert "layers.LSTM(4, return_sequences=True, name=" in code
    assert "layers.SimpleRNN(4, return_sequences=True, name=" in code


def test_a_state_is_refused_where_something_takes_it() -> None:
    text = (
        "input: 7x5\nlayers:\n  - {name: a, type: GRU, hidden_size: 4}\n"
        "  - {name: b, type: Flatten, from: a.h}"
    )
    with pytest.raises(shapecalc.SpecError) as caught:
        "".join(EXPORTERS["keras"].export(shapecalc.loads(text).summary(), Options()))
    assert "a state" in caught.value.problems[0].message


def test_layers_of_a_recurrent_layer_are_written_one_after_the_other() -> None:
    text = (
        "input: 7x5\nlayers: [{name: a, type: GRU, hidden_size: 4, num_layers: 2, "
        "bidirectional: true, dropout: 0.5}]"
    )
    code = "\n".join(EXPORTERS["keras"].export(shapecalc.loads(text).summary(), Options()))
    assert code.count("layers.Bidirectional(layers.GRU(4, return_sequences=True)") == 2
    assert re.findall(r'name="(a[^"]*)"', code) == ["a-layer0", "a-dropout0", "a"]
