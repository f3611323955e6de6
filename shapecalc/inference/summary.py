"""The result of an inference: a tree of inferred layers, and its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.items import Item
    from shapecalc.language.notes import Note
    from shapecalc.layers.base import Layer


class Tensor:
    """A value between layers: its shape, and the layer that produces it.

    producer: an InferredLayer, or the name of a network input.
    """

    __slots__ = ("producer", "shape")

    def __init__(self, shape: Shape, producer: InferredLayer | str) -> None:
        self.shape = shape
        self.producer = producer


class InferredLayer:
    """A layer, or a block, sequence or branches with layers inside, with inferred shapes and costs.

    path: the names from the network down, joined by dots.
    type: the name of the layer type or block, or `Sequence`, `Branches` or `Branch`.
    layer: the layer itself; None if it has layers inside.
    children: the layers inside, in execution order; empty for a layer.
    sources: its inputs. joined: the outputs of its branches, if it joins any.
    expected: the output shape that its `expect:` states; None without one.
    tensors: its outputs; several only for a layer such as Split.
    params: learnable weights and biases; 0 if it uses those of another layer (`shares`).
    macs: multiply-accumulates for one input.
    """

    __slots__ = (
        "children",
        "expected",
        "item",
        "joined",
        "layer",
        "macs",
        "name",
        "note",
        "params",
        "path",
        "shares",
        "sources",
        "tensors",
    )

    def __init__(
        self, name: str, path: str, item: Item, layer: Layer | None, sources: tuple[Tensor, ...]
    ) -> None:
        self.name = name
        self.path = path
        self.item = item
        self.layer = layer
        self.sources = sources
        self.tensors: tuple[Tensor, ...] = ()
        self.joined: tuple[Tensor, ...] = ()
        self.children: list[InferredLayer] = []
        self.note: Note | None = None
        self.expected: Shape | None = None
        self.shares: InferredLayer | None = None
        self.params = 0
        self.macs = 0

    @property
    def type(self) -> str:
        """The name of the layer type or block."""
        if self.layer is not None:
            return self.layer.type.name
        block = getattr(self.item, "block", None)
        if block is not None:
            name: str = block.name
            return name
        return self.item.kind.capitalize()

    @property
    def inputs(self) -> tuple[Shape, ...]:
        """The shapes of its inputs."""
        return tuple(tensor.shape for tensor in self.sources)

    @property
    def output(self) -> Shape:
        """The shape of its first output."""
        return self.tensors[0].shape

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shapes of its outputs."""
        return tuple(tensor.shape for tensor in self.tensors)

    @property
    def buffers(self) -> int:
        """The elements that are stored but not learned, including those of everything inside."""
        return sum(
            node.layer.buffers(node.inputs)
            for node, _ in self.walk()
            if node.layer is not None and node.shares is None
        )

    @property
    def owned_params(self) -> int:
        """The learnable weights and biases that it uses, its own or those of another layer."""
        node = self
        while node.shares is not None:
            node = node.shares
        return node.params

    @property
    def weights(self) -> tuple[str, tuple[int, ...]]:
        """What two layers must have in common to share weights: the type and the weights' shape."""
        shape = () if self.layer is None else self.layer.weight_shape(self.inputs)
        return self.type, shape

    @property
    def flops(self) -> int:
        """Floating-point operations for one input: 2 x MACs, a multiplication and an addition."""
        return 2 * self.macs

    def walk(self) -> Iterator[tuple[InferredLayer, int]]:
        """It and everything inside, in execution order, each with its depth below it."""
        pending = [(self, 0)]
        while pending:
            node, depth = pending.pop()
            yield node, depth
            pending.extend((child, depth + 1) for child in reversed(node.children))

    def __repr__(self) -> str:
        inputs = ", ".join(map(str, self.inputs))
        return f"<{self.type} {self.path}: {inputs} -> {self.output}>"


class Summary:
    """A network with inferred shapes and costs.

    inputs: shapes by name. items: the layers and blocks at the top level.
    output, outputs: the shapes of the last layer, or of those that `outputs:` names.
    """

    def __init__(
        self,
        name: str,
        input_tensors: dict[str, Tensor],
        items: list[InferredLayer],
        outputs: dict[str, Tensor],
        arguments: dict[str, Any],
        variant: str | None,
    ) -> None:
        self.name = name
        self.input_tensors = input_tensors
        self.items = items
        self.results = outputs
        self.arguments = arguments
        self.variant = variant

    @property
    def title(self) -> str:
        """The network's name, with the variant's in parentheses if it is a different one."""
        if self.variant is None or self.variant == self.name:
            return self.name
        return f"{self.name} ({self.variant})"

    @property
    def inputs(self) -> dict[str, Shape]:
        """The shapes of the inputs, by name."""
        return {name: tensor.shape for name, tensor in self.input_tensors.items()}

    @property
    def outputs(self) -> dict[str, Shape]:
        """The shapes of the outputs, by the names of the layers that produce them."""
        return {name: tensor.shape for name, tensor in self.results.items()}

    @property
    def input(self) -> Shape:
        """The shape of the first input."""
        return next(iter(self.inputs.values()))

    @property
    def output(self) -> Shape:
        """The shape of the first output."""
        return next(iter(self.results.values())).shape

    @property
    def layers(self) -> list[InferredLayer]:
        """The layers without layers inside, in execution order."""
        return [node for node, _ in self.walk() if node.layer is not None]

    def walk(self) -> Iterator[tuple[InferredLayer, int]]:
        """Blocks and layers in execution order, each with its depth."""
        for item in self.items:
            yield from item.walk()

    def operations(self) -> Iterator[InferredLayer]:
        """Everything that is computed, in order: each layer, and each join after its branches."""
        pending = [(item, False) for item in reversed(self.items)]
        while pending:
            node, walked = pending.pop()
            if walked or not node.children:
                if node.layer is not None or node.joined:
                    yield node
                continue
            pending.append((node, True))
            pending.extend((child, False) for child in reversed(node.children))

    @property
    def params(self) -> int:
        """The learnable weights and biases; shared ones count once."""
        return sum(item.params for item in self.items)

    @property
    def buffers(self) -> int:
        """The elements that are stored but not learned, such as running statistics."""
        return sum(item.buffers for item in self.items)

    @property
    def macs(self) -> int:
        """The multiply-accumulates for one input."""
        return sum(item.macs for item in self.items)

    @property
    def flops(self) -> int:
        """Floating-point operations for one input: 2 x MACs, a multiplication and an addition."""
        return 2 * self.macs
