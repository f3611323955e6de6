"""What PyTorch runs and shapecalc refuses: only what the documentation lists, live.

Layers of random fields on shapes of none to four spatial axes, with a batch of two in front.
EXAMPLES=10 in the environment tries ten times as many.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from random import Random

import deliberate
import draw_specs
import pytest
import torch
import torch_layers
from examples import TIMES

from shapecalc import layers
from shapecalc.layers.base import LayerType
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

CASES = 200 * TIMES

DROPOUTS = [name for name in layers.type_names() if "Dropout" in name]


@pytest.fixture(autouse=True)
def as_pytorch_runs() -> Iterator[None]:
    """No warnings of what PyTorch still accepts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def layer_type(name: str) -> LayerType:
    found = layers.find_type(name)
    assert found is not None
    return found


def refusal_of(case: draw_specs.Case) -> Refusal | None:
    """Why we refuse a case; None where we do not."""
    of = layer_type(case.type)
    try:
        fields = {name: of.fields[name].read(value, of.rank) for name, value in case.fields.items()}
        of.make(fields).infer(tuple(map(Shape.from_chw, case.inputs)))
    except Refusal as refusal:
        return refusal
    return None


def elements(case: draw_specs.Case) -> list[int]:
    """How many numbers are in each output of a case in PyTorch; nothing where it refuses."""
    inputs = [torch.zeros(2, *shape) for shape in case.inputs]
    try:
        with torch.no_grad():
            outputs = torch_layers.freely(case.type, case.fields, inputs).outputs
    except Exception:  # constructors and layers raise many kinds
        return []
    return [output.numel() for output in outputs]


def with_other_axes(case: draw_specs.Case, random: Random) -> draw_specs.Case:
    """The case on none to four spatial axes, as many for each input."""
    axes = random.randint(0, 4)
    inputs = [
        [*shape[: axes + 1], *(random.choice((1, 2, 3, 6)) for _ in range(axes + 1 - len(shape)))]
        for shape in case.inputs
    ]
    return draw_specs.Case(case.type, case.fields, inputs)


@pytest.mark.parametrize("name", layers.type_names())
def test_what_pytorch_runs_is_refused_for_a_listed_reason(name: str) -> None:
    random = Random(name)
    fields = layer_type(name).fields
    unlisted: list[str] = []
    for number in range(CASES):
        case = draw_specs.draw(name, fields, random)
        if number % 2:
            case = with_other_axes(case, random)
        if not set(case.fields) <= set(fields):
            continue
        refusal = refusal_of(case)
        if refusal is None or deliberate.reasons(case, refusal.code, refusal.message):
            continue
        found = elements(case)
        if found and all(found):
            unlisted.append(f"{case}: {refusal.code} {refusal.message}")
    assert unlisted == []


@pytest.mark.parametrize("reason", deliberate.REASONS, ids=lambda reason: reason.what)
def test_pytorch_runs_the_example_of_every_reason(reason: deliberate.Reason) -> None:
    found = elements(reason.example)
    assert found
    assert all(found) == (reason.what != deliberate.EMPTY)


def test_every_argument_is_a_field_but_for_the_listed_ones() -> None:
    others: set[str] = set()
    for name in layers.type_names():
        if hasattr(torch.nn, name):
            arguments = inspect.signature(getattr(torch.nn, name).__init__).parameters
            others |= set(arguments) - set(layer_type(name).fields) - {"self", "args", "kwargs"}
    assert {name for name in others if name[0] != "_"} == set(deliberate.NO_FIELDS)


@pytest.mark.parametrize("axes", range(7))
@pytest.mark.parametrize("name", [name for name in DROPOUTS if hasattr(torch.nn, name)])
def test_a_dropout_takes_the_axes_that_pytorchs_takes(name: str, axes: int) -> None:
    shape = [3] * (axes + 1)
    ours = refusal_of(draw_specs.Case(name, {}, [shape])) is None
    for training in (False, True):
        module = getattr(torch.nn, name)().train(training)
        try:
            output = module(torch.ones(2, *shape))
        except RuntimeError:
            assert not ours
        else:
            assert ours
            assert list(output.shape) == [2, *shape]
