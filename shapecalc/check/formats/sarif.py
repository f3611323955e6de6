"""A report as SARIF 2.1.0, which code hosts show as alerts.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.check.codes import CODES
from shapecalc.check.formats.gitlab import fingerprints
from shapecalc.check.formats.locations import end_column, file_name
from shapecalc.text.display import visible
from shapecalc.text.json_lines import json_lines
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.report import Report
    from shapecalc.problems.edit import Edit
    from shapecalc.problems.problem import Place, Problem

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def lines(report: Report) -> Iterator[str]:
    """The log, a line for each result. Columns count characters."""
    problems = report.problems
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "shapecalc",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    indexes = {code: index for index, code in enumerate(codes)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": (
            _result(problem, indexes[problem.code], fingerprint)
            for problem, fingerprint in fingerprints(problems)
        ),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": (each for each in [run])}
    return json_lines(log, "ascii")


def _rule(code: str) -> dict[str, Any]:
    known = CODES[code]
    cause = _plain(known.cause)
    help_ = dict(cause)
    if known.example:
        # its braces stay single: who shows it copies it, and none of them is a placeholder
        help_["markdown"] = (
            f"{known.cause}\n\nInstead of\n\n{_fenced(known.example)}\n"
            f"write\n\n{_fenced(known.fix)}"
        )
    return {
        "id": code,
        "shortDescription": _plain(known.title),
        "fullDescription": cause,
        "help": help_,
    }


def _fenced(spec: str) -> str:
    shown = "\n".join(map(visible, spec.rstrip("\n").split("\n")))
    return f"```yaml\n{shown}\n```\n"


def _plain(text: str) -> dict[str, str]:
    """A message in which nothing is a placeholder (section 3.11.5) or a link (3.11.6)."""
    shown = visible(text).replace("](", r"]\(")
    return {"text": shown.replace("{", "{{").replace("}", "}}")}


def _result(problem: Problem, rule: int, fingerprint: str) -> dict[str, Any]:
    notes = [text for text, place in problem.related if place is None]
    text = "; ".join([problem.message, *notes])
    if problem.hint is not None:
        text += f" ({problem.hint})"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": _plain(text),
        "locations": [{"physicalLocation": _location(problem.place)}],
        "partialFingerprints": {"problem/v1": fingerprint},
    }
    related = [
        {"id": index, "physicalLocation": _location(place), "message": _plain(text)}
        for index, (text, place) in enumerate(problem.related)
        if place is not None
    ]
    if related:
        result["relatedLocations"] = related
    if problem.edit is not None:
        result["fixes"] = [_fix(problem, problem.edit)]
    return result


def _fix(problem: Problem, edit: Edit) -> dict[str, Any]:
    source = problem.place.source
    start, end = source.position(edit.start), source.position(edit.end)
    deleted = {
        "startLine": start[0],
        "startColumn": start[1],
        "endLine": end[0],
        "endColumn": end[1],
    }
    change = {
        "artifactLocation": {"uri": uri(source.path)},
        "replacements": [{"deletedRegion": deleted, "insertedContent": {"text": edit.text}}],
    }
    description = _plain(problem.hint or "write what was found")
    return {"description": description, "artifactChanges": [change]}


def _location(place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": uri(place.source.path)},
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": end_column(place),
        },
    }


def uri(path: str) -> str:
    """A path as a URI reference: relative where the path is, or in the repository.

    Of a file whose name is not UTF-8, it has the bytes.
    """
    name = file_name(path)
    if not os.path.isabs(path) or name != path.replace(os.sep, "/"):
        return _quoted(name)
    drive, rest = os.path.splitdrive(path)
    root = file_name(drive)  # of Windows: `C:`, or `//server/share`
    scheme = "file:" if root.startswith("//") else "file:///" if root else "file://"
    return scheme + _quoted(root, ":") + _quoted(file_name(rest))


def _quoted(name: str, safe: str = "") -> str:
    from urllib.parse import quote

    try:
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of surrogate pairs: no file has such a name
        data = name.encode("utf-8", "backslashreplace")
    return quote(data, safe="/-._~" + safe)
