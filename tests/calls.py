"""What the tests of calls share: what `shapecalc calc` makes of a text of layers."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from shapecalc import Spec, SpecError, Summary
from shapecalc.language.given import GivenShape
from shapecalc.language.spec_text import spec_lines
from shapecalc.loading import load_calls
from shapecalc.problems.problem import Problem
from shapecalc.text.source import Source


class Read(NamedTuple):
    """A spec of calls, and its summary for an input."""

    spec: Spec
    summary: Summary

    def yaml(self) -> list[str]:
        """The lines of the spec in YAML."""
        return list(spec_lines("network", self.summary.input, self.spec.node.values["layers"]))


def read(text: str, input: object) -> Read:
    """What is read of a text, for an input. Raises SpecError."""
    given = GivenShape(input)
    spec = load_calls(Source("LAYER", text), given)
    return Read(spec, spec.summary(input=given))


def problems(text: str, input: str = "32x32x3") -> list[Problem]:
    """What is wrong with a text."""
    with pytest.raises(SpecError) as caught:
        read(text, input)
    return caught.value.problems
