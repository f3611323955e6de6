"""Masks in a model of Keras: which positions count, as its layers hand on. They change no shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.inbound import Arguments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.importers.keras.inbound import TensorRef

REMARK = "Masks are left out: they change no shape and no cost."
"""What is remarked of a model that has them."""

_NAMES = ("mask", "attention_mask", "query_mask", "key_mask", "value_mask")
"""The arguments of calls that are masks."""


def leave_out_masks(uses: dict[str, list[Arguments]], kept: Iterable[TensorRef]) -> bool:
    """Take the masks out of the arguments of uses, and the layers that only make them.

    uses: those of each layer by its name. kept: what leaves the model. Returns whether there were
    any.
    """
    pending: list[str] = []
    for each in uses.values():
        for arguments in each:
            masks = Arguments([], {key: arguments.named.pop(key, None) for key in _NAMES})
            pending += [ref.layer for ref in masks.refs()]
    had = bool(pending)
    counts: dict[str, int] = {}
    for ref in (*kept, *(ref for each in uses.values() for one in each for ref in one.refs())):
        counts[ref.layer] = counts.get(ref.layer, 0) + 1
    while pending:
        name = pending.pop()
        if counts.get(name) or not any(any(one.refs()) for one in uses.get(name, ())):
            continue
        for arguments in uses.pop(name):
            for ref in arguments.refs():
                counts[ref.layer] -= 1
                pending.append(ref.layer)
    return had
