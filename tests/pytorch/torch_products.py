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
    """The product of each of a batch with its own, channels first: a batch is no leading axis."""
    pairs = zip(first.movedim(1, -1), second.movedim(1, -1), strict=True)
    return torch.stack([one @ other for one, other in pairs]).movedim(-1, 1)


def grid_sample(image: torch.Tensor, grid: torch.Tensor, **fields: Any) -> torch.Tensor:
    """An image at the points of a grid, both channels first. Raises RefusedError."""
    axes = grid.shape[1]
    leading = image.dim() - 2 - axes
    if axes not in (2, 3) or image.dim() != grid.dim() or leading < 0:
        raise RefusedError("points of another number of axes")
    if image.shape[2 : 2 + leading] != grid.shape[2 : 2 + leading]:
        raise RefusedError("other sizes before the image")
    image, grid = (each.movedim(1, -1) for each in (image, grid))
    sampled = torch.nn.functional.grid_sample(
        image.flatten(0, leading).movedim(-1, 1), grid.flatten(0, leading), **fields
    )
    return sampled.movedim(1, -1).reshape(*grid.shape[:-1], image.shape[-1]).movedim(-1, 1)
