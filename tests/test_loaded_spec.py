"""A spec that was loaded does not change, and what comes of it shares nothing that can change."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import shapecalc
from shapecalc import bundled
from shapecalc.check import check as checking
from shapecalc.diff import FORMATS, Room
from shapecalc.diff.comparison import Comparison
from shapecalc.expressions.expression import parse_expression
from shapecalc.language.frozen import Frozen
from shapecalc.problems.problem import Problems
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


def pickled(value: Any) -> Any:
    """What arrives in another process."""
    return pickle.loads(pickle.dumps(value))


def figures(summary: shapecalc.Summary) -> list[Any]:
    """All that is told of a run."""
    whole = [
        summary.title, summary.variant, summary.batch, summary.dtype, summary.arguments,
        summary.inputs, summary.outputs, summary.params, summary.buffers, summary.macs,
        summary.memory, summary.peak_memory, list(map(repr, summary.warnings)),
    ]  # fmt: skip
    layers = [
        (
            repr(node), depth, node.note, node.expected, node.used_params, node.buffers, node.macs,
            [str(axes) for axes in summary.receptive_fields(node)],
        )
        for node, depth in summary.walk()
    ]  # fmt: skip
    return [*whole, *layers]


WAYS = [copy.copy, copy.deepcopy, pickled]


@pytest.mark.parametrize("way", WAYS)
def test_copies(way: Any) -> None:
    spec = shapecalc.loads(TEXT)
    assert snapshot(way(spec), {}) == snapshot(spec, {})
    assert way(spec.summary(variant="wide")).params == 1680


@pytest.mark.parametrize("way", WAYS)
def test_copies_of_everything_bundled(way: Any) -> None:
    for name in bundled.spec_names():
        spec = shapecalc.load(name)
        variant = next(iter(spec.variants), None)
        if variant is not None:
            spec = shapecalc.load(variant)
            assert way(spec).default_variant == spec.default_variant
        summary = spec.summary(batch=2, dtype="float16")
        again = way(summary)
        assert figures(again) == figures(summary), name
        assert figures(way(spec).summary(batch=2, dtype="float16")) == figures(summary), name
        for layer in (summary.layers[-1], summary.items[-1]):  # by itself, the whole run behind it
            other = way(layer)
            assert (repr(other), other.macs) == (repr(layer), layer.macs)
            for tensor in (*layer.tensors, *layer.sources):
                assert way(tensor).shape == tensor.shape


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_of_a_run_is_of_what_was_given(way: Any) -> None:
    spec = shapecalc.loads(TEXT)
    summary = spec.summary("20x21x3", {"width": 6, "widths": [5, [1, 2]]}, "wide")
    assert figures(way(summary)) == figures(summary)
    summary = spec.summary({"input": "3x16x16"})
    (remark,) = summary.remarks
    assert [repr(each) for each in way(summary).remarks] == [repr(remark)]


def test_layers_that_travel_together_are_of_one_run() -> None:
    summary = shapecalc.load("resnet152").summary()
    layers = pickled(summary.layers)
    assert list(map(repr, layers)) == list(map(repr, summary.layers))
    assert layers[1].sources[0].producer is layers[0]
    together = pickled([summary, *summary.layers])
    assert together[1:] == together[0].layers


def test_an_import_travels_with_its_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, inner in (("a", "import: b.yaml\n"), ("b", "")):
        block = f"{name.upper()}: {{layers: [{{type: Linear, out_features: 4}}]}}"
        (tmp_path / f"{name}.yaml").write_text(f"{inner}blocks: {{{block}}}\n", "utf-8")
    (tmp_path / "net.yaml").write_text("import: a.yaml\ninput: 4\nlayers: [{type: A}]\n", "utf-8")
    data = pickle.dumps(shapecalc.load("net.yaml"))
    for path in tmp_path.iterdir():
        path.unlink()
    assert pickle.loads(data).summary().params == 20


@pytest.mark.parametrize("way", WAYS)
def test_copies_of_problems(way: Any) -> None:
    wrong = "input: 8x8x3\nlayers:\n  - {name: a, type: ReLU}\n  - {name: a, type: Conv2D}\n"
    for text in (wrong, "- a", "input: 8x8x3\nlayers:\n" + "  - {type: A}\n" * 1200):
        with pytest.raises(shapecalc.SpecError) as caught:
            shapecalc.loads(text)
        error = way(caught.value)
        assert type(error) is shapecalc.SpecError
        assert str(error) == str(caught.value)
        told = [(p.code, p.message, p.hint, p.path, p.line, p.column) for p in error.problems]
        problems = caught.value.problems
        assert told == [(p.code, p.message, p.hint, p.path, p.line, p.column) for p in problems]
        for problem in problems[:3]:
            assert repr(way(problem)) == repr(problem)
            assert [text for text, _ in way(problem).related] == [t for t, _ in problem.related]
        gathered = way(Problems(problems))
        assert list(map(repr, gathered.listed())) == list(map(repr, Problems(problems).listed()))


@pytest.mark.parametrize("way", WAYS)
def test_copies_of_expressions(way: Any) -> None:
    for text in ("width", "2 * width + 1", "max([width, 3])", "width if width > 2 else 1"):
        expression = way(parse_expression(text))
        assert expression.evaluate({"width": 5}) == parse_expression(text).evaluate({"width": 5})


def described(name: str) -> tuple[shapecalc.Spec, shapecalc.Summary] | shapecalc.SpecError:
    """What a worker makes of a bundled name; the error of one that has none comes back, too."""
    try:
        spec = shapecalc.load(name)
    except shapecalc.SpecError as error:
        return error
    return spec, spec.summary()


def failed(name: str) -> None:
    """Raise in a worker."""
    shapecalc.load(name)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_pool_of_processes(method: str) -> None:
    names = ["resnet50", "googlenet-paper", "unet", "none-of-that-name", "mobilenet_v2"]
    with multiprocessing.get_context(method).Pool(2) as pool:
        for name, result in zip(names, pool.map(described, names), strict=True):
            if isinstance(result, shapecalc.SpecError):
                assert result.problems[0].path == name == "none-of-that-name"
                continue
            spec, summary = result
            own = shapecalc.load(name).summary()
            assert figures(summary) == figures(own) == figures(spec.summary())
            assert pool.apply(figures, (own,)) == figures(own)
        with pytest.raises(shapecalc.SpecError):
            pool.map(failed, ["resnet50", "none-of-that-name"])


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
