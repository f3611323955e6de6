"""Whatever a file of Caffe has, a network or an error that is located comes of it."""

from __future__ import annotations

import pytest
from fuzz_caffe import fuzz


def test_mutants_are_networks_or_errors() -> None:
    held = fuzz(1.5, seed=14)
    assert held.mutants > 20
    assert {"a network", "SC501"} <= set(held.codes)


@pytest.mark.slow
def test_many_mutants_are_networks_or_errors() -> None:
    assert fuzz(60, seed=15).mutants > 1000
