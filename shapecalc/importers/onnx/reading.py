"""An ONNX file as a network: its inputs, its nodes, and what leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.network import Wire
from shapecalc.importers.onnx.conversion import Conversion
from shapecalc.importers.onnx.inlining import inlined
from shapecalc.importers.onnx.inputs import ALONG_LAST, InputAxes, sequence_lengths
from shapecalc.importers.onnx.model import OnnxModel
from shapecalc.importers.onnx.preparing import constants_of, prepared_nodes
from shapecalc.importers.onnx.recurrent import is_whole_sequence
from shapecalc.importers.onnx.values import (
    BATCH,
    Absent,
    GraphTensor,
    TensorView,
    natural_axes,
)
from shapecalc.importers.onnx.views import written
from shapecalc.importers.onnx.walk import walk
from shapecalc.importers.onnx.wire import WireReader
from shapecalc.limits import MAXIMUM_ELEMENTS, MAXIMUM_NAME
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.converting import Data
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.onnx.model import OnnxGraph, OnnxNode, OnnxValue
    from shapecalc.importers.sizes import GivenSizes

NEWEST_OPSET = 28
"""The newest version of the operators that is known here."""

_MADE_UP_NAMES = ("main_graph", "torch_jit", "torch-jit-export")
"""What PyTorch's exporters call every graph."""


def read_model(data: Data, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Fill a network with the layers of a file. Raises Refusal."""
    _refuse_text(data)
    model = OnnxModel(WireReader(data))
    graph = model.graph
    if graph is None:
        raise Refusal("SC501", "malformed ONNX: it has no graph")
    if graph.name not in _MADE_UP_NAMES:
        network.name = graph.name[:MAXIMUM_NAME].strip() or network.name
    if not graph.nodes:
        raise Refusal("SC503", "this file of ONNX has no nodes")
    inputs = [each for each in graph.inputs if each.name not in graph.initializers]
    constants = constants_of(graph)
    nodes = prepared_nodes(
        inlined(graph.nodes, model.functions),
        [output.name for output in graph.outputs],
        [*(each.name for each in inputs), *constants],
        constants,
    )
    opset = model.opsets.get("", 1)
    if opset > NEWEST_OPSET:
        network.remark(f"the file is of opset {opset}, which is read as {NEWEST_OPSET} is")
    conversion = Conversion(graph, nodes, opset, network)
    conversion.is_pytorchs = model.producer == "pytorch"
    conversion.values.update(constants)
    taken = {name for node in nodes for name in (*node.inputs, *node.captured())}
    _add_inputs(conversion, [each for each in inputs if each.name in taken], sizes)
    walk(conversion)
    _say_folded_norms(conversion)
    _add_outputs(conversion, graph)


def _add_inputs(conversion: Conversion, inputs: Sequence[OnnxValue], sizes: GivenSizes) -> None:
    """Add the inputs, the first of which tells the size of the batch."""
    batch: int | None = None
    recurrent = InputAxes(conversion.nodes, conversion.values)
    lengths = sequence_lengths(conversion.nodes)
    for each in inputs:
        dims = each.dims
        if each.name in lengths:
            conversion.values[each.name] = Absent("lengths of sequences are no tensor")
            continue
        if not each.is_tensor or dims == ():
            conversion.values[each.name] = Absent(
                f"the input {shown(each.name)} is no tensor with axes"
            )
            continue
        first = dims[0] if dims else None
        has_batch = dims is None or (
            len(dims) > 1 and (first is None or isinstance(first, str) or batch in (None, first))
        )
        known = None if dims is None else recurrent.of(each.name, len(dims))
        if known is not None and dims is not None:
            has_batch = BATCH in known
            first = dims[known.index(BATCH)] if has_batch else None
        if batch is None and has_batch:
            batch = first if isinstance(first, int) else 1
        rank = (len(dims) if dims is not None else 4) - has_batch
        axes = known or _axes(conversion.nodes, each.name, rank, has_batch)
        shape = _shape(each, axes, sizes)
        if dims is None or len(shape) != rank:
            axes = natural_axes(len(shape) - 1) if has_batch else natural_axes(len(shape) - 1)[1:]
        wire = conversion.network.input(each.name, shape)
        conversion.values[each.name] = GraphTensor(wire, axes, batch or 1)
    if batch not in (None, 1):
        conversion.network.remark(f"the file has a batch of {batch}; figures are of one of it")


def _axes(nodes: Sequence[OnnxNode], name: str, rank: int, has_batch: bool) -> tuple[int, ...]:
    """Which axis of an input is which: the channels come last where it is transposed so that they
    come first, or where what takes it works along its last axis."""
    taker = next((node for node in nodes if name in node.inputs), nodes[0])
    first = natural_axes(rank - 1) if has_batch else natural_axes(rank - 1)[1:]
    last = (*first[:has_batch], *range(2, rank + 1), 1)
    order = taker.integers("perm")
    moved = taker.op == "Transpose" and order == [0, rank, *range(1, rank)] and has_batch
    along = taker.op in ALONG_LAST or (
        taker.op in ("LayerNormalization", "LayerNorm", "RMSNormalization", "RMSNorm")
        and (taker.integers("axes") or [taker.integer("axis", -1)]) in ([-1], [len(first) - 1])
    )
    return last if moved or (along and rank > 1) else first


def _shape(value: OnnxValue, axes: Sequence[int], sizes: GivenSizes) -> Shape:
    """The shape of an input, which is asked for where the file leaves it open."""
    dims = value.dims
    if dims is None:
        return sizes.shape(value.name)
    ordered = [size for axis, size in sorted(zip(axes, dims, strict=True)) if axis != BATCH]
    if all(isinstance(size, int) for size in ordered):
        shape = Shape.from_chw(size for size in ordered if isinstance(size, int))
        if shape.elements > MAXIMUM_ELEMENTS:
            text = f"the input {shown(value.name)} has more than 2^63 - 1 elements"
            raise Refusal("SC501", text)
        return shape
    stated = "x".join("?" if size is None else str(size) for size in (*ordered[1:], ordered[0]))
    found = sizes.shape(value.name, stated)
    said = Shape.from_chw(found.chw)
    if len(said) != len(ordered):
        raise Refusal("SC504", f"the input {shown(value.name)} has {len(ordered)} axes: {stated}")
    for size, own in zip(found.chw, ordered, strict=True):
        if isinstance(own, int) and own != size:
            text = f"the input {shown(value.name)} is {stated} in the file, given is {found}"
            raise Refusal("SC504", text)
    return found


def _refuse_text(data: Data) -> None:
    """Refuse a text in the place of a file. Raises Refusal SC501."""
    start = data[:24].lstrip()
    if start.startswith(b"version https://git-lfs"):
        hint = "fetch the file itself: git lfs pull"
        raise Refusal("SC501", "this is a pointer of Git LFS to an ONNX file", hint)
    if start.startswith((b"ir_version", b"producer_name", b"graph", b"<")):
        hint = "write the file itself, in Python: onnx.save(onnx.load(path), other_path)"
        raise Refusal("SC501", "this is ONNX as a text, which is not read", hint)


def _say_folded_norms(conversion: Conversion) -> None:
    """Say that batch norms were folded into convolutions, where the file tells that they were."""
    convolutions = [node for node in conversion.nodes if node.op == "Conv"]
    if any(node.has_folded_norm or "::Conv_" in node.input(1) for node in convolutions):
        conversion.network.remark(
            "batch norms were folded into convolutions when the file was written: their biases "
            "are what is left of them"
        )


def _add_outputs(conversion: Conversion, graph: OnnxGraph) -> None:
    outputs: list[Wire] = []
    for each in graph.outputs:
        value = conversion.values.get(each.name)
        if isinstance(value, TensorView):
            value = value.source if is_whole_sequence(value) else written(conversion, value)
        if isinstance(value, GraphTensor) and value.wire not in outputs:
            outputs.append(value.wire)
    if not outputs:
        raise Refusal("SC503", "no output of this file of ONNX is a tensor that a layer makes")
    conversion.network.outputs = outputs
    _leave_out_inputs(conversion.network)


def _leave_out_inputs(network: ImportedNetwork) -> None:
    """Leave out the inputs that no layer takes, as those that only masks are computed of."""
    taken = {id(wire.of) for layer in network.layers for wire in layer.inputs}
    taken.update(id(wire.of) for wire in network.outputs)
    gone = [each for each in network.inputs if id(each) not in taken]
    for each in gone:
        network.inputs.remove(each)
    if gone:
        names = ", ".join(shown(each.name) for each in gone[:3])
        more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
        network.remark(f"inputs that no layer takes are left out: {names}{more}")
