"""Explanations: of every figure of every layer, the arithmetic comes to the figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from arithmetic import evaluated
from folders import RECORDS
from layer_cases import make
from operator_cases import cases, fields, inputs_of

import shapecalc
from shapecalc.analysis.derivation import OUTPUT, Derived
from shapecalc.analysis.explanation import SUMS, Explanation
from shapecalc.analysis.summary import Summary
from shapecalc.bundled import network_names
from shapecalc.inference.inferred import InferredLayer
from shapecalc.layers.base import Layer
from shapecalc.layers.traced import axis_names, named_shape, traced
from shapecalc.problems.problem import Refusal, SpecError
from shapecalc.render import explained, explained_json, explained_markdown
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.shapes.size import Size, derivation, formula, leaves
from shapecalc.tables.document import Options
from shapecalc.text.styles import text_of

SOME = ["googlenet-stem", "resnet18", "unet", "c3d", "densenet121", "dcgan", "shufflenet_v2_x0_5"]
"""Networks that are explained in every run; all are in the slow stage."""


def whole(summary: Summary) -> Explanation:
    """The explanation of all of a network."""
    return Explanation(summary, [node for node, _ in summary.walk()], True)


ALL = [
    pytest.param(name, marks=() if name in SOME else pytest.mark.slow) for name in network_names()
]
"""The names of all bundled networks."""


def run(name: str) -> Summary:
    """The summary of a bundled network; skips what has arguments without values."""
    try:
        return shapecalc.load(name).summary()
    except SpecError as error:
        pytest.skip(str(error))


def axes_of(shape: Shape) -> list[str]:
    """What the axes of a shape are called, the channels last."""
    return [*axis_names(shape), "channels"]


def figure_of(node: InferredLayer, derived: Derived, summary: Summary) -> object:
    """The figure that is derived, as the table has it."""
    if derived.key == OUTPUT:
        names = node.output_names if derived.of is not None else ["0"]
        shape = node.outputs[names.index(derived.of or "0")]
        return shape[axes_of(shape).index(str(derived.axis))]
    if derived.key == "dropped":
        dropped = node.layer.dropped(node.inputs[0])  # type: ignore[union-attr]
        return dropped[axes_of(node.inputs[0]).index(str(derived.axis))]
    if derived.key in SUMS:
        return getattr(node, SUMS[derived.key])
    name = derived.of or next(iter(summary.inputs))
    found = summary.receptive_fields(node)[name]
    assert found is not None
    field = found[axes_of(summary.inputs[name]).index(str(derived.axis))]
    return getattr(field, derived.key.removeprefix("receptive_").replace("field", "size"))


@pytest.mark.parametrize("name", ALL)
def test_every_derivation_comes_to_the_figure_of_the_table(name: str) -> None:
    summary = run(name)
    explanation = whole(summary)
    for node in explanation.nodes:
        found = explanation.figures(node)
        assert {each.key for each in found} >= {OUTPUT, *SUMS}, node.path
        for derived in found:
            if derived.size is None:
                assert derived.remark is not None
                continue
            assert derived.size == figure_of(node, derived, summary), (node.path, derived.key)
            if isinstance(derived.size, Size):
                assert evaluated(derivation(derived.size)) == derived.size
                names = {str(leaf.how) for leaf in leaves(derived.size)}
                assert names and all(name for name in names)
    for total in explanation.totals():
        assert total.size == getattr(summary, SUMS.get(total.key, total.key))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ALL)
def test_the_last_number_of_each_line_is_what_its_arithmetic_comes_to(
    name: str, language: str
) -> None:
    summary = run(name)
    lines = list(map(text_of, explained.lines(whole(summary), Options(language))))
    checked = 0
    for line in lines:
        if not line.startswith("  ") or " = " not in line:
            continue
        *others, last = line.partition(" (the ")[0].partition(" (在 ")[0].split(" = ")
        value = last.split(" ")[0]
        if len(others) > 1:
            checked += 1
            assert evaluated(others[-1]) == int(value), line
        else:
            assert value.lstrip("-").isdigit(), line
    assert checked > 2


@pytest.mark.parametrize("step", [37, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("file", sorted(RECORDS.glob("operators*.gz")), ids=lambda file: file.name)
def test_every_layer_that_pytorch_takes_is_derived_as_it_is_computed(file: Path, step: int) -> None:
    types = set()
    for case in cases(file, step):
        try:
            layer = make(case["type"], **fields(case))
            inputs = tuple(parse_shape(input[1:] + input[:1]) for input in inputs_of(case))
            outputs = layer.infer(inputs)
        except Refusal:
            continue
        types.add(case["type"])
        own = traced(layer)
        shapes = tuple(named_shape(shape, f"i{index}_") for index, shape in enumerate(inputs))
        made = own.outputs(shapes)
        assert made == outputs
        figures = [*(size for shape in made for size in shape), own.params(shapes)]
        figures += [own.macs(shapes, made), own.buffers(shapes)]
        plain = [layer.params(inputs), layer.macs(inputs, outputs), layer.buffers(inputs)]
        assert figures[-3:] == plain
        for figure in figures:
            assert evaluated(derivation(figure)) == figure, (case, derivation(figure))
            named = {str(leaf.how): int(leaf) for leaf in leaves(figure)}
            assert evaluated(formula(figure), named) == figure, (case, formula(figure))
        assert_untraced(layer, inputs)
    assert len(types) >= 3


def assert_untraced(layer: Layer, inputs: tuple[Shape, ...]) -> None:
    """What is computed without a trace has none."""
    outputs = layer.infer(inputs)
    assert all(type(size) is int for shape in outputs for size in shape)
    assert type(layer.params(inputs)) is int
    assert type(layer.macs(inputs, outputs)) is int


def texts(summary: Summary, path: str) -> dict[str, str]:
    """The lines about a layer, by their labels."""
    nodes = [node for node, _ in summary.walk() if node.path == path]
    told = explained.lines(Explanation(summary, nodes, False), Options())
    lines = [line for line in map(text_of, told) if line.startswith("  ")]
    return {line[2:19].strip(): line[19:].strip() for line in lines}


def test_the_arithmetic_of_the_first_layer_of_googlenet() -> None:
    summary = shapecalc.load("googlenet-stem").summary()
    lines = texts(summary, "conv1")
    assert lines["Out height"].endswith("= (224 + 2*3 - 1*(7 - 1) - 1) // 2 + 1 = 112")
    assert lines["Params"].endswith("= 7*7*3*64 + 64 = 9472")
    assert lines["MACs"].endswith("= 7*7*3*64*112*112 = 118013952")
    assert lines["Receptive field"].endswith("= 1 + (7 - 1)*1 = 7")
    assert lines["Output bytes"].endswith("= 112*112*64*4 = 3211264")


SHAPING = """
name: s
input: 4x8x8x4
layers:
  - {name: dilated, type: Conv3d, out_channels: 4, kernel_size: 2, dilation: 2, padding: 1}
  - {name: pad, type: ZeroPad3d, padding: [1, 2, 3, 4, 0, -1, 5, 6]}
  - {name: even, type: ZeroPad3d, padding: 1}
  - {name: up, type: Upsample, scale_factor: 2}
  - {name: pool, type: AdaptiveAvgPool3d, output_size: [5, 17, null]}
"""


def test_what_has_a_name_in_pytorch_has_it_in_formulas() -> None:
    summary = shapecalc.loads(SHAPING).summary()
    lines = {path: texts(summary, path) for path in ("pad", "even", "up", "pool", "dilated")}
    pad = lines["pad"]
    assert pad["Out depth"] == "in_depth + padding_front + padding_back = 4 + 0 - 1 = 3"
    assert pad["Out height"] == "in_height + padding_top + padding_bottom = 8 + 3 + 4 = 15"
    assert pad["Out width"] == "in_width + padding_left + padding_right = 8 + 1 + 2 = 11"
    assert pad["Out channels"] == "in_channels + padding[6] + padding[7] = 4 + 5 + 6 = 15"
    assert pad["Receptive field"] == "in_field = 3"
    assert lines["even"]["Out width"] == "in_width + 2*padding = 11 + 2*1 = 13"
    assert lines["up"]["Out width"] == "in_width*scale_factor = 13*2 = 26"
    assert lines["pool"]["Out width"] == "in_width = 26"
    field = "in_field + dilation*(kernel_size - 1)*in_stride = 1 + 2*(2 - 1)*1 = 3"
    assert lines["dilated"]["Receptive field"] == field
    assert lines["dilated"]["Field offset"] == "in_offset - padding*in_stride = 0 - 1*1 = -1"


NAMES = """
name: n
input: 8x8x4
layers:
  - {name: 1 + 1, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: other, layers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}]}
  - {name: conv, type: Conv2d, from: 1 + 1, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: sum, type: Concat, from: [1 + 1, other.conv, conv]}
  - {name: both, join: concat, branches: {join: [{type: ReLU}], side: [{type: ReLU}]}}
  - {name: deep, layers: [{name: g, repeat: 2, layers: [{name: x, type: ReLU}]}]}
  - {name: halves, type: Chunk, chunks: 2}
  - {name: shared, type: Conv2d, from: halves.0, out_channels: 4, kernel_size: 1, in_channels: 12}
"""


def test_names_in_formulas_are_told_apart_from_arithmetic_and_from_each_other() -> None:
    summary = shapecalc.loads(NAMES).summary()
    told = texts(summary, "sum")
    assert told["Out channels"] == '"1 + 1".channels + other.conv.channels + conv.channels = ' + (
        "4 + 4 + 4 = 12"
    )
    assert told["Out height"] == '"1 + 1".height = 8 (the same in "1 + 1", other.conv, conv)'
    assert told["Receptive field"] == "3 (the widest of its paths, through conv)"
    both = texts(summary, "both")
    assert both["Output bytes"] == '"join" + side + join = 3072 + 3072 + 6144 = 12288'
    assert both["Receptive field"] == "3 (the same in join, side)"
    assert texts(summary, "deep")["Output"] == "8x8x24 (that of g.1.x)"
    bytes_of = texts(summary, "halves")["Output bytes"]
    assert bytes_of.startswith("halves.0.height*halves.0.width*halves.0.channels*4 + halves.1.")
    for each in (each for node, _ in summary.walk() for each in whole(summary).figures(node)):
        if isinstance(each.size, Size):
            terms = {str(leaf.how): int(leaf) for leaf in leaves(each.size)}
            assert evaluated(formula(each.size), terms) == each.size


SPEC = """
name: t
input: {left: 8x8x4, right: 8x8x4, gate: 1x1x4}
layers:
  - {name: a, type: Conv2d, from: left, out_channels: 4, kernel_size: 3, stride: 3}
  - {name: b, type: Conv2d, from: right, out_channels: 4, kernel_size: 3, stride: 3, shares: a}
  - {name: c, type: Concat, from: [a, b]}
  - {name: d, type: Multiply, from: [a, gate]}
  - {name: e, type: Chunk, from: c, chunks: 2}
  - {name: f, type: Upsample, from: d, scale_factor: 2}
  - {name: g, type: ReLU, repeat: 3}
outputs: [e.0, e.1, g.2]
"""


def test_what_is_said_besides() -> None:
    summary = shapecalc.loads(SPEC).summary()
    found = {
        node.path: {
            (each.key, each.axis, each.of): each
            for each in Explanation(summary, (), False).figures(node)
        }
        for node, _ in summary.walk()
    }
    assert found["a"]["dropped", "height", None].size == 2
    assert found["b"]["params", None, None].remark == ("shared", "a")
    assert found["c"]["output", "height", None].remark == ("same", "a, b")
    assert formula(found["c"]["output", "channels", None].size or 0) == "a.channels + b.channels"
    assert found["d"]["output", "height", None].remark == ("broadcast", "gate")
    assert {of for key, _, of in found["e"] if key == OUTPUT} == {"0", "1"}
    assert found["f"]["receptive_field", "height", "left"].size == 3
    assert str(found["f"]["receptive_stride", "height", "left"].size) == "3/2"
    assert found["f"]["receptive_field", "height", "left"].remark == ("uneven", "")
    totals = {each.key: each.size or 0 for each in Explanation(summary, (), True).totals()}
    assert "3*" in derivation(totals["activation_bytes"])  # the repeats, which are alike


def test_the_bytes_of_a_batch_of_fused_half_precision() -> None:
    spec = shapecalc.load("resnet18")
    summary = spec.summary(batch=4, dtype="weights=int4,activations=float16", fuse=True)
    explanation = whole(summary)
    for node in explanation.nodes:
        for each in explanation.figures(node):
            if each.key in SUMS:
                assert each.size == getattr(node, SUMS[each.key])
    conv = {each.key: each for each in explanation.figures(summary.layers[0])}
    assert derivation(conv["macs"].size or 0) == "7*7*3*64*112*112*4"
    assert derivation(conv["weight_bytes"].size or 0) == "ceil(9408*4 / 8)"
    norm = {each.key: each for each in explanation.figures(summary.layers[1])}
    assert norm["weight_bytes"].remark == ("folded", "")
    assert norm["activation_bytes"].remark == ("written_over", "conv1")
    assert derivation(norm["macs"].size or 0) == "0"


@pytest.mark.parametrize("name", SOME)
def test_the_formats_tell_of_the_same_figures(name: str) -> None:
    summary = run(name)
    explanation = whole(summary)
    content = json.loads("".join(explained_json.lines(explanation, Options())))
    assert [layer["path"] for layer in content["layers"]] == [n.path for n in explanation.nodes]
    for layer in content["layers"]:
        for figure in layer["figures"]:
            if "formula" in figure:
                assert evaluated(figure["derivation"]) == figure["value"]
                assert evaluated(figure["formula"], figure["terms"]) == figure["value"]
    markdown = list(explained_markdown.lines(explanation, Options()))
    assert sum(line.startswith("## ") for line in markdown) == len(content["layers"]) + 1
    assert all(line.replace("\\|", "").count("|") == 4 for line in markdown if line[:1] == "|")


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 160])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_the_terminal(cells: int, language: str) -> None:
    from shapecalc.text.display import width

    told = whole(run("googlenet-stem"))
    lines = [text_of(line) for line in explained.lines(told, Options(language), cells)]
    assert max(map(width, lines)) <= cells
    told_again = [text_of(line) for line in explained.lines(told, Options(language))]
    assert whole_text(lines) == whole_text(told_again)


def whole_text(lines: list[str]) -> str:
    """What figures say, however it is broken into lines."""
    end = len(lines) - lines[::-1].index("")  # conventions follow
    return "".join(line for line in lines[:end] if line.startswith("  ")).replace(" ", "")
