"""The figures of Keras, held against those of an imported network."""

from __future__ import annotations

import gzip
import json
from math import prod
from pathlib import Path
from typing import Any

from shapecalc.importers.converting import Imported, convert
from shapecalc.importers.kinds import FILE_KINDS
from shapecalc.importers.network import ImportedLayer

FILES = Path(__file__).parent / "files" / "keras"

KERAS = next(kind for kind in FILE_KINDS if kind.module == "keras")


def recorded(name: str) -> Any:
    """What a file of these records."""
    return json.loads(gzip.decompress((FILES / f"{name}.json.gz").read_bytes()))


def imported(data: bytes, given: object = None, path: str = "model.json", **how: bool) -> Imported:
    """A file of Keras, converted layer by layer. Raises SpecError."""
    return convert(KERAS, data, path, given, is_flat=True, **how)


RECURRENT = ("SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional")


def macs_of(
    name: str, input: list[int], output: list[int], kernels: list[list[int]], first: bool
) -> int:
    """The multiply-accumulates of a layer of Keras: each kernel, once for each position.

    name: the class. first: whether the channels are the first of the sizes.
    """
    if name == "Dense":
        return sum(map(prod, kernels)) * prod(input[:-1])
    if name in RECURRENT:  # once for each step
        return sum(map(prod, kernels)) * input[0]
    if name == "EinsumDense":  # drawn with all but the first axis in the product
        return sum(map(prod, kernels)) * (input[0] if len(input) > 1 else 1)
    if "Conv" not in name:
        return 0
    sizes = input if name.endswith("Transpose") else output
    return sum(map(prod, kernels)) * prod(sizes[1:] if first else sizes[:-1])


def macs_of_attention(each: Any) -> int:
    """The multiply-accumulates of attention: each projection, once for each position of what it is
    of, and both products of each head, for each window of a leading axis."""
    name, *_, kernels = each["layer"]
    queries, keys = each["inputs"]
    heads, size, value_size = each["heads"]
    config = json.loads(each["model"])["config"]["layers"][-1]["config"]
    if name == "Dot":
        axis = int(config["axes"][0])
        if len(keys) == 1 < len(queries):  # a product with a vector, which none counts
            return 0
        return int(prod(queries) * prod(keys) // [1, *queries][axis])
    if name in ("Attention", "AdditiveAttention"):
        scores = queries[-1] if name == "Attention" else 0  # of the other, sums
        return int(queries[0] * keys[0] * (scores + keys[-1]))
    places = [prod(sizes[:-1]) for sizes in (queries, keys, keys, queries)]
    total = sum(prod(kernel) * count for kernel, count in zip(kernels, places, strict=True))
    windows = queries[0] if config.get("attention_axes") == [2] else 1
    pairs = windows * (places[0] // windows) * (places[1] // windows)
    return int(total + heads * (size + value_size) * pairs)


def figures_of(layers: list[ImportedLayer]) -> tuple[tuple[int, ...], int, int]:
    """The output, the params and the MACs of the layers that a layer of Keras became."""
    params = sum(layer.params for layer in layers)
    macs = 0
    for layer in layers:
        shapes = tuple(wire.shape for wire in layer.inputs)
        macs += layer.layer.macs(shapes, layer.outputs)
    return tuple(layers[-1].outputs[0]), params, macs


def by_layer(names: list[str], layers: list[ImportedLayer]) -> dict[str, list[ImportedLayer]]:
    """The layers that each layer of Keras became: its name, or that and the name of a part."""
    found: dict[str, list[ImportedLayer]] = {name: [] for name in names}
    for layer in layers:
        whole = layer.name
        while whole not in found:
            whole, _, _ = whole.rpartition("_")
            assert whole, layer.name
        found[whole].append(layer)
    return found


def hold(model: Any, figures: Any) -> int:
    """Hold an imported application to the figures of Keras; returns its MACs."""
    classes = classes_in(model)
    given = (
        "224x224x3" if None in model["config"]["layers"][0]["config"]["batch_shape"][1:] else None
    )
    network = imported(json.dumps(model).encode(), given).network
    found = by_layer([each[0] for each in figures["layers"]], network.layers)
    total = 0
    for path, input, output, params, kernels in figures["layers"]:
        said = macs_of(classes[path], input, output, kernels, False)
        assert figures_of(found[path]) == (tuple(output), params, said), path
        total += said
    assert sum(layer.params for layer in network.layers) == figures["params"]
    return total


def hold_layer(each: Any) -> None:
    """Hold a model of a single layer to the figures of Keras."""
    name, order, taken, made, params, kernels = each["layer"]
    first = order == "channels_first"
    sizes = (*made[1:], made[0]) if first else tuple(made)
    if "inputs" in each:
        macs = macs_of_attention(each)
    elif "inner" in each:
        macs = taken[0] * sum(
            macs_of(kind, input, output, inner, False)
            for kind, input, output, _, inner in each["inner"]
        )
    else:
        macs = macs_of(name, taken, made, kernels, first)
    assert figures_of(imported(each["model"].encode()).network.layers) == (sizes, params, macs), (
        each
    )


def classes_in(model: Any, path: str = "") -> dict[str, str]:
    """The classes of a model's layers and of those of the models in it, by their paths."""
    found: dict[str, str] = {}
    for layer in model["config"]["layers"]:
        name = layer.get("name") or layer["config"]["name"]
        if "layers" in layer["config"]:
            found |= classes_in(layer, f"{path}{name}.")
        else:
            found[f"{path}{name}"] = layer["class_name"]
    return found
