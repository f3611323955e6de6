"""What differs between a module and a spec: each layer of one beside its like of the other.

Layers are matched by what they are and by the order in which one leads to another, never by their
names. What follows from a difference, as the shapes after a layer of another stride, is none.
"""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from shapecalc.diff.rows import value_text
from shapecalc.text.alignment import aligned, gaps
from shapecalc.torch.operations import Operation, names_of_taken, of_module, of_spec
from shapecalc.torch.sameness import COMMUTING, FOLLOWING_PARTS, FOLLOWING_SHAPES

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.spec import Spec
    from shapecalc.text.alignment import Pair
    from shapecalc.torch.operations import Operations, Taken
    from shapecalc.torch.tracing import GivenTensors

    Key = Callable[[Operation], Hashable]


class Difference:
    """A layer that differs, in one field.

    module, layer: the layer of the module and that of the spec, by their names; None where there
    is none. field: what differs, "" where one of them is missing. found, wanted: its values in the
    module and in the spec; where one of them is missing, its type. after: the layer of the same
    side before that one.
    """

    __slots__ = ("after", "field", "found", "layer", "module", "wanted")

    def __init__(
        self,
        module: str | None,
        layer: str | None,
        field: str,
        found: Any,
        wanted: Any,
        after: str = "",
    ) -> None:
        self.module = module
        self.layer = layer
        self.field = field
        self.found = found
        self.wanted = wanted
        self.after = after

    def __str__(self) -> str:
        after = f", after {self.after}" if self.after else ""
        if self.layer is None:
            return f"{self.module} ({self.found}) is not in the spec{after}"
        if self.module is None:
            return f"the spec's {self.layer} ({self.wanted}) is not in the module{after}"
        found, wanted = (_text(self.field, value) for value in (self.found, self.wanted))
        verb = "takes" if self.field == "from" else "has"
        field = "takes" if self.field == "from" else self.field
        return f"{self.module}: {field} {found}, the spec's {self.layer} {verb} {wanted}"

    def __repr__(self) -> str:
        return f"<Difference {self}>"


def _text(field: str, value: Any) -> str:
    """A value as a message has it."""
    if field == "padding" and isinstance(value, tuple) and value and isinstance(value[0], tuple):
        ends = tuple(value)
        if all(before == after for before, after in ends):
            value = tuple(before for before, _ in ends)
        else:
            return "[" + ", ".join(f"[{before}, {after}]" for before, after in ends) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return value_text(field, value)


def compare(
    module: Any,
    spec: str | os.PathLike[str] | Spec,
    input: GivenTensors = None,
    *,
    variant: str | None = None,
    arguments: dict[str, Any] | None = None,
) -> list[Difference]:
    """What differs between a torch.nn.Module and a spec, layer by layer; nothing if they agree.

    spec: a path, a bundled name such as "resnet50", or what `shapecalc.load` makes of these.
    input: what the module is run on, as that of `shapecalc.torch.spec`; the spec's own input if
    none is given. variant, arguments: those of the spec.

    Names mean nothing, and what does the same is the same: a ReLU as a function, a mean over all
    positions, a Flatten. Raises SpecError where the spec cannot be read or the module not traced.
    """
    from shapecalc.loading import load
    from shapecalc.spec import Spec
    from shapecalc.torch.tracing import TracedNetwork

    read = spec if isinstance(spec, Spec) else load(spec)
    if input is None:
        summary = read.summary(arguments=arguments, variant=variant)
        traced = TracedNetwork(module, inputs_of(summary), custom=True)
        return differences(traced.network, summary)
    traced = TracedNetwork(module, input, custom=True)
    shapes = [list(each.outputs[0]) for each in traced.network.inputs]
    asked: Any = (
        shapes[0] if len(shapes) == 1 else dict(zip(read.inputs or {}, shapes, strict=False))
    )
    return differences(traced.network, read.summary(asked, arguments, variant))


def inputs_of(summary: Summary) -> tuple[list[int], ...]:
    """The shapes of the inputs of a spec, to run a module on."""
    return tuple(list(shape) for shape in summary.inputs.values())


def differences(network: ImportedNetwork, summary: Summary) -> list[Difference]:
    """What differs between a traced module and a spec that has run."""
    module, spec = of_module(network), of_spec(summary)
    found = (
        list(_Comparison(module, spec, keys).differences()) for keys in (_BY_SHAPE, _BY_FIELDS)
    )
    return min(found, key=len)


class _Comparison:
    """The operations of both, and which goes with which, by keys that they have in common."""

    def __init__(self, module: Operations, spec: Operations, keys: Sequence[Key]) -> None:
        self.module = module
        self.spec = spec
        self.found, self.wanted = module.in_order(), spec.in_order()
        self.pairs = _matched(self.found, self.wanted, keys)
        self.partner = {self.found[x]: self.wanted[y] for x, y in self.pairs}
        self.partner.update(zip(module.inputs, spec.inputs, strict=False))
        self.back = {wanted: found for found, wanted in self.partner.items()}

    def differences(self) -> Iterator[Difference]:
        """In the order of the operations."""
        yield from self._of_inputs()
        for found, wanted in gaps(self.pairs, len(self.found), len(self.wanted)):
            for x in found:
                yield self._only(self.found, x, is_module=True)
            for y in wanted:
                yield self._only(self.wanted, y, is_module=False)
            if found.stop < len(self.found) and wanted.stop < len(self.wanted):
                yield from self._of_pair(self.found[found.stop], self.wanted[wanted.stop])
        yield from self._of_ends()

    def _of_inputs(self) -> Iterator[Difference]:
        inputs, wanted = self.module.inputs, self.spec.inputs
        if len(inputs) != len(wanted):
            yield Difference("the module", "network", "inputs", len(inputs), len(wanted))
        for one, other in zip(inputs, wanted, strict=False):
            if one.outputs != other.outputs:
                shapes = one.outputs[0], other.outputs[0]
                yield Difference(one.name, other.name, "shape", *shapes)

    def _only(self, of: Sequence[Operation], place: int, is_module: bool) -> Difference:
        operation = of[place]
        after = of[place - 1].name if place else ""
        if is_module:
            return Difference(operation.name, None, "", operation.type, None, after)
        return Difference(None, operation.name, "", None, operation.type, after)

    def _of_pair(self, found: Operation, wanted: Operation) -> Iterator[Difference]:
        names = found.name, wanted.name
        if found.type != wanted.type:
            yield Difference(*names, "type", found.type, wanted.type)
            if not self._takes_the_same(found, wanted):
                yield self._wiring(found, wanted)
            return
        fields = [
            name
            for name, value in found.fields.items()
            if name in wanted.fields and not _same_value(value, wanted.fields[name])
        ]
        follows = self._follows(found, wanted)
        for name in fields:
            if not (follows and name in (*FOLLOWING_SHAPES, *FOLLOWING_PARTS)):
                yield Difference(*names, name, found.fields[name], wanted.fields[name])
        if not self._takes_the_same(found, wanted):
            yield self._wiring(found, wanted)
        elif not fields and not follows:
            for name in ("outputs", "params"):
                one, other = getattr(found, name), getattr(wanted, name)
                if one != other and None not in (one, other):
                    yield Difference(*names, name, one, other)
        yield from self._of_sharing(found, wanted)

    def _follows(self, found: Operation, wanted: Operation) -> bool:
        """Whether what comes in has other shapes, of which those of the output follow."""
        one = [of.outputs[at] for of, at in found.taken]
        other = [of.outputs[at] for of, at in wanted.taken]
        return one != other

    def _of_sharing(self, found: Operation, wanted: Operation) -> Iterator[Difference]:
        one, other = found.shares, wanted.shares
        if (one and self.partner.get(one)) is not other:
            texts = (each.name if each else "its own" for each in (one, other))
            yield Difference(found.name, wanted.name, "weights of", *texts)

    def _wiring(self, found: Operation, wanted: Operation) -> Difference:
        texts = names_of_taken(found.inputs), names_of_taken(wanted.inputs)
        return Difference(found.name, wanted.name, "from", *texts)

    def _takes_the_same(self, found: Operation, wanted: Operation) -> bool:
        """Whether both take what goes with one another. Where what is taken is in one of them
        alone, that is a difference of its own."""
        return self._same(found.inputs, wanted.inputs, found.type in COMMUTING)

    def _same(self, found: Sequence[Taken], wanted: Sequence[Taken], in_any_order: bool) -> bool:
        if len(found) != len(wanted):
            return False
        if not in_any_order:
            return all(map(self._goes_with, found, wanted))
        rest = list(wanted)
        alone = 0
        for taken in found:
            partner = (self.partner.get(taken[0]), taken[1])
            if partner in rest:
                rest.remove(partner)
            else:
                alone += taken[0] not in self.partner
        unexplained = [each for each in rest if each[0] in self.back]
        return len(unexplained) <= alone

    def _goes_with(self, found: Taken, wanted: Taken) -> bool:
        if found[0] not in self.partner or wanted[0] not in self.back:
            return True
        return (self.partner[found[0]], found[1]) == wanted

    def _of_ends(self) -> Iterator[Difference]:
        if not self._same(self.module.ends, self.spec.ends, False):
            texts = names_of_taken(self.module.ends), names_of_taken(self.spec.ends)
            yield Difference("the output", "output", "from", *texts)


def _same_value(one: Any, other: Any) -> bool:
    """Whether two values of a field are one, but for what rounding adds to a fraction."""
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-6)
    return bool(one == other)


def _type(operation: Operation) -> Hashable:
    return operation.type


def _fields(operation: Operation) -> Hashable:
    return operation.what


def _fields_and_shape(operation: Operation) -> Hashable:
    return operation.what, operation.outputs


def _type_and_shape(operation: Operation) -> Hashable:
    return operation.type, operation.outputs


_BY_SHAPE = (_fields_and_shape, _fields, _type_and_shape, _type)
_BY_FIELDS = (_fields, _type)
"""What operations are matched by, the closest first. Shapes tell like layers of other stages apart;
after a layer of another stride, they match what does not go together."""


def _matched(
    found: Sequence[Operation], wanted: Sequence[Operation], keys: Sequence[Key]
) -> list[Pair]:
    """The places of the operations that go with one another, increasing in both."""
    pairs: list[Pair] = []
    for key in keys:
        more: list[Pair] = []
        for one, other in gaps(pairs, len(found), len(wanted)):
            if one and other:
                steps = aligned([key(found[x]) for x in one], [key(wanted[y]) for y in other])
                more += [(one[x], other[y]) for x, y in steps]
        pairs = sorted(pairs + more)
    for one, other in list(gaps(pairs, len(found), len(wanted))):
        if len(one) == len(other):
            pairs += zip(one, other, strict=True)
    return sorted(pairs)
