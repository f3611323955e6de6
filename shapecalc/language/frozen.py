"""Objects that do not change once they are made, for what every thread may hold."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T", bound="Frozen")


class Frozen:
    """What gets all of its parts when it is made. Its mappings are read-only.

    A subclass names its parts in `__slots__`. Setting one raises AttributeError. It is its own
    copy.
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, **parts: Any) -> None:
        for name in self.__slots__:
            part = parts[name]
            object.__setattr__(self, name, MappingProxyType(part) if type(part) is dict else part)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: a {type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name}: a {type(self).__name__} does not change")

    def replaced(self, **parts: Any) -> Self:
        """The same with other parts."""
        return _made(type(self), {**self._parts(), **parts})

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        # a read-only view of a mapping cannot be pickled
        parts = self._parts().items()
        plain = {
            name: dict(part) if type(part) is MappingProxyType else part for name, part in parts
        }
        return _made, (type(self), plain)

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def _made(kind: type[T], parts: dict[str, Any]) -> T:
    # without the __init__ of a kind that works some of its parts out
    made = kind.__new__(kind)
    Frozen.__init__(made, **parts)
    return made
