"""What the nodes of a graph take and make, as it is converted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import ImportedLayer
from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.emission import Emitter
from shapecalc.importers.onnx.owners import WeightOwners
from shapecalc.importers.onnx.stretching import stretched
from shapecalc.importers.onnx.values import (
    BATCH,
    CHANNELS,
    Absent,
    Computed,
    GraphTensor,
    Mask,
    Stretched,
    TensorView,
    Weight,
)
from shapecalc.importers.onnx.views import reshaped, written
from shapecalc.limits import MAXIMUM_ONNX_NUMBERS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import ImportedNetwork, Wire
    from shapecalc.importers.onnx.model import OnnxGraph, OnnxNode
    from shapecalc.importers.onnx.values import Constant, GraphValue

_MOST_STEPS = 8
"""The most steps of a view that wait to be written: patterns have three."""

Operator = Callable[["Conversion", "OnnxNode"], None]
"""What converts a node: it adds its layers, or says why it has none."""


class Conversion(Emitter):
    """A graph as it becomes layers.

    opset: the version of the operators. values: what each name stands for. owners: of weights.
    stored: the constants that are layers, by their name and sizes. stored_names: of those.
    first_numbers: of constants that were looked at, by their names. is_pytorchs: whether PyTorch
    exported it. as_layers: an input that is computed of constants alone, with the layers that this
    takes.
    """

    def __init__(
        self, graph: OnnxGraph, nodes: list[OnnxNode], opset: int, network: ImportedNetwork
    ) -> None:
        super().__init__(graph, nodes, network)
        self.opset = opset
        self.values: dict[str, GraphValue] = {}
        self.owners = WeightOwners()
        self.stored: dict[tuple[str, tuple[int, ...]], Wire] = {}
        self.first_numbers: dict[str, list[float]] = {}
        self.stored_names: set[str] = set()
        self.is_pytorchs = False
        self.as_layers: Callable[[OnnxNode, int], GraphValue] = self.value
        self._left = MAXIMUM_ONNX_NUMBERS

    def take(self, values: Sequence[GraphValue]) -> None:
        """Charge the elements of what was computed. Raises Refusal SC501 for too many."""
        for value in values:
            self._left -= 1 + (len(value.values) if isinstance(value, Array) else 0)
        if self._left < 0:
            text = f"more than {MAXIMUM_ONNX_NUMBERS:,} numbers are computed in the graph"
            raise Refusal("SC501", f"{text}, the maximum")

    # ------------------------------------------------------------ what comes in

    def value(self, node: OnnxNode, index: int) -> GraphValue:
        """An input of a node. Raises Refusal SC501 where it is missing."""
        name = node.input(index)
        if not name:
            raise self.refused(node, f"its input {index} is missing")
        return self.values[name]

    def view(self, node: OnnxNode, index: int = 0) -> GraphTensor | TensorView:
        """An input that is a tensor, or is made one, as it is. Raises Refusal."""
        value = self.value(node, index)
        if isinstance(value, Computed | Array | Weight):
            value = self.as_layers(node, index)
        if isinstance(value, TensorView) and len(value.steps) >= _MOST_STEPS:
            return self._written(node, index, value)
        if isinstance(value, GraphTensor | TensorView):
            return value
        if isinstance(value, Stretched):
            return self._repeated(node, index, value)
        assert isinstance(value, Absent | Mask)
        raise self.stop(node, f"it takes what is not known here: {value.why}")

    def tensor(self, node: OnnxNode, index: int = 0) -> GraphTensor:
        """An input that is a tensor, with the layers that lead to it. Raises Refusal."""
        value = self.view(node, index)
        return self._written(node, index, value) if isinstance(value, TensorView) else value

    def _written(self, node: OnnxNode, index: int, view: TensorView) -> GraphTensor:
        """An input that is a view, with the layers that lead to it. Raises Refusal."""
        tensor = self.values[node.input(index)] = written(self, view)
        return tensor

    def _repeated(self, node: OnnxNode, index: int, value: Stretched) -> GraphTensor:
        """An input that is as often there as a size says. Raises Refusal."""
        source = value.source
        tensor = written(self, source) if isinstance(source, TensorView) else source
        tensor = stretched(self, node, tensor, value.dims)
        self.values[node.input(index)] = tensor
        return tensor

    def channels_first(self, node: OnnxNode, index: int = 0) -> GraphTensor:
        """An input whose axes are the batch, the channels and the positions. Raises Refusal."""
        tensor = self.tensor(node, index)
        if tensor.axes[:1] != (BATCH,) and tensor.batch == 1 and tensor.dims[:1] == (1,):
            tensor = reshaped(self, tensor, node, tensor.dims, False)
        if tensor.axes[:1] != (BATCH,) or len(tensor.axes) < 2:
            raise self.stop(node, "the first axis of its input is not the batch")
        return self.permuted(tensor, node, tensor.axes[1:])

    def with_leading(self, node: OnnxNode) -> tuple[GraphTensor, dict[str, Any]]:
        """An input whose axes are the batch, the channels and the positions; or which has windows
        in the place of the batch, and a field that says so. Raises Refusal."""
        tensor = self.tensor(node)
        if BATCH in tensor.axes or len(tensor.axes) < 3 or tensor.dims[0] == 1:
            return self.channels_first(node), {}
        windows, channels, *positions = tensor.axes
        return self.permuted(tensor, node, (channels, windows, *positions)), {"leading": 1}

    def channels_at(self, tensor: GraphTensor, node: OnnxNode, axis: int) -> GraphTensor:
        """A tensor whose channels are an axis of the file's. Raises Refusal."""
        if axis >= len(tensor.axes) or tensor.axes[axis] == BATCH:
            raise self.stop(node, "it works along the batch")
        if tensor.axes[axis] == CHANNELS:
            return tensor
        others = [each for each in tensor.axes if each not in (BATCH, tensor.axes[axis])]
        return self.permuted(tensor, node, (tensor.axes[axis], *others))

    def constant(self, node: OnnxNode, index: int) -> Constant | None:
        """An input that is a constant; None where it is left out or is a tensor."""
        value = self.values.get(node.input(index))
        return value if isinstance(value, Array | Weight) else None

    def weight(self, node: OnnxNode, index: int) -> Constant:
        """An input that is to be a constant. Raises Refusal where it is none."""
        found = self.constant(node, index)
        if found is None:
            if not node.input(index):
                raise self.refused(node, f"its input {index} is missing")
            value = self.values.get(node.input(index))
            how = f": {value.why}" if isinstance(value, Absent | Computed) else ""
            name = shown(node.input(index))
            raise self.stop(node, f"its weight {name} is not a constant{how}")
        return found

    def normed(self, node: OnnxNode, index: int, outputs: int | None) -> list[Constant]:
        """An input that is to be a constant, and what else it is computed of: a factor for each of
        its outputs, as of a weight that is standardized. outputs: which axis these are; None where
        there may be no factors. Raises Refusal where it is none.
        """
        value = self.values.get(node.input(index))
        if isinstance(value, Computed) and value.dims and value.sources and outputs is not None:
            sources = sorted(value.sources, key=lambda each: prod(each.dims))
            counts = [prod(each.dims) for each in sources]
            if counts == [value.dims[outputs], prod(value.dims)]:
                self.remark_computed()
                return [sources[1]._replace(dims=value.dims), sources[0]]
        return [self.weight(node, index)]

    def remark_computed(self) -> None:
        """Say how what is computed of learned constants is counted."""
        self.network.remark(
            "a weight that is computed of learned numbers, as one that is standardized is, counts "
            "as those; with a factor for each output it has a weight_norm"
        )

    def integers(self, node: OnnxNode, name: str, index: int) -> list[int] | None:
        """Integers that are an attribute in some opsets and an input in others; None where they are
        neither. Raises Refusal where they are an input whose numbers are not known."""
        if node.has(name):
            return node.integers(name)
        if not node.input(index):
            return None
        return self.whole(node, index)

    def whole(self, node: OnnxNode, index: int) -> list[int]:
        """An input of integers that are known. Raises Refusal where it is none."""
        found = self.numbers(node, index).values
        if any(isinstance(value, float) for value in found):
            raise self.refused(node, f"its input {index} is not of integers")
        return [int(value) for value in found]

    @cached_property
    def makers(self) -> dict[str, OnnxNode]:
        """The node that makes each name."""
        return {name: node for node in self.nodes for name in node.outputs}

    @cached_property
    def takers(self) -> dict[str, list[OnnxNode]]:
        """The nodes that take each name."""
        found: dict[str, list[OnnxNode]] = {}
        for node in self.nodes:
            for each in (node, *node.parts):
                for name in each.inputs:
                    found.setdefault(name, []).append(each)
        return found

    def learned(self, *weights: Constant | None) -> dict[str, Any]:
        """The field of a layer whose weights are not learned, as those of a blur are: PyTorch's
        exporters write what is learned as initializers, and nothing else of so many numbers."""
        given = [weight for weight in weights if weight is not None]
        fixed = self.is_pytorchs and not any(weight.is_learned for weight in given)
        return {"learned": False} if fixed else {}

    def numbers(self, node: OnnxNode, index: int) -> Array:
        """An input whose numbers are known. Raises Refusal where they are not."""
        value = self.values.get(node.input(index))
        if not isinstance(value, Array):
            raise self.stop(node, f"its input {index} is not a constant whose numbers are known")
        return value

    # ------------------------------------------------------------ what comes out

    def set(self, node: OnnxNode, value: GraphValue, output: int = 0) -> None:
        """Say what an output of a node is."""
        if output < len(node.outputs) and node.outputs[output]:
            self.values[node.outputs[output]] = value

    def simple(
        self, node: OnnxNode, type: str, fields: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """A layer whose output has the axes of its input, whatever their order."""
        tensor = self.tensor(node)
        self.set(node, self.add(node, type, fields or {}, [tensor], tensor.axes, **more))

    def add_weighted(
        self,
        node: OnnxNode,
        type: str,
        fields: dict[str, Any],
        tensor: GraphTensor,
        weights: Sequence[Constant | None],
        axes: tuple[int, ...] | None = None,
        is_last: bool = True,
    ) -> GraphTensor:
        """A layer with weights, which an earlier layer may have, too.

        axes: of the output, None for those of the input. is_last: whether its output is the node's;
        otherwise it is on the way there.
        """
        given = [weight for weight in weights if weight is not None]
        owner = self.owners.owner(type, fields, (tensor.wire.shape,), given, node)
        if isinstance(owner, str):
            raise self.stop(node, owner)
        fixed = fields.get("learned") is False
        params = 0 if fixed else sum(prod(weight.dims) for weight in given)
        made = self.add(
            node, type, fields, [tensor], axes or tensor.axes, params, owner, is_last=is_last
        )
        if owner is None and isinstance(made.wire.of, ImportedLayer):
            self.owners.owned(made.wire.of, given, node)
        self.set(node, made)
        return made
