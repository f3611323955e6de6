"""The result of a run: a network with its layers, and its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from fractions import Fraction
    from typing import Protocol

    from shapecalc.analysis.receptive_field import ReceptiveFields
    from shapecalc.inference.basis import Basis
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import BranchesItem, SequenceItem
    from shapecalc.language.notes import Note
    from shapecalc.language.variant import Variant
    from shapecalc.problems.problem import Problem
    from shapecalc.shapes.shape import Shape

    class WrittenSpec(Protocol):
        """A network as it is written, as `Spec` has it."""

        @property
        def name(self) -> str:
            """Its name."""

        @property
        def about(self) -> Note | None:
            """The sentence about it."""

        @property
        def columns(self) -> tuple[str, ...] | None:
            """The columns of its table."""

        @property
        def arguments(self) -> Mapping[str, Argument]:
            """By name."""

        @property
        def variants(self) -> Mapping[str, Variant]:
            """By name."""

        @property
        def inputs(self) -> Mapping[str, Any] | None:
            """Shapes, or lists with expressions, by name."""

        @property
        def body(self) -> SequenceItem | BranchesItem | None:
            """Its items."""

        @property
        def output_names(self) -> tuple[str, ...]:
            """The paths of its outputs; none where it is the last layer's."""

        @property
        def summary(self) -> Callable[..., Summary]:
            """Runs it again, of what is given."""

        def review(self, summary: Summary) -> list[Problem]:
            """The warnings about a run and itself."""


class Summary:
    """A network with inferred shapes and costs: all that is told of a run.

    inputs: shapes by name. items: the layers and blocks at the top level.
    output, outputs: the shapes of the last layer, or of those that `outputs:` names.
    basis: what costs count for.
    remarks: the warnings about its inputs, which may have been meant otherwise.
    written: the spec that it is a run of. A copy of a summary is another run.
    """

    def __init__(
        self,
        input_tensors: dict[str, Tensor],
        items: list[InferredLayer],
        outputs: dict[str, Tensor],
        arguments: dict[str, Any],
        variant: str | None,
        basis: Basis,
        written: WrittenSpec,
    ) -> None:
        self.written = written
        self.input_tensors = input_tensors
        self.items = items
        self.results = outputs
        self.arguments = arguments
        self.variant = variant
        self.basis = basis
        self.remarks: list[Problem] = []
        self._fields: dict[Tensor, ReceptiveFields] | None = None
        self._alive: dict[InferredLayer, int] | None = None
        self._nodes: list[InferredLayer] = []
        self._places: dict[InferredLayer, int] = {}
        basis.run = self
        if basis.fuse:
            from shapecalc.analysis.fusion import fuse

            fuse(input_tensors.values(), list(self.operations()), outputs.values(), basis)

    def __reduce__(self) -> tuple[object, ...]:
        # a block with fields can only be a variant's or a default, and is found there again
        arguments = {
            name: str(value) if hasattr(value, "fields") else value
            for name, value in self.arguments.items()
            if not getattr(value, "fields", None)
        }
        given = self.inputs, arguments, self.variant, self.batch, self.dtype, self.fuse
        return self.written.summary, given, {"remarks": self.remarks}

    @property
    def name(self) -> str:
        """The network's name."""
        return self.written.name

    @property
    def about(self) -> Note | None:
        """The sentence about it; None without one."""
        return self.written.about

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns that its spec asks for, or words for several; None where it asks for none."""
        return self.written.columns

    @property
    def batch(self) -> int:
        """The inputs that run at once; macs, flops, memory and peak_memory scale with it."""
        return self.basis.batch

    @property
    def dtype(self) -> str:
        """The types of which weights, memory and peak_memory are the bytes."""
        return str(self.basis.types)

    @property
    def fuse(self) -> bool:
        """Whether layers are fused, by which weights, memory and peak_memory are less."""
        return self.basis.fuse

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

    def node(self, place: int) -> InferredLayer:
        """The block or layer at a place in the order of `walk`, counted from 0."""
        if not self._nodes:
            self._nodes = [node for node, _ in self.walk()]
        return self._nodes[place]

    def place(self, node: InferredLayer) -> int:
        """The place of a block or layer in the order of `walk`."""
        if not self._places:
            self._places = {each: place for place, (each, _) in enumerate(self.walk())}
        return self._places[node]

    def operations(self) -> Iterator[InferredLayer]:
        """Everything that is computed, in order: each layer, and each join after its branches."""
        for item in self.items:
            yield from item.operations()

    def indices(self) -> set[str]:
        """The names of the inputs that are indices, whose size is a length: they are looked up in
        tables, and nothing else takes them."""
        takers: dict[Tensor, bool] = {}
        for node in self.operations():
            looked_up = node.layer is not None and node.layer.takes_indices
            for tensor in node.taken:
                takers[tensor] = takers.get(tensor, True) and looked_up
        return {name for name, each in self.input_tensors.items() if takers.get(each, False)}

    @property
    def warnings(self) -> list[Problem]:
        """What a reviewer would question: of its inputs, of the run, of the spec as it is written.

        Those that comments in the spec ignore are left out.
        """
        return [*self.remarks, *self.written.review(self)]

    @property
    def params(self) -> int:
        """The learnable weights and biases; shared ones count once."""
        return sum(item.params for item in self.items)

    @property
    def trainable_params(self) -> int:
        """Those of the params that are not frozen by `trainable: false`."""
        return sum(item.trainable_params for item in self.items)

    @property
    def buffers(self) -> int:
        """The elements that are stored but not learned, such as running statistics."""
        return sum(item.buffers for item in self.items)

    @property
    def macs(self) -> int:
        """The multiply-accumulates, for the batch."""
        return sum(item.macs for item in self.items)

    @property
    def flops(self) -> int:
        """Floating-point operations: 2 x MACs, a multiplication and an addition."""
        return 2 * self.macs

    @property
    def weights(self) -> int:
        """Bytes of params and buffers."""
        return sum(item.weights for item in self.items)

    @property
    def memory(self) -> int:
        """Bytes of everything that the network outputs on its way, its inputs not included."""
        return sum(item.memory for item in self.items)

    @property
    def peak_memory(self) -> int:
        """Bytes of inputs and outputs that are alive at once at the most, without weights."""
        inputs = sum(map(self.basis.bytes_of, self.input_tensors.values()))
        return max([inputs, *self._alive_at().values()])

    @property
    def peak_layer(self) -> InferredLayer | None:
        """The first layer or join at which the peak stands; None where it stands before them all,
        as not every input is used."""
        peak = self.peak_memory
        return next((node for node, alive in self._alive_at().items() if alive == peak), None)

    def alive(self, node: InferredLayer) -> int | None:
        """Bytes of inputs and outputs that are alive as it runs, of the whole network.

        At the most, of a block; None for one in which nothing is computed.
        """
        alive = self._alive_at()
        if node.layer is not None:
            return alive[node]
        return max((alive[each] for each in node.operations()), default=None)

    def _alive_at(self) -> dict[InferredLayer, int]:
        """The bytes that are alive as each operation runs, in order."""
        if self._alive is None:
            from shapecalc.analysis.memory import alive_bytes

            inputs, outputs = self.input_tensors.values(), self.results.values()
            operations = list(self.operations())
            found = alive_bytes(inputs, operations, outputs, self.basis)
            self._alive = dict(zip(operations, found, strict=True))
        return self._alive

    @property
    def bytes_moved(self) -> int:
        """Bytes of the inputs, outputs and weights of every layer."""
        return sum(item.bytes_moved for item in self.items)

    @property
    def fused(self) -> dict[str, int]:
        """How many layers and joins of each type are fused into others."""
        from shapecalc.analysis.fusion import fused_types

        return fused_types(self.operations(), self.basis)

    def share(self, node: InferredLayer, figure: str) -> Fraction:
        """A layer's part of a total, such as "params" or "macs", from 0 to 1."""
        from fractions import Fraction

        return Fraction(getattr(node, figure), getattr(self, figure) or 1)

    def receptive_fields(self, layer: InferredLayer) -> ReceptiveFields:
        """The receptive field of a layer on each input by name, one for each axis, or None.

        None where it is unknown. In positions of the input: `size`, `stride`, `offset`.
        """
        return self.fields_of(layer.tensors[0])

    @property
    def last_fields(self) -> ReceptiveFields:
        """The receptive fields of the last item with spatial axes, as those of a layer: what is
        expected as `receptive_field`. Empty where there is none."""
        for item in reversed(self.items):
            if item.output.spatial:
                return self.receptive_fields(item)
        return {}

    def fields_of(self, tensor: Tensor) -> ReceptiveFields:
        """The receptive fields of a tensor, as those of the layer that outputs it."""
        if self._fields is None:
            from shapecalc.analysis.receptive_field import receptive_fields

            self._fields = receptive_fields(self.input_tensors, list(self.operations()))
        return self._fields[tensor]
