"""Indexes of formats: what an option may name, each written by a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.text.styles import Line


class Format:
    """A format, as its line in an index declares it.

    name: what options call it.
    module: the module whose function `lines` writes it, imported when it is called.
    about: what it holds or is for, for the help: a phrase without a full stop.
    """

    __slots__ = ("about", "module", "name")

    def __init__(self, name: str, module: str, about: str) -> None:
        self.name = name
        self.module = module
        self.about = about

    def lines(self, *arguments: Any) -> Iterator[Line]:
        """The lines that its module makes, of what the formats of its index are given."""
        from importlib import import_module

        lines: Iterator[Line] = import_module(self.module).lines(*arguments)
        return lines


AnyFormat = TypeVar("AnyFormat", bound=Format)


def by_name(*formats: AnyFormat) -> dict[str, AnyFormat]:
    """An index of formats."""
    return {each.name: each for each in formats}


def described(formats: Iterable[Format]) -> str:
    """A paragraph of a command's help: a line for each format, which click does not fold."""
    listed = [(each.name, each.about) for each in formats]
    widest = max(len(name) for name, _ in listed)
    return "\b\n" + "\n".join(f"{name:<{widest}}  {about}" for name, about in listed)
