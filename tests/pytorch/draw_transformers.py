"""Random encoders and decoders of torch.nn, and of the blocks that have their names."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import chance, flag, maybe, off

BLOCKS = (
    *("TransformerEncoderLayer", "TransformerDecoderLayer"),
    *("TransformerEncoder", "TransformerDecoder"),
)

Case = dict[str, Any]
"""`type`; `arguments`, of which absent ones are PyTorch's defaults; `norm`, whether there is one at
the end; and `inputs`, of which each is its length and channels."""


def case(random: Random) -> Case:
    """An encoder or decoder, a layer of it or several, mostly right."""
    type = random.choice(BLOCKS)
    nhead = random.choice((1, 2, 3, 4, 8))
    channels = off(random, nhead * random.choice((1, 2, 4, 8)), 0.05) or 1
    arguments = {
        "nhead": nhead,
        **maybe(random, 0.8, dim_feedforward=lambda: random.randint(1, 99)),
    }
    arguments |= maybe(random, 0.5, norm_first=flag(random), bias=flag(random))
    arguments |= maybe(random, 0.3, dropout=lambda: 0.3, layer_norm_eps=lambda: 1e-6)
    arguments |= maybe(random, 0.3, activation=lambda: random.choice(("ReLU", "GELU")))
    found: Case = {"type": type, "arguments": arguments}
    if not type.endswith("Layer"):
        arguments["num_layers"] = random.choice((1, 2, 3, 5))
        found["norm"] = chance(random, 0.5)
    found["inputs"] = [[random.randint(1, 40), channels]]
    if "Decoder" in type:
        found["inputs"].append([random.randint(1, 40), max(1, off(random, channels, 0.05))])
    return found
