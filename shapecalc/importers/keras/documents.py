"""The text of a model, in JSON, as objects that know where in it they stand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_DEPTH, MAXIMUM_MODEL_VALUES
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable


class JsonObject(dict[str, Any]):
    """An object of the text. place: the offset of its brace."""

    __slots__ = ("place",)

    def __init__(self, values: Iterable[tuple[str, Any]] = (), place: int = 0) -> None:
        super().__init__(values)
        self.place = place


_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]', re.DOTALL)


def parsed_json(text: str) -> Any:
    """The value of a text in JSON, whose objects are JsonObjects. Raises Refusal SC501."""
    places = iter(_places(text))
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: JsonObject(pairs, next(places)))
    except json.JSONDecodeError as error:
        raise Refusal("SC501", f"invalid JSON: {error.msg}", offset=error.pos) from None
    except StopIteration:
        raise Refusal("SC501", "invalid JSON", offset=0) from None
    except ValueError:  # of Python, which reads no integer of thousands of digits
        raise Refusal("SC501", "invalid JSON: too large an integer", offset=0) from None


def _places(text: str) -> list[int]:
    """Where the objects of a text begin, in the order in which they end.

    Raises Refusal SC501 for what is nested too deeply, and for too many values.
    """
    found: list[int] = []
    opened: list[int] = []
    values = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == ",":
            values += 1
        elif token in "{[":
            values += 1
            opened.append(match.start())
            if len(opened) > MAXIMUM_DEPTH:
                said = f"nested more than {MAXIMUM_DEPTH} levels deep"
                raise Refusal("SC501", said, offset=match.start())
        elif token in "}]":
            if opened:
                start = opened.pop()
                if token == "}":
                    found.append(start)
        elif len(token) == 1 or token[-1] != '"':
            raise Refusal("SC501", "invalid JSON: a text without an end", offset=match.start())
        if values > MAXIMUM_MODEL_VALUES:
            said = f"more than {MAXIMUM_MODEL_VALUES:,} values in a model"
            raise Refusal("SC501", said, offset=match.start())
    return found
