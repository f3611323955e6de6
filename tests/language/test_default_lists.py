"""A default that is a list may hold expressions over the arguments before it."""

from __future__ import annotations

import pytest

import shapecalc


def out_channels(arguments: str) -> int:
    spec = shapecalc.loads(
        f"""
        input: 8x8x3
        arguments:
          depth: 1.5
          {arguments}
        layers:
          - {{type: Conv2d, kernel_size: 1, out_channels: "depths[1]"}}
        """
    )
    return spec.summary().output.channels


@pytest.mark.parametrize(
    "argument",
    [
        "depths: {kind: list, default: [1, ceil(4 * depth)]}",
        'depths: {kind: list, default: "[1, ceil(4 * depth)]"}',
        "depths: [1, ceil(4 * depth)]",
        "depths: [1, 6]",
    ],
)
def test_its_entries_are_evaluated(argument: str) -> None:
    assert out_channels(argument) == 6


def test_lists_within_it_too() -> None:
    rows = "{kind: list, default: [[1, 2], [3, 4 * depth]]}"
    arguments = f'rows: {rows}\n          depths: {{kind: list, default: "rows[1]"}}'
    assert out_channels(arguments) == 6


def test_a_wrong_entry_is_reported_where_it_stands() -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        out_channels("depths: [1, 2 *]")
    problem = caught.value.problems[0]
    assert (problem.code, problem.line) == ("SC108", 5)
