"""Checks a network against its spec: `expect:` of layers and totals, and `budget:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.expectations import IN_BYTES, Expectation, Expectations
from shapecalc.language.items import BlockItem
from shapecalc.problems.edit import rewording
from shapecalc.problems.formatting import named, some_of
from shapecalc.problems.problem import Problem
from shapecalc.shapes.shape import axes_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary


def violations(expectations: Expectations, summary: Summary, where: str) -> Iterator[Problem]:
    """The problems of expectations that a network violates. where: the variant, for the message."""
    from shapecalc.text.display import percent

    for key, expectation in expectations.expect.items():
        if key == "output":
            found: object = summary.output
        elif key == "receptive_field":
            found = _receptive_field_of(summary)
        else:
            found = getattr(summary, key)
        if found != expectation.value:
            message = (
                f"{where}expected {key} {_formatted(key, expectation.value)}, got "
                f"{_formatted(key, found)}"
            )
            yield _renewed(expectation.problem("SC302", message), expectation, found)
    outputs = summary.outputs
    for name, expectation in expectations.outputs.items():
        if name not in outputs:
            known = some_of([named(each) for each in outputs])
            yield expectation.problem(
                "SC302",
                f"{where}{named(name)} is not an output of the network",
                f"outputs: {known}",
            )
        elif outputs[name] != expectation.value:
            found = outputs[name]
            message = f"{where}expected output {expectation.value} of {named(name)}, got {found}"
            yield _renewed(expectation.problem("SC302", message), expectation, found)
    for key, expectation in expectations.budget.items():
        amount, bound = getattr(summary, key), expectation.value
        if isinstance(bound, int) and amount > bound:
            excess = percent(amount - bound, bound, "up") if bound else "100.0"
            yield expectation.problem(
                "SC303",
                f"{where}{key} {_formatted(key, amount)} exceeds the budget of "
                f"{_formatted(key, bound)} by {excess}%",
            )


def _renewed(problem: Problem, expectation: Expectation, found: object) -> Problem:
    """The problem, with the edit that writes what was found where it is one word."""
    written = expectation.node.values[expectation.key]
    if isinstance(written, int | str) and found is not None:
        text = axes_text(found) if type(found) is tuple else str(found)
        place = problem.place
        problem.edit = rewording(place.source, place.offset, str(written), text)
    return problem


def _receptive_field_of(summary: Summary) -> tuple[int, ...] | None:
    """The receptive field on the first input of the last item with spatial axes, if known."""
    axes = next(iter(summary.last_fields.values()), None)
    return None if axes is None else tuple(axis.size for axis in axes)


def _formatted(key: str, value: object) -> str:
    if isinstance(value, int):
        return f"{value:,} bytes" if key in IN_BYTES else f"{value:,}"
    if type(value) is tuple:
        return axes_text(value)
    return "unknown" if value is None else str(value)


def unexpected_outputs(summary: Summary) -> Iterator[Problem]:
    """The problems of layers whose output differs from their `expect:`.

    What a network expects of its own layers speaks of its own input, not of its uses as a block.
    """
    network: int | None = None
    for node, depth in summary.walk():
        if network is not None and depth > network:
            continue
        item = node.item
        network = depth if isinstance(item, BlockItem) and item.block.network else None
        if node.expected is not None and node.expected != node.output:
            inputs = " and ".join(map(str, node.inputs))
            yield Problem(
                "SC301",
                f"{node.path}: expected output {node.expected}, got {node.output}",
                item.source,
                item.place("expect"),
                related=((f"its input is {inputs}", item.source, item.place()),),
            )
