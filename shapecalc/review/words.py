"""What a review says: its title, its verdict, its networks, figures and budgets in words.

Texts are as they come: a format makes them safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS
from shapecalc.diff.comparison import Total
from shapecalc.diff.rows import growth
from shapecalc.review.networks import CHANGED, NETWORK_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.budget import Budget
    from shapecalc.review.groups import Details, NetworkRow
    from shapecalc.review.networks import Failure
    from shapecalc.review.review import Review

NO_DIFFERENCE = "No difference"

_MOST_SPECS = 5
"""The specs that are named of those that import a file, or in which the same fails."""

_MOST_OVER = 3
"""The networks over their budgets that a verdict names."""


def title(review: Review) -> str:
    """The two sides."""
    return f"{review.old.label} -> {review.new.label}"


def verdict_of(review: Review, rows: Sequence[NetworkRow]) -> str:
    """What matters most, in a line: what fails, which budgets do, and how many differ."""
    found = []
    failing = len({failure.spec for failure in review.failures if failure.new})
    failed = len({failure.spec for failure in review.failures}) - failing
    if failing:
        found.append("1 spec fails" if failing == 1 else f"{failing} specs fail")
    over = [text for row in rows for text in _over(row)]
    if over:
        more = f" and {len(over) - _MOST_OVER} more" if len(over) > _MOST_OVER else ""
        found.append(f"over budget: {', '.join(over[:_MOST_OVER])}{more}")
    counts = dict.fromkeys(NETWORK_KINDS, 0)
    for row in rows:
        counts[row.kind] += len(row.variants)
    if rows:
        first, *others = ((count, kind) for kind, count in counts.items() if count)
        networks = f"{first[0]} network{'' if first[0] == 1 else 's'} {first[1]}"
        found.append(", ".join([networks, *(f"{count} {kind}" for count, kind in others)]))
    if review.renamed:
        specs = "spec" if len(review.renamed) == 1 else "specs"
        found.append(f"{len(review.renamed)} {specs} renamed")
    if failed and not found:
        found.append("1 spec failed before" if failed == 1 else f"{failed} specs failed before")
    text = "; ".join(found) or NO_DIFFERENCE
    return text[:1].upper() + text[1:]


def _over(row: NetworkRow) -> Iterator[str]:
    for variant, (_, new) in zip(row.variants, row.budgets, strict=True):
        failing = [f"{WORDS[each.key]} by {_headroom(each)}" for each in new if not each.holds]
        if failing:
            yield f"{network_name(row.spec, variant)} ({', '.join(failing)})"


def network_name(spec: str, variant: str | None) -> str:
    """A network as a command line names it."""
    return spec if variant is None else f"{spec}@{variant}"


def label(row: NetworkRow, most: int | None = None) -> str:
    """The networks of a row. most: the variants that are named, None for all of them."""
    first, *others = row.variants[:most]
    names = [network_name(row.spec, first), *(f"@{variant}" for variant in others)]
    if most is not None and len(row.variants) > most:
        names.append(f"and {len(row.variants) - most} more")
    was = f"{row.was} -> " if row.was else ""
    return was + ", ".join(names) + ("" if row.kind == CHANGED else f" ({row.kind})")


def details_label(details: Details) -> str:
    """The network that details are of."""
    return network_name(details.spec, details.variants[0])


def alike_text(details: Details, most: int | None = None) -> str:
    """The other variants of which the same was edited. most: how many are named, None for all."""
    names = [f"@{variant}" for variant in details.variants[1:]]
    more = [] if most is None or len(names) <= most else [f"{len(names) - most} more"]
    *firsts, last = [*names[:most], *more]
    return f"The same was edited in {', '.join(firsts)}{' and ' * bool(firsts)}{last}."


def failure_texts(review: Review) -> list[str]:
    """What fails, each once, that on the new side first.

    With the specs in which it does, if its place is in another file, else with the variants in
    which alone it does.
    """
    alike: dict[tuple[bool, str], list[Failure]] = {}
    for failure in review.failures:
        alike.setdefault((not failure.new, failure.said), []).append(failure)
    return [_failure_text(review, alike[key]) for key in sorted(alike, key=lambda each: each[0])]


def _failure_text(review: Review, alike: list[Failure]) -> str:
    first = alike[0]
    side = review.new if first.new else review.old
    if not first.said.startswith(f"{side.name(first.spec)}:"):
        return f"{first.said} (in {_named([failure.spec for failure in alike])})"
    names = [name for name in first.variants if name is not None]
    alone = len(names) == len(first.variants) > 0
    return first.said + (f" (variants: {', '.join(names)})" if alone else "")


def importers_text(specs: Sequence[str]) -> str:
    """The specs that import a file."""
    return f"imported by {_named(specs)}"


def _named(specs: Sequence[str]) -> str:
    more = len(specs) - _MOST_SPECS
    return ", ".join(specs[:_MOST_SPECS]) + (f" and {more} more" if more > 0 else "")


def cut_text(count: int) -> str:
    """What is said where the details of so many networks are left out."""
    networks = "1 network" if count == 1 else f"{count} networks"
    return f"The details of {networks} are left out: `shapecalc diff --git BASE PATH` shows them."


def total_text(row: NetworkRow, key: str) -> tuple[str, str]:
    """A total of a row, that of the side that there is last, and by how much it grows."""
    found = [(old, old if new is None else new) for old, new in row.totals[key]]
    values = [new for _, new in found if new is not None]
    low, high = min(values), max(values)
    text = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if row.kind != CHANGED:
        return text, ""
    old, new = found[0]
    assert old is not None
    assert new is not None
    if low == high or new == old:
        return text, growth(Total(key, old, new), short=True)
    return text, f"{new - old:+,} each"


def budget_text(budget: Budget) -> str:
    """What is left of a budget, or by how much it is exceeded."""
    return f"{WORDS[budget.key]} {_left(budget)}"


def _left(budget: Budget) -> str:
    return f"{_headroom(budget)} left" if budget.holds else f"over by {_headroom(budget)}"


def _headroom(budget: Budget) -> str:
    """The headroom in percent, if that is possible, without its sign."""
    percent = budget.percent
    return f"{abs(budget.headroom):,}" if percent is None else f"{percent.lstrip('-')}%"


def budgets_text(row: NetworkRow) -> str:
    """What is left of the budget of a row that is the tightest, and which bounds are others."""
    texts = [_budgets_of(row, old, new) for old, new in row.budgets]
    tightness = [[budget.tightness for budget in new] for _, new in row.budgets]
    tightest = min(range(len(texts)), key=lambda index: (not tightness[index], tightness[index]))
    variant = row.variants[tightest]
    if len(set(texts)) == 1 or variant is None:
        return texts[tightest]
    return f"{texts[tightest]}, in {variant}"


def _budgets_of(row: NetworkRow, old: list[Budget], new: list[Budget]) -> str:
    if row.kind != CHANGED:
        return budget_text(new[0]) if new else ""
    was = {budget.key: budget for budget in old}
    found = []
    for index, budget in enumerate(new):
        before = was.pop(budget.key, None)
        if before is None:
            found.append(f"{budget_text(budget)} of {budget.bound:,}, a new budget")
        elif before.bound != budget.bound:
            bounds = f"{before.bound:,} -> {budget.bound:,}"
            found.append(f"{budget_text(budget)}, at most {bounds}")
        elif not index:
            was_left = _headroom(before) if before.holds == budget.holds else _left(before)
            change = "" if _left(before) == _left(budget) else f" (was {was_left})"
            found.append(budget_text(budget) + change)
    found += [f"{WORDS[key]} has no budget now" for key in was]
    return "; ".join(found)
