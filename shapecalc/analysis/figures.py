"""The figures of a summary that depend on more than a layer: batch, bytes, receptive fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.analysis.receptive_field import ReceptiveFields
    from shapecalc.inference.summary import InferredLayer, Summary


class Figures:
    """Costs of a summary for a batch, in bytes of a dtype. Worked out when they are asked for.

    batch: the inputs that run at once; costs of running scale with it, weights do not.
    dtype: a type of `shapecalc.analysis.memory.BYTES`.
    """

    __slots__ = ("_fields", "batch", "dtype", "summary")

    def __init__(self, summary: Summary, batch: int = 1, dtype: str = "float32") -> None:
        self.summary = summary
        self.batch = batch
        self.dtype = dtype
        self._fields: dict[InferredLayer, ReceptiveFields] | None = None

    @property
    def bytes_each(self) -> int:
        """The bytes of one number."""
        from shapecalc.analysis.memory import BYTES

        return BYTES[self.dtype]

    def macs(self, node: InferredLayer | Summary) -> int:
        """Multiply-accumulates of a layer or of the network, for the batch."""
        return node.macs * self.batch

    def flops(self, node: InferredLayer | Summary) -> int:
        """Floating-point operations: 2 x MACs, for the batch."""
        return node.flops * self.batch

    def weights(self, node: InferredLayer | Summary) -> int:
        """Bytes of params and buffers."""
        return (node.params + node.buffers) * self.bytes_each

    def memory(self, node: InferredLayer) -> int:
        """Bytes of the output of a layer, of a block what everything inside outputs."""
        elements = 0
        for inner, _ in node.walk():
            if inner.layer is not None or inner.joined:
                elements += sum(tensor.shape.elements for tensor in inner.tensors)
        return elements * self.batch * self.bytes_each

    def total_memory(self) -> int:
        """Bytes of everything that the network outputs on its way, its inputs not included."""
        return sum(self.memory(item) for item in self.summary.items)

    def peak_memory(self) -> int:
        """Bytes of inputs and outputs that are alive at once at the most, without weights."""
        from shapecalc.analysis.memory import peak_elements

        return peak_elements(self.summary) * self.batch * self.bytes_each

    def receptive_fields(self, node: InferredLayer) -> ReceptiveFields:
        """The receptive field of a layer on each input, along each of its axes."""
        if self._fields is None:
            from shapecalc.analysis.receptive_field import receptive_fields

            self._fields = receptive_fields(self.summary)
        return self._fields[node]

    def amount(self, name: str) -> int:
        """A total of the network by its name, one of `shapecalc.language.expectations.AMOUNTS`."""
        return _AMOUNTS[name](self)


_AMOUNTS: dict[str, Callable[[Figures], int]] = {
    "params": lambda figures: figures.summary.params,
    "buffers": lambda figures: figures.summary.buffers,
    "macs": lambda figures: figures.macs(figures.summary),
    "flops": lambda figures: figures.flops(figures.summary),
    "weights": lambda figures: figures.weights(figures.summary),
    "memory": Figures.total_memory,
    "peak_memory": Figures.peak_memory,
}
