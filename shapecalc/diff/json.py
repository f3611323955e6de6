"""A comparison as JSON, for programs: every change, those of repeats one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.render.json import one_or_named
from shapecalc.shapes.shape import Shape
from shapecalc.text.json_lines import json_lines
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.budget import Budget
    from shapecalc.analysis.summary import Summary
    from shapecalc.diff import Room
    from shapecalc.diff.changes import Change
    from shapecalc.diff.comparison import Comparison, Total
    from shapecalc.inference.inferred import InferredLayer


def lines(comparison: Comparison, labels: tuple[str, str], room: Room) -> Iterator[str]:
    """The document, a line for each change. Shapes are lists with the channels last.

    labels: what the old and the new network are called.
    """
    about = {"shapecalc": __version__, "convention": words_of("en").convention}
    return json_lines({**about, **comparison_content(comparison, labels)}, room.encoding)


def comparison_content(comparison: Comparison, labels: tuple[str, str]) -> dict[str, Any]:
    """What JSON has of a comparison."""
    return {
        "old": network_content(comparison.before, labels[0]),
        "new": network_content(comparison.after, labels[1]),
        "differs": comparison.differs,
        "totals": {total.key: _total(total) for total in comparison.totals},
        "budgets": [_budget(budget, comparison) for budget in comparison.budgets],
        "counts": {**comparison.counts(), "unchanged": len(comparison.unchanged)},
        "changes": (_change(change) for change in comparison.changes),
    }


def network_content(summary: Summary, label: str) -> dict[str, Any]:
    """What JSON has of one of the networks."""
    return {
        "spec": label,
        "name": summary.name,
        "variant": summary.variant,
        "input": one_or_named(summary.inputs, "hwc"),
        "output": one_or_named(summary.outputs, "hwc"),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "old": total.before,
        "new": total.after,
        "change": total.growth,
        "percent": total.percent,
    }


def _budget(budget: Budget, comparison: Comparison) -> dict[str, Any]:
    return {
        "figure": budget.key,
        "bound": budget.bound,
        "old": getattr(comparison.before, budget.key),
        "new": budget.amount,
        "holds": budget.holds,
        "headroom": budget.headroom,
        "percent": budget.percent,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "old": _layer(change.before),
        "new": _layer(change.after),
        "fields": {
            field.key: {"old": _value(field.before), "new": _value(field.after)}
            for field in change.fields
        },
        "growth": {"params": change.params, "macs": change.macs},
    }


def _layer(node: InferredLayer | None) -> dict[str, Any] | None:
    if node is None:
        return None
    return {
        "path": node.path,
        "type": node.type,
        "inputs": _value(node.inputs),
        "outputs": _value(node.outputs),
        "params": node.params,
        "macs": node.macs,
    }


def _value(value: Any) -> Any:
    """A value of a field as JSON has it: a tuple as a list, a shape with the channels last."""
    if isinstance(value, Shape):
        return list(value.ordered())
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value
