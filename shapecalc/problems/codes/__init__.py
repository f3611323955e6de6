"""Every code of an error with its title, cause, example and fix: what `explain-code` says.

`reading` has `SC0xx` (reading a text), `language` `SC1xx`, `shapes` `SC2xx`, `expectations` `SC3xx`
(what a spec is held to), `importing` `SC5xx` (files of other programs). Only who explains codes
imports them.
"""

from __future__ import annotations

from shapecalc.problems.code import Code
from shapecalc.problems.codes.expectations import EXPECTATIONS
from shapecalc.problems.codes.importing import IMPORTING
from shapecalc.problems.codes.language import LANGUAGE
from shapecalc.problems.codes.reading import READING
from shapecalc.problems.codes.shapes import SHAPES

__all__ = ["ERRORS", "Code"]

ERRORS: dict[str, Code] = {
    code.code: code for code in (*READING, *LANGUAGE, *SHAPES, *EXPECTATIONS, *IMPORTING)
}
"""The codes of errors, in order. Those of warnings are in the files of their rules."""
