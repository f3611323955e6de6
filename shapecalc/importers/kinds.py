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


_HOLDS_NO_WIRING = (
    "not how they are connected; in Python, shapecalc.torch.spec(model, input) writes the spec of "
    "a model of PyTorch"
)


class Kind(NamedTuple):
    """A kind of file.

    title: what people call it. module: its reader, in this folder; None where there is none, of
    which `answer` says why, and what to do instead.
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
_SOLVED = re.compile(
    rb"""^[ \t]*+((train_|test_)?net\s*+:\s*+["'][^"'\n]*+["']|lr_policy\s*+:\s*+["'])""",
    re.MULTILINE,
)
_RATE = re.compile(rb"^[ \t]*+(base_lr|lr_policy|solver_mode|max_iter)\s*+:", re.MULTILINE)
_MXNET = re.compile(rb'\s*+\{\s*+"nodes"\s*+:\s*+\[\s*+\{\s*+"(op|name)"\s*+:')
_PADDLE = re.compile(rb'\s*+\{\s*+"base_code"\s*+:\s*+\{')
_OPENVINO = re.compile(rb"<net\s[^<>]*\bversion\s*+=")
_ONNX_TEXT = re.compile(
    rb'\s*+<\s*+ir_version\s*+:|\s*+ir_version:\s*+\d++\s|\s*+\{\s*+"irVersion"\s*+:'
)
_TENSORFLOW_TEXT = re.compile(rb'\s*+node\s*+\{\s*+name:\s*+"')
_WEIGHTS = re.compile(rb"\0{4}[\1\2]\0{3}[\0-\x09]\0{3}", re.DOTALL)
_HUGGING_FACE = re.compile(rb'"(model_type|architectures|transformers_version)"\s*+:')
_SCALE_SIM = re.compile(rb"\s*+Layer(?: name)?\s*+,\s*+IFMAP Height", re.IGNORECASE)
_PROBLEM = re.compile(rb"^problem:[ \t]*+(#.*)?$", re.MULTILINE)
_OF_PROBLEM = re.compile(rb"\b(shape|instance):")


def _is_onnx(data: bytes, path: str) -> bool:
    """A protocol buffer that starts with a small number: no text starts so."""
    return path.endswith(".onnx") or (data[:1] == b"\x08" and len(data) > 1 and data[1] < 0x20)


def _second_message(data: bytes) -> bytes:
    """What a protocol buffer has in its second field after a small number, where that starts with
    its own first one: a name of ONNX does not."""
    numbered = data[:1] == b"\x08" and data[1:2] < b"\x20" and data[2:3] == b"\x12"
    found = _after_length(data, 3) if numbered else b""
    return found if found[:1] == b"\n" else b""


def _after_length(data: bytes, place: int) -> bytes:
    """The bytes after a number of any length, as protocol buffers write one."""
    end = place
    while data[end : end + 1] >= b"\x80" and end < place + 9:
        end += 1
    return data[end + 1 :]


def _is_saved_model(data: bytes, path: str) -> bool:
    """A version, and a graph with the operators that it was stripped to."""
    return _after_length(_second_message(data), 1)[:1] in (b"\x12", b"*", b'"')


def _is_frozen_graph(data: bytes, path: str) -> bool:
    """A node with a name and an operator, or the text of one."""
    if _TENSORFLOW_TEXT.match(data):
        return True
    node = _after_length(data, 1) if data[:1] == b"\n" else b""
    end = 2 + node[1] if node[:1] == b"\n" and len(node) > 1 else 0
    return bool(end) and node[end : end + 1] == b"\x12" and node[end + 2 : end + 3].isalnum()


def _is_paddle(data: bytes, path: str) -> bool:
    """Blocks, of which the first has the number 0 and none before it, or their text."""
    block = _after_length(data, 1) if data[:1] == b"\n" else b""
    return block.startswith(b"\x08\0\x10\xff\xff") or _PADDLE.match(data) is not None


def _has_member(*endings: bytes) -> Callable[[bytes, str], bool]:
    """Whether the first member of an archive is called so."""

    def tells(data: bytes, path: str) -> bool:
        name = data[30 : 30 + int.from_bytes(data[26:28], "little")]
        return data[:4] == b"PK\x03\x04" and name.endswith(endings)

    return tells


def _is_timeloop(data: bytes, path: str) -> bool:
    problem = _PROBLEM.search(data)
    return problem is not None and _OF_PROBLEM.search(data, problem.end()) is not None


def _is_caffe(data: bytes, path: str) -> bool:
    text = re.sub(rb"#[^\n]*", b"", data)
    if path.endswith(".prototxt") and _ANY_LAYER.search(text):
        return True
    if _SOLVED.search(text) and _RATE.search(text):
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


_CONVERTED = "import the model, or the ONNX file, that it was converted from"

FILE_KINDS = (
    Kind(
        "TensorFlow",
        None,
        lambda data, path: _is_saved_model(data, path) or _is_frozen_graph(data, path),
        "a graph of TensorFlow has no layers any more; save the Keras model as .keras, or convert "
        "the graph with tf2onnx, and import that",
    ),
    Kind("Core ML", None, lambda data, path: bool(_second_message(data)), _CONVERTED),
    Kind("ONNX", "onnx", _is_onnx),
    Kind(
        "Git LFS",
        None,
        lambda data, path: data.startswith(b"version https://git-lfs.github.com/"),
        "this is a pointer to the file; `git lfs pull` fetches the file itself",
    ),
    Kind(
        "ONNX's text",
        None,
        lambda data, path: _ONNX_TEXT.match(data) is not None,
        "in Python, onnx.save(onnx.load(path), 'model.onnx') writes it as a file that can be "
        "imported",
    ),
    Kind(
        "PyTorch",
        None,
        lambda data, path: (
            data[:14] == b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
            or (data[:4] == b"PK\x03\x04" and b"data.pkl" in data[:4096])
            or _has_member(b"/weight_0", b"/archive_format")(data, path)
            or (data[:4] == b"PK\x03\x04" and path.endswith((".pt", ".pth", ".bin", ".ckpt")))
        ),
        "a file of PyTorch holds weights, or code that only PyTorch runs; in Python, "
        "shapecalc.torch.spec(model, input) writes the spec of a model",
    ),
    Kind(
        "NumPy",
        None,
        lambda data, path: data[:6] == b"\x93NUMPY" or _has_member(b".npy")(data, path),
        f"arrays of NumPy hold weights, {_HOLDS_NO_WIRING}",
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
        f"safetensors holds weights, {_HOLDS_NO_WIRING}",
    ),
    Kind(
        "GGUF",
        None,
        lambda data, path: data[:4] == b"GGUF",
        f"GGUF holds weights, {_HOLDS_NO_WIRING}",
    ),
    Kind(
        "Python's pickle",
        None,
        lambda data, path: data[:1] == b"\x80" and data[1:2] in (b"\2", b"\3", b"\4", b"\5"),
        f"a pickle holds objects of Python, mostly weights, {_HOLDS_NO_WIRING}",
    ),
    Kind(
        "OpenVINO", None, lambda data, path: _OPENVINO.search(data[:4096]) is not None, _CONVERTED
    ),
    Kind("ncnn", None, lambda data, path: data[:8] in (b"7767517\n", b"7767517\r"), _CONVERTED),
    Kind(
        "PaddlePaddle",
        None,
        _is_paddle,
        "paddle2onnx converts it to ONNX, which can be imported",
    ),
    Kind(
        "MXNet",
        None,
        lambda data, path: _MXNET.match(data) is not None,
        "mx.onnx.export_model, in Python, converts it to ONNX, which can be imported",
    ),
    Kind(
        "Darknet's weights",
        None,
        lambda data, path: _WEIGHTS.match(data) is not None,
        "a file of weights belongs to a .cfg; import that",
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
