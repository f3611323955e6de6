"""A run that is written out in plain words is the same network."""

from __future__ import annotations

import json
import re

import pytest
from lines import texts
from networks import NETWORKS, summary_of
from wirings import FCN, WIRINGS

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.problems.problem import SpecError
from shapecalc.render.code.plain_words import in_plain_words
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options


def same(found: Summary, meant: Summary) -> None:
    """Hold a network to another."""
    computed = [
        [
            (node.outputs, *((node.params, node.buffers, node.macs) if node.layer else (0, 0, 0)))
            for node in run.operations()
        ]
        for run in (found, meant)
    ]
    assert computed[0][: len(computed[1])] == computed[1]
    assert list(found.outputs.values()) == list(meant.outputs.values())
    assert (found.params, found.buffers, found.macs) == (meant.params, meant.buffers, meant.macs)
    assert {node.path for node in meant.layers} <= {node.path for node, _ in found.walk()}


@pytest.mark.parametrize("text", WIRINGS.values(), ids=list(WIRINGS))
def test_a_network_that_is_written_out_is_the_same(text: str) -> None:
    summary = shapecalc.loads(text).summary()
    plain = in_plain_words(summary, "PyTorch")
    assert plain is not summary
    same(plain, summary)


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_a_bundled_network_that_is_a_block_is_the_same(name: str, variant: str | None) -> None:
    alone = summary_of(name, variant)
    inputs = ", ".join(f"{each}: {shape}" for each, shape in alone.inputs.items())
    text = f"input: {{{inputs}}}\nlayers: [{{type: {variant or name}, from: {list(alone.inputs)}}}]"
    if len(alone.outputs) > 1:
        text += f"\noutputs: {[f'{variant or name}.'.lower() + each for each in alone.results]}"
    summary = shapecalc.loads(text).summary()
    same(in_plain_words(summary, "PyTorch"), summary)


def test_blocks_in_plain_words_are_used_as_they_are() -> None:
    code = "\n".join(texts(EXPORTERS["pytorch"].export(shapecalc.loads(FCN).summary(), Options())))
    assert len(re.findall(r"^class ", code, re.MULTILINE)) == 2
    assert "BasicBlock(64, 128, stride=2)" in code


HOSTILE = [
    "class",
    "a b'c\n\"d",
    "卷积",
    "x" * 200,
    "0",
    "self",
    '"""',
    "# no",
    "{{a}}",
]


@pytest.mark.parametrize("format", ["pytorch", "keras"])
def test_names_and_notes_come_out_as_text(format: str) -> None:
    layers = [
        {"name": name, "type": "Conv2d", "out_channels": "in_height", "kernel_size": 1}
        | {"note": f"{{in_height}} {name} }}}} {{{{in_width}}}}" if "{" not in name else name}
        for name in HOSTILE
    ]
    text = json.dumps({"name": HOSTILE[1], "input": "4x5x3", "layers": layers})
    code = "\n".join(texts(EXPORTERS[format].export(shapecalc.loads(text).summary(), Options())))
    compile(code, "written", "exec")
    assert code.count("} {in_width}") == len(HOSTILE) - 1


@pytest.mark.parametrize("format", ["pytorch", "keras"])
def test_a_layer_that_is_stated_is_refused_by_name(format: str) -> None:
    text = (
        "input: 8x8x3\nlayers:\n  - {name: a, type: Custom, output: [8, 8, in_channels], params: 3}"
    )
    with pytest.raises(SpecError, match=r"a: .* cannot say this Custom") as found:
        list(EXPORTERS[format].export(shapecalc.loads(text).summary(), Options()))
    assert found.value.problems[0].code == "SC211"
    assert found.value.problems[0].line == 3


@pytest.mark.parametrize("format", ["pytorch", "keras"])
def test_more_than_is_written_is_refused(format: str) -> None:
    text = """
input: 8x8x3
blocks: {B: {inputs: [x, y], layers: [{type: Add, from: [x, y]}], outputs: [add, y]}}
layers: [{name: b, type: B, repeat: 16001, from: [input, input]}]
outputs: [b.add]
"""
    summary = shapecalc.loads(text).summary()
    with pytest.raises(SpecError, match="more than 16,000 layers to write") as found:
        list(EXPORTERS[format].export(summary, Options()))
    assert found.value.problems[0].code == "SC211"
