"""The networks of a review as rows, and what was edited in them: each that several have once.

Variants of a spec that change alike are a row, and variants of which the same was edited have their
details once, those of the first. Of the networks nothing is kept: there may be thousands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.diff.changes import DOWNSTREAM
from shapecalc.diff.rows import arrow, ends_text, phrases
from shapecalc.graph.structure import FOLLOWING
from shapecalc.text.styles import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from shapecalc.analysis.budget import Budget
    from shapecalc.diff.changes import Change
    from shapecalc.diff.comparison import Comparison
    from shapecalc.review.networks import Network
    from shapecalc.review.review import Review
    from shapecalc.text.styles import Line

ROW_TOTALS = ("params", "macs", "peak_memory")
"""The totals that a row has, of those that are compared."""


_Sides = tuple[int | None, int | None]
"""A total on the old side and on the new one; None where there is no network."""


class NetworkRow:
    """A network that differs, or the variants of a spec that change alike.

    spec, was, kind: as those of a network. variants: at least one, None for the spec without one.
    totals: those of each variant, by ROW_TOTALS.
    budgets: of each variant the old ones and the new ones, the tightest first.
    """

    __slots__ = ("budgets", "kind", "spec", "totals", "variants", "was")

    def __init__(self, network: Network) -> None:
        self.spec = network.spec
        self.was = network.was
        self.kind = network.kind
        self.variants: list[str | None] = []
        self.totals: dict[str, list[_Sides]] = {key: [] for key in ROW_TOTALS}
        self.budgets: list[tuple[list[Budget], list[Budget]]] = []

    @property
    def is_over_budget(self) -> bool:
        """Whether a variant is."""
        return any(not budget.holds for _, new in self.budgets for budget in new)

    def add(self, network: Network) -> None:
        """Add a variant."""
        self.variants.append(network.variant)
        self.budgets.append((network.old_budgets, network.budgets))
        for key, found in self.totals.items():
            found.append(_sides(network, key))


class Details:
    """What changed in a network. variants: the first is its own; in the others the same was edited.

    lines: None where there was no room for them.
    """

    __slots__ = ("lines", "spec", "variants")

    def __init__(self, network: Network, lines: list[Line] | None) -> None:
        self.spec = network.spec
        self.variants: list[str | None] = []
        self.lines = lines


def _sides(network: Network, key: str) -> _Sides:
    """A total of a network on both sides."""
    before, after = (
        None if each is None else getattr(each, key) for each in (network.before, network.after)
    )
    return before, after


def rows_and_details(
    review: Review, lines: Callable[[Comparison], Iterator[Line]], most: int
) -> tuple[list[NetworkRow], list[Details]]:
    """The rows of a review and the details, in the order of its networks.

    lines: those of a comparison. most: the characters that are kept of all of them.
    """
    rows: list[NetworkRow] = []
    details: list[Details] = []
    row_of: dict[int, NetworkRow] = {}
    details_of: dict[int, Details] = {}
    for network in review.networks():
        if not rows or network.spec != rows[-1].spec:
            row_of, details_of = {}, {}
        edited = hash(_what_was_edited(network))  # which may be large
        key = hash((edited, _what_follows(network)))
        row = row_of.get(key)
        if row is None:
            row = row_of[key] = NetworkRow(network)
            rows.append(row)
        row.add(network)
        comparison = network.comparison
        if comparison is not None and comparison.differs:
            told = details_of.get(edited)
            if told is None:
                kept = list(lines(comparison)) if most > 0 else None
                told = details_of[edited] = Details(network, kept)
                details.append(told)
                most -= sum(len(text_of(line)) + 1 for line in kept or ())
            told.variants.append(network.variant)
        del network, comparison  # before the next one is run
    return rows, details


def _what_was_edited(network: Network) -> Hashable:
    """What networks have in common of which the same was edited, whatever follows from it."""
    comparison = network.comparison
    if comparison is None:
        return network.kind
    edits = frozenset(
        edit
        for change in comparison.changes
        for edit in _edits(change)
        if change.kind != DOWNSTREAM
    )
    return (
        comparison.differs,
        ends_text(comparison.inputs),
        edits or ends_text(comparison.outputs),
    )


def _edits(change: Change) -> Iterator[Hashable]:
    """What was edited in a layer, in a repeat as in the others."""
    path = tuple("" if name.isdecimal() else name for name in change.node.path.split("."))
    if change.before is None or change.after is None:
        yield change.kind, path, phrases(change)[0]
    for field in change.fields:
        if field.key not in FOLLOWING:
            yield change.kind, path, field.key, arrow(field)


def _what_follows(network: Network) -> Hashable:
    """What the networks of a row have in common besides: their growth and their budgets."""
    sides = [_sides(network, key) for key in ROW_TOTALS]
    if network.comparison is None:
        return tuple(sides)
    old, new = ({b.key: b.bound for b in side} for side in (network.old_budgets, network.budgets))
    return (
        *(after - before for before, after in sides if before is not None and after is not None),
        *sorted(old.items() ^ new.items()),
        *(budget.key for budget in network.budgets if not budget.holds),
    )
