"""What a spec of one of the blocks of encoders and decoders comes to."""

from __future__ import annotations

import json
from typing import Any

import shapecalc


def spec_of(case: dict[str, Any]) -> str:
    """The spec of a case: JSON is YAML."""
    names = [f"x{number}" for number in range(len(case["inputs"]))]
    item = {"name": "block", "type": case["type"], "from": names, **case["arguments"]}
    if case.get("norm"):
        item["norm"] = "LayerNorm"
    inputs = dict(zip(names, case["inputs"], strict=True))
    return json.dumps({"input": inputs, "layers": [item]})


def verdict(case: dict[str, Any]) -> dict[str, Any]:
    """`accepted`, and `output`, `macs` and `params` by layer."""
    try:
        summary = shapecalc.loads(spec_of(case)).summary()
    except shapecalc.SpecError:
        return {"accepted": False}
    return {
        "accepted": True,
        "output": list(summary.output),
        "macs": summary.macs,
        "params": {
            layer.path.removeprefix("block."): layer.params
            for layer in summary.layers
            if layer.params
        },
    }
