"""What a file is, told by its content: an index of the kinds that can be read, and what is said of
those that cannot.

Only the first bytes of a file are looked at. What is none of these is a spec.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PEEKED = 64 * 1024
"""How many of a file's first bytes tell what it is."""


class Kind(NamedTuple):
    """A kind of file.

    title: what people call it. module: its reader, in this folder; None where it holds no network
    that can be read, of which `answer` says why, and what to do instead.
    tells: whether the first bytes of a file are of this kind; its name is given, too.
    """

    title: str
    module: str | None
    tells: Callable[[bytes, str], bool]
    answer: str = ""


# Possessive (*+), as no file may make these look at the same characters again and again.
_JSON_START = re.compile(rb"\s*+\{")
_KERAS = re.compile(rb'"(class_name|modelTopology|keras_version)"\s*+:')
_SECTION = re.compile(rb"(?:\s|[#;][^\n]*+\n)*+\[\s*+(net|network)\s*+\]", re.IGNORECASE)
_LAYER = re.compile(rb"^[ \t]*+(layers?|input_param|input_shape)\s*+:?\s*+\{", re.MULTILINE)
_ANY_LAYER = re.compile(rb"\b(layers?|input_param|input_shape)\s*+:?\s*+\[?\s*+[{<]")
_FIELD = re.compile(
    rb'^[ \t]*+(name|input|force_backward)\s*+:\s*+("|' rb"'|true|false)", re.MULTILINE
)
_HUGGING_FACE = re.compile(rb'"(model_type|architectures|transformers_version)"\s*+:')
_SCALE_SIM = re.compile(rb"\s*+Layer(?: name)?\s*+,\s*+IFMAP Height", re.IGNORECASE)
_PROBLEM = re.compile(rb"^problem:[ \t]*+(#.*)?$", re.MULTILINE)
_OF_PROBLEM = re.compile(rb"\b(shape|instance):")


def _is_onnx(data: bytes, path: str) -> bool:
    """A protocol buffer that starts with a small number: no text starts so."""
    return path.endswith(".onnx") or (data[:1] == b"\x08" and len(data) > 1 and data[1] < 0x20)


def _is_timeloop(data: bytes, path: str) -> bool:
    problem = _PROBLEM.search(data)
    return problem is not None and _OF_PROBLEM.search(data, problem.end()) is not None


def _is_caffe(data: bytes, path: str) -> bool:
    text = re.sub(rb"#[^\n]*", b"", data)
    if path.endswith(".prototxt") and _ANY_LAYER.search(text):
        return True
    first = _LAYER.search(text)
    if first is None:
        return False
    braces = b":" not in text[first.start() : first.end()]
    return braces or _FIELD.search(text) is not None


def _is_caffe_weights(data: bytes, path: str) -> bool:
    """A protocol buffer that starts with a name, and then has layers or inputs."""
    end = 2 + data[1] if data[:1] == b"\n" and data[1:2].isascii() and len(data) > 1 else 0
    return bool(end) and data[end : end + 1] in (b"\x12", b"\x1a", b"\xa2")


FILE_KINDS = (
    Kind("ONNX", "onnx", _is_onnx),
    Kind(
        "PyTorch",
        None,
        lambda data, path: (
            data[:2] == b"\x80\x02"
            or (data[:4] == b"PK\x03\x04" and b"data.pkl" in data[:4096])
            or (data[:4] == b"PK\x03\x04" and path.endswith((".pt", ".pth", ".bin", ".ckpt")))
        ),
        "a file of PyTorch holds weights, or code that only PyTorch runs; in Python, "
        "shapecalc.torch.spec(model, input) writes the spec of a model",
    ),
    Kind("Keras", "keras", lambda data, path: data[:4] == b"PK\x03\x04"),
    Kind("Keras", "keras", lambda data, path: data[:8] == b"\x89HDF\r\n\x1a\n"),
    Kind(
        "Hugging Face",
        None,
        lambda data, path: bool(
            _JSON_START.match(data) and _HUGGING_FACE.search(data) and not _KERAS.search(data)
        ),
        "a config.json of Hugging Face holds the sizes of a model, whose layers are in code; in "
        "Python, shapecalc.torch.spec(model, input) writes the spec of a model",
    ),
    Kind(
        "Keras",
        "keras",
        lambda data, path: bool(_JSON_START.match(data) and _KERAS.search(data)),
    ),
    Kind(
        "TFLite",
        None,
        lambda data, path: data[4:8] == b"TFL3",
        "TFLite holds a network that is quantized and fused; import the Keras model or the ONNX "
        "file that it was converted from",
    ),
    Kind(
        "safetensors",
        None,
        lambda data, path: data[8:10] == b'{"' and not any(data[5:8]),
        "safetensors holds weights, not how they are connected; in Python, "
        "shapecalc.torch.spec(model, input) writes the spec of a model",
    ),
    Kind("Darknet", "darknet", lambda data, path: _SECTION.match(data) is not None),
    Kind("Caffe", "caffe", _is_caffe),
    Kind(
        "Caffe's weights",
        None,
        _is_caffe_weights,
        "a .caffemodel holds the weights of a network; import the .prototxt that it belongs to",
    ),
    Kind(
        "SCALE-Sim",
        None,
        lambda data, path: _SCALE_SIM.match(data) is not None,
        "a topology of SCALE-Sim is a list of layers that are not connected; "
        "`shapecalc export --to scale-sim` writes one from a spec",
    ),
    Kind(
        "Timeloop",
        None,
        _is_timeloop,
        "a problem of Timeloop is one layer without a network around it; write the layers as a "
        "spec, and `shapecalc export --to json` has the sizes of each",
    ),
)
"""Every kind, in the order in which they are tried."""


def kind_of(data: bytes, path: str) -> Kind | None:
    """The kind of a file that starts with these bytes; None for what may be a spec."""
    found = (kind for kind in FILE_KINDS if kind.tells(data, path))
    return next(found, None) if data else None
