"""Draws cases with Hypothesis and holds each until the time is over: what most fuzzers do.

Hypothesis makes a case that fails as small as it can be, and prints it. The same seed gives the
same cases.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def hold_drawn(
    cases: SearchStrategy[T],
    one: Callable[[T], object],
    first: int,
    seconds: float,
    batches: int | None,
    size: int,
) -> None:
    """Holds cases until the time is over, or there have been so many batches of a size.

    Raises what fails, with the smallest case for which it does.
    """
    drawn = settings(
        max_examples=size,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )

    @drawn
    @given(cases)
    def hold(case: T) -> None:
        one(case)

    end = time.monotonic() + seconds
    batch = 0
    while time.monotonic() < end and (batches is None or batch < batches):
        seed(first + batch)(hold)()
        batch += 1


def main(name: str, document: str | None, fuzz: Callable[[int, float], object]) -> None:
    """Reads the options, fuzzes with a seed for so many seconds, and prints the figures."""
    parser = argparse.ArgumentParser(description=(document or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{name}: {fuzz(options.seed, options.seconds)}")
