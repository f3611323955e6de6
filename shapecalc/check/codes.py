"""Every code that a check may report, those of errors and those of warnings."""

from __future__ import annotations

from shapecalc.problems.codes import ERRORS, Code
from shapecalc.problems.problem import Refusal
from shapecalc.problems.suggestions import did_you_mean
from shapecalc.rules import RULES
from shapecalc.rules.selection import IGNORABLE

_ALL = (*ERRORS.values(), *(rule.code for rule in RULES))

CODES: dict[str, Code] = {code.code: code for code in sorted(_ALL, key=lambda each: each.code)}
"""The codes in order."""


def refuse_unknown(code: str, ignored: bool) -> None:
    """Raises Refusal for what is no code or prefix of codes, or cannot be ignored and should be."""
    if not any(known.startswith(code) for known in CODES):
        hint = did_you_mean(code, CODES) or "`shapecalc explain-code` lists them"
        raise Refusal("SC104", f"unknown code {code!r}", hint)
    if ignored and not code.startswith(IGNORABLE):
        hint = f"only {' and '.join(IGNORABLE)} can be ignored"
        raise Refusal("SC104", f"{code} is an error in the spec itself", hint)
