"""Networks over sequences that PyTorch exports to ONNX, held to what it counts of them: see
`record_onnx.py`."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from fuzz_onnx import KIND

from shapecalc.importers.converting import Imported, convert
from shapecalc.problems.problem import SpecError

FOLDER = Path(__file__).resolve().parent / "files" / "onnx"
SEQUENCES: dict[str, Any] = json.loads(gzip.decompress((FOLDER / "sequences.json.gz").read_bytes()))
CASES = [(name, how) for name, case in SEQUENCES.items() for how in case["files"]]

UNROLLED = {("rnn", "export"), ("rnn of relu", "export")}
"""What an exporter writes as a step after the other, along an axis that it calls the first."""

RECURRENT = {
    "lstm": "LSTM Linear",
    "lstm of a batch": "LSTM Linear",
    "lstm layers": "LSTM LSTM Linear",
    "lstm without biases": "LSTM Linear",
    "gru layers": "GRU GRU GRU Linear",
    "gru of a batch": "GRU Linear",
    "rnn": "RNN RNN Linear",
    "rnn of relu": "RNN Linear",
    "last state": "GRU Select Linear",
    "last cell": "LSTM LSTM Concat Select Linear",
    "given state": "Slice GRU Slice GRU",
    "learned state": "Parameter Parameter LSTM",
    "translation": "LSTM LSTM",
    "words": "Embedding LSTM Linear",
}
"""All layers of those that have nothing else."""


def read(name: str, how: str) -> Imported:
    """What a file is converted to."""
    return convert(KIND, b64decode(SEQUENCES[name]["files"][how]), name)


@pytest.mark.parametrize(("name", "how"), [case for case in CASES if case not in UNROLLED])
def test_params_and_macs_are_pytorchs(name: str, how: str) -> None:
    layers = read(name, how).network.layers
    assert sum(layer.params for layer in layers if not layer.shares) == SEQUENCES[name]["params"]
    macs = [
        layer.layer.macs(tuple(wire.shape for wire in layer.inputs), layer.outputs)
        for layer in layers
    ]
    assert sum(macs) == SEQUENCES[name]["macs"]


@pytest.mark.parametrize(("name", "how"), [case for case in CASES if case[0] in RECURRENT])
def test_recurrent_layers_are_one_each(name: str, how: str) -> None:
    if (name, how) in UNROLLED:
        with pytest.raises(SpecError) as caught:
            read(name, how)
        assert caught.value.problems[0].code == "SC502"
        return
    layers = read(name, how).network.layers
    assert " ".join(layer.layer.type.name for layer in layers) == RECURRENT[name]
    last = layers[-1]
    assert last.agrees


@pytest.mark.parametrize("name", [name for name in SEQUENCES if "chosen" in name or "some" in name])
def test_masks_are_said(name: str) -> None:
    for how in SEQUENCES[name]["files"]:
        found = read(name, how)
        assert len(found.network.inputs) == 1
        assert any("mask" in remark.lower() for remark in found.network.remarks)
