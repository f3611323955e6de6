"""Budgets: upper bounds that a spec sets on its totals, and what is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.display import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecalc.analysis.summary import Summary
    from shapecalc.language.expectations import Expectation


WORDS = {
    "params": "params",
    "macs": "MACs",
    "memory": "output bytes",
    "peak_memory": "peak bytes",
    "buffers": "buffers",
    "flops": "FLOPs",
    "weights": "weight bytes",
}
"""What the figures are called."""


class Budget:
    """A bound on a total of a network, and what the network comes to.

    key: one of `shapecalc.language.expectations.AMOUNTS`.
    """

    __slots__ = ("amount", "bound", "key")

    def __init__(self, key: str, bound: int, amount: int) -> None:
        self.key = key
        self.bound = bound
        self.amount = amount

    @property
    def holds(self) -> bool:
        """Whether the network keeps to it."""
        return self.amount <= self.bound

    @property
    def headroom(self) -> int:
        """What is left of it; negative where the network is over."""
        return self.bound - self.amount

    @property
    def percent(self) -> str | None:
        """The headroom in percent of the bound. Not enough of it is never rounded to enough."""
        return percent(self.headroom, self.bound, "down") if self.bound else None

    @property
    def tightness(self) -> int:
        """The headroom in millionths of the bound: the less, the tighter."""
        return 10**6 * self.headroom // max(self.bound, 1)


def budgets(bounds: Mapping[str, Expectation], summary: Summary) -> list[Budget]:
    """The budgets of a network: failing ones first, then by the headroom that is left."""
    found = [
        Budget(key, expectation.value, getattr(summary, key))
        for key, expectation in bounds.items()
        if isinstance(expectation.value, int)
    ]
    return sorted(found, key=lambda budget: budget.tightness)


def headroom(budget: Budget) -> str:
    """What is left of a budget, or how far it is overrun."""
    if not budget.holds:
        return f"over by {-budget.headroom:,}" + (f" ({over_text(budget)})" if budget.bound else "")
    return f"{budget.headroom:,} left" + (f" ({budget.percent}%)" if budget.bound else "")


def over_text(budget: Budget) -> str:
    """How far a budget is overrun: in percent, where that can be said."""
    share = budget.percent
    return f"{-budget.headroom:,}" if share is None else f"{share.removeprefix('-')}%"
