"""Every bundled network, in each of its variants."""

from __future__ import annotations

from functools import cache

import shapecalc
from shapecalc import bundled
from shapecalc.analysis.summary import Summary

NETWORKS = [
    (name, variant)
    for name in bundled.spec_names()
    for variant in (shapecalc.load(name).variants or [None])
]


@cache
def summary_of(name: str, variant: str | None) -> Summary:
    return shapecalc.load(name).summary(variant=variant)
