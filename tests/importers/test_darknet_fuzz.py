"""The fuzzer of cfg files, for a moment; `fuzz_darknet.py` says how it runs for longer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from running import program

TESTS = Path(__file__).parent


def fuzzed(seconds: float, most: int) -> None:
    """Fuzz in a process of its own, whose memory is its own."""
    code = (
        f"import sys; sys.path.insert(0, {str(TESTS)!r}); "
        f"from fuzz_darknet import fuzz; counts = fuzz({seconds}, 20261126, {most}); "
        "assert counts.get('') and len(counts) > 3, counts"
    )
    program(code)


def test_mutants_are_read_or_refused() -> None:
    fuzzed(20, 300)


@pytest.mark.slow
def test_many_mutants_are_read_or_refused() -> None:
    fuzzed(40, sys.maxsize)
