"""A recorded run read into a network: each call as the layers of the language that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Stopped, Wire
from shapecalc.layers import find_type
from shapecalc.layers.sharing import can_share
from shapecalc.shapes.shape import Shape
from shapecalc.torch.calls import BATCH, Traced, TracedCall, makes_a_mask, tensors_in
from shapecalc.torch.formulas import takers_of, written_out
from shapecalc.torch.laying_out import merges, one_step, steps
from shapecalc.torch.values import Factor, TracedValue, channels_at, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapecalc.importers.network import ImportedLayer, ImportedNetwork
    from shapecalc.torch.arithmetic import Arithmetic
    from shapecalc.torch.recording import Recording

    Handler = Callable[["Reader", TracedCall], TracedValue | Sequence[TracedValue | None] | None]
    """What reads a call: its tensors in order, None for one that is none of the network's."""


WEIGHTS = ("weight", "bias", "in_proj_weight", "q_proj_weight")
"""What modules call the parameters by which a layer has the name of its module."""


PERMUTING = ("permute", "transpose", "swapaxes", "swapdims", "movedim")
"""The functions that bring axes into another order."""


class BatchIsSecondError(Stopped):
    """Raised at a layer whose batch is the second axis, where the run has a sequence there."""


def can_lead(type: str) -> bool:
    """Whether a layer type runs on each part behind leading axes."""
    found = find_type(type)
    return found is not None and "leading" in found.fields


class Reader:
    """A run on its way into a network. values: what each tensor of the run is in it.

    pending: arithmetic that may become a layer. fills: tensors that are padded with -inf, for a max
    pool, each with what is padded and the sides by its axes. truncated: those that are cut to
    integers, for an Embedding. owners: the layer that has each parameter. chunks: what is cut by
    views. masks: tensors that are compared, or come of such, each with what made it, which is no
    layer: what is masked by them changes no figure. left_out: outputs of calls that no layer has,
    such as the weights of attention. constant_calls: what made a tensor of weights alone, which is
    read where something takes it. vectors: buffers of places, by name. whole: weights and buffers
    whose first axis is no place of a batch. handler_of: finds what reads a call. stated: what
    stands for one that nothing reads, and why.
    """

    def __init__(
        self,
        network: ImportedNetwork,
        recording: Recording,
        handler_of: Callable[[TracedCall], Handler | None],
        stated: Callable[[Reader, TracedCall, str], TracedValue],
    ) -> None:
        self._stated = stated
        self._handler_of = handler_of
        self.network = network
        self.recording = recording
        self.batch = Factor(BATCH)
        self.values: dict[Traced, TracedValue] = {}
        self.pending: dict[Traced, Arithmetic] = {}
        self.fills: dict[Traced, tuple[Traced, dict[int, Any]]] = {}
        self.truncated: dict[Traced, TracedValue] = {}
        self.owners: dict[str, ImportedLayer] = {}
        self.chunks: dict[tuple[Wire, int, int], Wire] = {}
        self.constant_calls: dict[Traced, TracedCall] = {}
        self.whole: set[Traced] = set()
        self.vectors: dict[str, Wire] = {}
        self.masks: dict[Traced, TracedCall] = {}
        self.left_out: dict[Traced, TracedCall] = {}
        self._takers = takers_of(recording)
        self._written_out = written_out(recording, self._takers)
        self._said: dict[tuple[TracedValue, tuple[int, ...]], Wire] = {}

    # ------------------------------------------------------------ calls

    def read(self, call: TracedCall) -> None:
        """Read a call, and all inside. Raises Stopped at what the language does not have."""
        if call.function or call.module in self.recording.leaves:
            self._read_leaf(call)
            return
        if not self.network.custom or not call.path:
            for each in call.inner:
                self.read(each)
            return
        before = len(self.network.layers), dict(self.owners), dict(self._said)
        try:
            for each in call.inner:
                self.read(each)
        except BatchIsSecondError:
            raise
        except Stopped as stopped:
            layers, self.owners, self._said = before
            del self.network.layers[layers:]
            self.make(call, self._stated(self, call, stopped.message.partition(": ")[2]))

    def _read_leaf(self, of_run: TracedCall) -> None:
        call = self._written_out.get(of_run, of_run)
        if call is None:
            return
        results = list(tensors_in(call.result))
        given = list(tensors_in((call.args, call.kwargs)))
        of_value = any(each.is_value for each in given)
        if not of_value or (results and not any(each.is_value for each in results)):
            made_anew = [each for each in results if each not in given]
            self.constant_calls.update((result, call) for result in made_anew)
            return
        if makes_a_mask(call, self.masks):
            first = next((self.masks[each] for each in given if each in self.masks), call)
            self.masks.update((result, first) for result in results)
            return
        handler = self._handler_of(call)
        made = None if handler is None else handler(self, call)
        if made is None:
            kept = (self.pending, self.fills, self.truncated)
            if not results or any(each in some for each in results for some in kept):
                return
            what = f"the function {call.kind}" if call.function else f"a {call.kind}"
            made = self._stated(self, call, f"no layer type is {what}")
        self.make(call, made)

    def make(self, call: TracedCall, made: TracedValue | Sequence[TracedValue | None]) -> None:
        """The tensors of a call's result are these from now on."""
        results = list(tensors_in(call.result))
        values = [made] if isinstance(made, TracedValue) else made
        for result, value in zip(results, values, strict=False):
            if value is None:
                self.left_out[result] = call
            else:
                self.values[result] = value

    # ------------------------------------------------------------ tensors

    def value(self, traced: Any, call: TracedCall) -> TracedValue:
        """A tensor of the run as one of the network. Raises Stopped where it is none."""
        if isinstance(traced, Traced):
            if traced in self.pending:
                self.values[traced] = self._reckoned(self.pending.pop(traced))
            if traced in self.fills:
                raise self.stop(call, "no layer type pads with -inf, but a max pool")
            if traced in self.left_out:
                by = self.left_out[traced].name
                raise self.stop(call, f"it takes a second output of {by}, which its layer has not")
            if traced in self.masks:
                by = self.masks[traced].name
                raise self.stop(call, f"it takes what {by} makes, which no layer type does")
            if traced in self.truncated:
                raise self.stop(call, "no layer type makes integers of its input")
            if traced not in self.values and not traced.is_value:
                self._read_constant(traced, call)
            if traced in self.values:
                return self.values[traced]
        raise self.stop(call, "it takes a tensor that is not computed by a layer")

    def _read_constant(self, traced: Traced, call: TracedCall) -> None:
        """Read a tensor of weights alone, if any are in it."""
        made_by = self.constant_calls.get(traced)
        if made_by is None:
            if (traced.is_parameter or traced.is_buffer) and len(traced.names) == 1:
                self.values[traced] = self._stored(traced, call)
            return
        handler = self._handler_of(made_by) if traced.names else None
        made = None if handler is None else handler(self, made_by)
        if made is not None:
            self.make(made_by, made)
        elif traced in self.pending:
            self.values[traced] = self._reckoned(self.pending.pop(traced))

    def _stored(self, traced: Traced, call: TracedCall) -> TracedValue:
        """A parameter or a buffer of the module. A first size of 1 is no axis of the spec's: it is
        where a batch would be, unless it is known to be whole."""
        first = traced.shape[:1] == (1,) and len(traced.shape) > 1 and traced not in self.whole
        sizes = traced.shape[first:] or (1,)
        type, name = ("Parameter" if traced.is_parameter else "Buffer"), traced.names[0]
        weights = [name] * traced.is_parameter
        wire = self.layer(call, type, {"shape": list(sizes)}, [], Shape(sizes), weights, name)
        value = TracedValue.constant(wire, self.batch)
        axes = (*((),) * first, *value.axes[: len(traced.shape)])
        return TracedValue(wire, value.of, axes, self.batch)

    def apart(self, values: Sequence[TracedValue]) -> tuple[list[TracedValue], bool]:
        """Tensors with what is folded into their batch as an axis after it, and whether it was."""
        folded = any(value.is_folded for value in values)
        return ([value.apart() for value in values] if folded else list(values)), folded

    def _reckoned(self, arithmetic: Arithmetic) -> TracedValue:
        """Arithmetic as the layer that it is. Raises Stopped where it is none."""
        call = arithmetic.call
        if arithmetic.type is None:
            self.network.remark(f"{call.name} is an Identity: it is {arithmetic.words}")
            return self.pointwise(call, "Identity", {}, self.value(arithmetic.base, call))
        return self.pointwise(call, arithmetic.type, {}, self.value(arithmetic.base, call))

    def stop(self, call: TracedCall, why: str, kind: type[Stopped] = Stopped) -> Stopped:
        """What stops at a call, where not even a Custom layer can stand for it alone."""
        count = len(self.network.layers) + 1
        hint = "custom=True states what PyTorch says of it, partial=True stops before it"
        return kind(f"layer {count} '{call.name}' ({call.kind}): {why}", hint)

    def hold_sequence(self, call: TracedCall, value: TracedValue, batch_first: bool) -> None:
        """Hold a tensor to have its batch where a layer on sequences has it. Raises Stopped."""
        if value.axes[int(batch_first)] == (self.batch,):
            said = str(batch_first).lower()
            kind = Stopped if batch_first else BatchIsSecondError
            raise self.stop(call, f"its sequence is the batch, as batch_first is {said}", kind)

    def wire(self, value: TracedValue, order: tuple[int, ...], call: TracedCall) -> Wire:
        """The wire of a tensor whose axes, channels first, are in an order. Adds what it takes."""
        if value.order == order and not value.is_expanded:
            return value.wire
        if (value, order) in self._said:
            return self._said[value, order]
        if {*range(len(value.axes))} - {*order} != {value.batch_place}:
            raise self.stop(call, "the batch is mixed with other axes")
        if value.is_expanded:
            raise self.stop(call, "a tensor is expanded, which no layer type does alone")
        wanted = tuple(value.axes[place] for place in order)
        wire = value.wire
        for type, fields, axes in steps(value.of, wanted):
            output = Shape.from_chw(map(size_of, axes))
            wire = self.network.add(value.name or call.name, type, fields, [wire], output=output)
        self._said[value, order] = wire
        return wire

    def settled(self, value: TracedValue, call: TracedCall) -> TracedValue:
        """A view, said at once where it is a layer that people write: a Flatten or a shuffle."""
        value.name = call.name
        if value.order is not None or not value.is_batched or value.is_expanded:
            return value
        if len(value.axes) < 2:
            return value
        takers = self._takers.get(next(tensors_in(call.result)), ())
        moved_on = takers and all(each.kind in PERMUTING for each in takers)
        if value.is_mixed and not moved_on:
            order = value.usual_order
            return TracedValue.plain(self.wire(value, order, call), order, self.batch)
        for place in (1, -1):
            order = channels_at(place, len(value.axes))
            wanted = tuple(value.axes[each] for each in order)
            step = one_step(value.of, wanted)
            if step is None or step[0] in ("Permute", "Transpose"):
                continue
            if step[0] not in ("Unflatten", "Reshape") or merges(value.of, wanted):
                return TracedValue.plain(self.wire(value, order, call), order, self.batch)
        return value

    # ------------------------------------------------------------ layers

    def add(
        self,
        call: TracedCall,
        type: str,
        fields: dict[str, Any],
        values: Sequence[TracedValue],
        order: tuple[int, ...] | None = None,
        made: tuple[int, ...] | None = None,
        weights: Sequence[str] = (),
        result: Traced | None = None,
    ) -> TracedValue:
        """A layer on tensors whose axes are brought into an order, channels first if none is given.

        made: the order of its output, if it is another. weights: the parameters of it by name.
        """
        order = order or values[0].order_at(1)
        if order == channels_at(-1, len(values[0].axes)) and any(v.is_folded for v in values):
            values, _ = self.apart(values)
            order = channels_at(-1, len(order) + 2)
            wires = [self.wire(value, order, call) for value in values]
            wire = self.layer(call, type, fields, wires, None, weights)
            return TracedValue.plain(wire, order, self.batch).folded()
        if order == channels_at(1, len(order) + 1) and values[0].is_folded and can_lead(type):
            values, _ = self.apart(values)
            order = (2, 1, *range(3, len(order) + 2))
            wires = [self.wire(value, order, call) for value in values]
            wire = self.layer(call, type, {**fields, "leading": 1}, wires, None, weights)
            return TracedValue.plain(wire, order, self.batch).folded()
        wires = [self.wire(value, order, call) for value in values]
        result = result or next(tensors_in(call.result))
        if made is None:
            same = len(result.shape) == len(order) + 1
            made = order if same else channels_at(1, len(result.shape))
        output = Shape.from_chw(result.shape[place] for place in made)
        wire = self.layer(call, type, fields, wires, output, weights)
        return TracedValue.plain(wire, made, self.batch)

    def layer(
        self,
        call: TracedCall,
        type: str,
        fields: dict[str, Any],
        wires: Sequence[Wire],
        output: Shape | None,
        weights: Sequence[str] = (),
        name: str = "",
    ) -> Wire:
        """A layer on wires. weights: the parameters of it by name, its weight first. name: its own,
        where that is not the call's."""
        weights = list(dict.fromkeys(weights))
        owner = self.owners.get(weights[0]) if weights else None
        params = sum(self.recording.parameters.get(name, 0) for name in weights)
        name = name or call.name
        if call.function and weights and name == call.name:
            module, _, own = weights[0].rpartition(".")
            name = module if module and own in WEIGHTS else weights[0]
        wire = self.network.add(
            name, type, fields, wires, output=output, params=params, shares=owner
        )
        layer = self.network.layers[-1]
        if owner is not None:
            self._check_sharing(call, layer, owner, weights)
        for each in weights:
            self.owners.setdefault(each, layer)
        return wire

    def _check_sharing(
        self, call: TracedCall, layer: ImportedLayer, owner: ImportedLayer, weights: Sequence[str]
    ) -> None:
        def shapes(of: ImportedLayer) -> tuple[Shape, ...]:
            return tuple(wire.shape for wire in of.inputs)

        fits = can_share(layer.layer, shapes(layer), owner.layer, shapes(owner))
        own_bias = layer.layer.adds_bias() and not owner.layer.adds_bias()
        alike = layer.layer.type is owner.layer.type and not own_bias
        rest = {
            self.owners.get(each) is (owner if alike or not each.endswith("bias") else None)
            for each in weights[1:]
        }
        if not fits or not all(rest):
            self.network.layers.pop()
            raise self.stop(call, f"it has some of the weights of {owner.name}, but not all")

    def pointwise(
        self,
        call: TracedCall,
        type: str,
        fields: dict[str, Any],
        value: TracedValue,
        weights: Sequence[str] = (),
    ) -> TracedValue:
        """A layer that leaves the shape, and does not care how the axes lie."""
        return value.carrying(
            self.layer(call, type, fields, [value.wire], value.wire.shape, weights)
        )

    def over_last(
        self,
        call: TracedCall,
        type: str,
        fields: dict[str, Any],
        value: TracedValue,
        weights: Sequence[str],
        channels: int,
    ) -> TracedValue:
        """A layer that maps the last axis at every position, to so many channels."""
        value = self._with_windows(value, call)
        if value.is_expanded or value.axes[-1] != value.of[0]:
            order = value.order_at(-1)
            return self.add(call, type, fields, [value], order, weights=weights)
        output = Shape((*value.wire.shape.spatial, channels))
        wire = self.layer(call, type, fields, [value.wire], output, weights)
        axis = value.of[0]
        if channels != size_of(axis):
            axis = (Factor(channels),) if channels > 1 else ()
        of, axes = (axis, *value.of[1:]), (*value.axes[:-1], axis)
        return TracedValue(wire, of, axes, self.batch)

    def _with_windows(self, value: TracedValue, call: TracedCall) -> TracedValue:
        """A tensor whose windows, which are folded into its batch, are said once, before they go
        through a layer, and not by everything that takes that."""
        if not value.is_folded or value.is_expanded or len(value.axes) < 3:
            return value
        positions = [factor for axis in value.axes[:-1] for factor in axis][1:]
        if value.axes[-1] != value.of[0] or positions == [f for axis in value.of[1:] for f in axis]:
            return value
        apart = value.apart()
        order = channels_at(-1, len(apart.axes))
        return TracedValue.plain(self.wire(apart, order, call), order, self.batch).folded()

    def parameters_of(self, call: TracedCall) -> list[str]:
        """The parameters of a module, or those that a function takes, by name."""
        if call.function:
            given = tensors_in((call.args, call.kwargs))
            return list(dict.fromkeys(name for each in given for name in each.names))
        return list(self.recording.parameters_in(call.module))
