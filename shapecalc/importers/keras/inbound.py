"""What a use of a layer takes, as each generation of Keras has written it.

Keras 1 and 2 have lists, `[["conv1", 0, 0, {"axis": 1}]]`, and Keras 3 has objects with the
arguments of the call, in which tensors are objects, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shapecalc.importers.keras.documents import JsonObject
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

CONSTANT_LAYER = "_CONSTANT_VALUE"
"""Keras 2's name for the layer that a number comes from."""


class TensorRef(NamedTuple):
    """A tensor: the name of the layer that outputs it, which use of that, which of its outputs."""

    layer: str
    use: int
    output: int


class Arguments(NamedTuple):
    """What a layer is called with. Tensors are TensorRefs, also those in lists."""

    positional: list[Any]
    named: dict[str, Any]

    def refs(self) -> Iterator[TensorRef]:
        """All tensors that are still TensorRefs, in the order of the arguments."""
        return self.of(TensorRef)

    def of(self, kind: type[T]) -> Iterator[T]:
        """All values of a type, those in lists included."""
        for value in (*self.positional, *self.named.values()):
            if isinstance(value, kind):
                yield value
            elif type(value) is list:
                yield from (each for each in value if isinstance(each, kind))


def arguments_of(node: Any, place: int, said: dict[TensorRef, Any]) -> Arguments:
    """The arguments of a use. Raises Refusal SC501.

    said: to which the shapes are added that the file says of the tensors.
    """
    if isinstance(node, JsonObject):
        if "args" not in node and "kwargs" not in node:
            values = [_of_list(each, node.place) for each in node.values()]
            return Arguments([values], {})
        positional, named = node.get("args", []), node.get("kwargs", {})
        if not isinstance(positional, list) or not isinstance(named, JsonObject):
            raise Refusal("SC501", "args is a list, and kwargs an object", offset=node.place)
        return Arguments(
            [_value(each, said) for each in positional],
            {key: _value(value, said) for key, value in named.items()},
        )
    if not isinstance(node, list):
        raise Refusal("SC501", "a use of a layer is a list or an object", offset=place)
    single = bool(node) and isinstance(node[0], str)
    items = [node] if single else node
    values = [_of_list(item, place) for item in items]
    named = next((item[3] for item in items if len(item) > 3 and isinstance(item[3], dict)), {})
    positional = values if len(values) < 2 else [values]
    return Arguments(positional, {key: _named(value) for key, value in named.items()})


def ref_of(value: Any) -> TensorRef | None:
    """A tensor as a list; None for what is none."""
    if (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and type(value[1]) is int
        and type(value[2]) is int
    ):
        return TensorRef(value[0], value[1], value[2])
    return None


def _of_list(item: Any, place: int) -> Any:
    if isinstance(item, list) and len(item) > 2 and item[0] == CONSTANT_LAYER:
        return item[2]
    found = ref_of(item)
    if found is None:
        text = "an input of a layer is a list of a name, a number of a use and one of an output"
        raise Refusal("SC501", text, offset=place)
    return found


def _named(value: Any) -> Any:
    """The value of a named argument in a list of Keras 2, in which tensors look like lists."""
    found = ref_of(value)
    if found is not None:
        return found
    if isinstance(value, list) and value and all(map(ref_of, value)):
        return [ref_of(each) for each in value]
    return value


def _value(value: Any, said: dict[TensorRef, Any]) -> Any:
    if isinstance(value, list):
        return [_tensor(each, said) for each in value]
    return _tensor(value, said)


def _tensor(value: Any, said: dict[TensorRef, Any]) -> Any:
    """A tensor as Keras 3 has it; any other value as it is."""
    if not isinstance(value, JsonObject) or value.get("class_name") != "__keras_tensor__":
        return value
    config = value.get("config")
    found = ref_of(config.get("keras_history")) if isinstance(config, JsonObject) else None
    if found is None or not isinstance(config, JsonObject):
        raise Refusal("SC501", "a tensor without a keras_history", offset=value.place)
    said.setdefault(found, config.get("shape"))
    return found
