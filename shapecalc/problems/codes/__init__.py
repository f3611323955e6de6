"""Every problem code with its title, cause, example and fix: what `explain-code` says.

`code` is what there is to say of one. `reading` has `SC0xx` (reading a text), `language` `SC1xx`,
`shapes` `SC2xx`, `expectations` `SC3xx` (what a spec is held to), `warnings` `SC4xx`. Only
who explains codes imports them.
"""

from __future__ import annotations

from shapecalc.problems.codes.code import Code
from shapecalc.problems.codes.expectations import EXPECTATIONS
from shapecalc.problems.codes.language import LANGUAGE
from shapecalc.problems.codes.reading import READING
from shapecalc.problems.codes.shapes import SHAPES
from shapecalc.problems.codes.warnings import WARNINGS

__all__ = ["CODES", "Code"]

CODES: dict[str, Code] = {
    code.code: code for code in (*READING, *LANGUAGE, *SHAPES, *EXPECTATIONS, *WARNINGS)
}
"""The codes in order."""
