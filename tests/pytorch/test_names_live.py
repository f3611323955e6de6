"""The names and the order of parameters that are recorded of PyTorch, against PyTorch itself."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import inspect

import pytest
import torch
from framework_names import NAMES
from torch import nn

from shapecalc import layers
from shapecalc.language.calls.parameters import IGNORED, positional

OWN = [name for name in layers.type_names() if not hasattr(nn, name)]


def test_every_module_of_pytorch_is_among_the_names() -> None:
    modules = {
        name
        for name, each in vars(nn).items()
        if isinstance(each, type) and issubclass(each, nn.Module)
    }
    assert modules == set(NAMES["torch.nn"])


def test_the_functions_are_those_of_pytorch() -> None:
    for name in NAMES["torch.nn.functional"]:
        assert any(hasattr(each, name) for each in (nn.functional, torch, torch.Tensor)), name


@pytest.mark.parametrize("name", [name for name in layers.type_names() if name not in OWN])
def test_positional_arguments_have_the_order_of_pytorch(name: str) -> None:
    found = layers.find_type(name)
    assert found is not None
    parameters = inspect.signature(getattr(nn, name).__init__).parameters.values()
    order = [
        each.name
        for each in parameters
        if each.kind is each.POSITIONAL_OR_KEYWORD and each.name not in ("self", *IGNORED)
    ]
    known = [each for each in order if each in found.fields]
    assert positional(found)[: len(known)] == known
    assert order[: len(known)] == known  # none that is not a field stands before one that is
