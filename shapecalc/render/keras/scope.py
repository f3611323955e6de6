"""The names in scope of a function that is written: which variable has the output of which item."""

from __future__ import annotations

import re

from shapecalc.render.code.names import Names
from shapecalc.render.keras.uses import UnsayableError


class Ref:
    """What a name refers to.

    text: where its output is; None where it has none of its own. inner: the names inside. parts:
    whether it is a list of outputs, by their numbers. states: whether it has others, by name.
    """

    __slots__ = ("inner", "parts", "states", "text", "variable")

    def __init__(self, text: str, inner: VisibleNames | None = None) -> None:
        self.text: str | None = text
        self.variable = text
        self.inner = inner
        self.parts = False
        self.states = False


class VisibleNames:
    """The names of a sequence. outer: those around it."""

    __slots__ = ("_components", "_free", "names", "outer", "variables")

    def __init__(self, outer: VisibleNames | None = None) -> None:
        self.outer = outer
        self.names: dict[str, Ref] = {}
        self.variables: dict[str, str] = {}
        self._components: dict[str, str] = {}
        self._free = Names()

    def component(self, name: str, derived: bool = False) -> str:
        """The part of a layer's name for an item: letters, digits and underscores.

        derived: whether the item has no name of its own, so that it is another item than any.
        """
        found = None if derived else self._components.get(name)
        if found is None:
            found = self._free.free(re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_") or "layer")
            self._components[name] = found
        return found

    def resolve(self, path: str) -> str:
        """Where the output is that a path in `from:` names. Raises UnsayableError."""
        view: VisibleNames | None = self
        while view is not None:
            found = view._reach(path)
            if found is not None:
                return found
            view = view.outer
        raise UnsayableError(f"{path} is inside a block or a repeat")

    def _reach(self, path: str) -> str | None:
        """The same, from here inward; None where nothing here has such a name."""
        view: VisibleNames | None = self
        while view is not None:
            ref, rest = view._first(path)
            if ref is None:
                return None
            if not rest:
                return ref.text
            if ref.parts and rest.isascii() and rest.isdigit():
                return f"{ref.variable}[{int(rest)}]"
            if ref.states:
                raise UnsayableError(f"{path} is a state, which Keras has as vectors of each layer")
            view, path = ref.inner, rest
        return None

    def _first(self, path: str) -> tuple[Ref | None, str]:
        """The longest name here that a path begins with, and the rest of the path."""
        end = len(path)
        while end > 0:
            found = self.names.get(path[:end])
            if found is not None:
                return found, path[end + 1 :]
            end = path.rfind(".", 0, end)
        return None, path
