"""A review as JSON, for programs: every network that differs, with every change of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.diff.comparison import TOTALS
from shapecalc.diff.json import comparison_content, network_content
from shapecalc.review.words import network_name
from shapecalc.text.json_lines import json_lines, json_text
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.diff import Room
    from shapecalc.review.networks import Network
    from shapecalc.review.review import Review
    from shapecalc.review.sides import Side


def lines(review: Review, room: Room) -> Iterator[str]:
    """The document, a network at a time: none is kept until the next one is run."""
    about = {
        "shapecalc": __version__,
        "convention": words_of("en").convention,
        "old": _side(review.old),
        "new": _side(review.new),
    }
    yield "{"
    yield from (f"{line}," for line in _members(about, room))
    yield '  "networks": ['
    end = ""  # the last line of the network before, which a comma may follow
    for network in review.networks():
        if end:
            yield f"{end},"
        end = ""
        for line in json_lines(_network(network, review), room.encoding):
            if end:
                yield end
            end = f"    {line}"
        del network  # before the next one is run
    if end:
        yield end
    yield "  ],"
    rest = {
        "imports": review.imports,
        "renamed": [{"old": was, "new": path} for was, path in review.renamed],
        "failures": [
            {
                "spec": failure.spec,
                "side": "new" if failure.new else "old",
                "variants": failure.variants,
                "message": failure.said,
            }
            for failure in review.failures
        ],
        "differs": review.differs,
    }
    *members, last = _members(rest, room)
    yield from (f"{line}," for line in members)
    yield last
    yield "}"


def _members(values: dict[str, Any], room: Room) -> Iterator[str]:
    for key, value in values.items():
        yield f'  "{key}": {json_text(value, room.encoding)}'


def _side(side: Side) -> dict[str, Any]:
    return {"label": side.label, "commit": side.commit}


def _network(network: Network, review: Review) -> dict[str, Any]:
    labels = (
        network_name(review.old.name(network.was or network.spec), network.variant),
        network_name(review.new.name(network.spec), network.variant),
    )
    old, new = ({b.key: b.bound for b in each} for each in (network.old_budgets, network.budgets))
    content: dict[str, Any] = {
        "spec": network.spec,
        "variant": network.variant,
        "kind": network.kind,
        "was": network.was,
        "bounds": {key: {"old": old.get(key), "new": new.get(key)} for key in {**new, **old}},
    }
    if network.comparison is not None:
        return {**content, **comparison_content(network.comparison, labels)}
    sides = network.before, network.after
    return {
        **content,
        **{
            key: None if each is None else network_content(each, label)
            for key, each, label in zip(("old", "new"), sides, labels, strict=True)
        },
        "differs": True,
        "totals": {
            key: dict(zip(("old", "new"), (_total(each, key) for each in sides), strict=True))
            for key in TOTALS
        },
    }


def _total(summary: Summary | None, key: str) -> int | None:
    return None if summary is None else getattr(summary, key)
