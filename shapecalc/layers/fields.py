"""What a field of a layer is: how it is read, its default, its sentence, its schema.

A layer class declares its fields as class attributes:

    kernel_size = Axes("the window's size", minimum=1)

and reads them as plain attributes of its instances: `self.kernel_size` is a tuple with one
integer for each axis. A field reads values that are already evaluated (an integer, a decimal,
a truth value, a list, a word); expressions are evaluated before they come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import is_size

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


class _Required:
    """The default of a field that has none."""

    def __repr__(self) -> str:
        return "required"


REQUIRED: Any = _Required()


class Field(Generic[T]):
    """A field of a layer type, read to a value of type T.

    about: one sentence: meaning, unit, range.
    default: the value of a layer that does not write it; REQUIRED where it must be written.
    Where it is None, null may be written for it, as None in PyTorch.
    like: the name of another field whose value is the default, as a pool's stride is its
    kernel size.
    """

    kind = "value"
    words: tuple[str, ...] = ()

    def __init__(self, about: str, default: Any = REQUIRED, like: str | None = None) -> None:
        self.about = about
        self.default: Any = default if like is None else None
        self.like = like
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object, owner: type) -> Self | T:
        # an instance has the read value under the same name, which Python finds first
        return self

    @property
    def required(self) -> bool:
        """Whether a layer has to write this field."""
        return self.default is REQUIRED

    def is_expression(self, text: str) -> bool:
        """Whether a string here is an expression to evaluate, rather than a word of the field."""
        return text not in self.words

    def read(self, value: object, rank: int) -> T:
        """The value for a layer of `rank` spatial axes. Raises Refusal SC104."""
        raise NotImplementedError

    def with_names(self, value: T) -> T:
        """The value of a layer, whose integers remember what they are."""
        from shapecalc.shapes.size import with_names

        found: T = with_names(value, self.name)
        return found

    def read_default(self, rank: int) -> T:
        """The default for a layer of `rank` spatial axes."""
        default: T = self.default
        return default if default is None else self.read(default, rank)

    def schema(self, rank: int) -> dict[str, Any]:
        """The JSON schema of a written value that is not an expression."""
        raise NotImplementedError

    def is_null(self, value: object) -> bool:
        """Whether the value is a null that may be written here: it means the default."""
        return value is None and self.default is None

    def or_null(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of a value, with null where null may be written."""
        return schema if self.default is not None else {"anyOf": [schema, {"type": "null"}]}

    def refuse(
        self, value: object, expected: str, hint: str | None = None, instead: str | None = None
    ) -> Refusal:
        """The refusal of a value of the wrong kind or range.

        instead: what is certainly meant, if it is known.
        """
        text = f"{self.name} must be {expected}, not {shown(value)}"
        refusal = Refusal("SC104", text, hint, self.name)
        if instead is not None:
            refusal.instead = str(value), instead
        return refusal


class Integer(Field[int]):
    """An integer of a range."""

    kind = "integer"

    def __init__(
        self,
        about: str,
        default: Any = REQUIRED,
        like: str | None = None,
        minimum: int | None = None,
        maximum: int | None = None,
    ) -> None:
        super().__init__(about, default, like)
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: object, rank: int) -> int:
        """The integer. Raises Refusal SC104."""
        if (
            type(value) is not int
            or (self.minimum is not None and value < self.minimum)
            or (self.maximum is not None and value > self.maximum)
        ):
            if self.is_null(value):
                return self.read_default(rank)
            hint = integer_hint(value)
            raise self.refuse(value, self.range_text(), hint, integer_text(value))
        return value

    def range_text(self) -> str:
        """The range in words."""
        return range_text("an integer", self.minimum, self.maximum)

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer of the range."""
        return self.or_null(integer_schema(self.minimum, self.maximum))


class Count(Integer):
    """How many of something there are: an integer of at least 1."""

    kind = "count"

    def __init__(self, about: str, default: Any = REQUIRED, like: str | None = None) -> None:
        super().__init__(about, default, like, minimum=1)


class Inferred(Count):
    """A count that follows from the first input. It need not be written; where it is, it must
    match."""

    kind = "inferred count"

    def __init__(self, about: str) -> None:
        super().__init__(about, default=None)


class Decimal(Field[float]):
    """A finite decimal number that touches no size, such as a dropout probability."""

    kind = "number"

    def __init__(
        self,
        about: str,
        default: Any = REQUIRED,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> None:
        super().__init__(about, default)
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: object, rank: int) -> float:
        """The number. Raises Refusal SC104."""
        if isinstance(value, bool) or not (
            isinstance(value, int | float) or type(value).__name__ == "Fraction"
        ):
            if self.is_null(value):
                return self.read_default(rank)
            raise self.refuse(value, range_text("a number", self.minimum, self.maximum))
        number = float(value)  # type: ignore[arg-type] # a Fraction, told by name unimported
        if (self.minimum is not None and number < self.minimum) or (
            self.maximum is not None and number > self.maximum
        ):
            raise self.refuse(value, range_text("a number", self.minimum, self.maximum))
        return number

    def schema(self, rank: int) -> dict[str, Any]:
        """A number of the range."""
        schema: dict[str, Any] = {"type": "number"}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return self.or_null(schema)


class Flag(Field[bool]):
    """A truth value: true or false."""

    kind = "flag"

    def read(self, value: object, rank: int) -> bool:
        """The truth value. Raises Refusal SC104."""
        if type(value) is not bool:
            raise self.refuse(value, "true or false", flag_hint(value), flag_text(value))
        return value

    def is_expression(self, text: str) -> bool:
        """YAML 1.1's words for truth are reported as such, not as unknown arguments."""
        return flag_hint(text) is None

    def schema(self, rank: int) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


class FalseOnly(Flag):
    """A truth value that a spec has no room for: false alone, and `why` says the reason."""

    def __init__(self, about: str, why: str) -> None:
        super().__init__(about, default=False)
        self.why = why

    def read(self, value: object, rank: int) -> bool:
        """False. Raises Refusal SC104."""
        if super().read(value, rank):
            raise self.refuse(value, f"false ({self.why})", f"leave {self.name} out")
        return False

    def schema(self, rank: int) -> dict[str, Any]:
        """False alone."""
        return {"const": False}


class Word(Field[str]):
    """One of a few words."""

    kind = "word"

    def __init__(self, about: str, words: Sequence[str], default: Any = REQUIRED) -> None:
        super().__init__(about, default)
        self.words = tuple(words)

    def is_expression(self, text: str) -> bool:
        """A word is never an expression."""
        return False

    def read(self, value: object, rank: int) -> str:
        """The word. Raises Refusal SC104."""
        if value not in self.words or not isinstance(value, str):
            from shapecalc.problems.suggestions import did_you_mean, misspelled

            hint = did_you_mean(value, self.words) if isinstance(value, str) else None
            meant = misspelled(str(value), self.words, hint)
            raise self.refuse(value, one_of(self.words), hint, meant and meant[1])
        return value

    def schema(self, rank: int) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.words)}


# ---------------------------------------------------------------- how values are told


def one_of(words: Sequence[str]) -> str:
    """Words as a message lists what is allowed."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def range_text(noun: str, minimum: float | None, maximum: float | None) -> str:
    """A kind of number and its range in words."""
    if minimum is not None and maximum is not None:
        return f"{noun} from {minimum} to {maximum}"
    if minimum is not None:
        return f"{noun} of at least {minimum}"
    if maximum is not None:
        return f"{noun} of at most {maximum}"
    return noun


def integer_hint(value: object) -> str | None:
    """How to write a value that was probably meant as an integer."""
    text = integer_text(value)
    if text is not None:
        return f"write {text}"
    if isinstance(value, bool):
        return "write a number"
    if type(value).__name__ == "Fraction":
        return "// divides to an integer; floor, ceil and round make one, too"
    return None


def integer_text(value: object) -> str | None:
    """The integer that is written as a decimal such as `3.0`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else None


def flag_hint(value: object) -> str | None:
    """How to write a truth value that is written as YAML 1.1 has it, or as a number."""
    text = flag_text(value)
    return None if text is None else f"write {text}"


def flag_text(value: object) -> str | None:
    """The truth value that is written as YAML 1.1 has it, or as a number."""
    word = value.lower() if isinstance(value, str) else value
    if word in ("yes", "on", "y", 1):
        return "true"
    if word in ("no", "off", "n", 0):
        return "false"
    return None


def split_sizes(text: str) -> list[int] | None:
    """The numbers of `1x7` or `3x3x3`; None where the text is nothing of the kind."""
    if "x" not in text:
        return None
    parts = text.split("x")
    if all(is_size(part) for part in parts):
        return [int(part) for part in parts]
    return None


def integer_schema(minimum: int | None, maximum: int | None = None) -> dict[str, Any]:
    """The JSON schema of an integer of a range."""
    schema: dict[str, Any] = {"type": "integer"}
    if minimum is not None:
        schema["minimum"] = minimum
    if maximum is not None:
        schema["maximum"] = maximum
    return schema
