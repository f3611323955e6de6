"""What is read once for a whole process: nothing half made is ever seen, by another thread or after
an interrupt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import running

from shapecalc.text import source as text
from shapecalc.text.source import Source

SCRIPT = Path(__file__).with_name("first_load.py")

TIMES = "8"
"""Processes of each kind that load for the first time; by hand, the script takes any number."""


def said(*arguments: str) -> str:
    """What a program of Python says."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=running.environment(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode()


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "mode",
    [
        "threads",
        *(pytest.param(mode, marks=SLOW) for mode in ("pool", "interrupted", "overtaken")),
    ],
)
def test_a_first_load(mode: str) -> None:
    assert said(str(SCRIPT), mode, TIMES) == ""


def test_threads_that_also_import_first() -> None:
    code = "import first_load; print(first_load.in_threads(), end='')"
    for _ in range(2):
        assert said("-c", f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); {code}") == ""


HALF_IMPORTED = """
import sys
from shapecalc import layers
from shapecalc.layers.base import Layer

define = vars(Layer)["__init_subclass__"]

def interrupt(cls, names=""):
    define.__func__(cls, names)
    raise KeyboardInterrupt

Layer.__init_subclass__ = classmethod(interrupt)
try:
    layers.find_type("PixelShuffle")
except KeyboardInterrupt:
    print("interrupted")
Layer.__init_subclass__ = define
for name in layers.FAMILIES["shuffling"].split():
    layer = layers.find_type(name).layer
    print(name, getattr(sys.modules[layer.__module__], layer.__name__) is layer)
"""


def test_a_family_whose_import_was_interrupted_is_imported_again() -> None:
    lines = said("-c", HALF_IMPORTED).splitlines()
    assert lines == [
        "interrupted",
        "ChannelShuffle True",
        "PixelShuffle True",
        "PixelUnshuffle True",
    ]


def test_places_are_right_while_and_after_the_table_of_lines_is_made() -> None:
    written = "a: 1\n" * 5_000
    places = [(0, (1, 1)), (9_999, (2_000, 5)), (len(written), (5_001, 1))]

    def right(source: Source) -> bool:
        return all(source.position(offset) == place for offset, place in places)

    def looked_up(source: Source, moment: int, interrupt: bool) -> tuple[bool, int]:
        """Whether places are right with another look-up, or an interrupt, at one of the lines."""
        lines = 0
        all_right = True

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal lines, all_right
            if frame.f_code.co_filename != text.__file__:
                return None
            lines += 1
            if lines == moment and interrupt:
                raise KeyboardInterrupt
            if lines == moment:
                all_right = right(source)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            all_right = right(source) and all_right
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(before)
        return all_right and right(source), lines

    _, lines = looked_up(Source("a", written), 0, False)
    assert lines > 50
    for moment in range(1, lines + 1):
        for interrupt in (False, True):
            assert looked_up(Source("a", written), moment, interrupt)[0], (moment, interrupt)
