"""Record what PyTorch runs for networks of text and of sound, layer by layer, at several lengths.

    pip install torch transformers
    python tests/pytorch/record_text.py

Writes `text.jsonl.gz` beside this file: a line for each run (the README there says what is in it).
BERT, GPT-2 and the Transformer are those of transformers, the latter its MarianMT, which is as the
paper has it; CRNN and Deep Speech 2 are in `text_networks.py`. No weights are downloaded: networks
are built, and run on the meta device, without data, by the math back-end, which is counted.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from typing import Any

import text_networks
import torch
from recording import FOLDER, write
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

transformers: Any = importlib.import_module("transformers")  # not that of the tests

Run = Callable[[Any, int, dict[str, list[int]]], list[Any]]
"""How a network is run: of its module, a batch and the shapes of its inputs its outputs."""


def ids(batch: int, shape: list[int]) -> Any:
    """Indices of words."""
    return torch.zeros(batch, *shape, dtype=torch.long)


def unmasked(batch: int, queries: int, keys: int) -> Any:
    """A mask that masks nothing, which changes no figure; without one the data is asked for it."""
    return torch.zeros(batch, 1, queries, keys)


def bert(layers: int, channels: int, heads: int) -> Any:
    """A BERT with its pooler and no head."""
    config = transformers.BertConfig(
        hidden_size=channels,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * channels,
    )
    return transformers.BertModel(config)


def run_bert(model: Any, batch: int, inputs: dict[str, list[int]]) -> list[Any]:
    """The channels at each position, and the pooler's."""
    found = model(ids(batch, inputs["input"]))
    return [found.last_hidden_state, found.pooler_output]


def gpt2(layers: int, channels: int) -> Any:
    """A GPT-2 with its head, of heads of 64 channels."""
    config = transformers.GPT2Config(n_layer=layers, n_embd=channels, n_head=channels // 64)
    return transformers.GPT2LMHeadModel(config)


def run_gpt2(model: Any, batch: int, inputs: dict[str, list[int]]) -> list[Any]:
    """The scores of the words."""
    (length,) = inputs["input"]
    mask = unmasked(batch, length, length)
    found = model(ids(batch, [length]), attention_mask=mask, use_cache=False)
    return [found.logits]


def transformer(channels: int, within: int, heads: int) -> Any:
    """The Transformer, of 37,000 words that both languages and the last layer share."""
    config = transformers.MarianConfig(
        vocab_size=37000,
        d_model=channels,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=within,
        decoder_ffn_dim=within,
        activation_function="relu",
        scale_embedding=True,
        pad_token_id=0,
        eos_token_id=0,
        decoder_start_token_id=0,
    )
    return transformers.MarianMTModel(config)


def run_transformer(model: Any, batch: int, inputs: dict[str, list[int]]) -> list[Any]:
    """The scores of the words."""
    (source,), (target,) = inputs["source"], inputs["target"]
    found = model(
        input_ids=ids(batch, [source]),
        attention_mask=unmasked(batch, 1, source),
        decoder_input_ids=ids(batch, [target]),
        decoder_attention_mask=unmasked(batch, target, target),
        use_cache=False,
    )
    return [found.logits]


def run_image(model: Any, batch: int, inputs: dict[str, list[int]]) -> list[Any]:
    """What a network makes of one image, or of a spectrogram."""
    return [model(torch.zeros(batch, *inputs["input"]))]


NETWORKS: dict[str, tuple[Callable[[], Any], Run]] = {
    "bert_base": (lambda: bert(12, 768, 12), run_bert),
    "bert_large": (lambda: bert(24, 1024, 16), run_bert),
    "gpt2": (lambda: gpt2(12, 768), run_gpt2),
    "gpt2_medium": (lambda: gpt2(24, 1024), run_gpt2),
    "gpt2_large": (lambda: gpt2(36, 1280), run_gpt2),
    "gpt2_xl": (lambda: gpt2(48, 1600), run_gpt2),
    "transformer_base": (lambda: transformer(512, 2048, 8), run_transformer),
    "transformer_big": (lambda: transformer(1024, 4096, 16), run_transformer),
    "crnn": (text_networks.CRNN, run_image),
    "deepspeech2": (text_networks.DeepSpeech2, run_image),
}

INPUTS = {
    "bert": [{"input": [length]} for length in (512, 384, 77, 1, 513)],
    "gpt2": [{"input": [1024]}, {"input": [511]}, {"input": [1]}],
    "transformer": [
        {"source": [64], "target": [48]},
        {"source": [7], "target": [129]},
        {"source": [1], "target": [1]},
    ],
    "crnn": [{"input": [1, 32, width]} for width in (100, 101, 280, 7)] + [{"input": [1, 48, 100]}],
    "deepspeech2": [{"input": [1, 161, frames]} for frames in (500, 333, 1)],
}
"""The inputs of the networks of a family: its own, and others. The last of BERT and of CRNN are
refused."""

UNITS = re.compile(r".*\.(attention\.(self|output\.dense)|attn|self_attn|encoder_attn)")
"""The modules that are one layer together with all inside: attention, with its projections."""


def layer_of(name: str) -> str:
    """The name of the layer that a module is: BERT's attention is in two modules."""
    return re.sub(r"attention\.(self|output\.dense)$", "attention", name)


def units(model: Any) -> dict[str, Any]:
    """The modules that are layers, by name."""
    found: dict[str, Any] = {}
    for name, module in model.named_modules():
        inside = any(name.startswith(f"{unit}.") for unit in found)
        if not inside and (UNITS.fullmatch(name) or not any(module.children())):
            found[name] = module
    return found


def record(network: str, model: Any, run: Run, batch: int, inputs: Any) -> dict[str, Any]:
    """What the network makes of its inputs, and its layers that have weights or macs.

    Weights that are not learned, Marian's sines, are no params; those that another layer had
    before are none of a layer.
    """
    head = {"network": network, "batch": batch, "inputs": inputs}
    counter = FlopCounterMode(display=False)
    layers: dict[str, list[int]] = {}
    started: list[int] = []
    seen: set[int] = set()

    def before(module: Any, given: Any) -> None:
        started.append(counter.get_total_flops())

    def after(name: str, module: Any) -> None:
        row = layers.setdefault(layer_of(name), [0, 0])
        for each in module.parameters():
            if id(each) not in seen and each.requires_grad:
                seen.add(id(each))
                row[0] += each.numel()
        row[1] += (counter.get_total_flops() - started.pop()) // 2

    hooks = []
    for name, module in units(model).items():
        hooks.append(module.register_forward_pre_hook(before))
        hooks.append(module.register_forward_hook(lambda m, *_, name=name: after(name, m)))
    math = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    try:
        with torch.no_grad(), torch.device("meta"), math, counter:
            outputs = run(model, batch, inputs)
    except RuntimeError:
        return {**head, "accepted": False}
    finally:
        for hook in hooks:
            hook.remove()
    return {
        **head,
        "accepted": True,
        "outputs": [list(each.shape[1:]) for each in outputs],
        "params": sum(each.numel() for each in model.parameters() if each.requires_grad),
        "buffers": sum(each.numel() for each in model.buffers()),
        "macs": counter.get_total_flops() // 2,
        "layers": [[name, *row] for name, row in layers.items() if any(row)],
    }


def main() -> None:
    """Record every network: at its own inputs in a batch of 3, too."""
    found = []
    for name, (build, run) in NETWORKS.items():
        with torch.device("meta"):
            model: nn.Module = build().eval()
        several = INPUTS[name.partition("_")[0]]
        runs = [(1, inputs) for inputs in several] + [(3, several[0])]
        for batch, inputs in runs:
            found.append(record(name, model, run, batch, inputs))
            print(name, batch, inputs, found[-1].get("params"), found[-1].get("macs"), flush=True)
    write(FOLDER / "text.jsonl.gz", map(json.dumps, found))


if __name__ == "__main__":
    main()
