"""An overview of networks as JSON, for programs: every figure and budget of each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.render.json import one_or_named
from shapecalc.text.json_lines import json_lines
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.budget import Budget
    from shapecalc.inference.basis import Basis
    from shapecalc.tables.document import Options
    from shapecalc.tables.overview import OverviewRow


def lines(rows: Sequence[OverviewRow], options: Options, basis: Basis) -> Iterator[str]:
    """The overview, a line for each row. Shapes are lists in the options' layout."""
    content = {
        "shapecalc": __version__,
        "layout": options.layout,
        "batch": basis.batch,
        "dtype": str(basis.types),
        "fuse": basis.fuse,
        "networks": (_row(row, options.layout) for row in rows),
        "convention": words_of(options.language).convention,
    }
    return json_lines(content, options.encoding)


def _row(row: OverviewRow, layout: str) -> dict[str, Any]:
    sizes = {name: axes and [axis.size for axis in axes] for name, axes in row.fields.items()}
    return {
        "spec": row.spec,
        "name": row.name,
        "variant": row.variant,
        "input": one_or_named(row.inputs, layout),
        "output": one_or_named(row.outputs, layout),
        **row.figures,
        "receptive_field": sizes if len(row.inputs) > 1 else next(iter(sizes.values()), None),
        "budgets": [_budget(budget) for budget in row.budgets],
    }


def _budget(budget: Budget) -> dict[str, Any]:
    return {
        "figure": budget.key,
        "bound": budget.bound,
        "amount": budget.amount,
        "holds": budget.holds,
        "headroom": budget.headroom,
        "percent": budget.percent,
    }
