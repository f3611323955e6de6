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
        zipped(**{"model__data.pkl": "x", "model__code____torch__.py": "", "constants.pkl": ""}),
        zipped(**{"model__data__weights__weight_0": "x", "model__models__model.json": "{}"}),
        pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + pickle.dumps(1001, protocol=2),
    ],
    "Python's pickle": [pickle.dumps({"conv.weight": [1.0]}, number) for number in (2, 3, 4, 5)],
    "NumPy": [
        b"\x93NUMPY\x01\x00v\0{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
        zipped(**{"weight.npy": "x", "bias.npy": "x"}),
    ],
    "TensorFlow": [
        b"\x08\x01\x12\x96\xf1\x02\x0a\xea\x10\x12\xbd\x10\x0a\x5e\x0a\x10AssignVariableOp",
        b"\x0a\x3a\x0a\x01x\x12\x0bPlaceholder*\x0b\x0a\x05dtype\x12\x020\x01",
        b"\x0a\xc2\x01\x0a\x05image\x12\x0bPlaceholder*\x0b\x0a\x05dtype\x12\x020\x01",
        b'node {\n  name: "x"\n  op: "Placeholder"\n}\n',
    ],
    "Core ML": [
        b"\x08\x04\x12\x30\x0a\x12\x0a\x05image\x12\x05pixel" + bytes(64),
        b"\x08\x03\x12\xb0\x04\x0a\x92\x01\x0a\x05image" + bytes(64),
    ],
    "ONNX's text": [
        b'<\n   ir_version: 9,\n   opset_import: ["" : 20]\n>\nmain (float[1,3] x) => () {}\n',
        b'ir_version: 9\nproducer_name: "pytorch"\ngraph {\n  name: "main"\n}\n',
        b'{\n  "irVersion": "9",\n  "producerName": "pytorch",\n  "graph": {}}\n',
    ],
    "Git LFS": [b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"],
    "GGUF": [b"GGUF\3\0\0\0" + bytes(64)],
    "OpenVINO": [b'<?xml version="1.0"?>\n<net name="a" version="11">\n<layers>\n'],
    "ncnn": [b"7767517\n2 2\nInput data 0 1 data 0=4\n", b"7767517\r\n2 2\r\n"],
    "PaddlePaddle": [
        b"\x0a\xfa\x8d\x01\x08\0\x10" + b"\xff" * 9 + b"\x01\x1a\x31",
        b'{"base_code":{"magic":"pir","trainable":true,"version":1},"program":{}}',
    ],
    "MXNet": [b'{\n  "nodes": [\n    {\n      "op": "null", \n      "name": "data", \n'],
    "Darknet's weights": [
        b"\0\0\0\0\2\0\0\0\5\0\0\0" + bytes(8) + b"\x79\x61\xcf\x3e",
        b"\0\0\0\0\1\0\0\0\0\0\0\0" + bytes(4) + b"\x79\x61\xcf\x3e",
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
    "ONNX": [
        b"\x08\x08\x12\x07pytorch:\x00",
        b"\x08\x0a\x12\0:\x00",
        b"\x08\x07:\x80\x01\x0a\x10\x0a\x01x",
    ],
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
        b'net: "train_val.prototxt"\nbase_lr: 0.01\nlr_policy: "step"\n',
        b"# a solver\ntrain_net: 'a'\n test_net: 'b'\nmax_iter: 10\n",
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
        "base_lr: 0.1\nlr_policy: step\nnet: resnet.yaml\n",
        "nodes: [{op: null}]",
        "<net>",
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
    "nets": b"<net " * LONG,
    "solvers": b"net :\n" * LONG,
    "a solver and spaces": b"net: " + b" " * PEEKED,
    "a solver and quotes": b'net: "\n' * LONG,
    "lengths": b"\n" + b"\xff" * PEEKED,
    "versions": b"\x08\x01\x12" + b"\xff" * PEEKED,
}


@pytest.mark.parametrize("name", ["file", "file.prototxt"])
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_to_tell(data: bytes, name: str) -> None:
    began = time.process_time()
    kind_of(data[:PEEKED], name)
    assert time.process_time() - began < 0.2
