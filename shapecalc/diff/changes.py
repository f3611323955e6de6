"""The layers that differ between two networks, in order, each with the fields that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.diff.matching import MADE_UP, Matching
from shapecalc.graph.edges import taken
from shapecalc.graph.structure import FOLLOWING, own_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor

CHANGE_KINDS = ("added", "removed", "changed", "downstream", "renamed")
"""What may have happened to a layer. One downstream is unchanged, on another input."""

ADDED, REMOVED, CHANGED, DOWNSTREAM, RENAMED = CHANGE_KINDS


class ChangedField:
    """A field of a layer with its old and its new value.

    key: `path`, `after` (the layer that runs before it), `type`, a field of the layer's type,
    `join`, `from`, `shares`, `input`, `output`, `params` or `macs`.
    before, after: an integer, a truth value, a word, a Shape, or a tuple of such.
    """

    __slots__ = ("after", "before", "key")

    def __init__(self, key: str, before: Any, after: Any) -> None:
        self.key = key
        self.before = before
        self.after = after


class Change:
    """What happened to a layer, or to a block that appeared or disappeared as a whole.

    kind: one of `KINDS`. before, after: what it was and what it is; None where there is none.
    fields: those that are no longer the same, where it is both.
    whole: whether what is inside appeared or disappeared with it; not for a join of older branches.
    params, macs: by how much they grew.
    """

    __slots__ = ("after", "before", "fields", "kind", "macs", "params", "whole")

    def __init__(
        self,
        before: InferredLayer | None,
        after: InferredLayer | None,
        fields: list[ChangedField] | None = None,
        whole: bool = True,
    ) -> None:
        self.before = before
        self.after = after
        self.fields = fields or []
        self.whole = whole
        self.kind = self._kind()
        self.params = self._growth("params")
        self.macs = self._growth("macs")

    @property
    def node(self) -> InferredLayer:
        """The new value; of what was removed, the old one."""
        node = self.after or self.before
        assert node is not None
        return node

    def _kind(self) -> str:
        if self.before is None:
            return ADDED
        if self.after is None:
            return REMOVED
        keys = {field.key for field in self.fields}
        if keys == {"path"}:
            return RENAMED
        return DOWNSTREAM if keys <= {"path", *FOLLOWING} else CHANGED

    def _growth(self, figure: str) -> int:
        if self.before is None or self.after is None:
            amount: int = getattr(self.node, figure) if self.whole else 0
            return amount if self.before is None else -amount
        return sum(field.after - field.before for field in self.fields if field.key == figure)


class _Partners:
    """What of the new network each node and input of the old one is now.

    of: by the old ones. back: by the new ones. moved: old ones that run in another order.
    written: the paths without made-up names.
    """

    def __init__(self, matching: Matching, before: Summary, after: Summary) -> None:
        self.of: dict[InferredLayer | str, InferredLayer | str] = {
            matching.before[old]: matching.after[new] for old, new in matching.after_of.items()
        }
        self.of.update((name, name) for name in before.input_tensors if name in after.input_tensors)
        if len(before.input_tensors) == len(after.input_tensors) == 1:
            self.of.update(zip(before.input_tensors, after.input_tensors, strict=True))
        self.back = {after: before for before, after in self.of.items()}
        self.moved = {matching.before[old] for old in matching.moved}
        self.written = matching.written

    def differ(self, before: Tensor, after: Tensor) -> bool:
        """Whether a tensor is another one now, though both of them are in both networks.

        Where a layer before was added, removed or moved, its own change says so.
        """
        if before.producer not in self.of or after.producer not in self.back:
            return False
        if before.producer in self.moved or self.back[after.producer] in self.moved:
            return False
        return self.of[before.producer] != after.producer or _part(before) != _part(after)


def _part(tensor: Tensor) -> int:
    """Which of the parts that its producer outputs a tensor is."""
    producer = tensor.producer
    return 0 if isinstance(producer, str) else producer.tensors.index(tensor)


class _Alone:
    """The nodes without a partner, each as the largest block that has none inside either."""

    def __init__(self, summary: Summary, partnered: set[InferredLayer]) -> None:
        self._partnered = partnered
        nodes = [node for node, _ in summary.walk()]
        mixed = set(partnered)
        for node in reversed(nodes):
            if not mixed.isdisjoint(node.children):
                mixed.add(node)
        self._largest: dict[InferredLayer, InferredLayer] = {}
        for node in nodes:
            if node not in mixed:
                largest = self._largest.setdefault(node, node)
                self._largest.update(dict.fromkeys(node.children, largest))
        self._given: set[InferredLayer] = set()

    def is_whole(self, node: InferredLayer) -> bool:
        """Whether neither a node nor anything inside has a partner."""
        return node in self._largest

    def among(self, nodes: list[InferredLayer]) -> Iterator[tuple[InferredLayer, bool]]:
        """The nodes that have no match, each once, and whether all inside have none.

        What joins branches that have partners is not.
        """
        for node in nodes:
            largest = self._largest.get(node, node)
            if node in self._partnered or largest in self._given:
                continue
            self._given.add(largest)
            whole = self.is_whole(node)
            while whole and len(largest.children) == 1:
                largest = largest.children[0]
            yield largest, whole


def changes(before: Summary, after: Summary, unchanged: list[InferredLayer]) -> Iterator[Change]:
    """The changes in execution order, removed before added; the others to `unchanged`."""
    matching = Matching(before, after)
    partners = _Partners(matching, before, after)
    old_of = {new: old for old, new in matching.after_of.items()}
    removed = _Alone(before, {matching.before[old] for old in matching.after_of})
    added = _Alone(after, {matching.after[new] for new in old_of})
    retyped = _retyped_blocks(before, after, matching, added)
    old_at = 0
    for new, until in enumerate(_limits(matching, old_of)):
        for old_node, whole in removed.among(matching.before[old_at:until]):
            yield Change(old_node, None, whole=whole)
        old_at = until
        node = matching.after[new]
        yield from retyped.get(node, ())
        if new not in old_of:
            for largest, whole in added.among([node]):
                yield Change(None, largest, whole=whole)
            continue
        old = old_of[new]
        fields = list(_fields(matching.before[old], node, partners))
        if old in matching.moved and all(field.key != "from" for field in fields):
            fields.insert(0, ChangedField("after", *_preceding(matching, old, new)))
        if fields:
            yield Change(matching.before[old], node, fields)
        else:
            unchanged.append(node)
    for old_node, whole in removed.among(matching.before[old_at:]):
        yield Change(old_node, None, whole=whole)


def _retyped_blocks(
    before: Summary, after: Summary, matching: Matching, added: _Alone
) -> dict[InferredLayer, list[Change]]:
    """The blocks that are of another type now, though not all new inside, by their first layer.

    Not those that join branches, which are compared as the layers are.
    """
    old = {matching.written[node]: node for node, _ in before.walk() if node.children}
    found: dict[InferredLayer, list[Change]] = {}
    pending: list[Change] = []
    for node, _ in after.walk():
        path = matching.written[node]
        if node.layer is not None:
            if pending:
                found[node] = pending
                pending = []
        elif path in old and MADE_UP not in path and node.children and not added.is_whole(node):
            was = old[path]
            if was.type != node.type and not (was.joined or node.joined):
                pending.append(Change(was, node, [ChangedField("type", was.type, node.type)]))
    return found


def _limits(matching: Matching, old_of: dict[int, int]) -> list[int]:
    """For each new node, how far the old ones go that were removed before it, or replaced by it."""
    limits: list[int] = []
    limit = len(matching.before)
    for new in range(len(matching.after) - 1, -1, -1):
        old = old_of.get(new)
        if old is not None and old not in matching.moved:
            limit = old
        limits.append(limit)
    return limits[::-1]


def _preceding(matching: Matching, old: int, new: int) -> tuple[str, str]:
    """The paths of what runs just before a node, in the old network and in the new one."""
    return (
        matching.before[old - 1].path if old else "input",
        matching.after[new - 1].path if new else "input",
    )


def _fields(
    before: InferredLayer, after: InferredLayer, partners: _Partners
) -> Iterator[ChangedField]:
    """The fields that are no longer the same."""
    if partners.written[before] != partners.written[after]:
        yield ChangedField("path", before.path, after.path)
    yield from _if_differs("type", before.type, after.type)
    if before.layer is not None and after.layer is not None and before.layer is not after.layer:
        old, new = own_fields(before.layer), own_fields(after.layer)
        for name in new:
            if name in old:
                yield from _if_differs(name, old[name], new[name])
    yield from _if_differs("join", before.join, after.join)
    if len(before.sources) == len(after.sources) and any(
        map(partners.differ, before.sources, after.sources)
    ):
        yield ChangedField("from", tuple(taken(before)), tuple(taken(after)))
    if (before.shares and partners.of.get(before.shares)) is not after.shares:
        yield ChangedField("shares", _path(before.shares), _path(after.shares))
    yield from _if_differs("trainable", before.trainable, after.trainable)
    yield from _if_differs("input", before.inputs, after.inputs)
    yield from _if_differs("output", before.outputs, after.outputs)
    for figure in ("params", "macs"):
        yield from _if_differs(figure, _own(before, figure), _own(after, figure))


def _own(node: InferredLayer, figure: str) -> int:
    """A figure of a layer; of what joins branches nothing, as what is inside has its own."""
    amount: int = 0 if node.layer is None else getattr(node, figure)
    return amount


def _if_differs(key: str, before: Any, after: Any) -> Iterator[ChangedField]:
    if before != after:
        yield ChangedField(key, before, after)


def _path(node: InferredLayer | None) -> str | None:
    return None if node is None else node.path
