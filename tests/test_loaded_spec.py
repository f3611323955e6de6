"""A spec that was loaded does not change, and what comes of it shares nothing that can change."""

from __future__ import annotations

from typing import Any

import pytest

import shapecalc

TEXT = """
name: Every part
about: {en: what it is}
input: {input: 16x16x3}
arguments:
  width: {kind: count, default: 4, about: channels}
  widths: [8, [16, 32]]
variants:
  wide:
    about: a wider one
    arguments: {width: 8, widths: [width, [2 * width, 4]]}
    input: {input: 24x24x3}
    expect: {params: 1680}
blocks:
  Twice:
    label: Two of them
    arguments: {channels: {kind: count}}
    layers:
      - {name: one, type: Conv2d, out_channels: channels, kernel_size: 3, padding: 1}
      - {name: two, type: Conv2d, out_channels: channels, kernel_size: 3, padding: 1}
layers:
  - {name: twice, type: Twice, channels: width, when: in_channels == 3, note: {en: as written}}
  - {name: more, type: Conv2d, out_channels: "widths[0]", kernel_size: 1, repeat: 2}
  - {name: fire, type: Fire, squeeze_planes: width, expand1x1_planes: 8, expand3x3_planes: 8}
outputs: [fire]
expect: {params: 744}
budget: {params: 1G}
"""


def test_arguments_of_a_summary_are_those_that_the_spec_names() -> None:
    spec = shapecalc.loads(TEXT)
    assert spec.summary().arguments == {"width": 4, "widths": (8, (16, 32))}
    assert spec.summary(variant="wide").arguments == {"width": 8, "widths": (8, (16, 4))}


def test_what_a_caller_changes_reaches_nobody_else() -> None:
    spec = shapecalc.loads(TEXT)
    first = spec.summary()
    first.arguments["width"] = 100
    first.inputs.clear()
    first.outputs.clear()
    note = first.items[0].note
    assert isinstance(note, dict)
    note["en"] = "changed"
    second = spec.summary()
    assert second.arguments["width"] == 4
    assert second.items[0].note == {"en": "as written"}
    assert second.params == 744


def test_a_list_that_is_given_is_taken_as_it_is_now() -> None:
    spec = shapecalc.loads(TEXT)
    given: list[Any] = [8, [16]]
    summary = spec.summary(arguments={"widths": given})
    given[1].append(1)
    given.append(2)
    assert summary.arguments["widths"] == (8, (16,))


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[Any] = [1]
    endless.append(endless)
    twice: list[Any] = []
    twice += [twice, twice]
    for given in (endless, twice, [0] * 1001):
        with pytest.raises(shapecalc.SpecError) as caught:
            shapecalc.loads(TEXT).summary(arguments={"widths": given})
        (problem,) = caught.value.problems
        assert problem.code == "SC115"
        assert problem.message.startswith("widths must be a list of at most 1000 values")
