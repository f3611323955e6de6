"""What a run of a module called, with what stands for its tensors."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.torch.module_types import type_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

BATCH = 2
"""How many inputs run at once: more than one, so that the batch is told from a size of 1."""


class Traced:
    """A tensor of a run. shape: its sizes, with the batch. is_value: whether it is computed of
    the input. names: the parameters and buffers that it is, or is computed of, by their names.
    is_parameter: whether it is one as it stands. buffer: whether it is a buffer as it stands."""

    __slots__ = ("is_buffer", "is_float", "is_parameter", "is_value", "names", "shape")

    def __init__(self, shape: tuple[int, ...], is_value: bool, names: tuple[str, ...] = ()) -> None:
        self.shape = shape
        self.is_value = is_value
        self.names = names
        self.is_parameter = False
        self.is_buffer = False
        self.is_float = True

    @property
    def numel(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


class TracedCall:
    """A call of a function, or of a module.

    path: the name of the module, or of the one that calls the function. function: its name, ""
    for a module. args, kwargs, result: as they were, with a Traced in place of each tensor.
    inner: what is called inside; nothing in a leaf. macs: multiply-accumulates for one input, where
    they are counted.
    """

    __slots__ = ("args", "function", "inner", "kwargs", "macs", "module", "path", "result")

    def __init__(self, path: str, function: str, module: Any, args: Any, kwargs: Any) -> None:
        self.path = path
        self.function = function
        self.module = module
        self.args: tuple[Any, ...] = args
        self.kwargs: dict[str, Any] = kwargs
        self.result: Any = None
        self.inner: list[TracedCall] = []
        self.macs = 0

    @property
    def name(self) -> str:
        """What its layer is called: the module, or the function in the module."""
        if not self.function:
            return self.path
        own = self.function.strip("_")
        return f"{self.path}.{own}" if self.path else own

    @property
    def type(self) -> str:
        """The layer type as which a module runs."""
        found = type_name(self.module)
        assert found is not None
        return found

    @property
    def kind(self) -> str:
        """The function, or the class of the module."""
        return self.function.strip("_") or type(self.module).__name__

    def argument(self, place: int, name: str, default: Any = None) -> Any:
        """An argument that may be given by its place or its name."""
        if place < len(self.args):
            return self.args[place]
        return self.kwargs.get(name, default)


def tensors_in(structure: Any) -> Iterator[Traced]:
    """The tensors of arguments or of a result, in order."""
    pending = [structure]
    while pending:
        each = pending.pop()
        if isinstance(each, Traced):
            yield each
        elif isinstance(each, dict):
            pending.extend(reversed(each.values()))
        elif isinstance(each, list | tuple):
            pending.extend(reversed(each))


_COMPARING = frozenset(["eq", "ne", "lt", "le", "gt", "ge", "isnan", "isinf", "isfinite"])
"""The functions whose results are truth values, which no layer type computes."""


def makes_a_mask(call: TracedCall, masks: Container[Traced]) -> bool:
    """Whether a call compares numbers, or takes nothing of the network but masks."""
    if call.function.strip("_") in _COMPARING:
        return True
    given = list(tensors_in((call.args, call.kwargs)))
    weighted = call.module is not None or any(each.names for each in given)
    return not weighted and all(each in masks for each in given if each.is_value)
