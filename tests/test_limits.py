"""Limits that the code holds to are the ones that people are told."""

from __future__ import annotations

from pathlib import Path

from shapecalc.expressions.values import LIMIT
from shapecalc.language.arguments import MAXIMUM_ARGUMENTS
from shapecalc.limits import MAXIMUM_LAYERS, MAXIMUM_LIST, MAXIMUM_NESTING
from shapecalc.problems.codes import CODES
from shapecalc.problems.problem import MAXIMUM_REPORTED
from shapecalc.shapes.shape import MAXIMUM_ELEMENTS
from shapecalc.spec_reader import MAXIMUM_INPUTS
from shapecalc.text.files import MAXIMUM_BYTES
from shapecalc.yaml.reader import MAXIMUM_NODES
from shapecalc.yaml.scalars import LARGEST_INTEGER

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
LIMITS = " ".join(README[README.index("## Limits") :].split())


def test_the_readme_tells_the_limits() -> None:
    assert f"at most {MAXIMUM_BYTES // 2**20} MiB" in LIMITS
    assert f"{MAXIMUM_LAYERS:,} layers" in LIMITS
    assert f"at most {MAXIMUM_NESTING} deep" in LIMITS
    assert f"{MAXIMUM_NODES:,} keys and values" in LIMITS
    assert f"{MAXIMUM_INPUTS} inputs, {MAXIMUM_ARGUMENTS} arguments" in LIMITS
    assert f"{MAXIMUM_LIST:,} values" in LIMITS
    assert f"more than {MAXIMUM_REPORTED:,} problems" in LIMITS
    assert "2^63 - 1 elements" in LIMITS
    assert MAXIMUM_ELEMENTS == 2**63 - 1


def test_the_explanations_of_codes_tell_the_limits() -> None:
    assert f"{MAXIMUM_LAYERS:,}" in CODES["SC113"].cause
    assert f"{MAXIMUM_BYTES // 2**20} MiB" in CODES["SC008"].cause


def test_integers_have_the_same_bound_wherever_they_are_read() -> None:
    assert LARGEST_INTEGER == LIMIT - 1 == MAXIMUM_ELEMENTS
