"""What of Keras is not imported: layers without a type, and files that are broken or hostile."""

from __future__ import annotations

import io
import json
import struct
import time
import tracemalloc
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from keras_figures import imported
from keras_texts import Layer, archive, functional, hdf5, image, layer, sequential, text, tfjs

from shapecalc.loading import load_file
from shapecalc.problems.problem import Problem, SpecError


def refused(data: bytes, given: object = None) -> Problem:
    """The only problem of a file."""
    with pytest.raises(SpecError) as caught:
        imported(data, given)
    (problem,) = caught.value.problems
    return problem


# ---------------------------------------------------------------- what has no layer type


def last(kind: str, shape: Any = (8, 8, 3), **config: Any) -> Layer:
    """A model that ends with a layer."""
    return sequential(image(shape=shape), layer("ReLU", "relu"), layer(kind, "last", **config))


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (last("Lambda", function=["4wEAAAAA", None, None]), "a Lambda is code, which is not run"),
        (last("ConvLSTM2D", (4, 8, 8, 3)), "no layer type is a convolution with states"),
        (last("LSTM", (8, 8, 3), units=4), "it takes a sequence of vectors, the time before them"),
        (
            last("RNN", (8, 3), cell={"class_name": "MyCell", "config": {}}),
            "a cell of the model's own, or a layer that is not recurrent",
        ),
        (
            last("Attention", (8, 3)),
            "it takes queries, values and perhaps keys, channels last",
        ),
        (
            last("EinsumDense", (8, 3), equation="abc,bcd->abd", output_shape=[8, 4]),
            "its equation is not a product of the last axes with a kernel",
        ),
        (last("MyLayer"), "no layer type is known for this class"),
        (last("mine>Dense", units=3), "a class of the model's own, whose code is not in the file"),
        (last("PReLU", alpha_initializer=None), "no layer type has a slope for each position"),
        (
            last("LocallyConnected2D", filters=2, kernel_size=3, implementation=2),
            "its weights are not those of whole windows",
        ),
        (last("Softmax", axis=[1, 2]), "no layer type is a softmax over several axes"),
        (last("Dense", units=2, activation="own"), "its activation own is a function of the model"),
        (last("TFOpLambda", function="math.cumsum"), "known for the function cumsum"),
    ],
)
def test_a_layer_without_a_type_stops(model: Layer, why: str) -> None:
    problem = refused(text(model))
    assert problem.code == "SC502"
    assert problem.message.startswith("layer 2 of 2 'last")
    assert why in problem.message
    source = problem.place.source
    assert source.text[problem.place.offset :].startswith('{"class_name"')
    part = imported(text(model), partial=True)
    assert "relu" in [each.name for each in part.network.layers] and part.stopped is not None


def test_a_layer_without_a_type_is_custom_where_the_file_says_enough() -> None:
    slopes = imported(text(last("PReLU")), custom=True).network.layers[-1]
    assert (slopes.layer.type.name, slopes.outputs[0], slopes.params) == ("Custom", (8, 8, 3), 192)
    unknown = refused_custom(last("MyLayer"))
    assert "the file does not say its output" in (unknown.hint or "")
    model = last("MyLayer")
    model["config"]["layers"].append(layer("Flatten", "flat"))
    model["config"]["layers"][-1]["build_config"] = {"input_shape": [None, 4, 4, 7]}
    manifest = tfjs(model, last__kernel=[3, 3, 3, 7], last__bias=[7])
    items = yaml.safe_load(imported(text(manifest), custom=True).text)["layers"]
    assert items[1] == {
        "name": "last",
        "type": "Custom",
        "output": [4, 4, 7],
        "params": 196,
        "note": "MyLayer: no layer type is known for this class",
    }
    assert items[2] == {"name": "flat", "type": "Flatten"}


def refused_custom(model: Layer) -> Problem:
    with pytest.raises(SpecError) as caught:
        imported(text(model), custom=True)
    return caught.value.problems[0]


def test_both_orders_of_the_axes_are_not_imported() -> None:
    model = functional(
        image(),
        layer("Conv2D", "a", "image", filters=2, kernel_size=1, data_format="channels_last"),
        layer("Permute", "turned", "a", dims=[3, 1, 2]),
        layer("Conv2D", "b", "turned", filters=2, kernel_size=1, data_format="channels_first"),
        outputs="b",
    )
    problem = refused(text(model))
    assert problem.code == "SC502"
    assert problem.message.startswith("b has its channels first, a last")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            text({"modelTopology": {"node": []}, "format": "graph-model"}),
            "operations of TensorFlow",
        ),
        (text({"modelTopology": None, "weightsManifest": []}), "modelTopology is null"),
        (text({"class_name": "Own", "config": {"name": "own"}}), "no layers in the file"),
        (
            text({"class_name": "Sequential", "config": {"layers": []}}),
            "'Sequential_0' has no layers",
        ),
        (archive({})[:-30] + bytes(30), "the archive cannot be read"),
    ],
)
def test_a_file_without_a_model_says_why(data: bytes, says: str) -> None:
    problem = refused(data)
    assert problem.code in ("SC503", "SC501") and says in problem.message


def test_an_archive_without_a_config() -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as file:
        file.writestr("model/saved_model.pb", b"")
    problem = refused(found.getvalue())
    assert problem.code == "SC503" and "a SavedModel of TensorFlow" in problem.message


# ---------------------------------------------------------------- what is broken


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (functional(image(), outputs="gone"), "takes output 0 of use 0 of 'gone'"),
        (functional(image(), layer("ReLU", "a", "image 1 0"), outputs="a"), "use 1 of 'image'"),
        (functional(image(), layer("ReLU", "a", "image 0 1"), outputs="a"), "no output 1"),
        (
            functional(image(), layer("ReLU", "a", "b"), layer("ReLU", "b", "a"), outputs="a"),
            "'a' takes, through other layers, its own output",
        ),
        (
            functional(
                image(), layer("ReLU", "a", "image"), layer("ReLU", "a", "image"), outputs="a"
            ),
            "two layers are named 'a'",
        ),
        (
            functional(image(), layer("ReLU", "a", "image"), inputs=["a"], outputs="a"),
            "is no Input",
        ),
        (functional(image(), layer("Dense", "a", "image"), outputs="a"), "a: it has no units"),
        (
            functional(image(), layer("Dense", "a", "image", units="9"), outputs="a"),
            "a: units is '9', not an integer",
        ),
        (
            functional(image(), layer("Flatten", "a", ["image", "image"]), outputs="a"),
            "a: it takes one input, not 2",
        ),
        (
            functional(image(), layer("Reshape", "a", "image", target_shape=[7, -1]), outputs="a"),
            "a: target_shape [7, -1] does not have the 192 elements of 8x8x3",
        ),
        (functional(image(shape=(0, 3)), outputs="image"), "has a size below 1: [0, 3]"),
        (functional(image(shape=("8", 3)), outputs="image"), "not a list of sizes"),
    ],
)
def test_a_broken_model_is_refused_at_its_place(model: Layer, says: str) -> None:
    problem = refused(text(model))
    assert problem.code == "SC501"
    assert says in problem.message


def test_weights_that_are_shared_must_fit() -> None:
    shared = layer("Dense", "fc", "a", units=2)
    shared["inbound_nodes"].append([["b", 0, 0, {}]])
    model = functional(
        image("a", (4,)),
        image("b", (5,)),
        shared,
        inputs=["a", "b"],
        outputs=["fc 0 0", "fc 1 0"],
    )
    problem = refused(text(model))
    assert problem.code == "SC501" and "do not fit its input 5" in problem.message


# ---------------------------------------------------------------- what is hostile


def bomb(declared: int | None = None) -> bytes:
    """An archive whose config is 200 MB of blanks. declared: what it says instead."""
    found = io.BytesIO()
    with (
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("config.json", "w") as to,
    ):
        for _ in range(200):
            to.write(b" " * 2**20)
    data = bytearray(found.getvalue())
    if declared is not None:
        end = data.rfind(b"PK\x01\x02")
        data[end + 24 : end + 28] = data[22:26] = struct.pack("<I", declared)
    return bytes(data)


def nested(levels: int, uses: int) -> Layer:
    """Models in models, each used several times in the one around it."""
    inner = functional(image("i", (3,)), layer("ReLU", "r", "i"), inputs=["i"], outputs="r")
    for _ in range(levels):
        nodes = [[["i", 0, 0, {}]], *([["m", use, 0, {}]] for use in range(uses - 1))]
        used = inner | {"name": "m", "inbound_nodes": nodes}
        inner = functional(image("i", (3,)), used, inputs=["i"], outputs=f"m {uses - 1} 0")
    return inner


HOSTILE = {
    "deep lists": b'{"class_name": ' + b"[" * 10**6,
    "deep objects": b'{"a":' * 10**6,
    "many values": b'{"class_name": "Sequential", "config": [' + b"[]," * 10**6 + b"[]]}",
    "a long text": b'{"class_name": "' + b"a" * (8 * 2**20 - 100) + b'"}',
    "a text without an end": b'{"class_name": "' + b'\\"' * (4 * 2**20 - 100),
    "a large file": b'{"class_name": "' + b"a" * (9 * 2**20),
    "a large integer": b'{"class_name": "A", "config": ' + b"9" * 5000 + b"}",
    "no UTF-8": b'{"class_name": "\xff"}',
    "a NUL": b'{"class_name": "\x00"}',
    "large sizes": text(sequential(image(shape=(10**9,) * 3), layer("ReLU", "a"))),
    "many axes": text(sequential(image(shape=(3,) * 500), layer("ReLU", "a"))),
    "infinity": text(sequential(image(), layer("Dropout", "a", rate=float("inf")))),
    "a bomb": bomb(),
    "a bomb that hides": bomb(100),
    "uses of uses": text(nested(12, 10)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon(name: str) -> None:
    start = time.process_time()
    problem = refused(HOSTILE[name])
    assert problem.code in ("SC501", "SC208", "SC503"), problem
    assert time.process_time() - start < 4


@pytest.mark.parametrize("name", ["many values", "a long text", "a bomb", "a bomb that hides"])
def test_a_hostile_file_takes_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        refused(HOSTILE[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * 2**20


@pytest.mark.skipif(find_spec("h5py") is None, reason="h5py is not installed")
@pytest.mark.parametrize("length", [5, 2**32 - 1])
def test_a_text_in_hdf5_that_says_it_has_gigabytes(length: int) -> None:
    data = bytearray(hdf5(sequential(image()), {}))
    name = data.index(b"model_config\0")
    start = data.index(struct.pack("<I", len(text(sequential(image())))), name)
    data[start : start + 4] = struct.pack("<I", length)
    start_time = time.process_time()
    problem = refused(bytes(data))
    assert problem.code == "SC501"
    assert time.process_time() - start_time < 2


def test_names_of_any_characters_are_made_legal() -> None:
    model = sequential(image(shape=(3,)), layer("Dense", 'a\x00\ud800\n{x}"\\', units=3))
    model["config"]["name"] = "\x07\n{y}" + "n" * 5000
    assert yaml.safe_load(imported(text(model)).text)["layers"][0]["type"] == "Linear"


def test_weights_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "large.keras"
    model = json.dumps(sequential(image(shape=(3,)), layer("Dense", "fc", units=2)))
    with zipfile.ZipFile(path, "w") as file:
        with file.open("model.weights.h5", "w") as to:
            for _ in range(100):
                to.write(bytes(2**20))
        file.writestr("config.json", model)
    tracemalloc.start()
    try:
        spec = load_file(str(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert spec.summary().params == 8
    assert peak < 40 * 2**20


def test_a_place_in_an_archive_has_the_name_of_its_file() -> None:
    problem = refused(archive(last("MyLayer")))
    assert problem.path == "model.json/config.json"
