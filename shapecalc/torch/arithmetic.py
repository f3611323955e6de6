"""Arithmetic with numbers, which is no layer, but for what it comes to: the hard sigmoid and swish
as many networks write them, relu6(x + 3) / 6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.torch.calls import tensors_in

if TYPE_CHECKING:
    from shapecalc.torch.calls import Traced, TracedCall

    Step = tuple[str | float, ...]

HARD: tuple[Step, ...] = (("add", 3.0), ("clamp", 0.0, 6.0))
"""What both begin with."""

_WHOLE: dict[tuple[Step, ...], str] = {
    (*HARD, ("div", 6.0)): "Hardsigmoid",
    (*HARD, ("times",), ("div", 6.0)): "Hardswish",
    (("add", 3.0), ("div", 6.0), ("clamp", 0.0, 1.0)): "Hardsigmoid",
}


class Arithmetic:
    """Steps on a tensor that are not said yet. base: the tensor. call: the last of them."""

    def __init__(self, base: Traced, taken: tuple[Step, ...], call: TracedCall) -> None:
        self.base = base
        self.steps = taken
        self.call = call

    def then(self, step: Step, call: TracedCall) -> Arithmetic:
        """The same with a step more."""
        return Arithmetic(self.base, (*self.steps, step), call)

    @property
    def type(self) -> str | None:
        """The layer type that it is; None where it is none."""
        return _WHOLE.get(self.steps)

    @property
    def words(self) -> str:
        """What the last step does."""
        words = {"add": "adding {}", "mul": "multiplying by {}", "div": "dividing by {}"}
        name, *numbers = self.steps[-1]
        texts = [f"{number:g}" for number in numbers if isinstance(number, float)]
        return words.get(str(name), f"{name} of a sum or a product").format(*texts)


def take_step(
    pending: dict[Traced, Arithmetic], call: TracedCall, traced: Traced, name: str, *numbers: float
) -> None:
    """A step on a tensor, kept until something takes what it comes to."""
    before = pending.get(traced) or Arithmetic(traced, (), call)
    if name == "mul" and numbers[0] and abs(6 * numbers[0] - 1) < 1e-6:
        name, numbers = "div", (6.0,)
    after = before.then((name, *map(float, numbers)), call)
    pending[next(tensors_in(call.result))] = after
