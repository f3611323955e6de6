"""A network as nodes in groups, and the edges between them, to so many levels."""

from __future__ import annotations

import pytest
from drawing_tools import json_edges
from networks import NETWORKS, summary_of

import shapecalc
from shapecalc.graph.nodes import Graph, Group, graph_of, levels_of

RESIDUAL = """
name: Residual
input: 8x8x4
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}
  - name: sum
    join: add
    branches:
      body: [{name: one, type: ReLU}, {name: two, type: ReLU}]
      shortcut: []
  - {name: last, type: ReLU}
"""

REPEATED = """
name: Repeated
input: 8x8x4
blocks:
  Pair:
    layers:
      - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}
      - {name: relu, type: ReLU}
layers:
  - {name: pair, type: Pair, repeat: 3}
  - {name: more, repeat: 2, layers: [{name: pair, type: Pair, repeat: 2}]}
"""

POOLS = """
name: Pools
input: 8x8x4
layers:
  - {name: pool, type: MaxPool2d, kernel_size: 3, stride: 1, padding: 1, repeat: 3}
  - {name: all, type: Concat, from: [input, pool.0, pool.1, pool.2]}
"""


def graph(text: str, levels: int | None = None, fold: bool = True) -> Graph:
    summary = shapecalc.loads(text).summary()
    every = levels_of(summary)
    return graph_of(summary, levels or every, every, fold)


def tree(graph: Graph) -> list[str]:
    """Nodes and groups, a line each."""
    found = []
    for part, depth in graph.walk():
        if isinstance(part, Group):
            found.append("  " * depth + "/".join(node.path for node in part.run))
        elif part is not None:
            found.append("  " * depth + f"{part.kind} {part.name}")
    return found


def edges(graph: Graph) -> list[str]:
    return [
        f"{edge.source.name} {edge.target.name}"
        + ("" if edge.output is None else f" {edge.output}")
        for edge in graph.edges
    ]


def test_a_block_is_a_group_and_its_join_a_node() -> None:
    found = graph(RESIDUAL)
    assert tree(found) == [
        "input input",
        "layer conv",
        "sum",
        "  sum.body",
        "    layer sum.body.one",
        "    layer sum.body.two",
        "  join sum",
        "layer last",
        "output last",
    ]
    assert edges(found) == [
        *("input conv", "conv sum.body.one", "sum.body.one sum.body.two"),
        *("sum.body.two sum", "conv sum", "sum last", "last last"),
    ]
    assert [node.number for node in found.nodes] == list(range(7))


@pytest.mark.parametrize(
    ("levels", "nodes", "lines"),
    [
        (
            1,
            ["input input", "layer conv", "block sum", "layer last", "output last"],
            ["input conv", "conv sum", "sum last", "last last"],
        ),
        (
            2,
            [
                *("input input", "layer conv", "sum", "  block sum.body", "  join sum"),
                *("layer last", "output last"),
            ],
            ["input conv", "conv sum.body", "sum.body sum", "conv sum", "sum last", "last last"],
        ),
    ],
)
def test_blocks_below_the_levels_are_nodes(levels: int, nodes: list[str], lines: list[str]) -> None:
    found = graph(RESIDUAL, levels)
    assert (tree(found), edges(found)) == (nodes, lines)
    assert (found.levels, found.all_levels) == (levels, 3)


def test_a_branch_that_is_left_alone_is_no_group() -> None:
    text = RESIDUAL.replace("shortcut: []", "shortcut: {when: false, layers: [{type: ReLU}]}")
    assert tree(graph(text))[2:5] == [
        *("sum", "  layer sum.body.one", "  layer sum.body.two"),
    ]


def test_repeats_that_are_alike_are_one() -> None:
    found = graph(REPEATED)
    assert tree(found) == [
        "input input",
        "pair.0/pair.1/pair.2",
        "  layer pair.0.conv",
        "  layer pair.0.relu",
        "more.0/more.1",
        "  more.0.pair.0/more.0.pair.1",
        "    layer more.0.pair.0.conv",
        "    layer more.0.pair.0.relu",
        "output more.1",
    ]
    assert edges(found) == [
        *("input pair.0.conv", "pair.0.conv pair.0.relu", "pair.0.relu more.0.pair.0.conv"),
        *("more.0.pair.0.conv more.0.pair.0.relu", "more.0.pair.0.relu more.1"),
    ]
    assert edges(graph(REPEATED, 1)) == ["input pair.0", "pair.0 more.0", "more.0 more.1"]
    assert len(graph(REPEATED, fold=False).nodes) == 2 + 2 * (3 + 2 * 2)


def test_repeats_of_which_each_is_taken_are_apart() -> None:
    assert edges(graph(POOLS)) == [
        *("input pool.0", "pool.0 pool.1", "pool.1 pool.2"),
        *("input all", "pool.0 all", "pool.1 all", "pool.2 all", "all all"),
    ]
    named = POOLS.replace("from: [input, pool.0, pool.1, pool.2]", "from: [input, pool.2]")
    assert edges(graph(named)) == ["input pool.0", "input all", "pool.0 all", "all all"]
    outputs = named + "outputs: [pool.1, all]\n"
    assert tree(graph(outputs)) == [
        *("input input", "layer pool.0", "layer pool.2", "layer all"),
        *("output pool.1", "output all"),
    ]
    assert edges(graph(outputs))[-2:] == ["pool.0 pool.1", "all all"]


def test_what_a_layer_takes_twice_has_two_edges_and_outputs_have_numbers() -> None:
    text = """
name: Two
input: {left: 4x4x2, right: 4x4x2}
layers:
  - {name: halves, type: Chunk, chunks: 2, from: left}
  - {name: twice, type: Add, from: [halves.1, halves.1]}
  - {name: all, type: Concat, from: [twice, halves.0, right]}
outputs: [twice, all]
"""
    assert edges(graph(text)) == [
        *("left halves", "halves twice 1", "halves twice 1"),
        *("twice all", "halves all 0", "right all", "twice twice", "all all"),
    ]


def test_a_block_that_is_not_looked_into_takes_each_tensor_once() -> None:
    text = """
name: Once
input: 4x4x2
layers:
  - {name: conv, type: Conv2d, out_channels: 2, kernel_size: 1}
  - name: gate
    layers:
      - {name: relu, type: ReLU}
      - {name: product, type: Multiply, from: [relu, conv]}
      - {name: sum, type: Add, from: [product, input]}
"""
    assert edges(graph(text, 1)) == ["input conv", "conv gate", "input gate", "gate gate"]


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_the_edges_are_those_of_json(name: str, variant: str | None) -> None:
    summary = summary_of(name, variant)
    every = levels_of(summary)
    found = graph_of(summary, every, every, fold=False).edges
    inner = [edge for edge in found if edge.target.kind != "output"]
    assert len(found) - len(inner) == len(summary.outputs)
    drawn = [(edge.source.name, edge.target.name, edge.output or "") for edge in inner]
    assert sorted(drawn) == json_edges(summary)
