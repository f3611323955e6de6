"""A short run of each fuzzer, always with the same specs: they find what the long ones found."""

from __future__ import annotations

import pytest

from fuzz.bytes import mutate
from fuzz.pages import fuzz_pages
from fuzz.structure import BATCH, fuzz


@pytest.mark.parametrize(
    ("executions", "codes"), [(40, 5), pytest.param(2000, 20, marks=pytest.mark.slow)]
)
def test_mutated_bytes_hold(executions: int, codes: int) -> None:
    held = mutate(seed=1, seconds=300, executions=executions)
    assert held.executions == executions
    assert len(held.codes) > codes


@pytest.mark.parametrize(
    ("batches", "size", "codes"), [(1, 30, 5), pytest.param(6, BATCH, 20, marks=pytest.mark.slow)]
)
def test_specs_that_are_made_up_hold(batches: int, size: int, codes: int) -> None:
    held = fuzz(first=1, seconds=300, batches=batches, size=size)
    assert held.executions >= batches * size // 2
    assert held.networks > size // 10
    assert len(held.codes) > codes


@pytest.mark.parametrize(
    ("batches", "size"), [(1, 60), pytest.param(6, BATCH, marks=pytest.mark.slow)]
)
def test_pages_that_are_made_up_hold(batches: int, size: int) -> None:
    held = fuzz_pages(first=1, seconds=300, batches=batches, size=size)
    assert held.executions >= batches * size // 2
    assert held.places > held.executions // 20
