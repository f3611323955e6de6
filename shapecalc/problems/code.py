"""What there is to say about a problem code."""

from __future__ import annotations


class Code:
    """A problem code.

    code: such as "SC204". title: a few words. cause: a sentence or two: what is wrong, and why
    it is refused. example: a spec that has the problem. fix: the same spec, fixed.
    fixable: what of it `shapecalc check --fix` fixes, to end a sentence; "" for nothing.
    """

    __slots__ = ("cause", "code", "example", "fix", "fixable", "title")

    def __init__(
        self, code: str, title: str, cause: str, example: str, fix: str, fixable: str = ""
    ) -> None:
        self.code = code
        self.title = title
        self.cause = cause
        self.example = example
        self.fix = fix
        self.fixable = fixable
