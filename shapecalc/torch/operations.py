"""A network as what it computes, whatever its names: a module's and a spec's in the same form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import ImportedLayer, Wire
from shapecalc.torch.sameness import (
    COMMUTING,
    FOLLOWING_SHAPES,
    minds_no_shape,
    said_plainly,
    slices_of,
    squeezed,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.shapes.shape import Shape, Shapes

    Taken = tuple["Operation", int]
    """An operation, and which of its outputs is taken."""

_JOINS = {"concat": "Concat", "add": "Add", "multiply": "Multiply"}


TRAIL = 6
"""How many operations tell branches apart that are equally deep."""


class Operation:
    """A layer, or an input of the network, whose type is "".

    name: what messages call it. fields: those that are compared. inputs: what it takes.
    outputs: their shapes. params: those of its layer, None where that is
    said in several. shares: the operation that owns its weights.
    depth: how many operations there are at most from an input to it. trail: what it is, and the
    few before it are, along what is taken first.
    """

    __slots__ = (
        "depth",
        "fields",
        "inputs",
        "name",
        "outputs",
        "params",
        "shares",
        "trail",
        "type",
    )

    def __init__(
        self, name: str, type: str, fields: dict[str, Any], inputs: list[Taken], outputs: Shapes
    ) -> None:
        self.name = name
        self.type = type
        self.fields = fields
        self.inputs = inputs
        self.outputs = outputs
        self.params: int | None = None
        self.shares: Operation | None = None
        self.depth = 0
        self.trail: tuple[str, ...] = ()

    def deepen(self) -> None:
        """Work out its depth and its trail of those of what it takes."""
        self.depth = 1 + max((of.depth for of, _ in self.inputs), default=-1)
        before = self.inputs[0][0].trail if self.inputs else ()
        self.trail = (repr(self.what), *before[: TRAIL - 1])

    @property
    def what(self) -> tuple[Hashable, ...]:
        """Its type and its fields, but for those that follow from the input's shape."""
        fields = self.fields.items()
        return self.type, *(
            (name, repr(value)) for name, value in fields if name not in FOLLOWING_SHAPES
        )

    @property
    def taken(self) -> list[Taken]:
        """What it takes; where the order means nothing, what comes after most operations first."""
        if self.type not in COMMUTING:
            return self.inputs
        return sorted(self.inputs, key=lambda each: (-each[0].depth, each[0].trail, each[1]))


class Operations:
    """All operations of a network. ends: what leaves it."""

    def __init__(self) -> None:
        self.inputs: list[Operation] = []
        self.all: list[Operation] = []
        self.ends: list[Taken] = []
        self._made: dict[Hashable, Taken] = {}

    def _input(self, key: Hashable, name: str, shape: Shape) -> None:
        operation = Operation(name, "", {}, [], (shape,))
        self.inputs.append(operation)
        self._made[key] = (operation, 0)

    def _add(
        self,
        name: str,
        layer: Any,
        taken: Sequence[Hashable],
        inputs: Shapes,
        made: Sequence[tuple[Hashable, Shape]],
    ) -> Operation | None:
        """A layer of tensors by their keys, in its plainest words. The last operation of it."""
        outputs = tuple(shape for _, shape in made)
        given = [self._made[key] for key in taken]
        operation = None
        cuts = slices_of(layer, inputs, outputs)
        if len(cuts) > 1:
            for fields, (key, shape) in zip(cuts, made, strict=True):
                operation = Operation(name, "Slice", fields, given, (squeezed(shape),))
                self.all.append(operation)
                self._made[key] = (operation, 0)
            return operation
        while layer.type.name == "MultiheadAttention" and given[1:] and given[-1] == given[-2]:
            given.pop()  # which it takes where nothing is said
        said = [] if cuts else said_plainly(layer, inputs, outputs)
        if said and said[0][0] == "Slice":
            given = given[:1]  # the other input of a Crop has its size alone
        for type, fields, output in said:
            shapes = tuple(map(squeezed, outputs if output is None else (output,)))
            if type == "Concat":
                given = _without_nesting(given, fields)
            of = given[0][0] if given else None
            if of is not None and type == "Permute" == of.type:
                dims = tuple(of.fields["dims"][place] for place in fields["dims"])
                given, fields = of.inputs, {"dims": dims}
                if dims == tuple(range(len(dims))):
                    type, fields = "Reshape", {"shape": shapes[0]}
            reshaped = None
            if of is not None and of.type == "Reshape" and len(given) == 1:
                source, at = of.inputs[0]
                if minds_no_shape(layer, fields, source.outputs[at], of.outputs[0]):
                    reshaped, given, shapes = of, of.inputs, (source.outputs[at],)
            operation = Operation(name, type, fields, given, shapes)
            if len(said) == 1:
                operation.params = layer.params(inputs)
            self.all.append(operation)
            given = [(operation, 0)]
            if reshaped is not None:
                own = reshaped.name, reshaped.type, reshaped.fields, given, reshaped.outputs
                operation = Operation(*own)
                self.all.append(operation)
                given = [(operation, 0)]
        if operation is None:
            self._made.update((key, given[0]) for key, _ in made)
        else:
            self._made.update((key, (operation, at)) for at, (key, _) in enumerate(made))
        return operation

    def merge(self) -> None:
        """Make one of what several say as well: a sum of sums and a product of products, where
        nothing else takes these, and a shape of a shape. What leads nowhere and has no weights is
        left out."""
        taken = [of for operation in self.all for of, _ in operation.inputs]
        takers = Counter([*taken, *(of for of, _ in self.ends)])
        instead: dict[Operation, Taken] = {}
        for operation in self.all:
            inputs: list[Taken] = []
            for of, at in operation.inputs:
                of, at = instead.get(of, (of, at))
                alike = of.type == operation.type
                one = operation.type in COMMUTING and takers[of] == 1
                if alike and (one or of.type == "Reshape"):
                    inputs += of.inputs
                    takers[of] -= 1
                    if takers[of]:  # else what it takes is taken by this one instead
                        takers.update(each for each, _ in of.inputs)
                else:
                    inputs.append((of, at))
            operation.inputs = inputs
            operation.deepen()
            if operation.type == "Reshape":
                of, at = inputs[0]
                if of.outputs[at] == operation.outputs[0]:
                    instead[operation] = inputs[0]
                    takers[of] += takers[operation] - 1
                    takers[operation] = 0
        # each once, as what leaves a network twice may have two names
        self.ends = list(dict.fromkeys(instead.get(of, (of, at)) for of, at in self.ends))
        ends = [of for of, _ in self.ends]
        ends += [each for each in self.all if each.params or each.type in ("LayerScale", "Affine")]
        used = set(_leading_to(ends))
        self.all = [each for each in self.all if each in used]

    def in_order(self) -> list[Operation]:
        """The operations in an order that follows from what takes what: those that lead to an
        output before it, and last what leads nowhere."""
        return _leading_to([*(of for of, _ in self.ends), *self.all])


def _leading_to(ends: Iterable[Operation]) -> list[Operation]:
    """All operations that lead to some, each after what it takes."""
    found: dict[Operation, None] = {}
    pending = [(of, False) for of in ends][::-1]
    while pending:
        operation, entered = pending.pop()
        if operation in found or not operation.type:
            continue
        if entered:
            found[operation] = None
            continue
        pending.append((operation, True))
        pending.extend((of, False) for of, _ in reversed(operation.taken))
    return list(found)


def _without_nesting(given: list[Taken], fields: dict[str, Any]) -> list[Taken]:
    """What a concatenation takes, with what others along the same axis take in their place."""
    found: list[Taken] = []
    for of, at in given:
        found += of.inputs if of.type == "Concat" and of.fields == fields else [(of, at)]
    return found


def of_module(network: ImportedNetwork) -> Operations:
    """The operations of a traced module."""
    found = Operations()
    for input in network.inputs:
        found._input(Wire(input), input.name, input.outputs[0])
    owners: dict[ImportedLayer | None, Operation | None] = {}
    for layer in network.layers:
        made = [(Wire(layer, at), shape) for at, shape in enumerate(layer.outputs)]
        shapes = tuple(wire.shape for wire in layer.inputs)
        operation = found._add(layer.name, layer.layer, layer.inputs, shapes, made)
        owners[layer] = operation
        if operation is not None:
            operation.shares = owners.get(layer.shares) if layer.params else None
    outputs = network.outputs or [Wire(network.layers[-1])]
    found.ends = [found._made[wire] for wire in outputs]
    found.merge()
    return found


def of_spec(summary: Summary) -> Operations:
    """The operations of a spec that has run."""
    found = Operations()
    for name, tensor in summary.input_tensors.items():
        found._input(tensor, name, tensor.shape)
    owners: dict[Any, Operation | None] = {}
    for node in summary.operations():
        made = [(tensor, tensor.shape) for tensor in node.tensors]
        shapes = tuple(tensor.shape for tensor in node.taken)
        layer = node.layer or _join(node.join or "")
        operation = found._add(node.path, layer, node.taken, shapes, made)
        owners[node] = operation
        if operation is not None and node.layer is not None:
            operation.shares = owners.get(node.shares) if node.used_params else None
    found.ends = [found._made[tensor] for tensor in summary.results.values()]
    found.merge()
    return found


def _join(word: str) -> Any:
    from shapecalc.importers.network import make_layer

    return make_layer(_JOINS[word], {})


def names_of_taken(taken: Iterable[Taken]) -> str:
    """What messages call what is taken."""
    texts = [
        f"{of.name}.{at}" if len(of.outputs) > 1 else of.name or "the input" for of, at in taken
    ]
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else "nothing"
