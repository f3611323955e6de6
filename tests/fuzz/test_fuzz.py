"""A short run of each fuzzer, always with the same specs: they find what the long ones found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fuzz import completion, imports, locks, sizes, structure
from fuzz.bytes import mutate
from fuzz.holding import Held
from fuzz.pages import BATCH, fuzz_pages


@pytest.mark.parametrize(
    ("executions", "codes"), [(40, 5), pytest.param(2000, 20, marks=pytest.mark.slow)]
)
def test_mutated_bytes_hold(executions: int, codes: int) -> None:
    held = mutate(seed=1, seconds=300, executions=executions)
    assert held.executions == executions
    assert len(held.codes) > codes


@pytest.mark.parametrize(
    ("fuzz", "size", "codes"),  # completion says no code
    [
        (structure.fuzz, 30, 5),
        (sizes.fuzz, 8, 0),
        (imports.fuzz, 12, 0),
        (locks.fuzz, 12, 0),
        (completion.fuzz, 25, -1),
        pytest.param(structure.fuzz, 6 * structure.BATCH, 20, marks=pytest.mark.slow),
        pytest.param(sizes.fuzz, 4 * sizes.BATCH, 4, marks=pytest.mark.slow),
        pytest.param(imports.fuzz, 4 * imports.BATCH, 5, marks=pytest.mark.slow),
        pytest.param(locks.fuzz, 2 * locks.BATCH, 3, marks=pytest.mark.slow),
        pytest.param(completion.fuzz, 6 * completion.BATCH, -1, marks=pytest.mark.slow),
    ],
)
def test_what_is_drawn_holds(fuzz: Callable[..., Held], size: int, codes: int) -> None:
    held = fuzz(first=1, seconds=300, batches=1, size=size)
    assert held.executions >= size // 2
    assert held.networks > size // 10
    assert len(held.codes) > codes


@pytest.mark.parametrize(
    ("batches", "size"), [(1, 60), pytest.param(6, BATCH, marks=pytest.mark.slow)]
)
def test_pages_that_are_made_up_hold(batches: int, size: int) -> None:
    held = fuzz_pages(first=1, seconds=300, batches=batches, size=size)
    assert held.executions >= batches * size // 2
    assert held.places > held.executions // 20
