"""A report as GitLab's Code Quality artifact.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from shapecalc.check.formats.json import well_formed
from shapecalc.check.formats.locations import file_name
from shapecalc.text.display import visible
from shapecalc.text.json_lines import json_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from shapecalc.check.report import Report
    from shapecalc.problems.problem import Problem

SEVERITIES = {"error": "major", "warning": "minor"}


def lines(report: Report) -> Iterator[str]:
    """A JSON array, a line for each problem."""
    return json_lines((_entry(*found) for found in fingerprints(report.problems)), "ascii")


def _entry(problem: Problem, fingerprint: str) -> dict[str, Any]:
    path = well_formed(file_name(problem.path))
    return {
        "description": visible(problem.message),
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[problem.severity],
        "location": {"path": path, "lines": {"begin": problem.line}},
    }


def fingerprints(problems: list[Problem]) -> Iterator[tuple[Problem, str]]:
    """Each problem with what it is told by in the next run, though its line may have moved.

    It depends on the file, the code and the message; of several that are alike, on which one
    of them it is.
    """
    seen: dict[tuple[str, str, str], int] = {}
    for problem in problems:
        key = (file_name(problem.path), problem.code, problem.message)
        seen[key] = seen.get(key, 0) + 1
        text = "\0".join((*key, str(seen[key])))
        yield problem, sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
