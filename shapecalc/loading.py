"""Loads specs from files, texts and bundled names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc import bundled
from shapecalc.importers.kinds import PEEKED, kind_of
from shapecalc.language.given import beyond_recursion, require
from shapecalc.language.node_reader import NodeReader
from shapecalc.problems.problem import Problem, Problems, SpecError, reason
from shapecalc.spec import Spec
from shapecalc.spec_reader import read_spec, spec_of
from shapecalc.text.files import (
    load_bytes,
    open_regular,
    peek,
    read_standard_input,
    read_stream,
)
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode

if TYPE_CHECKING:
    from mmap import mmap
    from os import PathLike
    from typing import BinaryIO

    from shapecalc.importers.converting import Imported
    from shapecalc.importers.kinds import Kind
    from shapecalc.language.given import GivenShape


def load(path: str | PathLike[str]) -> Spec:
    """The spec in a file, or a bundled one by its name, such as "resnet50".

    Raises SpecError with all problems of the file, TypeError for another type of path.
    """
    require("path", path, (str, os.PathLike), "a str or an os.PathLike")
    name = os.fspath(path)
    require("path", name, str, "a path of str")
    try:
        return _load(name)
    except RecursionError:
        raise beyond_recursion(Source(name, "")) from None


def _load(name: str) -> Spec:
    if is_bundled_name(name):
        spec = load_bundled(name)
        if spec is not None:
            return spec
    try:
        return load_file(name)
    except (OSError, ValueError) as error:
        text = f"cannot read the file: {reason(error)}"
        raise SpecError([Problem("SC000", text, Source(name, ""), 0)]) from None


def load_file(path: str, given: object = None) -> Spec:
    """The spec in a file, or that of the network in a file of another program.

    given: shapes of inputs, where such a file leaves them open. Raises SpecError, OSError.
    """
    return load_source(read_source(path, path, given))


def read_source(file: str, name: str, given: object = None) -> Source:
    """The text of a spec: what a file has, `-` for standard input, or what a file of another
    program is converted to.

    name: what messages call it. given: as of `load_file`. Raises SpecError, OSError.
    """
    if file == "-":
        data = read_standard_input()
        kind = kind_of(data[:PEEKED], name)
        return _decoded(data, name) if kind is None else _converted(kind, data, name, given)
    with open_regular(file) as stream:
        kind = kind_of(peek(stream, PEEKED, file), file)
        if kind is None:
            return _decoded(read_stream(stream, name=file), name)
        with _mapped(stream) as mapped:
            return _converted(kind, mapped, name, given)


def _decoded(data: bytes, name: str) -> Source:
    """The text in the bytes of a file. Raises SpecError."""
    source = decode(data, name)
    if isinstance(source, Problem):
        raise SpecError([source])
    return source


def import_file(path: str, given: object = None, **how: bool) -> Imported:
    """The network in a file of another program as a spec; `-` is standard input.

    how: as of `convert`. Raises SpecError, OSError.
    """
    from shapecalc.importers.converting import convert

    if path == "-":
        data = read_standard_input()
        return convert(_kind(data[:PEEKED], "<stdin>"), data, "<stdin>", given, **how)
    with open_regular(path) as stream:
        kind = _kind(peek(stream, PEEKED, path), path)
        with _mapped(stream) as mapped:
            return convert(kind, mapped, path, given, **how)


def _kind(start: bytes, path: str) -> Kind:
    """The kind of another program's file that starts so. Raises SpecError."""
    kind = kind_of(start, path)
    if kind is None:
        text = "neither a file of Keras, ONNX, Darknet or Caffe, nor of another known kind"
        raise SpecError([Problem("SC503", text, Source(path, ""), 0)])
    return kind


def _mapped(stream: BinaryIO) -> mmap:
    """The content of a file, of which only what is looked at is read."""
    from mmap import ACCESS_READ, mmap

    return mmap(stream.fileno(), 0, access=ACCESS_READ)


def _converted(kind: Kind, data: bytes | mmap, name: str, given: object) -> Source:
    """The text of the spec of a network in a file of a kind. Raises SpecError."""
    from shapecalc.importers.converting import converted_source

    return converted_source(kind, data, name, given)


def loads(text: str | bytes, path: str = "<text>") -> Spec:
    """The spec in a YAML text. Raises SpecError with all problems of the text.

    path: the name of the text in messages, and where its imports are. Raises TypeError for other
    types.
    """
    require("text", text, (str, bytes), "a str or bytes")
    require("path", path, str, "a str")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # it names no file, but may name the text
        path = ascii(path)[1:-1]
    try:
        return load_data(text, path) if isinstance(text, bytes) else load_source(Source(path, text))
    except RecursionError:
        raise beyond_recursion(Source(path, "")) from None


def load_data(data: bytes, path: str) -> Spec:
    """The spec in the bytes of a YAML text. Raises SpecError."""
    return load_source(_decoded(data, path))


def load_source(source: Source) -> Spec:
    """The spec in a source. Raises SpecError, with the problems of a run too if it can be run."""
    problems = Problems()
    spec = read_spec(source, problems)
    if problems or spec is None:
        if spec is not None:
            spec.infer(problems, variant=next(iter(spec.variants), None))
        raise SpecError(problems)
    return spec


def load_calls(source: Source, input: GivenShape) -> Spec:
    """The spec of the layers that a source has in PyTorch's call syntax. Raises SpecError, with the
    problems of a run too if it can be run.

    input: what is to be given to each run: the spec has no input of its own.
    """
    problems = Problems()
    spec = _read_calls(source, problems)
    if problems or spec is None:
        if spec is not None:
            spec.infer(problems, input=input)
        raise SpecError(problems)
    return spec


def _read_calls(source: Source, problems: Problems) -> Spec | None:
    from shapecalc.language.calls.nodes import network_of_calls

    reader = NodeReader(source, problems)
    node = network_of_calls(reader)
    spec = None if node is None else spec_of(node, reader)
    return None if spec is None else spec.replaced(read=_read_calls)


def is_bundled_name(name: str) -> bool:
    """Whether a name may be that of a bundled spec: it is neither a file nor a path."""
    plain = os.path.basename(name) == name and "." not in name and name.isprintable()
    return plain and not os.path.exists(name)


def load_bundled(name: str) -> Spec | None:
    """The bundled spec or variant of a name; None if there is none."""
    for path, variant in bundled.candidates(name):
        spec = load_data(load_bytes(path), bundled.shown_path(path))
        if variant is None or variant in spec.variants:
            return spec.replaced(default_variant=variant)
    return None
