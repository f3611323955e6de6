"""What a file is, told by its content, and what is said of files that hold no network."""

from __future__ import annotations

import io
import json
import pickle
import struct
import time
import zipfile
from pathlib import Path

import pytest
from folders import SPECS
from running import run

import shapecalc
from shapecalc import bundled
from shapecalc.importers.kinds import FILE_KINDS, PEEKED, kind_of
from shapecalc.problems.problem import SpecError


def zipped(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


SCALE_SIM = (
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width,\nconv1,224,224,7,7,\n"
)

NO_NETWORKS = {
    "PyTorch": [
        zipped(**{"model__data.pkl": "x", "model__version": "3"}),
        pickle.dumps({"conv.weight": [1.0]}, protocol=2),
    ],
    "safetensors": [struct.pack("<Q", 21) + b'{"weight": {"dtype"}} ' + bytes(64)],
    "TFLite": [b"\x1c\0\0\0TFL3" + bytes(64)],
    "Hugging Face": [json.dumps({"architectures": ["ResNet"], "model_type": "resnet"}).encode()],
    "Caffe's weights": [
        b"\n\x05LeNet\xa2\x06\x80\x01\n\x05conv1" + bytes(64),
        b"\n\x09CaffeNet1\x12\x80\x01" + bytes(64),
    ],
    "SCALE-Sim": [SCALE_SIM.encode()],
    "Timeloop": [b"problem:\n  shape:\n    name: cnn\n    dimensions: [C, M]\n"],
}

NETWORKS = {
    "ONNX": [b"\x08\x08\x12\x07pytorch:\x00"],
    "Keras": [
        json.dumps({"class_name": "Sequential", "config": {}}).encode(),
        json.dumps({"modelTopology": {}, "format": "layers-model"}, indent=2).encode(),
        zipped(**{"metadata.json": "{}", "config.json": "{}"}),
        b"\x89HDF\r\n\x1a\n" + bytes(64),
    ],
    "Darknet": [
        b"[net]\nwidth=8\n",
        b"\n# a comment\n; and another\n\n [network]\r\nwidth = 8\r\n",
    ],
    "Caffe": [
        b'name: "a"\nlayer { name: "b" type: "ReLU" }\n',
        b"# a comment\nlayers {\n  type: RELU\n}\n",
        b'input: "data"\nlayer: < name: "b" >\nlayer: { name: "b" }\n',
    ],
}


def told(data: bytes, path: str = "file") -> str | None:
    kind = kind_of(data[:PEEKED], path)
    return kind and kind.title


@pytest.mark.parametrize(
    ("title", "data"),
    [(title, data) for title, files in {**NO_NETWORKS, **NETWORKS}.items() for data in files],
)
def test_a_kind_is_told_by_the_content(title: str, data: bytes) -> None:
    assert told(data) == title
    assert told(data, "misleading.yaml") == title


def test_every_kind_is_tried_here() -> None:
    assert {kind.title for kind in FILE_KINDS} == {*NO_NETWORKS, *NETWORKS}


def test_no_spec_is_taken_for_another_file() -> None:
    paths = [*Path(bundled.folder()).rglob("*.yaml"), *SPECS.rglob("*.yaml")]
    assert len(paths) > 300
    assert {path.name: told(path.read_bytes(), str(path)) for path in paths} == dict.fromkeys(
        (path.name for path in paths), None
    )


@pytest.mark.parametrize(
    "text",
    [
        "{input: 8x8x3, layers: [{type: ReLU}]}",
        '{"name": "class_name", "input": "8x8x3", "layers": []}',
        "layers: {a: b}",
        "[net]",
        "name: a\nlayers:\n  - {type: ReLU}\n",
        "",
        "\0\0\0\0",
    ],
)
def test_what_is_a_spec_or_nothing_is_none(text: str) -> None:
    assert told(text.encode()) in (None, "Darknet" if text == "[net]" else None)


@pytest.mark.parametrize(
    ("title", "data"), [(title, data) for title, files in NO_NETWORKS.items() for data in files]
)
def test_a_file_without_a_network_has_an_answer(title: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(SpecError) as caught:
        shapecalc.load(path)
    (problem,) = caught.value.problems
    assert problem.code == "SC503"
    assert title in problem.message
    answer = next(kind.answer for kind in FILE_KINDS if kind.title == title)
    assert problem.hint == answer
    for command in ("import", "table", "check", "explain", "summary"):
        done = run(command, str(path), folder=tmp_path)
        assert done.status == 1
        assert "error[SC503]" in done.err + done.out


LONG = PEEKED // 2

HOSTILE = {
    "lines": b"\n" * PEEKED,
    "spaces": b" " * PEEKED,
    "problems": b"problem:\n" * LONG,
    "a problem and spaces": b"problem:\n" + b" " * PEEKED,
    "comments": b"#\n" * LONG,
    "sections": b"[ net" * LONG,
    "layers": b"layer\n" * LONG,
    "a layer and spaces": b"layer" + b" " * PEEKED,
    "a layer and lines": b"layer" + b"\n" * PEEKED,
    "a list of layers": b"layer [ " * LONG,
    "names": b"name :\n" * LONG,
    "a brace and lines": b"{" + b"\n" * PEEKED,
    "a key and spaces": b'{"class_name"' + b" " * PEEKED,
    "commas": b"Layer " + b" ," * LONG,
}


@pytest.mark.parametrize("name", ["file", "file.prototxt"])
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_to_tell(data: bytes, name: str) -> None:
    began = time.process_time()
    kind_of(data[:PEEKED], name)
    assert time.process_time() - began < 0.2
