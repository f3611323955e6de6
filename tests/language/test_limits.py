"""Limits that the code holds to are the ones that people are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

from shapecalc import SpecError, limits, loads
from shapecalc.check.check import check
from shapecalc.check.codes import CODES
from shapecalc.inference.work import Work
from shapecalc.reference.pages import page_text
from shapecalc.text.source import Source

LIMITS = " ".join(f"{page_text('limits')} {page_text('files')}".split())

TOLD = {
    "MAXIMUM_BYTES": "32 MiB",
    "MAXIMUM_SETTINGS": "a file with a project's settings 256 KiB",
    "MAXIMUM_PATTERNS": "lists of 100 values",
    "MAXIMUM_PAGE": "a page for `--into` 1 MiB",
    "MAXIMUM_CALLS": "what `calc` reads 262,144 characters",
    "MAXIMUM_MODEL": "text of a model of Keras 8 MiB",
    "MAXIMUM_MODEL_VALUES": "with 500,000 values",
    "MAXIMUM_USES": "65,536 uses of layers",
    "MAXIMUM_WEIGHTS": "50,000 arrays of weights",
    "MAXIMUM_LOCK": "a lock may have 8 MiB",
    "MAXIMUM_WIDE": "8,388,608 characters if not all are ASCII",
    "MAXIMUM_NODES": "1,572,864 keys and values",
    "MAXIMUM_KEYS": "mappings of 10,000 keys",
    "MAXIMUM_ANCHORS": "100,000 anchors",
    "MAXIMUM_BLOCKS": "10,000 blocks",
    "MAXIMUM_DEPTH": "mappings and lists nested 100 deep",
    "MAXIMUM_COPIES": "aliases that stand for 1,000,000 more",
    "MAXIMUM_INTEGER": "integers up to 2^63 - 1",
    "MAXIMUM_EXPRESSION": "expressions of 1,000 characters",
    "MAXIMUM_EXPRESSION_NESTING": "characters nested 50 deep",
    "MAXIMUM_LIST": "lists of 1,000 values",
    "MAXIMUM_ELEMENTS": "tensors of 2^63 - 1 elements",
    "MAXIMUM_RANK": "8 spatial axes",
    "MAXIMUM_STEPS": "2,000,000 steps of expressions",
    "MAXIMUM_CHARACTERS": "16,000,000 characters of paths",
    "MAXIMUM_NOTES": "4,000,000 of notes",
    "MAXIMUM_TENSORS": "500,000 inputs and outputs of layers and blocks that have several",
    "MAXIMUM_NOTE": "notes of 10,000 characters",
    "MAXIMUM_BATCH": "batches of 2,147,483,648",
    "MAXIMUM_LAYERS": "131,072 layers",
    "MAXIMUM_LAYERS_COMPARED": "40,000 where two are compared",
    "MAXIMUM_EXPLAINED": "3,000 with their inputs where they are explained",
    "MAXIMUM_LAYERS_WRITTEN": "16,000 where they are written as code, fewer with expressions",
    "MAXIMUM_DRAWN": "4,000 nodes of a drawing and rows in LaTeX",
    "MAXIMUM_NESTING": "blocks, sequences and branches nested 50 deep",
    "MAXIMUM_INPUTS": "64 inputs",
    "MAXIMUM_ARGUMENTS": "100 arguments",
    "MAXIMUM_IMPORTS": "100 imported files",
    "MAXIMUM_NAME": "names of 200 characters",
    "MAXIMUM_PATH": "paths of 1,000",
    "MAXIMUM_PARTS": "1,024 parts",
    "MAXIMUM_CONNECTIONS": "100,000 inputs in all",
    "MAXIMUM_CFG": "a cfg of Darknet may have 2 MiB",
    "MAXIMUM_IMPORTED": "10,000 layers, with",
    "MAXIMUM_PROTO_VALUES": "a prototxt of Caffe 250,000 values",
    "MAXIMUM_ONNX_FIELDS": "2,000,000 fields",
    "MAXIMUM_ONNX_TEXT": "texts of 65,536 bytes",
    "MAXIMUM_ONNX_NODES": "32,768 nodes",
    "MAXIMUM_ONNX_NESTING": "graphs nested 16 deep",
    "MAXIMUM_ONNX_ELEMENTS": "tensors of 4,096 numbers",
    "MAXIMUM_ONNX_NUMBERS": "1,000,000 in all",
    "MAXIMUM_ONNX_STEPS": "1,000,000 steps of patterns",
    "MAXIMUM_PROBLEMS": "the first 1,000 problems",
}
"""How the documentation tells each limit."""

UNTOLD = {"LONGEST_PATH", "MAXIMUM_GATHERED", "MAXIMUM_HINTS", "MAXIMUM_WORDS", "MAXIMUM_LISTED"}
"""What follows from another limit, or bounds the help with a spec that is wrong."""


def values() -> dict[str, int]:
    return {name: value for name, value in vars(limits).items() if name.isupper()}


IN_BYTES = {
    "MAXIMUM_BYTES",
    "MAXIMUM_CFG",
    "MAXIMUM_LOCK",
    "MAXIMUM_MODEL",
    "MAXIMUM_PAGE",
    "MAXIMUM_SETTINGS",
}


def written(name: str) -> str:
    """A limit as the documentation writes it."""
    value = values()[name]
    if value == 2**63 - 1:
        return "2^63 - 1"
    if name in IN_BYTES:
        return f"{value // 2**20} MiB" if value >= 2**20 else f"{value // 2**10} KiB"
    return f"{value:,}"


def test_every_limit_has_its_words() -> None:
    assert values().keys() == TOLD.keys() | UNTOLD


@pytest.mark.parametrize("name", TOLD)
def test_the_documentation_tells_the_limit(name: str) -> None:
    assert written(name) in TOLD[name]
    assert TOLD[name] in LIMITS


def test_the_explanations_of_codes_tell_the_limits() -> None:
    assert f"{limits.MAXIMUM_LAYERS:,}" in CODES["SC113"].cause
    assert f"{limits.MAXIMUM_LAYERS_COMPARED:,}" in CODES["SC113"].cause
    assert f"{limits.MAXIMUM_BYTES // 2**20} MiB" in CODES["SC008"].cause


WAYS = {
    "a repeat": "[{type: ReLU, repeat: MOST}]",
    "a repeat by an expression": '[{type: ReLU, repeat: "MOST"}]',
    "both": '[{type: ReLU, repeat: 20000}, {type: ReLU, repeat: "MOST - 20000"}]',
    "two by expressions": '[{type: ReLU, repeat: "9 * 10"}, {type: ReLU, repeat: "MOST - 90"}]',
    "repeats in repeats": (
        '[{layers: [{type: ReLU, repeat: "2"}], repeat: 10}, {type: ReLU, repeat: "MOST - 30"}]'
    ),
    "a block": '[{type: B, repeat: "4"}, {type: ReLU, repeat: "MOST - 8"}]',
}
"""Layers of which there are as many as `MOST`."""


@pytest.mark.parametrize("most", [limits.MAXIMUM_LAYERS, limits.MAXIMUM_LAYERS_COMPARED])
@pytest.mark.parametrize("way", WAYS)
def test_the_most_layers_are_those_of_the_network_however_they_come_about(
    way: str, most: int
) -> None:
    for count in (most, most + 1):
        text = "input: 2\nblocks: {B: {layers: [{type: ReLU}]}}\nlayers: "
        try:
            spec = loads(text + WAYS[way].replace("MOST", str(count)))
            summary = spec.summary_within(Work(most))
        except SpecError as error:
            assert count > most
            assert [problem.code for problem in error.problems] == ["SC113"]
            assert f"the maximum is {most}" in error.problems[0].message
        else:
            assert count == most == sum(1 for _ in summary.walk())


def test_a_repeat_that_is_too_often_says_how_often() -> None:
    text = "input: 2\nlayers: [{name: a, type: ReLU, repeat: 131073}]"
    problems = check(Source("net.yaml", text)).problems
    assert "131073 repeats of 1 layer" in problems[0].message


@pytest.mark.parametrize("large", [0, 1])
def test_networks_that_are_compared_are_smaller(large: int, tmp_path: Path) -> None:
    for index in range(2):
        times = limits.MAXIMUM_LAYERS_COMPARED + (index == large)
        text = f"input: 2\nlayers: [{{type: ReLU, repeat: {times}}}]"
        (tmp_path / f"{index}.yaml").write_text(text)
    found = run("diff", "0.yaml", "1.yaml", folder=tmp_path)
    assert (found.status, found.out) == (1, "")
    assert "the maximum is 40000 where two networks are compared" in found.err
    assert f"{large}.yaml:2:" in found.err
