"""What a table prints, written into a spec as it stands there, means the same."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import shapecalc
from shapecalc import bundled, layers
from shapecalc.analysis.summary import Summary
from shapecalc.layers.axes_fields import AlongAxes
from shapecalc.layers.base import LayerType, Windowed
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.problems.problem import Problems, Refusal
from shapecalc.reference.schema import schema
from shapecalc.shapes.shape import Shape, axes_text, parse_shape
from shapecalc.tables.document import Options, document
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml

CELLS = ("kernel_size", "stride", "padding")


def layer_type(name: str) -> LayerType:
    found = layers.find_type(name)
    assert found is not None
    return found


def along_axes(of: LayerType) -> dict[str, AlongAxes[object]]:
    """The fields of a type with a value for each axis."""
    return {name: field for name, field in of.fields.items() if isinstance(field, AlongAxes)}


ALONG_AXES = [name for name in layers.type_names() if along_axes(layer_type(name))]


def test_every_window_is_along_axes() -> None:
    windows = [name for name in layers.type_names() if issubclass(layer_type(name).layer, Windowed)]
    assert windows
    assert set(windows) < set(ALONG_AXES)


def run(of: LayerType, input: str, fields: dict[str, str]) -> Summary:
    """A network of one layer, whose fields are written as they stand."""
    needed = {"out_channels": "3", "norm_type": "2"}
    written = {key: value for key, value in needed.items() if key in of.fields} | fields
    rows = ", ".join(f"{key}: {value}" for key, value in written.items())
    return shapecalc.loads(f"input: {input}\nlayers:\n  - {{type: {of.name}, {rows}}}\n").summary()


def printed(summary: Summary) -> dict[str, str]:
    """The cells of the layer's row, as far as there are such columns."""
    table = document(summary, Options("en")).tables[0]
    keys = [column.key for column in table.columns]
    (row,) = table.texts()
    return {key: text for key, text in zip(keys, row, strict=True) if text != "-"}


def draw_fields(data: st.DataObject, of: LayerType) -> dict[str, list[int]]:
    """A value for each axis of every field; the padding is at most half of the kernel."""
    rank = of.rank or 2
    drawn: dict[str, list[int]] = {}
    for name, field in along_axes(of).items():
        least = field.minimum or 0
        most = [3] * rank
        if name == "padding":
            most = [size // 2 for size in drawn["kernel_size"]]
        elif name == "output_padding":
            most = [size - 1 for size in drawn["stride"]]
        elif name == "output_size" and "stride" in drawn and of.name != "Fold":
            continue  # it must be near what the window comes to
        elif name == "output_size":
            most = [9] * rank
        drawn[name] = [data.draw(st.integers(least, size), label=name) for size in most]
    return drawn


@pytest.mark.parametrize("name", ALONG_AXES)
@given(data=st.data())
def test_a_printed_cell_can_be_written(name: str, data: st.DataObject) -> None:
    of = layer_type(name)
    fields = draw_fields(data, of)
    input = axes_text([*data.draw(st.lists(st.integers(7, 12), min_size=3, max_size=3)), 2])
    input = axes_text(input.split("x")[3 - (of.rank or 2) :])
    if name == "Fold":
        cut = {key: value for key, value in fields.items() if key != "output_size"}
        columns = axes_text([*fields["output_size"], 2])
        try:
            unfolded = run(layer_type("Unfold"), columns, {k: str(v) for k, v in cut.items()})
        except shapecalc.SpecError:
            assume(False)
        input = str(unfolded.output)
    lists = {key: str(value) for key, value in fields.items()}
    if name == "LPPool1d":  # PyTorch's takes no list
        lists["kernel_size"] = str(fields["kernel_size"][0])
    try:
        once = run(of, input, lists)
    except shapecalc.SpecError:
        assume(False)
    cells = printed(once)
    assert issubclass(of.layer, Windowed) == (set(CELLS) <= cells.keys())
    written = {key: axes_text(value) for key, value in fields.items()}
    written |= {key: cells[key] for key in CELLS if key in cells and key in of.fields}
    again = run(of, cells["input"], written)
    assert again.output == once.output
    assert printed(again) == cells


SHAPES = st.lists(st.integers(1, 40), min_size=1, max_size=MAXIMUM_RANK + 1).map(Shape)


def valid(definition: str, value: object) -> bool:
    """Whether the JSON schema accepts a value."""
    whole = schema()
    part = {"$ref": f"#/definitions/{definition}", "definitions": whole["definitions"]}
    return Draft7Validator(part).is_valid(value)


def read(text: str) -> object:
    """A plain value as YAML, and so an editor, has it."""
    found = read_yaml(Source("", f"value: {text}"), Problems())
    assert isinstance(found, MappingNode)
    return found.values["value"]


@given(SHAPES)
def test_a_printed_shape_can_be_written(shape: Shape) -> None:
    spec = shapecalc.loads(
        f"input: {shape}\nlayers: [{{type: ReLU, expect: {shape}}}]\nexpect: {{output: {shape}}}\n"
    )
    assert spec.summary().output == shape
    assert spec.summary(str(shape)).output == shape
    assert spec.expectations.expect["output"].value == shape
    assert valid("shape", read(str(shape)))
    row = printed(spec.summary())
    assert (row["input"], row["output"]) == (str(shape), str(shape))


@pytest.mark.parametrize("name", bundled.spec_names())
def test_a_shape_in_a_bundled_table_can_be_written(name: str) -> None:
    spec = shapecalc.load(name)
    summary = spec.summary(variant=next(iter(spec.variants), None))
    table = document(summary, Options("en")).tables[0]
    keys = [column.key for column in table.columns]
    for row in table.texts():
        for key in ("input", "output"):
            cell = row[keys.index(key)]
            for text in cell.split(", ") if cell != "-" else []:  # what has no input
                assert str(parse_shape(text)) == text


@given(st.text("0123456789xX× ,", min_size=1, max_size=12))
@example("07x007")
@example("3X3×3")
def test_the_schema_accepts_the_shapes_that_are_read(text: str) -> None:
    try:
        parse_shape(text)
    except Refusal:
        return
    assert valid("shape", text)


SIZES_IN_A_FIELD = {
    "plain": "layers: [{type: MaxPool2d, kernel_size: 5, stride: 1, padding: 0x2}]",
    "spread": "layers:\n  - type: MaxPool2d\n    kernel_size: 5\n    stride: 1\n    padding: 0x2",
    "anchored": "layers: [{type: MaxPool2d, kernel_size: 5, stride: 1, padding: &two 0x2}]",
    "an alias": (
        "layers: [{type: Linear, out_features: &two 0x2, per_position: true, name: a},\n"
        "  {type: MaxPool2d, kernel_size: 5, stride: 1, padding: *two}]"
    ),
    "merged": ("layers: [{type: MaxPool2d, <<: {kernel_size: 5, stride: 1, padding: 0x2}}]"),
    "an argument of a block": (
        "blocks: {A: {arguments: {pad: {kind: axes}}, layers: [{type: MaxPool2d, kernel_size: 5, "
        "stride: 1, padding: pad}]}}\nlayers: [{type: A, pad: 0x2}]"
    ),
    "a default": (
        "arguments: {pad: {kind: axes, default: 0x2}}\n"
        "layers: [{type: MaxPool2d, kernel_size: 5, stride: 1, padding: pad}]"
    ),
    "a variant": (
        "arguments: {pad: {kind: axes}}\nvariants: {a: {arguments: {pad: 0x2}}}\n"
        "layers: [{type: MaxPool2d, kernel_size: 5, stride: 1, padding: pad}]"
    ),
    "a layer whose type is an argument": (
        "arguments: {pool: MaxPool2d}\n"
        "layers: [{type: pool, kernel_size: 5x5, stride: 1, padding: 0x2}]"
    ),
}
"""A padding of 0 and 2, in every place where a field along axes gets its value from."""


@pytest.mark.parametrize("place", SIZES_IN_A_FIELD)
def test_sizes_that_begin_with_zero_are_sizes(place: str) -> None:
    spec = shapecalc.loads(f"input: 9x9x4\n{SIZES_IN_A_FIELD[place]}\n")
    summary = spec.summary(variant=next(iter(spec.variants), None))
    layer = summary.layers[-1].layer
    assert isinstance(layer, Windowed)
    assert layer.padding == (0, 2)
    assert summary.output.spatial == (5, 9)


@pytest.mark.parametrize("place", SIZES_IN_A_FIELD)
@pytest.mark.parametrize("number", ["0x1F", "0xff", "0xA"])
def test_a_hexadecimal_number_along_axes_is_refused(place: str, number: str) -> None:
    text = f"input: 9x9x4\n{SIZES_IN_A_FIELD[place].replace('0x2', number)}\n"
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(text).summary()
    (problem,) = caught.value.problems
    assert problem.code == "SC009"
    assert number in problem.message
    assert problem.hint == f"write {int(number, 16)}"
    lines = text.splitlines()
    assert lines[problem.line - 1][problem.column - 1 :].startswith(number)


@pytest.mark.parametrize(
    ("place", "is_sizes"),
    [
        ("layers: [{type: Linear, out_features: 0x10, per_position: true}]", False),
        (
            "arguments: {out: 0x10}\nlayers: [{type: Conv2d, out_channels: out, kernel_size: 1}]",
            False,
        ),
        ("layers: [{type: Conv2d, out_channels: &out 0x10, kernel_size: 1}]", False),
        ("layers: [{type: Reshape, shape: 0x10}]", True),
        ("layers: [{type: Upsample, size: 0x10}]", True),
        ("layers: [{type: ReLU, expect: 0x10}]", True),
        ("layers: []\nexpect: {output: 0x10}", True),
        ("layers: []\nvariants: {a: {input: 0x10}}", True),
    ],
)
def test_where_a_number_is_hexadecimal(place: str, is_sizes: bool) -> None:
    text = f"input: 4x4x4\n{place}\n"
    if is_sizes:
        with pytest.raises(shapecalc.SpecError, match=r"0x10|not 0"):
            shapecalc.loads(text)
    else:
        assert shapecalc.loads(text).summary().output.channels == 16


def test_a_cell_is_labelled_as_it_is_printed() -> None:
    text = """\
input: 9x9x4
layers:
  - name: pools
    cells: {padding: 0x1}
    layers:
      - {type: MaxPool2d, kernel_size: 3, stride: 1, padding: 0x1}
      - {type: MaxPool2d, kernel_size: 3, stride: 1, padding: 1x0}
"""
    assert printed(shapecalc.loads(text).summary())["padding"] == "0x1"
