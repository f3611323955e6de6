"""A report as JSON: the specs that were checked, the counts, every problem with its places.

```json
{
  "shapecalc": "0.1.0",
  "files": ["nets/a.yaml", "nets/b.yaml"],
  "errors": 1,
  "warnings": 0,
  "problems": [
    {
      "code": "SC204",
      "severity": "error",
      "message": "conv2: groups 3 does not divide in_channels 64",
      "hint": "groups must divide 64 and 96: 1, 2, 4, 8, 16 or 32",
      "path": "nets/a.yaml",
      "line": 14,
      "column": 57,
      "end_column": 58,
      "fix": null,
      "related": [
        {
          "message": "conv1 outputs 112x112x64",
          "path": "nets/a.yaml",
          "line": 9,
          "column": 5,
          "end_column": 10
        }
      ]
    }
  ]
}
```

`files` has every spec that was checked, in order; a problem's `path` may be that of a file that
one of them imports. Problems are ordered by path and position. Lines and columns count from 1,
columns in characters; `end_column` is the one after the word that is meant. `hint` is null
where there is none, and so is `fix`; that is what `--fix` writes (`--fix-expect` for SC302): a
`text`, from `line` and `column` to `end_line` and `end_column`. Something related that has no place
has a `message` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.check.formats.locations import end_column
from shapecalc.text.json_lines import json_lines
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.report import Report
    from shapecalc.problems.problem import Place, Problem


def lines(report: Report) -> Iterator[str]:
    """The document, a line for each problem. It is plain ASCII: escapes say the rest."""
    content = {
        "shapecalc": __version__,
        "files": [well_formed(file.path) for file in report.files],
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "problems": (_problem(problem) for problem in report.problems),
    }
    return json_lines(content, "ascii")


def well_formed(text: str) -> str:
    """A text of which the halves of surrogate pairs are written as escapes.

    A file whose name is not UTF-8 has them, and many readers of JSON refuse them.
    """
    return text.encode("utf-8", "backslashreplace").decode()


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": well_formed(problem.message),
        "hint": None if problem.hint is None else well_formed(problem.hint),
        **_place(problem.place),
        "fix": _fix(problem),
        "related": [
            {"message": well_formed(text), **({} if place is None else _place(place))}
            for text, place in problem.related
        ],
    }


def _fix(problem: Problem) -> dict[str, Any] | None:
    edit = problem.edit
    if edit is None:
        return None
    start = problem.place.source.position(edit.start)
    end = problem.place.source.position(edit.end)
    return {
        "text": well_formed(edit.text),
        "line": start[0],
        "column": start[1],
        "end_line": end[0],
        "end_column": end[1],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": well_formed(place.source.path),
        "line": place.line,
        "column": place.column,
        "end_column": end_column(place),
    }
