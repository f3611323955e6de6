"""What an inference makes: tensors, and a tree of layers with shapes and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.language.items import BlockItem, BranchesItem
from shapecalc.layers.sharing import can_share, unshared
from shapecalc.shapes.dtypes import bytes_of
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from shapecalc.inference.basis import Basis
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

    @property
    def constant(self) -> bool:
        """Whether it depends on no input of the network, so that a batch has one of it."""
        return not isinstance(self.producer, str) and self.producer.constant

    @property
    def stored(self) -> bool:
        """Whether it is weights, as they are."""
        return not isinstance(self.producer, str) and self.producer.stored

    @property
    def path(self) -> str:
        """The path of the layer, or of the block with a join, that outputs it, or the name of the
        input that it is. An output of several has its name or number after a dot, as in `from:`."""
        producer = self.producer
        return producer if isinstance(producer, str) else producer.path + self.suffix

    @property
    def name(self) -> str:
        """As `path`, without what the layer is in."""
        producer = self.producer
        return producer if isinstance(producer, str) else producer.name + self.suffix

    @property
    def suffix(self) -> str:
        """The dot and name, or number, of one of several outputs that has to be told apart."""
        producer = self.producer
        if isinstance(producer, str) or producer.passed_on == (self,):
            return ""
        return f".{producer.output_names[producer.tensors.index(self)]}"

    def __reduce__(self) -> tuple[object, ...]:
        producer = self.producer
        if isinstance(producer, str):
            return Tensor, (self.shape, producer)
        return producer.tensor, (producer.tensors.index(self),)


class InferredLayer:
    """A layer, or a block, sequence or branches with layers inside, with inferred shapes and costs.

    path: the names from the network down, joined by dots.
    type: the name of the layer type or block, or `Sequence`, `Branches` or `Branch`.
    layer: the layer itself; None if it has layers inside.
    children: the layers inside, in execution order; empty for a layer.
    sources: its inputs. joined: the outputs of its branches, if it joins any.
    expected: the output shape that its `expect:` states; None without one.
    tensors: its outputs; several only for a layer such as Split, or a block.
    named: the names of a block's outputs, or of a layer's, where it names them.
    arguments: those of a block, with `in_channels`; None where there are too many to keep.
    params: learnable weights and biases of its own, without those of another (`shares`).
    frozen: whether it, or something around it, says that its weights are not trained.
    macs: multiply-accumulates, for the batch.
    constant: whether it depends on no input of the network, so that a batch has one of its outputs.
    basis: what the costs count for.
    """

    __slots__ = (
        "_sums",
        "arguments",
        "basis",
        "children",
        "constant",
        "expected",
        "frozen",
        "item",
        "joined",
        "layer",
        "macs",
        "name",
        "named",
        "note",
        "params",
        "path",
        "shares",
        "sources",
        "tensors",
    )

    def __init__(
        self,
        name: str,
        path: str,
        item: Item,
        layer: Layer | None,
        sources: tuple[Tensor, ...],
        basis: Basis,
    ) -> None:
        self.name = name
        self.path = path
        self.item = item
        self.layer = layer
        self.sources = sources
        self.basis = basis
        self.tensors: tuple[Tensor, ...] = ()
        self.joined: tuple[Tensor, ...] = ()
        self.named: tuple[str, ...] = ()
        self.arguments: Mapping[str, Any] | None = None
        self.children: Sequence[InferredLayer] = ()
        self.note: Note | None = None
        self.expected: Shape | None = None
        self.shares: InferredLayer | None = None
        self.frozen = False
        self.constant = False
        self.params = 0
        self.macs = 0
        self._sums: dict[str, int] | None = None

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
    def join(self) -> str | None:
        """How it joins the branches inside; None where it does not."""
        if not self.joined:
            return None
        item = self.item.block.body if isinstance(self.item, BlockItem) else self.item
        assert isinstance(item, BranchesItem)
        return item.join

    @property
    def inputs(self) -> tuple[Shape, ...]:
        """The shapes of its inputs."""
        if len(self.sources) == 1:
            return (self.sources[0].shape,)
        return tuple(tensor.shape for tensor in self.sources)

    @property
    def input(self) -> Shape | None:
        """The shape of its first input; None of a layer that has none."""
        return self.sources[0].shape if self.sources else None

    @property
    def stored(self) -> bool:
        """Whether it is a layer that outputs weights of its own as they are."""
        return self.layer is not None and not self.sources

    @property
    def output(self) -> Shape:
        """The shape of its first output."""
        return self.tensors[0].shape

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shapes of its outputs."""
        return tuple(tensor.shape for tensor in self.tensors)

    @property
    def passed_on(self) -> tuple[Tensor, ...]:
        """What the next item takes: the first of the outputs that a layer type names, else all."""
        return self.tensors[:1] if self.named and self.layer is not None else self.tensors

    @property
    def output_names(self) -> list[str]:
        """What follows its name in `from:` for each of several outputs: the names that they have,
        branches, or numbers."""
        if self.named:
            return list(self.named)
        if self.children and len(self.tensors) > 1:
            return [child.name for child in self.children]
        return list(map(str, range(len(self.tensors))))

    @property
    def buffers(self) -> int:
        """The elements that are stored but not learned, including those of everything inside."""
        return self._sum("_own_buffers")

    @property
    def _own_buffers(self) -> int:
        if self.layer is None:
            return 0
        if self.shares is not None:
            return 0 if self.layer.params(self.inputs) else self._unshared
        return self.layer.buffers(self.inputs)

    @property
    def _unshared(self) -> int:
        """The numbers of its own, beside the weights of another."""
        assert self.shares is not None
        if self.layer is None or self.shares.layer is None:
            return 0
        return unshared(self.layer, self.output, self.shares.layer)

    def can_share(self, other: InferredLayer) -> bool:
        """Whether it can have the weights of another."""
        if self.layer is None or other.layer is None:
            return self.type == other.type
        return can_share(self.layer, self.inputs, other.layer, other.inputs)

    def share(self, other: InferredLayer) -> None:
        """Have the weights of another; of a block, after what is inside."""
        self.shares = other
        if self.layer is None:
            self.params = sum(child.params for child in self.children)
        elif self.params:
            self.params = self._unshared

    @property
    def trainable_params(self) -> int:
        """Those of its params that are not frozen."""
        return self._sum("_own_trainable")

    @property
    def _own_trainable(self) -> int:
        return 0 if self.layer is None or self.frozen else self.params

    @property
    def trainable(self) -> bool:
        """Whether it is no layer whose params are frozen."""
        return not self.frozen or self.layer is None or not self.params

    def _sum(self, own: str) -> int:
        """A figure of its own and of everything inside, which is added up once."""
        found: int
        if self.layer is not None:
            found = getattr(self, own)
            return found
        if self._sums is None:
            self._sums = {}
        if own not in self._sums:
            inside = sum(child._sum(own) for child in self.children)
            self._sums[own] = inside + getattr(self, own)
        return self._sums[own]

    @property
    def stated(self) -> int:
        """The layers in it whose figures are stated in the spec, not computed."""
        return self._sum("_own_stated")

    @property
    def _own_stated(self) -> int:
        return int(self.layer is not None and self.layer.stated)

    @property
    def used_params(self) -> int:
        """The learnable weights and biases that it uses, its own and those of another layer."""
        return self.params if self.layer is None else self.layer.params(self.inputs)

    @property
    def owner(self) -> InferredLayer:
        """The layer whose weights it uses: itself, but for one that shares those of another."""
        node = self
        while node.shares is not None:
            node = node.shares
        return node

    @property
    def flops(self) -> int:
        """Floating-point operations: 2 x MACs, a multiplication and an addition."""
        return 2 * self.macs

    def operations(self) -> Iterator[InferredLayer]:
        """What is computed in it, in order: each layer, and each join after its branches."""
        if self.layer is not None:
            yield self
            return
        pending = [(self, False)]
        while pending:
            node, walked = pending.pop()
            if walked or not node.children:
                if node.layer is not None or node.joined:
                    yield node
                continue
            pending.append((node, True))
            pending.extend((child, False) for child in reversed(node.children))

    @property
    def taken(self) -> tuple[Tensor, ...]:
        """The tensors that a layer or a join takes."""
        return self.joined or self.sources

    @property
    def own_tensors(self) -> Iterator[Tensor]:
        """The outputs of a layer or a join that have bytes of their own: those not fused."""
        if not self.basis.written_over:
            return iter(self.tensors)
        return (tensor for tensor in self.tensors if tensor not in self.basis.written_over)

    @property
    def weights(self) -> int:
        """Bytes of its params and buffers."""
        return self._sum("_own_weights")

    @property
    def _own_weights(self) -> int:
        """Bytes of the params and buffers of a layer, without those of another."""
        if self.layer is None:
            return 0
        numbers = self.params + self._own_buffers
        return bytes_of(self.basis.folded.get(self, numbers), self.basis.types.weights)

    @property
    def memory(self) -> int:
        """Bytes of its output for the batch; of a block, of what everything inside outputs."""
        return self._sum("_own_memory")

    @property
    def _own_memory(self) -> int:
        if self.layer is None and not self.joined:
            return 0
        return sum(map(self.basis.bytes_of, self.own_tensors))

    @property
    def bytes_moved(self) -> int:
        """Bytes of the inputs that it reads, the outputs that it writes and its weights, each once.

        What is fused into another is neither written nor read; of a block, of everything inside.
        """
        return self._sum("_own_bytes_moved")

    @property
    def _own_bytes_moved(self) -> int:
        if self.layer is None and not self.joined:
            return 0
        made, read = set(self.tensors), set(self.taken)
        over = self.basis.written_over
        if over:
            made = set(self.own_tensors)
            read = {over.get(each, each) for each in read}
            read -= {over[each] for each in self.tensors if each in over}
        weights = self._own_weights
        if self.shares is not None and self.layer is not None:
            numbers = self.layer.params(self.inputs) + self.layer.buffers(self.inputs)
            weights = bytes_of(numbers, self.basis.types.weights)
        return sum(map(self.basis.bytes_of, made | read)) + weights

    @property
    def intensity(self) -> Fraction | None:
        """MACs per byte moved; None where nothing is."""
        from fractions import Fraction

        moved = self.bytes_moved
        return Fraction(self.macs, moved) if moved else None

    def tensor(self, index: int) -> Tensor:
        """One of its outputs, counted from 0."""
        return self.tensors[index]

    def __reduce__(self) -> tuple[object, ...]:
        # by its place in the run: it leads to all layers before it, deeper than pickle goes
        run = self.basis.run
        assert run is not None
        return run.node, (run.place(self),)

    def walk(self) -> Iterator[tuple[InferredLayer, int]]:
        """It and everything inside, in execution order, each with its depth below it."""
        if not self.children:  # as most are
            yield self, 0
            return
        pending = [(self, 0)]
        while pending:
            node, depth = pending.pop()
            yield node, depth
            pending.extend((child, depth + 1) for child in reversed(node.children))

    def __repr__(self) -> str:
        inputs = ", ".join(map(str, self.inputs))
        return f"<{self.type} {self.path}: {inputs} -> {self.output}>"
