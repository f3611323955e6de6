"""What costs count for: how many inputs, in which types, and what is fused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from shapecalc.limits import MAXIMUM_BATCH, MAXIMUM_INTEGER
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.dtypes import DataTypes, bytes_of, parse_data_types

if TYPE_CHECKING:
    from shapecalc.inference.places import Places
    from shapecalc.shapes.shape import Shape


class _Output(Protocol):
    """A tensor of a run. stored: whether it is weights. constant: whether a batch has one of it."""

    @property
    def shape(self) -> Shape: ...

    @property
    def stored(self) -> bool: ...

    @property
    def constant(self) -> bool: ...


class Basis:
    """What costs count for.

    batch: the inputs that run at once. types: those of the numbers. fuse: whether layers are fused.
    written_over: the tensors that are fused into others, each with the one whose bytes it has.
    folded: the numbers that are left of the weights of a layer that is folded into another.
    run: the summary of all that is counted; None until there is one.
    """

    __slots__ = ("batch", "folded", "fuse", "run", "types", "written_over")

    def __init__(self, batch: int = 1, types: DataTypes | None = None, fuse: bool = False) -> None:
        self.batch = batch
        self.types = types or DataTypes()
        self.fuse = fuse
        self.written_over: dict[Any, Any] = {}
        self.folded: dict[Any, int] = {}
        self.run: Places | None = None

    def batch_of(self, constant: bool) -> int:
        """How often something is there for the batch: once, where it depends on no input."""
        return 1 if constant else self.batch

    def bytes_of(self, tensor: _Output) -> int:
        """The bytes of a tensor, for the batch; none where it is weights."""
        if tensor.stored:
            return 0
        numbers = tensor.shape.elements * self.batch_of(tensor.constant)
        return bytes_of(numbers, self.types.activations)


def basis_for(batch: int, dtype: str, fuse: bool) -> Basis:
    """The basis that a caller asks for, checked. Raises Refusal SC115."""
    if type(batch) is not int or not 0 < batch <= MAXIMUM_BATCH:
        text = f"batch must be an integer from 1 to {MAXIMUM_BATCH}"
        if abs(batch) <= MAXIMUM_INTEGER:
            text += f", not {shown(batch)}"
        raise Refusal("SC115", text)
    return Basis(batch, parse_data_types(dtype), fuse)
