"""What each item of a spec came to in a run: its nodes, and the scopes of its expressions.

A block is written once for all of its uses, so that an item of its body has a run for each.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate
from shapecalc.language.items import BlockItem
from shapecalc.layers.fields import split_sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import Block, Item

PythonScope = dict[str, Any]


def python_value(value: Any) -> Any:
    """An exact value as Python has it: a fraction is a float, `1x7` a tuple."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    if isinstance(value, (list, tuple)):
        return tuple(map(python_value, value))
    if isinstance(value, str):
        sizes = split_sizes(value)
        return value if sizes is None else tuple(sizes)
    return value


class Frame:
    """The arguments of a network, or of one use of a block.

    exact: as the language has them. python: as Python has them. network: whether `in_channels`
    is that of each item's own input.
    """

    __slots__ = ("exact", "network", "python")

    def __init__(self, exact: PythonScope, network: bool) -> None:
        self.exact = exact
        self.python = {name: python_value(value) for name, value in exact.items()}
        self.network = network


class ItemRun:
    """One run of an item.

    parent: the run of the item around it; None at the top of a network or block.
    index: the number of its repeat, or of that around it; None outside of repeats.
    """

    __slots__ = ("frame", "index", "node", "parent")

    def __init__(
        self, node: InferredLayer, frame: Frame, parent: ItemRun | None, index: int | None
    ) -> None:
        self.node = node
        self.frame = frame
        self.parent = parent
        self.index = index

    @property
    def channels(self) -> int:
        """Those of its first input."""
        return self.node.sources[0].shape.channels

    def _scope(self, arguments: PythonScope) -> PythonScope:
        scope = dict(arguments)
        if self.frame.network and self.node.sources:
            scope["in_channels"] = self.channels
        if self.index is not None:
            scope["index"] = self.index
        return scope

    @property
    def exact(self) -> PythonScope:
        """What the names in its expressions are, as the language has it."""
        return self._scope(self.frame.exact)

    def python(self, loops: Iterable[tuple[str, Item]] = ()) -> PythonScope:
        """What they are in Python. loops: names for the input channels of items around it."""
        scope = self._scope(self.frame.python)
        for name, item in loops:
            run: ItemRun | None = self
            while run is not None and run.node.item is not item:
                run = run.parent
            if run is not None:
                scope[name] = run.channels
        return scope

    def block_frame(self) -> Frame:
        """The arguments of the block that it uses."""
        item = self.node.item
        assert isinstance(item, BlockItem)
        assert item.values is not None
        outer = self.exact
        arguments: PythonScope = {"in_channels": self.channels}
        for name, argument in item.block.arguments.items():
            given = name in item.values
            value = item.values[name] if given else argument.default
            arguments[name] = argument.read(evaluate(value, outer if given else arguments))
        return Frame(arguments, network=False)


Runs = dict["Item", list[ItemRun]]


def gathered(nodes: Iterable[InferredLayer], frame: Frame, parent: ItemRun | None = None) -> Runs:
    """The runs of all items inside a network, a use of a block, or a run: not those in blocks."""
    found: Runs = {}
    pending = [(node, parent) for node in reversed(list(nodes))]
    while pending:
        node, around = pending.pop()
        index = around.index if around is not None else None
        if node.item.repeat is not None:
            index = int(node.name[node.name.rfind(".") + 1 :])
        run = ItemRun(node, frame, around, index)
        found.setdefault(node.item, []).append(run)
        if not isinstance(node.item, BlockItem):
            pending.extend((child, run) for child in reversed(node.children))
    return found


class Use:
    """A distinct use of a block: its arguments, its node, and what its items came to."""

    __slots__ = ("frame", "node", "run", "runs")

    def __init__(self, node: InferredLayer, frame: Frame) -> None:
        self.node = node
        self.frame = frame
        self.run = ItemRun(node, frame, None, None)
        self.runs = gathered(node.children, frame, self.run)


def use_key(run: ItemRun, frame: Frame) -> object:
    """What uses of a block have in common that are the same network."""
    return repr(sorted(frame.exact.items())), run.node.sources[0].shape


class Uses:
    """The distinct uses of every block in a run, by block."""

    def __init__(self, runs: Runs) -> None:
        self.of: dict[Block, dict[object, Use]] = {}
        pending: list[Mapping[Item, list[ItemRun]]] = [runs]
        while pending:
            for item, found in pending.pop().items():
                if not isinstance(item, BlockItem):
                    continue
                uses = self.of.setdefault(item.block, {})
                for run in found:
                    frame = run.block_frame()
                    key = use_key(run, frame)
                    if key not in uses:
                        uses[key] = Use(run.node, frame)
                        pending.append(uses[key].runs)
