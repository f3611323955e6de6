"""A short run of each fuzzer, always with the same specs: they find what the long ones found."""

from __future__ import annotations

from fuzz.bytes import mutate
from fuzz.structure import BATCH, fuzz


def test_mutated_bytes_hold() -> None:
    held = mutate(seed=1, seconds=60, executions=500)
    assert held.executions == 500
    assert len(held.codes) > 20


def test_specs_that_are_made_up_hold() -> None:
    held = fuzz(first=1, seconds=60, batches=3)
    assert held.executions >= 2 * BATCH
    assert held.networks > BATCH // 10
    assert len(held.codes) > 20
