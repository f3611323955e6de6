"""Products of two tensors, and tensors that come from no input, as PyTorch has them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

from typing import Any

import torch
from torch_windows import RefusedError

STORED = ("Parameter", "Buffer")


def stored(type: str, inputs: int, shape: Any) -> torch.nn.Module:
    """A module that has a tensor. Raises RefusedError for an input, or where nothing is in it."""
    if isinstance(shape, str):
        shape = list(map(int, shape.split("x")))
    tensor = torch.zeros(shape)
    if inputs or not tensor.dim() or not tensor.numel():
        raise RefusedError("an input, or an empty tensor")
    module = torch.nn.Module()
    if type == "Parameter":
        module.weight = torch.nn.Parameter(tensor)
    else:
        module.register_buffer("weight", tensor)
    return module


def matmul(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The product of each of a batch with its own: a batch is no leading axis of a spec."""
    return torch.stack([one @ other for one, other in zip(first, second, strict=True)])
