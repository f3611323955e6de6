"""The formats of a report, a file each.

`FORMATS` is the index. `full`, `concise` and `markdown` are what a person reads; `json`, `github`,
`gitlab`, `sarif` and `junit` are what programs read; `locations` names files and columns for those.
"""

from __future__ import annotations

from shapecalc.text.formats import Format, by_name


class ReportFormat(Format):
    """A format of `shapecalc check`. Its module has `lines(report)`.

    for_people: whether a line that sums up follows on standard error.
    """

    __slots__ = ("for_people",)

    def __init__(self, name: str, about: str, for_people: bool = False) -> None:
        super().__init__(name, f"{__name__}.{name}", about)
        self.for_people = for_people


FORMATS = by_name(
    ReportFormat("full", "each problem with its line and what helps", for_people=True),
    ReportFormat("concise", "a line for each problem", for_people=True),
    ReportFormat("markdown", "a page for the summary of a CI step, with what budgets leave"),
    ReportFormat("json", "every problem with its places"),
    ReportFormat("github", "marks lines of a pull request on GitHub", for_people=True),
    ReportFormat("gitlab", "GitLab's Code Quality"),
    ReportFormat("sarif", "SARIF 2.1.0, for code hosts"),
    ReportFormat("junit", "JUnit's XML, for CI servers"),
)
"""The formats: three for people, then those that programs read."""
