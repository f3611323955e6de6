"""A report as SARIF 2.1.0, which code hosts show as alerts.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import shapecalc
from shapecalc.codes import CODES
from shapecalc.display import visible
from shapecalc.render.gitlab import fingerprints
from shapecalc.render.report_json import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems import Place, Problem
    from shapecalc.report import Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def lines(report: Report) -> Iterator[str]:
    """The log, a line for each result."""
    problems = report.problems
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "shapecalc",
        "version": shapecalc.__version__,
        "rules": [_rule(code) for code in codes],
    }
    yield "{"
    yield f'  "$schema": {safe(SCHEMA)},'
    yield '  "version": "2.1.0",'
    yield '  "runs": [{'
    yield f'    "tool": {safe({"driver": driver})},'
    yield '    "columnKind": "unicodeCodePoints",'
    yield '    "results": ['
    found = [
        safe(_result(problem, codes.index(problem.code), fingerprint))
        for problem, fingerprint in fingerprints(problems)
    ]
    yield from (f"      {text}," for text in found[:-1])
    yield from (f"      {text}" for text in found[-1:])
    yield "    ]"
    yield "  }]"
    yield "}"


def _rule(code: str) -> dict[str, Any]:
    known = CODES.get(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.cause},
        "help": {"text": f"{known.cause}\n\nInstead of\n\n{known.example}\nwrite\n\n{known.cure}"},
    }


def _result(problem: Problem, rule: int, fingerprint: str) -> dict[str, Any]:
    text = visible(problem.message)
    if problem.hint is not None:
        text += f" ({visible(problem.hint)})"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(problem.place)}],
        "partialFingerprints": {"problem/v1": fingerprint},
    }
    related = [
        {"id": index, "physicalLocation": _location(place), "message": {"text": visible(text)}}
        for index, (text, place) in enumerate(problem.related)
        if place is not None
    ]
    if related:
        result["relatedLocations"] = related
    return result


def _location(place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": uri(place.source.path)},
        "region": {"startLine": place.line, "startColumn": place.column},
    }


def uri(path: str) -> str:
    """A path as a URI reference: relative where the path is."""
    from urllib.parse import quote

    text = path.replace(os.sep, "/").encode("utf-8", "surrogatepass")
    quoted = quote(text, safe="/-._~")
    return f"file://{quoted}" if quoted.startswith("/") else quoted
