"""What differs between two networks: their layers, their totals, what is left of the budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import budgets
from shapecalc.diff.changes import CHANGE_KINDS, changes
from shapecalc.text.display import growth_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.expectations import Expectation
    from shapecalc.shapes.shape import Shape

TOTALS = ("params", "macs", "memory", "peak_memory")
"""The totals that are compared, of `shapecalc.language.expectations.AMOUNTS`."""


class Total:
    """A total of both networks. key: one of `TOTALS`."""

    __slots__ = ("after", "before", "key")

    def __init__(self, key: str, before: int, after: int) -> None:
        self.key = key
        self.before = before
        self.after = after

    @property
    def growth(self) -> int:
        """By how much it grew."""
        return self.after - self.before

    @property
    def percent(self) -> str | None:
        """By how much it grew, as `growth_percent` has it."""
        return growth_percent(self.before, self.after)


class Comparison:
    """Two networks and what differs.

    changes: in execution order, what was removed before what was added instead.
    unchanged: the layers and joins that are as they were.
    budgets: those of the new one.
    """

    __slots__ = ("after", "before", "budgets", "changes", "totals", "unchanged")

    def __init__(
        self, before: Summary, after: Summary, budget: Mapping[str, Expectation] | None = None
    ) -> None:
        self.before = before
        self.after = after
        self.unchanged: list[InferredLayer] = []
        self.changes = list(changes(before, after, self.unchanged))
        self.totals = [Total(key, getattr(before, key), getattr(after, key)) for key in TOTALS]
        self.budgets = budgets(budget or {}, after)

    @property
    def differs(self) -> bool:
        """Whether anything does, the name of a layer included."""
        return bool(self.changes) or any(
            list(old.items()) != list(new.items()) for old, new in (self.inputs, self.outputs)
        )

    @property
    def inputs(self) -> tuple[dict[str, Shape], dict[str, Shape]]:
        """The shapes of the inputs by name, old and new."""
        return self.before.inputs, self.after.inputs

    @property
    def outputs(self) -> tuple[dict[str, Shape], dict[str, Shape]]:
        """The shapes of the outputs by the layers that put them out, old and new."""
        return self.before.outputs, self.after.outputs

    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind, a block that appeared or disappeared as one."""
        kinds = [change.kind for change in self.changes]
        return {kind: kinds.count(kind) for kind in CHANGE_KINDS}
