"""The files that a spec imports: blocks, and networks to be used as blocks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.language.import_paths import imported_names, imported_path
from shapecalc.language.keys import SPEC_KEYS, is_block_file, name_of_file
from shapecalc.language.library import Begun, Library
from shapecalc.language.node_reader import NodeReader
from shapecalc.limits import MAXIMUM_IMPORTS, MAXIMUM_NAME
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, reason
from shapecalc.yaml.decode import decode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import MappingNode


LIBRARY_KEYS = ("shapecalc", "import", "blocks")


def read_imports(library: Library, value: object, offset: int, folder: str) -> None:
    """Add the files of an `import:` and of their imports, each read once, on an explicit stack.

    A file of blocks gives its blocks, a network itself, by the name of the file.

    folder: that of the spec. Files outside of it cannot be imported.
    """
    spec = library.reader.source
    if not spec.may_import:
        text = "cannot import: standard input is named outside the working directory"
        library.reader.problem("SC114", text, offset)
        return
    if "\0" in spec.path:  # which Python's path functions do not accept
        library.reader.problem("SC114", "cannot import: the text has no file name", offset)
        return
    root = os.path.realpath(folder or ".")
    start = os.path.realpath(spec.path)
    libraries: dict[str, Library] = {}
    pending: list[tuple[Library, object, int, str, tuple[str, ...]]] = [
        (library, value, offset, folder, (start,))
    ]
    while pending:
        importer, value, offset, folder, importers = pending.pop()
        reader = importer.reader
        for name, place in imported_names(reader, value, offset):
            path = imported_path(reader, name, place, folder, root)
            if path is None:
                continue
            real = os.path.realpath(path)
            if real in importers:
                reader.problem("SC114", f"circular import: {shown(name)} imports this file", place)
                continue
            if real in libraries:
                importer.imports.append(libraries[real])
                continue
            if len(libraries) >= MAXIMUM_IMPORTS:
                reader.problem(
                    "SC114", f"too many imports: the maximum is {MAXIMUM_IMPORTS} files", place
                )
                return
            read_file = _read_library(importer, spec, path, name, place)
            if reader.allowance.bytes < 0:
                return  # which was said: the others are not even loaded
            if read_file is None:
                continue
            other, node = read_file
            libraries[real] = other
            importer.imports.append(other)
            if "import" in node.values:
                inner = node.values["import"], node.place_of_value("import")
                pending.append((other, *inner, os.path.dirname(path), (*importers, real)))


def check_block_file(reader: NodeReader, node: MappingNode) -> Library:
    """Read and check a file of blocks on its own."""
    library = _library_of(reader, node, Begun())
    if "import" in node.values:
        place = node.place_of_value("import")
        read_imports(library, node.values["import"], place, os.path.dirname(reader.source.path))
    library.finish()
    return library


def _read_library(
    importer: Library, spec: Source, path: str, name: str, place: int
) -> tuple[Library, MappingNode] | None:
    """The library in a file, and its root; None and a problem if it cannot be imported."""
    problems = importer.reader.problems
    try:
        data = spec.load_beside(path)
    except (OSError, ValueError) as error:
        text = f"cannot import {shown(name)}: {reason(error)}"
        importer.reader.problem("SC114", text, place)
        return None
    source = decode(data, path)
    if isinstance(source, Problem):
        problems.add(source)
        return None
    before = len(problems)
    allowance = importer.reader.allowance
    value = read_yaml(source, problems, allowance)
    if value is None and len(problems) > before:
        return None
    reader = NodeReader(source, problems, allowance)
    node = reader.mapping(value, 0, "a file of blocks", "write blocks: {Name: {layers: [...]}}")
    if node is None:
        return None
    library = _library_of(reader, node, importer.begun)
    if not is_block_file(node) and "input" in node.values:
        library.hold_network(name_of_file(path), node)
    return library, node


def _library_of(reader: NodeReader, node: MappingNode, begun: Begun) -> Library:
    """The library of a file's root, with the arguments of its blocks read."""
    library = Library(reader, begun)
    if "block" in node.values:
        own = reader.text(node, "block", MAXIMUM_NAME)
        if own is not None:
            library.nodes[own] = node
    else:
        network = not is_block_file(node) and "input" in node.values
        known, what = (SPEC_KEYS, "the network") if network else (LIBRARY_KEYS, "a file of blocks")
        reader.known_keys(node, known, what)
        if "blocks" in node.values:
            library.define(node.values["blocks"], node.place_of_value("blocks"))
    library.read_all()
    return library
