"""The text of a model in a file: JSON, the archive that `.keras` is, HDF5."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from shapecalc.importers.keras.documents import JsonObject, parsed_json
from shapecalc.importers.keras.mapped import MappedFile
from shapecalc.importers.keras.weights import Weights, of_manifest
from shapecalc.limits import MAXIMUM_MODEL
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from mmap import mmap
    from typing import Any

    Data = bytes | mmap

CONFIG = "config.json"
"""The model in the archive that `.keras` is."""


class Contents(NamedTuple):
    """A model: the object that it is in the text, and the weights that the file has shapes of.

    says_shared: whether it says which layers stand in it twice.
    """

    model: JsonObject
    weights: Weights
    says_shared: bool = False


def contents(data: Data, path: str) -> Contents:
    """The model in a file. Raises Refusal."""
    text, weights = _text(data)
    found = parsed_json(text)
    if not isinstance(found, JsonObject):
        raise Refusal("SC501", "the text of a model is an object in JSON, in braces", offset=0)
    if "weightsManifest" in found:
        weights = of_manifest(found["weightsManifest"], found.place)
    return Contents(_model(found), weights, data[:2] == b"PK")


def text_source(data: Data, path: str) -> Source:
    """The text of the model in a file, under the name of that; none where it cannot be read."""
    try:
        text, _ = _text(data)
    except Refusal:
        return Source(path, "")
    return Source(f"{path}/{CONFIG}" if data[:2] == b"PK" else path, text)


def _text(data: Data) -> tuple[str, Weights]:
    if data[:4] == b"PK\x03\x04":
        return _decoded(_of_archive(data)), Weights()
    if data[:4] == b"\x89HDF":
        from shapecalc.importers.keras.hdf5 import model_of

        raw, weights = model_of(data)
        return _decoded(raw), weights
    if len(data) > MAXIMUM_MODEL:
        raise _too_large("the file")
    return _decoded(data[:]), Weights()


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = f"the text of the model is not UTF-8, from byte {error.start} on"
        raise Refusal("SC501", text) from None


def _too_large(what: str) -> Refusal:
    return Refusal("SC501", f"{what} is too large; the limit is {MAXIMUM_MODEL // 1024**2} MiB")


def _of_archive(data: Data) -> bytes:
    """The config.json of an archive. Its size is bounded by what is read, whatever it declares."""
    import zipfile

    try:
        with zipfile.ZipFile(MappedFile(data)) as archive:
            try:
                info = archive.getinfo(CONFIG)
            except KeyError:
                raise _no_model(archive.namelist()) from None
            if info.file_size > MAXIMUM_MODEL:
                raise _too_large(CONFIG)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refusal("SC501", f"{CONFIG} is compressed in a way that Keras does not use")
            with archive.open(info) as stream:
                found = stream.read(MAXIMUM_MODEL + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise Refusal("SC501", f"the archive cannot be read: {shown(str(error))}") from None
    except (RuntimeError, NotImplementedError) as error:  # a password, a version of the format
        raise Refusal("SC501", f"the archive cannot be read: {shown(str(error))}") from None
    if len(found) > MAXIMUM_MODEL:
        raise _too_large(CONFIG)
    return found


def _no_model(names: list[str]) -> Refusal:
    if "saved_model.pb" in (name.rpartition("/")[2] for name in names[:1000]):
        text = "a SavedModel of TensorFlow has the graph of TensorFlow, not layers of Keras"
        return Refusal("SC503", text, "save the model as model.keras, or write model.to_json()")
    return Refusal("SC503", f"the archive has no {CONFIG}, so it is no model of Keras")


def _model(found: JsonObject) -> JsonObject:
    """The object of a model, in whatever a text has around it. Raises Refusal."""
    topology: Any = found
    for key in ("modelTopology", "model_config"):
        inner = topology.get(key)
        topology = inner if isinstance(inner, JsonObject) else topology
    if "class_name" in topology:
        return topology  # type: ignore[no-any-return] # an JsonObject, as all objects are
    if "node" in topology or found.get("format") == "graph-model":
        text = "a graph model of TF.js has the operations of TensorFlow, not layers of Keras"
        hint = "convert it with --output_format=tfjs_layers_model, or write model.to_json()"
        raise Refusal("SC503", text, hint)
    if "weightsManifest" in found:
        text = "the file lists weights, but no model: modelTopology is null"
        raise Refusal("SC503", text, "save the model with tfjs.converters.save_keras_model")
    raise Refusal("SC501", "there is no model in it: no class_name", offset=topology.place)
