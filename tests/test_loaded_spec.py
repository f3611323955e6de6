"""A spec that was loaded does not change, and what comes of it shares nothing that can change."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import shapecalc
from shapecalc.check import check as checking
from shapecalc.diff import FORMATS, Room
from shapecalc.diff.comparison import Comparison
from shapecalc.language.frozen import Frozen
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options
from shapecalc.text.source import Source

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


def parts(spec: shapecalc.Spec) -> Iterator[Frozen]:
    """A spec, and everything that stands in it by its name."""
    yield spec
    for expectations in (
        spec.expectations,
        *(variant.expectations for variant in spec.variants.values()),
    ):
        yield expectations
        yield from (*expectations.expect.values(), *expectations.budget.values())
    yield from spec.variants.values()
    yield from spec.arguments.values()
    for block in spec.blocks.values():
        yield from block.arguments.values()


def snapshot(value: object, seen: dict[int, int]) -> Any:
    """All that can be reached from a value, but for what is worked out of the rest."""
    if value is None or isinstance(value, str | int | float | bytes | type):
        return value
    if id(value) in seen:
        return f"the value {seen[id(value)]}"
    seen[id(value)] = len(seen)
    if isinstance(value, list | tuple):
        return [type(value).__name__, *(snapshot(each, seen) for each in value)]
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "items"):
        if not callable(value.items):  # a sequence's
            return [type(value).__name__, *slots(value, seen)]
        return {key: snapshot(each, seen) for key, each in value.items()}
    return [type(value).__name__, *slots(value, seen)]


CACHES = ("_lines", "_order", "_program", "made")
"""Of a text, a node, an expression and an item: worked out of the rest when it is asked for."""


def slots(value: object, seen: dict[int, int]) -> Iterator[Any]:
    """What the attributes of an object hold."""
    names = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
    for name in sorted(names | set(getattr(value, "__dict__", ()))):
        if name not in (
            "_lines",
            "_order",
            "_program",
            "made",
        ):  # of a text, a node, an expression, an item
            yield name, snapshot(getattr(value, name), seen)


@pytest.mark.parametrize("name", ["", "resnet50"])
def test_nothing_of_it_can_be_set(name: str) -> None:
    spec = shapecalc.load(name) if name else shapecalc.loads(TEXT)
    kinds = set()
    for part in parts(spec):
        kinds.add(type(part).__name__)
        for attribute in part.__slots__:
            with pytest.raises(AttributeError, match="does not change"):
                setattr(part, attribute, None)
            with pytest.raises(AttributeError, match="does not change"):
                delattr(part, attribute)
            value = getattr(part, attribute)
            assert not isinstance(value, list | set)
            if hasattr(value, "keys"):
                with pytest.raises(TypeError):
                    value["new"] = None
        with pytest.raises(AttributeError):
            part.anything = None
    assert kinds == {"Spec", "Variant", "Argument", "Expectations", "Expectation"}


def test_whatever_is_done_with_it_leaves_it_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = shapecalc.loads(TEXT)
    before = snapshot(spec, {})
    assert "squeeze_planes" in repr(before)
    small = spec.summary()
    wide = spec.summary(variant="wide", arguments={"width": 6}, input="20x20x3")
    assert snapshot(spec, {}) == before
    monkeypatch.setattr(checking, "spec_of", lambda value, reader: spec)
    checked = checking.check(Source("a.yaml", TEXT))
    assert checked.spec is spec
    assert not checked.problems
    for summary in (small, wide):
        options = Options("en", "hwc", None)
        exports = [exporter.export(summary, options) for exporter in EXPORTERS.values()]
        written = [line for lines in exports for line in lines]
        assert len(written) > 40
    comparison = Comparison(small, wide, spec.expectations.budget)
    for format_ in FORMATS.values():
        assert list(format_.lines(comparison, ("a", "b"), Room()))
    assert snapshot(spec, {}) == before


def test_another_default_variant_is_another_spec() -> None:
    spec = shapecalc.loads(TEXT)
    wide = spec.replaced(default_variant="wide")
    assert (spec.default_variant, wide.default_variant) == (None, "wide")
    assert (spec.summary().params, wide.summary().params) == (744, 1680)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy])
def test_copies(way: Any) -> None:
    spec = shapecalc.loads(TEXT)
    assert snapshot(way(spec), {}) == snapshot(spec, {})
    assert way(spec.summary(variant="wide")).params == 1680


def test_a_spec_without_expressions_can_be_pickled() -> None:
    spec = shapecalc.loads(
        "input: 8x8x3\narguments: {a: 1}\nlayers: [{type: Conv2d, out_channels: 4, kernel_size: 3}]"
    )
    again = pickle.loads(pickle.dumps(spec))
    assert again.summary().params == 112
    assert again.arguments["a"].default == 1


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


def test_threads_that_summarize_one_spec_get_their_own_figures() -> None:
    spec = shapecalc.load("mobilenet_v2")
    wanted = {width: spec.summary(arguments={"width": width}).params for width in (0.5, 1.0)}
    assert wanted[0.5] < wanted[1.0]
    together = threading.Barrier(2)
    found: list[tuple[float, int, object]] = []

    def run(width: float) -> None:
        together.wait()
        for _ in range(3):
            summary = spec.summary(arguments={"width": width})
            found.append((width, summary.params, summary.arguments["width"]))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=run, args=(width,)) for width in wanted]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert sorted(found) == sorted((width, wanted[width], width) for width in [*wanted] * 3)
