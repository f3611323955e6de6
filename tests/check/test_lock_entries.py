"""What a lock holds: whatever is legal and makes another architecture makes another line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from layer_cases import make

from shapecalc import bundled, layers, load, loads
from shapecalc.analysis.summary import Summary
from shapecalc.check.lock_entries import fields, lines, parsed
from shapecalc.graph.structure import FOLLOWING
from shapecalc.layers.base import Layer
from shapecalc.layers.fields import FalseOnly, Inferred
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

sys.path.insert(0, str(Path(__file__).parent.parent / "pytorch"))

import draw_specs

DRAWN = 60
"""The layers of each type that are drawn."""

VALUES: tuple[Any, ...] = (0, 1, 2, 3, 5, -1, 0.25, 0.5, True, False, None, [1, 2], [2, 1], [1])
"""What a field may be changed to, besides its words and what is drawn for it."""


def locked(text: str) -> list[tuple[str, str]]:
    """The entries of the lock of a spec."""
    return entries(loads(text).summary(), None)


def entries(summary: Summary, variant: str | None) -> list[tuple[str, str]]:
    """The lines of a lock, read back."""
    found = [parsed(line.removesuffix("\n")) for line in lines(summary, variant)]
    return [each for each in found if each is not None]


def spec(name: str, written: dict[str, Any], inputs: tuple[Shape, ...]) -> str:
    """A spec of a layer alone."""
    shapes = ", ".join(f"i{index}: {shape}" for index, shape in enumerate(inputs)) or "any: 4"
    sources = ", ".join(f"i{index}" for index in range(len(inputs)))
    item = {"type": name, **{k: flow(v) for k, v in written.items()}}
    if inputs:
        item["from"] = f"[{sources}]"
    listed = ", ".join(f"{key}: {value}" for key, value in item.items())
    layer = make(name, **written)
    several = not layer.output_names and len(layer.infer(inputs)) > 1
    outputs = "outputs: [x.0]\n" if several else ""
    return f"input: {{{shapes}}}\nlayers:\n  - {{name: x, {listed}}}\n{outputs}"


def flow(value: Any) -> str:
    """A value as YAML in one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return str(value)


def drawn(name: str) -> Iterator[tuple[dict[str, Any], tuple[Shape, ...]]]:
    """Fields as they are written, and inputs, that a type accepts; always the same ones."""
    found = layers.find_type(name)
    assert found is not None
    random = Random(name)
    count = 0
    while count < DRAWN:
        case = draw_specs.draw(name, found.fields, random)
        inputs = tuple(Shape.from_chw(each) for each in case.inputs)
        if accepted(name, case.fields, inputs) is not None:
            count += 1
            yield case.fields, inputs


def accepted(name: str, written: dict[str, Any], inputs: tuple[Shape, ...]) -> Layer | None:
    """The layer of a type; None where it, or what comes in, is refused."""
    try:
        layer = make(name, **written)
        layer.infer(inputs)
    except (Refusal, KeyError):
        return None
    return layer


HELD_TO_INPUTS = {"in1_features", "in2_features"}
"""Fields that must be what the inputs have."""


def without_a_meaning(name: str) -> set[str]:
    """The fields that no legal change makes another architecture of: those that follow from the
    input, and those that can only have one value."""
    found = layers.find_type(name)
    assert found is not None
    held = {"leading"} if found.rank and name != "BatchNorm1d" else set()  # by the axes of inputs
    return (
        HELD_TO_INPUTS
        | held
        | {
            key
            for key, field in found.fields.items()
            if isinstance(field, Inferred | FalseOnly) or len(field.words) == 1
        }
    )


@pytest.mark.parametrize("name", layers.type_names())
def test_a_legal_change_of_any_field_changes_the_lock(name: str) -> None:
    found = layers.find_type(name)
    assert found is not None
    cases = list(drawn(name))
    tried: set[str] = set()
    for written, inputs in cases:
        layer = accepted(name, written, inputs)
        assert layer is not None
        before = locked(spec(name, written, inputs))
        for key, field in found.fields.items():
            others = [case[0][key] for case in cases if key in case[0]]
            for value in (*field.words, *VALUES, *others[:20]):
                other = accepted(name, {**written, key: value}, inputs)
                if other is None or other.field_value(key) == layer.field_value(key):
                    continue
                tried.add(key)
                after = locked(spec(name, {**written, key: value}, inputs))
                assert (before != after) == (key not in without_a_meaning(name)), (key, value)
                if before != after:
                    assert key in fields(after[1][1]).keys() | fields(before[1][1]).keys()
        if tried >= found.fields.keys() - without_a_meaning(name):
            break
    assert tried >= found.fields.keys() - without_a_meaning(name)


def test_leading_axes_are_locked() -> None:
    for leading, held in ((1, "1"), (0, None)):
        written = {"num_groups": 2, "leading": leading}
        _, (_, line), *_ = locked(spec("GroupNorm", written, (Shape((3, 4, 8)),)))
        assert fields(line).get("leading") == held


BASE = """\
input: 8x8x4
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: b, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: j, branches: {l: [{type: ReLU}], r: []}, join: add}
  - {name: s, type: Add, from: [a, j]}
  - {name: u, type: GELU, repeat: 2}
  - {name: w, type: GELU, when: 1 < 2}
"""
CHANGES = (
    ("from: [a, j]", "from: [b, j]"),
    ("from: [a, j]", "from: [j, a]"),
    ("type: GELU, repeat: 2", "type: GELU, repeat: 2, from: j"),
    ("join: add", "join: multiply"),
    ("join: add", "join: none"),
    ("r: []", "r: [{type: ReLU}]"),
    ("repeat: 2", "repeat: 3"),
    ("repeat: 2", "repeat: 1"),
    ("1 < 2", "2 < 1"),
    ("name: b, type: Conv2d,", "name: b, type: Conv2d, shares: a,"),
    ("{name: w, type: GELU, when: 1 < 2}", "{name: w, type: GELU, when: 1 < 2}\noutputs: [w, j]"),
    ("name: u", "name: v"),
    ("input: 8x8x4", "input: {image: 8x8x4}"),
    ("input: 8x8x4", "input: 9x8x4"),
)


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_legal_change_of_what_is_around_a_layer_changes_the_lock(old: str, new: str) -> None:
    assert BASE.count(old) == 1
    changed = BASE.replace(old, new)
    if "join: none" in new:
        changed = changed.replace("from: [a, j]", "from: [a, j.l]")
    assert locked(changed) != locked(BASE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("padding: 1}", "padding: 1, stride: 1, dilation: [1, 1], groups: 1, in_channels: 4}"),
        ("kernel_size: 3", "kernel_size: [3, 3]"),
        ("repeat: 2", "repeat: 1 + 1"),
        (", when: 1 < 2", ""),
        ("type: GELU, repeat: 2", "type: GELU, repeat: 2, from: s, note: another, expect: 8x8x4"),
        ("{name: a, type", "{type: Conv2d, name: a, bias: true} #"),
    ],
)
def test_another_way_to_write_the_same_leaves_the_lock(old: str, new: str) -> None:
    changed = BASE.replace(old, new)
    if "#" in new:
        changed = BASE.replace(
            "name: a, type: Conv2d, out_channels: 4", "type: Conv2d, out_channels: 4, name: a"
        )
    assert changed != BASE
    assert locked(changed) == locked(BASE)


def test_the_order_in_which_layers_run_is_locked() -> None:
    lines = BASE.splitlines()
    twin = lines[2].replace("name: a", "name: a2") + "\n" + lines[2].replace("name: a", "name: a3")
    one = BASE.replace(lines[2], twin).replace("[a, j]", "[a2, j]").replace("from", "from", 1)
    other = one.replace("name: a2", "name: x").replace("name: a3", "name: a2")
    other = other.replace("name: x", "name: a3")
    assert locked(one) != locked(other)
    assert sorted(key for key, _ in locked(one)) == sorted(key for key, _ in locked(other))


@pytest.mark.parametrize("name", bundled.spec_names())
def test_every_line_is_read_back_as_the_figures_that_it_has(name: str) -> None:
    bundle = load(name)
    for variant in (list(bundle.variants) or [None])[:3]:  # type: ignore[list-item] # one of either
        summary = bundle.summary(variant=variant)
        nodes = {node.path: node for node in summary.operations()}
        found = entries(summary, variant)
        assert len(found) == len(nodes) + 1
        for (key, value), node in zip(found[1:], nodes.values(), strict=True):
            assert key.partition(" ")[2] == node.path
            said = fields(value)
            assert said["type"] == node.type
            expected = (
                ",".join(map(str, node.inputs)) or "none",
                ",".join(map(str, node.outputs)),
                *((node.params, node.macs) if node.layer else (0, 0)),
            )
            assert tuple(said[key] for key in FOLLOWING) == tuple(map(str, expected))
