"""Attention, and the norm of ConvNeXt V2, in PyTorch, as a spec has them: the channels last.

This knows a spec's fields and torch.nn and nothing of shapecalc, as `torch_layers.py` does.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch_windows import RefusedError

INPUTS = {"ScaledDotProductAttention": (3, 4), "MultiheadAttention": (1, 3)}
"""The types, and the fewest and the most inputs that they take."""


def check(type: str, inputs: Sequence[torch.Tensor]) -> None:
    """Refuse what the language does not take. Raises RefusedError."""
    least, most = INPUTS[type]
    if not least <= len(inputs) <= most:
        raise RefusedError("another number of inputs")
    if min(input.dim() for input in inputs) < 3:
        raise RefusedError("a vector, which with its batch would be a sequence")
    if len({input.dim() for input in inputs[:3]}) > 1:
        raise RefusedError("another number of axes")


def check_dropout(p: float) -> None:
    """Refuse what is no probability, as PyTorch does where it trains."""
    if not 0 <= p <= 1:
        raise ValueError("dropout probability has to be between 0 and 1")


class ScaledDotProductAttention(torch.nn.Module):
    """The function of this name, in eval mode: perhaps of heads that are side by side."""

    def __init__(
        self,
        num_heads: int | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> None:
        super().__init__()
        check_dropout(dropout_p)
        self.num_heads = num_heads
        self.fields = {"is_causal": is_causal, "scale": scale, "enable_gqa": enable_gqa}

    def in_heads(self, query: Any, key: Any, value: Any) -> list[Any]:
        """Queries, keys and values, their heads an axis before the length."""
        if self.num_heads is None:
            return [query, key, value]
        query = query.unflatten(-1, (self.num_heads, -1))
        if self.fields["enable_gqa"]:
            key = key.unflatten(-1, (-1, query.shape[-1]))
        else:
            key = key.unflatten(-1, (self.num_heads, -1))
        value = value.unflatten(-1, (key.shape[-2], -1))
        return [each.transpose(-3, -2) for each in (query, key, value)]

    def forward(self, query: Any, key: Any, value: Any, *masks: Any) -> Any:
        query, key, value = self.in_heads(query, key, value)
        if any(mask.dim() != query.dim() for mask in masks):
            raise RefusedError("a mask whose batch would be taken for an axis of the scores")
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            found = torch.nn.functional.scaled_dot_product_attention(
                query, key, value, *masks, **self.fields
            )
        return found if self.num_heads is None else found.transpose(-3, -2).flatten(-2)


class MultiheadAttention(torch.nn.MultiheadAttention):
    """That of torch.nn, with all axes before the length as its batch."""

    def __init__(self, dropout: float = 0.0, batch_first: bool = False, **fields: Any) -> None:
        check_dropout(dropout)
        super().__init__(dropout=dropout, batch_first=True, **fields)

    def forward(self, query: Any, key: Any = None, value: Any = None) -> Any:
        key = query if key is None else key
        value = key if value is None else value
        if not query.shape[:-2] == key.shape[:-2] == value.shape[:-2]:
            raise ValueError("another batch")
        flat = [each.flatten(0, -3) for each in (query, key, value)]
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            output, _ = super().forward(*flat, need_weights=False)
        return output.unflatten(0, query.shape[:-2])


class GlobalResponseNorm(torch.nn.Module):
    """timm's, of channels that are the last axis, over any number of others."""

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = torch.nn.Parameter(torch.ones(dim))
        self.bias = torch.nn.Parameter(torch.zeros(dim))

    def forward(self, input: Any) -> Any:
        if input.dim() < 3:
            raise ValueError("no positions")
        norms = input.norm(p=2, dim=tuple(range(1, input.dim() - 1)), keepdim=True)
        scales = norms / (norms.mean(dim=-1, keepdim=True) + self.eps)
        return input + torch.addcmul(self.bias, self.weight, input * scales)


CLASSES: dict[str, type[torch.nn.Module]] = {
    each.__name__: each
    for each in (ScaledDotProductAttention, MultiheadAttention, GlobalResponseNorm)
}
"""The layers, by their types."""
