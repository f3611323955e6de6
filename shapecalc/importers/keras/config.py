"""The configuration of a layer of Keras, read value by value, each held to what it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.keras.documents import JsonObject

NEEDED: Any = object()
"""The default of what has none."""


class Config:
    """A layer's values by their names. layer: its own name, for messages. place: of the object."""

    def __init__(self, values: JsonObject, layer: str, place: int) -> None:
        self.values = values
        self.layer = layer
        self.place = place

    def refused(self, text: str) -> Refusal:
        """The refusal of something in it."""
        return Refusal("SC501", f"{named(self.layer)}: {text}", offset=self.place)

    def value(self, key: str, default: Any = NEEDED) -> Any:
        """What stands there, whatever it is. The default stands also for null."""
        found = self.values.get(key)
        if found is None:
            if default is NEEDED:
                raise self.refused(f"it has no {key}")
            return default
        return found

    def _wrong(self, key: str, value: Any, wanted: str) -> Refusal:
        return self.refused(f"{key} is {_told(value)}, not {wanted}")

    def integer(self, key: str, default: Any = NEEDED) -> int:
        """An integer."""
        found = self.value(key, default)
        number = as_integer(found)
        if number is None:
            raise self._wrong(key, found, "an integer")
        return number

    def number(self, key: str, default: Any = NEEDED) -> float:
        """A number."""
        found = self.value(key, default)
        if type(found) not in (int, float) or not -MAXIMUM_INTEGER <= found <= MAXIMUM_INTEGER:
            raise self._wrong(key, found, "a number")
        return found  # type: ignore[no-any-return] # an int or a float

    def flag(self, key: str, default: bool) -> bool:
        """A truth value."""
        found = self.value(key, default)
        if type(found) is not bool:
            raise self._wrong(key, found, "true or false")
        return found

    def word(self, key: str, default: Any = NEEDED) -> str:
        """A text."""
        found = self.value(key, default)
        if type(found) is not str:
            raise self._wrong(key, found, "a text")
        return found

    def along(self, key: str, axes: int, default: Any = NEEDED) -> list[int]:
        """An integer for each axis; a single one stands for all."""
        found = untupled(self.value(key, default))
        values = found if isinstance(found, list) else [found]
        numbers = [number for number in map(as_integer, values) if number is not None]
        if len(numbers) == 1 and len(values) == 1:
            numbers *= axes
        if len(numbers) != axes or len(values) not in (1, axes):
            raise self._wrong(key, found, f"an integer for each of {axes} axes")
        return numbers

    def integers(self, key: str, default: Any = NEEDED) -> list[int]:
        """A list of integers, or one of them."""
        found = untupled(self.value(key, default))
        values = found if isinstance(found, list) else [found]
        numbers = [number for number in map(as_integer, values) if number is not None]
        if len(numbers) != len(values):
            raise self._wrong(key, found, "a list of integers")
        return numbers


def as_integer(value: Any) -> int | None:
    """A value as an integer, as which JavaScript may have written 3.0; None where it is none."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER:
        return None
    return value


def untupled(value: Any) -> Any:
    """A value, of a tuple that Keras has written as an object its list."""
    if isinstance(value, dict) and value.get("class_name") in ("__tuple__", "TensorShape"):
        return value.get("items")
    return value


def _told(value: Any) -> str:
    return "an object" if isinstance(value, dict) else shown(value)
