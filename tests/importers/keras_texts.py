"""Small models as each generation of Keras writes them, for the tests of its reader."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

Layer = dict[str, Any]


def layer(kind: str, name: str, takes: Any = None, **config: Any) -> Layer:
    """A layer of Keras 2, without what it takes; `takes` are names, or lists with numbers."""
    made: Layer = {"class_name": kind, "name": name, "config": {"name": name, **config}}
    if takes is not None:
        made["inbound_nodes"] = [[_ref(each) for each in _listed(takes)]]
    return made


def image(name: str = "image", shape: Any = (8, 8, 3)) -> Layer:
    """An input of Keras 2."""
    made = layer("InputLayer", name, batch_input_shape=[None, *shape])
    return made | {"inbound_nodes": []}


def again(made: Layer, *takes: Any) -> Layer:
    """A layer with a use more for each of these."""
    uses = [[_ref(each) for each in _listed(each)] for each in takes]
    return made | {"inbound_nodes": [*made["inbound_nodes"], *uses]}


def functional(*layers: Layer, inputs: Any = ("image",), outputs: Any, **more: Any) -> Layer:
    """A functional model of Keras 2."""
    config = {
        "name": "net",
        "layers": list(layers),
        "input_layers": [_ref(each)[:3] for each in inputs],
        "output_layers": [_ref(each)[:3] for each in _listed(outputs)],
    }
    return {"class_name": "Functional", "config": config, "keras_version": "2.12.0", **more}


def sequential(*layers: Layer, **more: Any) -> Layer:
    """A sequential model of Keras 2."""
    config = {"name": "net", "layers": list(layers)}
    return {"class_name": "Sequential", "config": config, "keras_version": "2.12.0", **more}


def _listed(takes: Any) -> list[Any]:
    return list(takes) if isinstance(takes, list | tuple) else [takes]


def _ref(take: Any) -> list[Any]:
    """`conv`, or `conv 1 0` with the numbers of a use and an output."""
    if not isinstance(take, str):
        return list(take)
    name, *numbers = take.split(" ")
    use, output = (int(number) for number in numbers or ("0", "0"))
    return [name, use, output, {}]


def text(model: Any) -> bytes:
    """A model as JSON."""
    return json.dumps(model).encode()


def in_keras_3(model: Layer) -> Layer:
    """A model of Keras 2 as Keras 3 writes it."""
    config = dict(model["config"])
    config["layers"] = [_in_keras_3(each) for each in config["layers"]]
    for key in ("input_layers", "output_layers"):
        if len(config.get(key, ())) == 1:
            config[key] = config[key][0]
    name = model["class_name"]
    module = "keras" if name == "Sequential" else "keras.src.models.functional"
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def _in_keras_3(made: Layer) -> Layer:
    config = dict(made["config"])
    if "batch_input_shape" in config:
        config["batch_shape"] = config.pop("batch_input_shape")
    found = {"module": "keras.layers", "registered_name": None, **made, "config": config}
    if "inbound_nodes" in made:
        found["inbound_nodes"] = [_node_in_keras_3(node) for node in made["inbound_nodes"]]
    return found


def _node_in_keras_3(node: list[Any]) -> Layer:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": ref[:3], "dtype": "float32"}}
        for ref in node
    ]
    return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}


def tfjs(model: Layer, **weights: list[int]) -> Layer:
    """A file of TF.js. weights: the shapes of some, by names whose slash is two underscores."""
    listed = [
        {"name": name.replace("__", "/"), "shape": shape, "dtype": "float32"}
        for name, shape in weights.items()
    ]
    return {
        "format": "layers-model",
        "modelTopology": {"keras_version": "2.12.0", "model_config": model},
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": listed}],
    }


def archive(model: Any, compression: int = zipfile.ZIP_STORED) -> bytes:
    """A `.keras` with weights that are none."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", compression) as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        file.writestr("config.json", model if isinstance(model, bytes) else json.dumps(model))
        file.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n")
    return found.getvalue()


def hdf5(model: Any, weights: dict[str, tuple[int, ...]]) -> bytes:
    """An `.h5`, with arrays of zeros. Needs h5py."""
    import h5py  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found = io.BytesIO()
    with h5py.File(found, "w") as file:
        file.attrs["model_config"] = json.dumps(model)
        for name, shape in weights.items():
            owner = name.partition("/")[0]
            file.create_dataset(f"model_weights/{owner}/{name}", shape, dtype="f4")
    return found.getvalue()
