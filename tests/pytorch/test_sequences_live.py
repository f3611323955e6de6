"""Modules of sequences traced: figures are PyTorch's, specs are the modules', changes are found."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import plant_changes
import pytest
import sequence_modules as modules
import text_networks
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import shapecalc
import shapecalc.torch

SENTENCE = torch.zeros(2, 9, dtype=torch.long)
SEQUENCE = torch.zeros(2, 9, modules.CHANNELS)
HIDDEN = torch.zeros(2, 9, modules.HIDDEN)
SECOND = torch.zeros(9, 2, 32), torch.zeros(7, 2, 32)
"""Sequences whose batch is the second axis."""

TAKEN = ("last step", "mean", "every step", "directions", "states")
RECURRENT = ("RNN", "LSTM", "GRU")

NETWORKS: dict[str, tuple[Any, Any]] = {
    "a tagger": (lambda: modules.Tagger(), SENTENCE),
    "a tagger of layers": (
        lambda: modules.Tagger(num_layers=2, bidirectional=True, dropout=0.2),
        SENTENCE,
    ),
    "a tagger by steps": (lambda: modules.Tagger(False, bidirectional=True), SENTENCE),
    "a tagger with a projection": (lambda: modules.Tagger(proj_size=6, bias=False), SENTENCE),
    **{
        f"{type}, {taken}, {layers} layers, {both and 'both directions'}, {first}": (
            lambda chosen=(type, taken, layers, both, first): modules.Classifier(*chosen),
            SEQUENCE,
        )
        for (type, layers, both), taken, first in product(
            (("GRU", 1, False), ("LSTM", 2, True)), TAKEN, (False, True)
        )
    },
    **{
        f"steps of {type} {dim}": (lambda of=type, at=dim: modules.Steps(of, at), SEQUENCE)
        for type, dim in product(("RNNCell", "LSTMCell", "GRUCell"), (0, 1))
    },
    **{
        f"a translator of {type}": (
            lambda of=type: modules.Translator(of),
            (SENTENCE, torch.zeros(2, 7, dtype=torch.long)),
        )
        for type in RECURRENT
    },
    "learned states": (modules.LearnedStates, SEQUENCE),
    "computed states": (modules.Captioner, (torch.zeros(2, 20), SEQUENCE)),
    **{
        f"a language model {first} {padded}": (
            lambda chosen=(first, padded): modules.LanguageModel(*chosen),
            SENTENCE,
        )
        for first, padded in product((False, True), (False, True))
    },
    **{
        f"attention by {by}": (lambda of=by: modules.Attention(of), HIDDEN)
        for by in ("function", "matmul", "scaled queries", "masked", "bmm", "einsum")
    },
    "CRNN": (text_networks.CRNN, torch.zeros(2, 1, 32, 100)),
    "Deep Speech 2": (
        lambda: text_networks.DeepSpeech2(hidden=64, depth=2),
        torch.zeros(2, 1, 161, 60),
    ),
}
"""Networks whose batch is the first axis, each with its input."""

BATCH_SECOND: dict[str, tuple[Any, Any]] = {
    "an LSTM": (lambda: nn.LSTM(32, 16, bidirectional=True), SECOND[0]),
    "a Transformer": (lambda: nn.Transformer(32, 4, 2, 2, 64), SECOND),
    "an encoder layer": (lambda: nn.TransformerEncoderLayer(32, 4, 64), SECOND[0]),
    "a decoder layer": (lambda: nn.TransformerDecoderLayer(32, 4, 64, norm_first=True), SECOND),
    "attention of other channels": (
        lambda: nn.MultiheadAttention(32, 4, kdim=16, vdim=24),
        (SECOND[0], torch.zeros(7, 2, 16), torch.zeros(7, 2, 24)),
    ),
}


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Without the warnings of what PyTorch finds slow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def counted(module: Any, given: Any) -> int:
    """The multiply-accumulates that PyTorch counts of one of a batch of two."""
    looks_at_masks = any("Transformer" in type(each).__name__ for each in module.modules())
    device = "cpu" if looks_at_masks else "meta"  # where the whole of an LSTM is counted
    copied = copy.deepcopy(module).eval().to(device).requires_grad_(False)
    tensors = given if isinstance(given, tuple) else (given,)
    math = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # which is not counted
    try:
        with torch.no_grad(), math, FlopCounterMode(display=False) as counter:
            copied(*(tensor.to(device) for tensor in tensors))
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    found: int = counter.get_total_flops() // 2 // 2
    return found


@pytest.mark.parametrize("name", [*NETWORKS, *BATCH_SECOND])
def test_figures_are_pytorchs_and_nothing_differs(name: str) -> None:
    build, given = {**NETWORKS, **BATCH_SECOND}[name]
    module = build().eval()
    spec = shapecalc.loads(shapecalc.torch.spec(module, given))
    summary = spec.summary()
    assert summary.params == sum(each.numel() for each in module.parameters())
    assert summary.macs == counted(module, given)
    assert list(map(str, shapecalc.torch.compare(module, spec, given))) == []
    assert "Custom" not in {layer.type for layer in summary.layers}


def test_a_tagger_is_as_one_writes_it() -> None:
    module = modules.Tagger(False, num_layers=2, bidirectional=True)
    spec = """
name: Tagger
input: 9
layers:
  - {name: embedding, type: Embedding, num_embeddings: 50, embedding_dim: 12}
  - {name: dropout, type: Dropout, p: 0.1}
  - {name: lstm, type: LSTM, hidden_size: 16, num_layers: 2, bidirectional: true}
  - {name: tags, type: Linear, out_features: 7, per_position: true}
"""
    written = shapecalc.torch.spec(module, "9").replace(", expect: 9x12", "")
    for line in spec.splitlines()[1:]:
        assert line.rstrip("}") in written
    assert written.count("- {name:") == 4


def test_states_have_names_in_from() -> None:
    given = SENTENCE, torch.zeros(2, 7, dtype=torch.long)
    text = shapecalc.torch.spec(modules.Translator("LSTM"), given)
    assert "encoder.h, encoder.c]" in text


def test_attention_by_its_formula_is_one_layer() -> None:
    whole = shapecalc.torch.spec(modules.Attention("matmul"), HIDDEN)
    assert "ScaledDotProductAttention" in whole
    for by in ("scaled queries", "masked", "einsum", "bmm"):
        spec = shapecalc.loads(shapecalc.torch.spec(modules.Attention(by), HIDDEN))
        assert shapecalc.torch.compare(modules.Attention("matmul"), spec, HIDDEN) == []
        assert "MatMul" not in {layer.type for layer in spec.summary().layers}


def test_a_packed_sequence_is_refused_by_name() -> None:
    with pytest.raises(shapecalc.SpecError, match="a sequence is packed"):
        shapecalc.torch.spec(modules.Packed(), SEQUENCE)


def test_a_sequence_along_the_batch_is_refused() -> None:
    class Mistaken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(12, 12, 3)
            self.rnn = nn.LSTM(12, 16)

        def forward(self, x: Any) -> Any:
            return self.rnn(self.conv(x).transpose(1, 2))[0]

    with pytest.raises(shapecalc.SpecError, match="rnn' \\(LSTM\\): its sequence is the batch"):
        shapecalc.torch.spec(Mistaken(), torch.zeros(2, 12, 9))


def test_a_mask_that_another_layer_takes_is_refused() -> None:
    class Masks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(12, 3)

        def forward(self, x: Any) -> Any:
            return self.fc((x > 0).float())

    with pytest.raises(shapecalc.SpecError, match="it takes what gt makes"):
        shapecalc.torch.spec(Masks(), SEQUENCE)


PLANTED = (
    "a tagger of layers",
    "a translator of GRU",
    "steps of LSTMCell 1",
    "a language model True False",
    "attention by matmul",
    "CRNN",
)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_changes_are_found(name: str) -> None:
    build, given = NETWORKS[name]
    module = build()
    spec = shapecalc.loads(shapecalc.torch.spec(module, given))
    planted = 0
    for number, change in enumerate((*plant_changes.CHANGES, *plant_changes.SEQUENCE_CHANGES)):
        for _attempt in range(4):  # those that PyTorch does not run
            changed = copy.deepcopy(module)
            try:
                where = change(changed, Random(number))
                found = shapecalc.torch.compare(changed, spec, given)
            except (plant_changes.CannotPlantError, shapecalc.SpecError):
                continue
            assert found, (change.__name__, where)
            planted += 1
            break
    assert planted > 1
