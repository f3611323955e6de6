"""A file of another program converted to the text of a spec, which is held to the file first."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from shapecalc.importers.folding.written import folded_spec
from shapecalc.importers.network import ImportedNetwork, Stopped
from shapecalc.importers.proof import NotProven, prove
from shapecalc.importers.sizes import GivenSizes
from shapecalc.importers.tidying import without_idle
from shapecalc.importers.whole_norms import with_whole_norms
from shapecalc.importers.writing import flat_spec
from shapecalc.problems.problem import Problem, Refusal, SpecError
from shapecalc.text.source import ConvertedSource, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

    from shapecalc.importers.kinds import Kind
    from shapecalc.importers.writing import SpecText

    Data = bytes | mmap


_WHOLE = "A BatchNorm and the factors after it are one layer, which --flat leaves two."


class Imported:
    """What a network was converted to.

    text: the spec, proven to be the network. places: where what is in each of its lines is in the
    file. network: as it was in the file. stopped: what that
    stopped at, where so much was asked for. path: what messages call the file. Raises SpecError
    where no spec is proven.
    """

    def __init__(
        self,
        title: str,
        network: ImportedNetwork,
        is_flat: bool,
        stopped: Refusal | None = None,
        path: str = "<network>",
    ) -> None:
        self.network = network
        self.stopped = stopped
        self.text = ""
        self.places: dict[int, int] = {}
        comments = [f"From {title}.", *network.remarks]
        if stopped is not None:
            comments.append(f"Only a part: {stopped.message}.")
        if not is_flat:
            try:
                tidy = without_idle(network)
                whole = with_whole_norms(tidy)
                joined = [] if whole is tidy else [_WHOLE]
                self._write(folded_spec, whole, [*comments, *joined])
            except NotProven:
                comments.append("Not folded into blocks, which did not give the same network.")
        if not self.text:
            try:
                self._write(flat_spec, network, comments)
            except NotProven as fault:
                text = f"its spec is not the same network, a fault of shapecalc's own: {fault}"
                raise SpecError([Problem("SC505", text, Source(path, ""), 0)]) from None

    def _write(
        self,
        write: Callable[[ImportedNetwork], SpecText],
        network: ImportedNetwork,
        comments: list[str],
    ) -> None:
        """Write a network as a spec. Raises NotProven where that is another one."""
        written = write(network)
        written.comments = comments
        self.places = prove(written, network)
        self.text = written.text()

    @property
    def agreement(self) -> str:
        """Of how many layers the file says figures, all of which were found to be so."""
        layers = self.network.layers
        agreeing = sum(layer.agrees for layer in layers)
        if not agreeing:
            return "the file says no shapes or params of its layers"
        said = f"{agreeing} of {agreeing} layers agree with the file"
        silent = len(layers) - agreeing
        return said + (f", which says nothing of {silent} more" if silent else "")


def converted_source(kind: Kind, data: Data, path: str, given: object = None) -> ConvertedSource:
    """The text of the spec of a file, whose places are those of the file. Raises SpecError."""
    imported = convert(kind, data, path, given)
    return ConvertedSource(path, imported.text, _reader(kind).source(data, path), imported.places)


def _reader(kind: Kind) -> Any:
    return import_module(f"shapecalc.importers.{kind.module}")


def convert(
    kind: Kind,
    data: Data,
    path: str,
    given: object = None,
    *,
    is_flat: bool = False,
    partial: bool = False,
    custom: bool = False,
) -> Imported:
    """A file as a spec, proven to be the file's network before it is returned.

    given: shapes of inputs that the file leaves open. is_flat: a layer a line, as the file has
    them. partial: as far as the first layer that cannot be said. custom: with those as Custom.
    Raises SpecError.
    """
    if kind.module is None:
        text = f"a file of {kind.title} cannot be imported"
        raise SpecError([Problem("SC503", text, Source(path, ""), 0, kind.answer)])
    reader = _reader(kind)
    name = "" if path.startswith("<") else os.path.basename(path).rsplit(".", 1)[0]
    network = ImportedNetwork(name, custom)
    stopped: Refusal | None = None
    try:
        try:
            reader.read(data, path, GivenSizes(given), network)
        except Stopped as refusal:
            if not partial or not network.layers:
                raise
            network.outputs = []
            stopped = refusal
        if not network.layers:
            raise Refusal("SC503", f"this file of {kind.title} has no layers")
        return Imported(kind.title, network, is_flat, stopped, path)
    except Refusal as refusal:
        source: Source = reader.source(data, path)
        place = refusal.offset or 0
        raise SpecError(
            [Problem(refusal.code, refusal.message, source, place, refusal.hint)]
        ) from None
