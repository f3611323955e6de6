"""Values between layers as code has them, and the names by which items know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.render.code.layout import Part
    from shapecalc.render.code.trees import Tree


class CannotSay(Exception):  # noqa: N818 - a verdict: another way of writing is tried
    """Raised where something cannot be written in one way.

    what: why, if no other way can either. node: the layer or block that it is about.
    """

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.node: InferredLayer | None = None


class NeedsValues(Exception):  # noqa: N818 - as above
    """Raised where a class can be written only for some values of its arguments. names: those."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names


class OtherLayout(CannotSay):
    """Raised where a row of modules wants its input laid out otherwise. last: how."""

    def __init__(self, last: bool) -> None:
        super().__init__()
        self.last = last


class TensorValue:
    """A tensor, or several, in `forward`.

    text: the expression for it. channels: their number as a tree; None where it is unknown.
    rank: its spatial axes. last: whether the channels are its last axis.
    parts: of several tensors, each by the name that follows a dot in `from:`.
    """

    __slots__ = ("channels", "last", "parts", "rank", "text")

    def __init__(
        self,
        text: str,
        channels: Tree | None,
        rank: int,
        last: bool = False,
        parts: dict[str, TensorValue] | None = None,
    ) -> None:
        self.text = text
        self.channels = channels
        self.rank = rank
        self.last = last and rank > 0
        self.parts = parts

    def called(self, text: str) -> TensorValue:
        """The same under another name."""
        return TensorValue(text, self.channels, self.rank, self.last, self.parts)

    def counting(self, channels: Tree | None) -> TensorValue:
        """The same, its channels said otherwise."""
        return TensorValue(self.text, channels, self.rank, self.last, self.parts)

    def laid(self, last: bool | None) -> TensorValue:
        """The same with the channels as its last axis, or as its second."""
        if last is None or last == self.last or not self.rank:
            return self
        axes = "1, -1" if last else "-1, 1"
        return TensorValue(f"{self.text}.movedim({axes})", self.channels, self.rank, last)


class Made:
    """A module that is made: the call, what it outputs, and how its input must be laid out.

    part: None for none, where the input is passed on. out: without its text. last: whether its
    input has the channels last; None where either will do.
    """

    __slots__ = ("last", "out", "part")

    def __init__(self, part: Part | None, out: TensorValue, last: bool | None) -> None:
        self.part = part
        self.out = out
        self.last = last

    def arguments(self, sources: list[TensorValue]) -> list[Part]:
        """What is passed to it of its inputs."""
        return [each.laid(self.last).text for each in sources]


class NamedValue:
    """What a name in a spec refers to.

    value: its output; None for several that are not told apart. inside: the names in it, if its
    layers are written one by one. module: the module that it is, if it is one.
    call: that module as it is made.
    """

    __slots__ = ("call", "inside", "module", "value")

    def __init__(
        self, value: TensorValue, inside: ItemNames | None = None, module: str = "", call: str = ""
    ) -> None:
        self.value = value
        self.inside = inside
        self.module = module
        self.call = call


class ItemNames:
    """The names in a sequence, and those around it."""

    __slots__ = ("outer", "own")

    def __init__(self, outer: ItemNames | None = None) -> None:
        self.own: dict[str, NamedValue] = {}
        self.outer = outer

    def find(self, path: str) -> NamedValue | None:
        """What a path refers to, looked up here, then outward."""
        scope: ItemNames | None = self
        while scope is not None:
            found = scope.own.get(path) or scope._reach(path)
            if found is not None:
                return found
            scope = scope.outer
        return None

    def _reach(self, path: str) -> NamedValue | None:
        end = path.rfind(".")
        while end > 0:
            entry = self.own.get(path[:end])
            if entry is not None:
                rest = path[end + 1 :]
                if entry.value.parts is not None and rest in entry.value.parts:
                    return NamedValue(entry.value.parts[rest])
                if entry.inside is None:
                    return None
                return entry.inside.own.get(rest) or entry.inside._reach(rest)
            end = path.rfind(".", 0, end)
        return None


class Mentions:
    """The names by which items of a body, or its outputs, take what others output.

    whole: those that something is taken of. entered: those with names inside that are taken.
    """

    __slots__ = ("entered", "whole")

    def __init__(self) -> None:
        self.whole: set[str] = set()
        self.entered: set[str] = set()

    def add(self, path: str) -> None:
        """Note a path, and all that it may mean: names have dots, too."""
        self.whole.add(path)
        if "." not in path:
            return
        words = path.split(".")
        starts = range(len(words)) if len(words) <= MOST_WORDS else range(1)
        for start in starts:
            self.whole.add(".".join(words[start:]))
            for end in range(start + 1, len(words)):
                name = ".".join(words[start:end])
                self.entered.add(name)
                self.whole.add(name)


MOST_WORDS = 12
"""The words of a path, between its dots, of which all parts are noted."""
