"""Means, sums and maxima along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.values import BATCH

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode

_POOLS = {"Mean": "AdaptiveAvgPool", "Amax": "AdaptiveMaxPool"}


def _reduction(type: str) -> Operator:
    def convert(conversion: Conversion, node: OnnxNode) -> None:
        tensor = conversion.tensor(node)
        rank = len(tensor.axes)
        given = conversion.integers(node, "axes", 1)
        if given == [] and node.integer("noop_with_empty_axes", 0):
            conversion.set(node, tensor)
            return
        reduced = {conversion.axis(node, axis, rank) for axis in given or range(rank)}
        gone = sorted(tensor.axes[axis] for axis in reduced)
        keepdim = bool(node.integer("keepdims", 1))
        axes = tensor.axes
        if BATCH in gone and tensor.batch == 1 and keepdim:
            gone.remove(BATCH)
        if BATCH in gone or not gone:
            raise conversion.stop(node, "it works along the batch")
        if (
            keepdim
            and gone == list(range(2, tensor.rank + 2))
            and tensor.rank <= 3
            and type in _POOLS
        ):
            pool = f"{_POOLS[type]}{tensor.rank}d"
            result = conversion.add(node, pool, {"output_size": 1}, [tensor], axes)
            conversion.set(node, result)
            return
        fields: dict[str, Any] = {"dim": gone[0] if len(gone) == 1 else gone}
        if keepdim:
            fields["keepdim"] = True
        else:
            if len(gone) > tensor.rank:
                raise conversion.stop(node, "no axis but the batch is left")
            rest = [axis for axis in range(1, tensor.rank + 2) if axis not in gone]
            places = {axis: place for place, axis in enumerate(rest, 1)} | {BATCH: BATCH}
            axes = tuple(places[axis] for axis in axes if axis in places)
        conversion.set(node, conversion.add(node, type, fields, [tensor], axes))

    return convert


REDUCTION_OPERATORS: dict[str, Operator] = {
    "ReduceMean": _reduction("Mean"),
    "ReduceSum": _reduction("Sum"),
    "ReduceMax": _reduction("Amax"),
}
