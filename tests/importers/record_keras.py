"""Records applications of Keras as files, with the figures that Keras has of their layers.

`python tests/importers/record_keras.py` writes them anew where Keras is installed, on PyTorch: the
networks without their weights, `figures.json.gz` with a layer's output, its trainable weights and
the shapes of its kernels, and `layers.json.gz`, models of a single layer, with the same figures.
"""

# keras is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from math import prod
from pathlib import Path
from random import Random
from typing import Any

from draw_keras import Drawn, draw

FILES = Path(__file__).parent / "files" / "keras"

RECORDED = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
"""The applications that are recorded: one of each family."""


def application(name: str, **arguments: Any) -> Any:
    """An application without weights, made anew on a device that has no memory."""
    import keras

    keras.utils.clear_session()
    with keras.device("meta"):
        return getattr(keras.applications, name)(weights=None, **arguments)


def sized(name: str, model: Any) -> Any:
    """An application itself, or with SIZE where its input has no size."""
    return model if None not in sizes(model.input) else application(name, input_shape=SIZE)


SIZE = (224, 224, 3)
"""The input that is given to an application that has none."""


def leaves(model: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a model and of those in it, with their paths, functions on tensors too."""
    for layer in getattr(model, "operations", model.layers):
        if getattr(layer, "layers", None):
            yield from leaves(layer, f"{path}{layer.name}.")
        elif type(layer).__name__ != "InputLayer":
            yield f"{path}{layer.name}", layer


def figures(model: Any) -> dict[str, Any]:
    """What Keras has of a model: its trainable weights and outputs, and those of its layers."""
    return {
        "params": sum(prod(weight.shape) for weight in model.trainable_weights),
        "layers": [[path, *figures_of(layer)] for path, layer in leaves(model)],
    }


def figures_of(layer: Any) -> tuple[list[Any], list[Any], int, list[list[int]]]:
    """A layer's input, its output, its trainable weights and the shapes of its kernels."""
    weights = getattr(layer, "weights", ())  # which a function has none of
    kernels = [list(each.shape) for each in weights if each.name.endswith("kernel")]
    params = sum(prod(weight.shape) for weight in weights if weight.trainable)
    return sizes(layer.input), sizes(layer.output), params, kernels


def sizes(tensors: Any) -> list[Any]:
    """The sizes of a tensor, or of the first of several, without the batch."""
    first = tensors[0] if isinstance(tensors, list | tuple) else tensors
    return list(first.shape[1:])


def single(drawn: Drawn) -> dict[str, Any] | None:
    """A model of one layer as text, and Keras' figures of it; None where Keras refuses it."""
    import keras

    name, config, input = drawn
    several = isinstance(input[0], list)
    keras.utils.clear_session()
    with keras.device("meta"):
        try:
            layer = built(name, config, name="layer")
            if several:
                tensors = [keras.Input(each, name=f"in{i}") for i, each in enumerate(input)]
                alone = name in ("Attention", "AdditiveAttention", "Dot")
                model = keras.Model(tensors, layer(tensors) if alone else layer(*tensors))
            else:
                model = keras.Sequential([keras.Input(input, name="in"), layer])
        except (ValueError, RuntimeError, NotImplementedError):
            return None
    if name == "TimeDistributed":
        name, config = config["layer"]
    taken, made, params, kernels = figures_of(layer)
    found = [name, config.get("data_format", "channels_last"), taken, made, params, kernels]
    figures: dict[str, Any] = {"model": model.to_json(), "layer": found}
    if several:
        figures["inputs"] = [list(tensor.shape[1:]) for tensor in tensors]
        heads = config.get("num_heads", config.get("num_query_heads", 1))
        sizes = [config.get("key_dim", config.get("head_dim")), config.get("value_dim")]
        figures["heads"] = [heads, sizes[0], sizes[1] or sizes[0]]
    if name == "Sequential":
        figures["inner"] = [
            [type(each).__name__, *figures_of(each)] for _, each in leaves(layer.layer)
        ]
    return figures


def built(kind: str, config: Any, **more: Any) -> Any:
    """A layer of a class and a configuration, in which layers are lists of both."""
    import keras

    def value(found: Any) -> Any:
        if isinstance(found, list) and found and isinstance(found[0], list):
            return [value(each) for each in found]
        is_layer = isinstance(found, list) and len(found) == 2 and isinstance(found[0], str)
        return built(*found) if is_layer else found

    nested = {
        key: value(config[key]) for key in ("layer", "layers", "cell", "cells") if key in config
    }
    arguments = {**config, **nested, **more}
    if kind == "Sequential":
        return keras.Sequential(arguments["layers"])
    return getattr(keras.layers, kind)(**arguments)


def drawn_layers(seed: int, number: int) -> list[dict[str, Any]]:
    """So many layers, drawn at random, that Keras does not refuse."""
    random = Random(seed)
    found: list[dict[str, Any]] = []
    while len(found) < number:
        made = single(draw(random))
        found += [] if made is None else [made]
    return found


def main() -> None:
    """Write all files."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    recorded: dict[str, Any] = {}
    for name in RECORDED:
        model = application(name)
        write(FILES / f"{name}.json.gz", model.to_json())
        recorded[name] = figures(sized(name, model))
    write(FILES / "figures.json.gz", json.dumps(recorded))
    write(FILES / "layers.json.gz", json.dumps(drawn_layers(1, 600)))


def write(path: Path, text: str) -> None:
    """A text in a file that is the same whenever it is written."""
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
