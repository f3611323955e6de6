"""The anchors of a document: what its aliases stand for, and how much that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_ANCHORS, MAXIMUM_COPIES
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.limits import Allowance
    from shapecalc.yaml.nodes import NodeValue

_MAXIMUM_CANDIDATES = 500  # anchors that an undefined one is compared with


class Anchor:
    """The node of an anchor.

    size: the number of nodes in it, which each alias counts again.
    digits: the offset of a hexadecimal number: its text may mean something else.
    """

    __slots__ = ("closed", "digits", "size", "value")

    def __init__(self, nodes_before: int) -> None:
        self.value: NodeValue = None
        self.size = -nodes_before
        self.digits: int | None = None
        self.closed = False

    def close(self, value: NodeValue, nodes: int) -> None:
        """The node has ended. nodes: those of the document that have, aliases included."""
        self.value = value
        self.size += nodes
        self.closed = True


class Anchors:
    """The anchors of a document so far, by name. allowance: what its aliases may still repeat."""

    __slots__ = ("_allowance", "_named")

    def __init__(self, allowance: Allowance) -> None:
        self._named: dict[str, Anchor] = {}
        self._allowance = allowance

    def open(self, name: str, nodes: int) -> Anchor:
        """The anchor of a node that begins. Raises Refusal SC008 where there are too many."""
        anchor = self._named[name] = Anchor(nodes)
        if len(self._named) > MAXIMUM_ANCHORS:
            raise Refusal("SC008", f"too many anchors: the maximum is {MAXIMUM_ANCHORS:,}")
        return anchor

    def repeat(self, name: str) -> Anchor:
        """The anchor of an alias. Raises Refusal: SC007 where there is none that has ended, SC008
        where aliases repeat too much."""
        anchor = self._named.get(name)
        if anchor is None:
            from shapecalc.problems.suggestions import did_you_mean

            hint = did_you_mean(name, list(self._named)[-_MAXIMUM_CANDIDATES:])
            message = f"undefined alias *{clipped(name)}: no earlier anchor &{clipped(name)}"
            raise Refusal("SC007", message, hint)
        if not anchor.closed:
            hint = f"this alias is inside &{clipped(name)}; use an anchor that ends before it"
            raise Refusal("SC007", f"&{clipped(name)} refers to itself", hint)
        self._allowance.copies -= anchor.size
        if self._allowance.copies < 0:
            message = f"too many nodes from aliases: the maximum is {MAXIMUM_COPIES:,}"
            raise Refusal("SC008", message, "write repeated parts as blocks")
        return anchor
