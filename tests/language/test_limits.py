"""Limits that the code holds to are the ones that people are told."""

from __future__ import annotations

import pytest
from folders import TOP

from shapecalc import limits
from shapecalc.check.check import check
from shapecalc.check.codes import CODES
from shapecalc.text.source import Source

README = (TOP / "README.md").read_text(encoding="utf-8")
LIMITS = " ".join(README[README.index("## Limits") :].split())

TOLD = {
    "MAXIMUM_BYTES": "32 MiB",
    "MAXIMUM_PAGE": "a page for `--into` may have 1 MiB",
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
    "MAXIMUM_STEPS": "4,000,000 steps of expressions",
    "MAXIMUM_CHARACTERS": "16,000,000 characters of paths",
    "MAXIMUM_NOTES": "4,000,000 of notes",
    "MAXIMUM_TENSORS": "500,000 inputs and outputs of layers that have several",
    "MAXIMUM_NOTE": "notes of 10,000 characters",
    "MAXIMUM_BATCH": "batches of 2,147,483,648",
    "MAXIMUM_LAYERS": "131,072 layers",
    "MAXIMUM_NESTING": "blocks, sequences and branches nested 50 deep",
    "MAXIMUM_INPUTS": "64 inputs",
    "MAXIMUM_ARGUMENTS": "100 arguments",
    "MAXIMUM_IMPORTS": "100 imported files",
    "MAXIMUM_NAME": "names of 200 characters",
    "MAXIMUM_PATH": "paths of 1,000",
    "MAXIMUM_PARTS": "1,024 parts",
    "MAXIMUM_PROBLEMS": "the first 1,000 problems",
}
"""How the README tells each limit."""

UNTOLD = {"LONGEST_PATH", "MAXIMUM_GATHERED", "MAXIMUM_HINTS", "MAXIMUM_WORDS", "MAXIMUM_LISTED"}
"""What follows from another limit, or bounds the help with a spec that is wrong."""


def values() -> dict[str, int]:
    return {name: value for name, value in vars(limits).items() if name.isupper()}


def written(value: int) -> str:
    """A limit as the README writes it."""
    if value == 2**63 - 1:
        return "2^63 - 1"
    sizes = (limits.MAXIMUM_BYTES, limits.MAXIMUM_PAGE)
    return f"{value // 2**20} MiB" if value in sizes else f"{value:,}"


def test_every_limit_has_its_words() -> None:
    assert values().keys() == TOLD.keys() | UNTOLD


@pytest.mark.parametrize("name", TOLD)
def test_the_readme_tells_the_limit(name: str) -> None:
    assert written(values()[name]) in TOLD[name]
    assert TOLD[name] in LIMITS


def test_the_explanations_of_codes_tell_the_limits() -> None:
    assert f"{limits.MAXIMUM_LAYERS:,}" in CODES["SC113"].cause
    assert f"{limits.MAXIMUM_BYTES // 2**20} MiB" in CODES["SC008"].cause


@pytest.mark.parametrize(("times", "fits"), [(131_072, True), (131_073, False)])
def test_the_most_layers_are_those_of_the_network_alone(times: int, fits: bool) -> None:
    text = f"input: 2\nlayers: [{{name: a, type: ReLU, repeat: {times}}}]"
    problems = check(Source("net.yaml", text), keep=False).problems
    assert [problem.code for problem in problems] == ([] if fits else ["SC113"])
    if not fits:
        assert "131073 repeats of 1 layer" in problems[0].message
