"""Every code that a check may report: those of errors, then those of warnings."""

from __future__ import annotations

from shapecalc.problems.codes import ERRORS, Code
from shapecalc.rules import RULES

CODES: dict[str, Code] = {**ERRORS, **{rule.code.code: rule.code for rule in RULES}}
"""The codes in order."""
