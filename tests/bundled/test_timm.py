"""The bundled networks of timm against the totals that PyTorch computes of timm's own."""

from __future__ import annotations

import csv

import pytest
from folders import RECORDS

import shapecalc
from shapecalc.bundled import network_names

ROWS = list(csv.DictReader((RECORDS / "timm.csv").read_text(encoding="utf-8").splitlines()))

KNOWN = set(network_names())


def test_every_spec_that_says_it_is_timms_is_compared() -> None:
    assert {row["model"] for row in ROWS} <= KNOWN


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['model']}@{row['input']}")
def test_totals_equal_timms(row: dict[str, str]) -> None:
    summary = shapecalc.load(row["model"]).summary(row["input"])
    found = (str(summary.output), summary.params, summary.buffers, summary.macs)
    assert found == (row["output"], *(int(row[key]) for key in ("params", "buffers", "macs")))
