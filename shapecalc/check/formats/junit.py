"""A report as JUnit's XML, which CI servers show as tests: a file a test.

Errors are failures; warnings are said in the test's output. Source: the schema that Jenkins'
xunit plugin keeps of what Ant writes (junit-10.xsd).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.formats import full
from shapecalc.text.display import visible
from shapecalc.text.styles import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.check.report import CheckedFile, Report
    from shapecalc.problems.problem import Problem


def lines(report: Report) -> Iterator[str]:
    """The document. It is plain ASCII, whatever the encoding of the output: references say the
    rest."""
    failed = sum(bool(_errors(file)) for file in report.files)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites tests="{len(report.files)}" failures="{failed}" errors="0">'
    yield (
        f'  <testsuite name="shapecalc" tests="{len(report.files)}" failures="{failed}" '
        'errors="0" skipped="0" time="0">'
    )
    for file in report.files:
        yield from _case(file)
    yield "  </testsuite>"
    yield "</testsuites>"


def _errors(file: CheckedFile) -> list[Problem]:
    return [problem for problem in file.problems if problem.severity == "error"]


def _case(file: CheckedFile) -> Iterator[str]:
    head = f'    <testcase classname="shapecalc" name="{escaped(file.path)}" time="0"'
    if not file.problems:
        yield head + "/>"
        return
    yield head + ">"
    errors = _errors(file)
    if errors:
        first = escaped(errors[0].message)
        yield f'      <failure type="{errors[0].code}" message="{first}">'
        yield from _texts(errors)
        yield "      </failure>"
    warnings = [problem for problem in file.problems if problem.severity == "warning"]
    if warnings:
        yield "      <system-out>"
        yield from _texts(warnings)
        yield "      </system-out>"
    yield "    </testcase>"


def _texts(problems: Iterable[Problem]) -> Iterator[str]:
    for line in full.problem_lines(problems):
        yield _markup(text_of(line))


def escaped(text: str) -> str:
    """A text in an attribute or element: nothing marks up, nothing is illegal in XML."""
    return _markup(visible(text))


def _markup(text: str) -> str:
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    text = text.replace("##", "#&#35;")  # a CI runner reads `##[` as a command
    return text.encode("ascii", "xmlcharrefreplace").decode()
