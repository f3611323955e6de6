"""What PyTorch makes of the encoders and decoders that `draw_transformers.py` draws."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

from typing import Any

import torch
from draw_transformers import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

BATCH = 2


def module_of(case: Case) -> Any:
    """The module of a case. Raises whatever PyTorch does."""
    name, arguments = case["type"], dict(case["arguments"])
    channels = case["inputs"][0][1]
    layers = arguments.pop("num_layers", None)
    activation = getattr(nn, arguments.pop("activation", "ReLU"))()
    layer = getattr(nn, name if layers is None else f"{name}Layer")(
        channels, **arguments, activation=activation, batch_first=True
    )
    if layers is None:
        return layer
    return getattr(nn, name)(layer, layers, nn.LayerNorm(channels) if case["norm"] else None)


def params_of(module: Any) -> dict[str, int]:
    """The params of each layer that has some, by its name."""
    found: dict[str, int] = {}
    for name, each in module.named_modules():
        leaf = isinstance(each, nn.MultiheadAttention) or not list(each.children())
        params = sum(parameter.numel() for parameter in each.parameters())
        if leaf and params and not name.endswith(".out_proj"):
            found[name] = params
    return found


def verdict(case: Case) -> dict[str, Any]:
    """`accepted`, and `output`, `macs` and `params` by layer, on the meta device: with gradients,
    without which other kernels run, and by the math back-end, which is counted."""
    math = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    try:
        with torch.device("meta"), math, FlopCounterMode(display=False) as counter:
            module = module_of(case).eval()
            output = module(*(torch.zeros(BATCH, *each) for each in case["inputs"]))
    except Exception as error:  # they raise many kinds
        return {"accepted": False, "reason": str(error).split("\n")[0][:160]}
    return {
        "accepted": True,
        "output": list(output.shape[1:]),
        "macs": counter.get_total_flops() // (2 * BATCH),
        "params": params_of(module),
    }
