"""Every problem code with its title, cause, example and cure: what `explain-code` says.

`SC0xx` reading a text, `SC1xx` the language, `SC2xx` shapes, `SC3xx` what a spec promises,
`SC4xx` warnings. A message goes without this catalogue: only who explains codes imports it.
"""

from __future__ import annotations

from shapecalc.problems.codes.code import Code
from shapecalc.problems.codes.language import LANGUAGE
from shapecalc.problems.codes.promises import PROMISES
from shapecalc.problems.codes.reading import READING
from shapecalc.problems.codes.shapes import SHAPES
from shapecalc.problems.codes.warnings import WARNINGS

__all__ = ["CODES", "Code"]

CODES: dict[str, Code] = {
    code.code: code for code in (*READING, *LANGUAGE, *SHAPES, *PROMISES, *WARNINGS)
}
"""The codes in order."""
