"""Layers that several models in a file have in common, as far as it says so.

Within a model a layer that is used twice stands once. In another model it stands again: Keras 2
gives both the same `shared_object_id`, Keras 3 gives one to the later alone, and to none in a text
that `to_json` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from shapecalc.importers.keras.graphs import LayerOfFile

_Kind = tuple[str, str]
"""The class of a layer, and its name."""


class SharedLayers:
    """Which layers of a file are one, by the objects that they are in it.

    says_so: whether the file gives an id to a layer that stands in it again.
    """

    def __init__(self, layers: Iterable[LayerOfFile], says_so: bool) -> None:
        self._says_so = says_so
        self._identities: dict[int, Hashable] = {}
        self._alike: dict[_Kind, list[LayerOfFile]] = {}
        by_id: dict[str, Hashable] = {}
        for layer in sorted(layers, key=lambda each: each.place):
            key = id(layer.entry)
            shared = layer.entry.get("shared_object_id")
            others = self._alike.setdefault((layer.class_name, layer.name), [])
            if shared is None:
                self._identities[key] = key
                others.append(layer)
                continue
            known = by_id.get(str(shared)[:20])
            if known is None and len(others) == 1 and _is_alike(layer, others[0]):
                known = id(others[0].entry)
            by_id[str(shared)[:20]] = self._identities[key] = known or key

    def identity(self, layer: LayerOfFile) -> Hashable:
        """What all layers of the file have in common that are one with this."""
        return self._identities.get(id(layer.entry), id(layer.entry))

    def remark(self, learned: set[Any]) -> str | None:
        """What is remarked where layers may be one, of which the file does not say whether.

        learned: the identities of the layers that have weights.
        """
        if self._says_so:
            return None
        for found in self._alike.values():
            if len(found) < 2:
                continue
            first, *others = found
            alike = [first, *(each for each in others if _is_alike(first, each))]
            if len(alike) > 1 and learned.issuperset(map(self.identity, alike)):
                return (
                    f"Layers of one name in several models, such as {first.name[:40]}, count once "
                    "for each: the file does not say whether they are one layer"
                )
        return None


def _is_alike(one: LayerOfFile, other: LayerOfFile) -> bool:
    """Whether two layers have the same configuration, without the ids in it."""
    pending: list[tuple[Any, Any]] = [(one.config, other.config)]
    while pending:
        first, second = pending.pop()
        if isinstance(first, dict) and isinstance(second, dict):
            keys = {*first, *second} - {"shared_object_id"}
            pending += [(first.get(key), second.get(key)) for key in keys]
        elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
            pending += zip(first, second, strict=True)
        elif first != second:
            return False
    return True
