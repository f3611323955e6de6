"""A network that is broken in one place is not judged by what still works.

Whatever a check finds beside the mistake is found of the sound network, too.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import draw_networks
import pytest

import shapecalc
from shapecalc.check.check import check
from shapecalc.problems.problem import Problem, SpecError
from shapecalc.text.source import Source

NETWORKS = 300

Item = dict[str, Any]


def text_of(spec: Item) -> str:
    """A spec with a line for each item at the top and for each block."""
    lines = [f"{key}: {json.dumps(spec[key])}" for key in spec if key not in ("layers", "blocks")]
    if "blocks" in spec:
        lines += ["blocks:", *(f"  {n}: {json.dumps(b)}" for n, b in spec["blocks"].items())]
    return "\n".join([*lines, "layers:", *(f"- {json.dumps(item)}" for item in spec["layers"])])


def items_in(value: Any) -> list[Item]:
    """All items with a type, at any depth."""
    if isinstance(value, list):
        return [found for each in value for found in items_in(each)]
    if not isinstance(value, dict):
        return []
    inner = [found for key in ("layers", "branches") for found in items_in(value.get(key))]
    if "type" in value:
        return [value]
    if not any(key in value for key in ("layers", "branches")):
        return [found for each in value.values() for found in items_in(each)]
    return inner


BREAKS: dict[str, Any] = {
    "an unknown type": lambda item: item.update(type="Cnov2d"),
    "an unknown key": lambda item: item.update(kernal=3),
    "an unknown source": lambda item: item.update({"from": "nowhere"}),
    "an unknown name": lambda item: item.update(when="widht == 1"),
    "a condition that is none": lambda item: item.update(when=3),
    "repeats that are none": lambda item: item.update(repeat=-1),
    "a type without a value": lambda item: item.update(type=None),
    "weights of nobody": lambda item: item.update(shares="nobody"),
    "a name that is none": lambda item: item.update(name=[1]),
    "a misspelt key": None,
    "a number that is none": lambda item: item.update(kernel_size="3 +"),
    "other channels": lambda item: item.update(in_channels=977),
}


def drawn(number: int) -> tuple[str, str, set[int]] | None:
    """A sound spec, the same with one thing broken, and the lines of that; None for no such."""
    random = Random(number)
    spec = draw_networks.network(random)
    try:
        summary = shapecalc.loads(text_of(spec)).summary()
    except SpecError:
        return None
    spec["expect"] = {"params": summary.params, "macs": summary.macs, "memory": summary.memory}
    spec["budget"] = {"peak_memory": summary.peak_memory, "params": summary.params}
    sound = text_of(spec)
    candidates = items_in(spec["layers"]) + items_in(list(spec.get("blocks", {}).values()))
    if not candidates:
        return None
    item = random.choice(candidates)
    how = random.choice(list(BREAKS))
    if how == "a misspelt key":
        key = random.choice(list(item))
        item[key + "s"] = item.pop(key)
    else:
        BREAKS[how](item)
    text = text_of(spec)
    pairs = zip(sound.splitlines(), text.splitlines(), strict=True)
    return sound, text, {line for line, (one, two) in enumerate(pairs, 1) if one != two}


def found_in(text: str) -> dict[tuple[str, str], Problem]:
    return {
        (problem.code, problem.message): problem
        for problem in check(Source("net.yaml", text)).problems
    }


def names_it(problem: Problem, lines: set[int]) -> bool:
    """Whether a problem or one of its notes is on the lines of what is broken."""
    places = [problem.place, *(place for _, place in problem.related if place is not None)]
    return any(place.source.path == "net.yaml" and place.line in lines for place in places)


@pytest.mark.parametrize("part", range(10))
def test_nothing_is_found_that_the_mistake_alone_explains(part: int) -> None:
    tried = broke = 0
    number = 1000 * part
    while tried < NETWORKS // 10:
        number += 1
        case = drawn(number)
        if case is None:
            continue
        sound, text, lines = case
        tried += 1
        before, after = found_in(sound), found_in(text)
        new = {key: problem for key, problem in after.items() if key not in before}
        broke += any(problem.severity == "error" for problem in new.values())
        false = [repr(problem) for problem in new.values() if not names_it(problem, lines)]
        assert not false, f"{number}: {false}\n{text}"
    assert broke > tried // 2
