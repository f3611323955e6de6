"""Objects that do not change once they are made, for what every thread may hold."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T", bound="Frozen")


class Frozen:
    """What gets all of its parts when it is made. Its mappings are read-only.

    A subclass names its parts in `__slots__`. Setting one raises AttributeError.
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, **parts: Any) -> None:
        for name in self.__slots__:
            part = parts[name]
            if isinstance(part, dict):
                part = MappingProxyType(part)
            object.__setattr__(self, name, part)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: a {type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name}: a {type(self).__name__} does not change")

    def replaced(self, **parts: Any) -> Self:
        """The same with other parts."""
        return _made(type(self), {**self._parts(), **parts})

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (type(self), self._parts())

    def _parts(self) -> dict[str, Any]:
        # As they were given: the read-only view of a mapping can neither be copied nor pickled.
        parts = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: dict(part) if isinstance(part, MappingProxyType) else part
            for name, part in parts.items()
        }


def _made(kind: type[T], parts: dict[str, Any]) -> T:
    made = kind.__new__(kind)
    Frozen.__init__(made, **parts)
    return made
