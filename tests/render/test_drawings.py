"""Drawings in the languages of Graphviz and Mermaid: what they hold, and what their tools find."""

from __future__ import annotations

import json
import re

import drawing_tools
import pytest
from drawing_tools import json_edges, read_dot, read_mermaid
from lines import texts
from networks import NETWORKS, summary_of

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.graph.nodes import graph_of, levels_of
from shapecalc.render import drawing, mermaid
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options
from shapecalc.text.display import visible

ALL = 1_000
"""A depth that leaves nothing out."""

SMALL = """
name: Small "net"
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - name: sum
    join: add
    branches: {body: [{name: relu, type: ReLU}, {name: norm, type: BatchNorm2d}], shortcut: []}
  - {name: halves, type: Chunk, chunks: 2}
  - {name: one, type: Identity, from: halves.1}
"""

NAMES = [
    *("end", "direction TB", "direction LR", "subgraph x", "graph", "click n1 href", "1. list"),
    *('<b>bold</b> "q" #quot; &amp; `code`', "**x** _em_ ~~s~~", "a\nb\\nc\\", "x\x1b[31m\u202e"),
    *("fa:fa-car", "www.example.com", "$$x^2$$", "ﬂ°°60¶ßb", r"\N\G\L", "- item", "+ item"),
    *('n1["x"] --> n2; %% ]]', '%%{init: {"theme":"dark"}}%%', "@{shape: rect}", "# heading"),
    *(
        "> quote",
        "x<br/>y",
        "卷积 😀 é €",
        "w" * 200,
        "-->",
        "}",
        "{",
        "|",
        "(((x)))",
        "&#60;i&#62;",
    ),
    *("'", "''", "/*", "//", "http://x.y", "javascript:alert(1)", "1)", "_x_", "a;b", "\t"),
]


def drawn(format_: str, summary: Summary, options: Options) -> str:
    return "\n".join(texts(EXPORTERS[format_].export(summary, options)))


def test_a_drawing_for_graphviz() -> None:
    lines = drawn("dot", shapecalc.loads(SMALL).summary(), Options()).splitlines()
    assert lines[0] == r'digraph "Small \"net\"" {'
    assert [line.split(" [")[0] for line in lines[1:4]] == ["  graph", "  node", "  edge"]
    assert lines[4:] == [
        r'  "input" [label="Input\n8x8x3", shape=oval, fillcolor="#dafbe1"];',
        r'  "conv" [label="conv\nConv2d\n8x8x4"];',
        "  subgraph cluster_2 {",
        '    label="sum";',
        "    subgraph cluster_3 {",
        '      label="body";',
        r'      "sum.body.relu" [label="relu\nReLU\n8x8x4"];',
        r'      "sum.body.norm" [label="norm\nBatchNorm2d\n8x8x4"];',
        "    }",
        r'    "sum" [label="add\n8x8x4", fillcolor="#fff8c5"];',
        "  }",
        r'  "halves" [label="halves\nChunk\n2 x 8x8x2"];',
        r'  "one" [label="one\nIdentity\n8x8x2"];',
        r"""  "one'" [label="Output\n8x8x2", shape=oval, fillcolor="#dafbe1"];""",
        '  "input" -> "conv";',
        '  "conv" -> "sum.body.relu";',
        '  "sum.body.relu" -> "sum.body.norm";',
        '  "sum.body.norm" -> "sum";',
        '  "conv" -> "sum";',
        '  "sum" -> "halves";',
        '  "halves" -> "one" [label="1"];',
        """  "one" -> "one'";""",
        "}",
    ]


def test_a_drawing_for_mermaid() -> None:
    lines = drawn("mermaid", shapecalc.loads(SMALL).summary(), Options(depth=2)).splitlines()
    assert lines[:-3] == [
        "flowchart TB",
        '  n0(["Input<br/>8x8x3"]):::outer',
        '  n1["conv<br/>Conv2d<br/>8x8x4"]',
        '  subgraph g2["sum"]',
        '    n2["body<br/>ReLU + BatchNorm2d<br/>8x8x4"]:::block',
        '    n3("add<br/>8x8x4"):::join',
        "  end",
        '  n4["halves<br/>Chunk<br/>2 x 8x8x2"]',
        '  n5["one<br/>Identity<br/>8x8x2"]',
        '  n6(["Output<br/>8x8x2"]):::outer',
        *("  n0 --> n1", "  n1 --> n2", "  n2 --> n3", "  n1 --> n3", "  n3 --> n4"),
        *('  n4 -->|"1"| n5', "  n5 --> n6"),
    ]
    assert {line.split()[0] for line in lines[-3:]} == {"classDef"}


def test_labels_are_columns_in_a_language_and_a_layout() -> None:
    options = Options("zh", "chw", columns=("name", "kernel_size", "output", "params"), depth=2)
    lines = drawn("mermaid", shapecalc.load("inception3a").summary(), options).splitlines()
    assert lines[1:5] == [
        '  n0(["输入尺寸<br/>192x28x28"]):::outer',
        '  subgraph g1["inception3a#58;#8203;卷积核尺寸 1x1, 3x3, 5x5,参数量 163,696"]',
        '    n1["branch1<br/>卷积核尺寸 1x1<br/>64x28x28<br/>参数量 12,352"]:::block',
        '    n2["branch2<br/>卷积核尺寸 1x1, 3x3<br/>128x28x28<br/>参数量 129,248"]:::block',
    ]
    joined = drawn("dot", shapecalc.loads(SMALL).summary(), Options(columns=["kernel_size"]))
    assert '"conv" [label="Kernel 3x3"];' in joined
    assert '"halves" [label="halves"];' in joined  # which has none


def test_repeats_that_differ_in_a_column_are_apart() -> None:
    summary = shapecalc.load("resnet50").summary()
    for column, there in (("params", False), ("receptive_field", True)):
        found = drawn("dot", summary, Options(columns=("name", column), depth=1))
        assert ('"layer1.2"' in found) == there


def test_several_inputs_and_outputs_are_named() -> None:
    text = """
name: Two
input: {left: 4, right: 4}
layers: [{name: sum, type: Add, from: [left, right]}, {name: relu, type: ReLU}]
outputs: [sum, relu]
"""
    found = drawn("mermaid", shapecalc.loads(text).summary(), Options())
    for label in ("Input left", "Input right", "Output sum", "Output relu"):
        assert f'(["{label}<br/>4"])' in found


def test_what_an_encoding_lacks_is_an_escape() -> None:
    summary = shapecalc.loads(SMALL.replace("conv", "卷积")).summary()
    options = Options(encoding="ascii")
    assert r'"\\u5377\\u79ef" [label="\\u5377\\u79ef\nConv2d' in drawn("dot", summary, options)
    assert "#92;u5377#92;u79ef<br/>Conv2d" in drawn("mermaid", summary, options)
    assert drawn("dot", summary, options).isascii() and drawn("mermaid", summary, options).isascii()


def chain(layers: int, wrapped: bool = False) -> str:
    item = "{type: ReLU, name: r%d}"
    items = [item % index for index in range(layers)]
    if wrapped:
        items = [f"{{name: all, layers: [{', '.join(items)}]}}"]
    return f"name: Chain\ninput: 4\nlayers: [{', '.join(items)}]\n"


@pytest.mark.parametrize("format_", ["dot", "mermaid"])
def test_as_many_levels_are_drawn_as_github_shows(format_: str) -> None:
    summary = shapecalc.loads(chain(500, wrapped=True)).summary()
    options = Options()
    assert '"all' in drawn(format_, summary, options)
    assert options.remarks == [
        "1 of 2 levels are drawn, as many as GitHub shows: with --depth 2, all are"
    ]
    fewer = Options()
    found = drawn(format_, shapecalc.loads(chain(499, wrapped=True)).summary(), fewer)
    assert "r498" in found
    assert fewer.remarks == []


def test_what_github_does_not_show_is_said() -> None:
    for options in (Options(), Options(depth=1)):
        drawn("mermaid", shapecalc.loads(chain(500)).summary(), options)
        assert options.remarks == [
            "GitHub does not show this drawing: it has 501 edges, more than 500"
        ]
    deep = Options(depth=ALL)
    drawn("mermaid", shapecalc.loads(chain(500, wrapped=True)).summary(), deep)
    assert deep.remarks == [
        "GitHub does not show this drawing: it has 501 edges, more than 500; "
        "it is to fewer levels without --depth"
    ]
    long = Options()
    text = chain(499).replace("name: r", f"name: {'r' * 100}")
    size = len(drawn("mermaid", shapecalc.loads(text).summary(), long)) + 1
    assert long.remarks == [
        f"GitHub does not show this drawing: it has {size:,} characters, more than 50,000"
    ]
    assert (drawing.MOST_EDGES, mermaid.MOST_TEXT) == (500, 50_000)
    dot = Options()
    drawn("dot", shapecalc.loads(chain(500)).summary(), dot)
    assert dot.remarks == []


def named(*names: str) -> Summary:
    """A network of layers that are called so."""
    layers = [{"name": name, "type": "ReLU"} for name in names]
    spec = {"name": "Hostile", "input": 4, "layers": layers}
    return shapecalc.loads(json.dumps(spec, ensure_ascii=False)).summary()


def holds_the_names(labels: list[list[str]]) -> None:
    """Holds the lines of the labels of all layers to what is visible of their names."""
    for name, (*lines, type_, shape) in zip(NAMES, labels, strict=True):
        assert (type_, shape) == ("ReLU", "4")
        assert "".join(lines).replace(" ", "") == visible(name).replace(" ", "")


def unescaped(label: str) -> list[str]:
    """The lines of a label as Graphviz draws it."""
    text = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), label)
    return text.replace("&amp;", "&").split("\n")


@pytest.fixture(scope="module")
def every_drawing() -> dict[str, list[str]]:
    """The bundled networks with every layer, in each format."""
    options = Options(depth=ALL, fold=False)
    summaries = [summary_of(*network) for network in NETWORKS]
    return {
        format_: [drawn(format_, summary, options) for summary in summaries]
        for format_ in ("dot", "mermaid")
    }


def test_graphviz_finds_every_edge(
    every_drawing: dict[str, list[str]], request: pytest.FixtureRequest
) -> None:
    drawing_tools.need("graphviz", drawing_tools.GVPR is not None, request)
    for network, text in zip(NETWORKS, every_drawing["dot"], strict=True):
        summary = summary_of(*network)
        nodes, edges = read_dot(text)
        inner = [*summary.inputs, *(node.path for node in summary.operations())]
        outputs = list(nodes)[-len(summary.outputs) :]
        assert sorted(nodes) == sorted([*inner, *outputs])
        assert len([edge for edge in edges if edge[1] in outputs]) == len(outputs)
        assert sorted(edge for edge in edges if edge[1] not in outputs) == json_edges(summary)


@pytest.mark.slow
def test_mermaid_finds_every_edge(
    every_drawing: dict[str, list[str]], request: pytest.FixtureRequest
) -> None:
    drawing_tools.need("mermaid", drawing_tools.mermaid_folder() is not None, request)
    found = read_mermaid(every_drawing["mermaid"])
    for network, (nodes, edges) in zip(NETWORKS, found, strict=True):
        summary = summary_of(*network)
        every = levels_of(summary)
        known = graph_of(summary, every, every, fold=False).nodes
        assert nodes.keys() == {f"n{node.number}" for node in known}
        inner = [
            (known[int(source[1:])].name, known[int(target[1:])].name, output)
            for source, target, output in edges
            if known[int(target[1:])].kind != "output"
        ]
        assert sorted(inner) == json_edges(summary)


def test_graphviz_shows_hostile_names_as_they_are(request: pytest.FixtureRequest) -> None:
    drawing_tools.need("graphviz", drawing_tools.GVPR is not None, request)
    nodes, edges = read_dot(drawn("dot", named(*NAMES), Options()))
    assert (len(nodes), len(edges)) == (len(NAMES) + 2, len(NAMES) + 1)
    holds_the_names([unescaped(label) for label in nodes.values()][1:-1])


def test_mermaid_shows_hostile_names_as_they_are(request: pytest.FixtureRequest) -> None:
    drawing_tools.need("mermaid", drawing_tools.mermaid_folder() is not None, request)
    ((nodes, edges),) = read_mermaid([drawn("mermaid", named(*NAMES), Options())])
    assert (len(nodes), len(edges)) == (len(NAMES) + 2, len(NAMES) + 1)
    labels = [label.replace("\u200b", "").split("<br>") for label in nodes.values()]
    holds_the_names(labels[1:-1])


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ('a"b', "a#34;b"),
        ("direction TB", "direction#32;TB"),
        ("a_b _c_", "a_b #95;c#95;"),
        (r"\n\t", "#92;#8203;n#92;t"),
        ("fa:fa-car: x", "fa#58;#8203;fa-car: x"),
        ("$$x", "#36;#8203;#36;x"),
        ("1. x", "1#46; x"),
        ("- x - y", "#45; x - y"),
        ("ﬂ°°60¶ß", "ﬂ#8203;°°60¶#8203;ß"),
        ("卷积 1.5x", "卷积 1.5x"),
    ],
)
def test_what_may_act_in_mermaid_is_an_entity(text: str, entities: str) -> None:
    found = drawn("mermaid", named(text), Options())
    assert f'n1["{entities}<br/>ReLU<br/>4"]' in found
