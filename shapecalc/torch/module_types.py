"""The modules of torch.nn, and of libraries beside it, that are layers of the language as they are.

A module is one of a type if it runs that type's own `forward`: a subclass that has another is
looked into, as any module is that holds others.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

from functools import cache
from typing import Any

from shapecalc import layers

DROPPING_PATHS = {"StochasticDepth": ("p", "mode"), "DropPath": ("drop_prob", None)}
"""The classes of torchvision and timm that drop residual branches: the attributes that have the
probability, and the mode."""

ELSEWHERE = (*DROPPING_PATHS, "FrozenBatchNorm2d", "GlobalResponseNorm")
"""The classes that are known beside torch.nn's. A frozen norm has its weights as buffers, which no
layer type has."""

_STEPS = ("forward", "_conv_forward", "_output_padding")


@cache
def _known() -> dict[Any, str]:
    """The classes of torch.nn that are layer types, with their names."""
    import torch

    names = [name for name in layers.type_names() if hasattr(torch.nn, name)]
    return {getattr(torch.nn, name): name for name in names}


def type_name(module: Any) -> str | None:
    """The class of torch.nn as which a module runs, by its name; None for any other."""
    known = _known()
    for each in type(module).__mro__:
        if each in known:
            same = all(
                getattr(type(module), step, None) is getattr(each, step, None) for step in _STEPS
            )
            return known[each] if same else None
    name = type(module).__name__
    return name if name in ELSEWHERE and not list(module.children()) else None


def is_leaf(module: Any) -> bool:
    """Whether a call of a module is a layer: no hooks of others change what it does."""
    hooks = [*module._forward_pre_hooks.values(), *module._forward_hooks.values()]
    if any(type(hook).__name__ not in ("WeightNorm", "SpectralNorm") for hook in hooks):
        return False
    return type_name(module) is not None
