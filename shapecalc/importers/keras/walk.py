"""A walk over a model and the models in it, use by use, on an explicit stack."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shapecalc.importers.keras.axes import FileAxes
from shapecalc.importers.keras.calls import LayerCall, Owners, as_note
from shapecalc.importers.keras.config import Config, as_integer, untupled
from shapecalc.importers.keras.distributed import distributed_model
from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.graphs import LayerOfFile, ModelGraph, UsedLayer
from shapecalc.importers.keras.inbound import Arguments, TensorRef
from shapecalc.importers.keras.inputs import channels_first, shape_of_input, stated_sizes
from shapecalc.importers.keras.layers import add_layer
from shapecalc.importers.keras.masks import REMARK
from shapecalc.importers.keras.old import modern
from shapecalc.importers.network import ImportedLayer, Stopped, Wire
from shapecalc.limits import MAXIMUM_NESTING, MAXIMUM_USES
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.importers.keras.containers import Contents
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes


class _Frame:
    """A use of a model on the way. path: of names, dots included, that its layers come after.
    use: in the model around it. holds: whether what the file says of shapes is of this use. lead:
    the axes before all others along which it is repeated, as in time."""

    def __init__(
        self, graph: ModelGraph, path: str, wires: dict[TensorRef, Wire], use: UsedLayer | None
    ) -> None:
        self.graph = graph
        self.path = path
        self.wires = wires
        self.use = use
        self.uses: Iterator[UsedLayer] = iter(graph.uses)
        self.holds = True
        self.lead = 0


class Walk:
    """A model of Keras, added layer by layer to an imported network."""

    def __init__(self, contents: Contents, sizes: GivenSizes, network: ImportedNetwork) -> None:
        self.contents = contents
        self.sizes = sizes
        self.network = network
        self.model = modern(LayerOfFile(contents.model, contents.model.place, 0))
        self.version = _version(contents.model)
        self.owners: Owners = {}
        self.graphs: dict[int, ModelGraph] = {}
        self.names: Counter[str] = Counter()
        self.paths: dict[str, int] = {}
        self.steps = 0
        self.numbers: dict[int, int] = {}
        self.optional: list[Wire] = []

    def run(self) -> None:
        """Add all layers. Raises Refusal."""
        graph = self._graph(self.model)
        self.axes = FileAxes(channels_first(self._layers()))
        network = self.network
        network.name = as_note(self.model.name) or network.name
        self.names = Counter(layer.name for layer in self._layers())
        network.total = sum(not layer.is_input for layer in self._layers())
        frames = [_Frame(graph, "", self._network_inputs(graph), None)]
        while frames:
            frame = frames[-1]
            use = next(frame.uses, None)
            if use is None:
                frames.pop()
                outputs = [self._wire(frame, ref) for ref in frame.graph.outputs]
                if not frames:
                    self._finish(outputs)
                elif frame.use is not None:
                    self._leave(frames[-1], frame.use, outputs)
                continue
            self._step(use)
            inner = self._use(frame, use)
            if inner is not None:
                if len(frames) == MAXIMUM_NESTING:
                    text = f"models nested more than {MAXIMUM_NESTING} levels deep"
                    raise Refusal("SC501", text, offset=use.layer.place)
                frames.append(inner)

    def _step(self, use: UsedLayer) -> None:
        self.steps += 1
        if not use.layer.is_input and not use.layer.is_model:
            number = self.numbers.setdefault(id(use.layer.entry), len(self.numbers) + 1)
            self.network.number = number
        if self.steps > MAXIMUM_USES:
            text = f"more than {MAXIMUM_USES} uses of layers, the maximum of a model"
            raise Refusal("SC501", text, offset=use.layer.place)

    def _graph(self, layer: LayerOfFile) -> ModelGraph:
        found = self.graphs.get(id(layer.entry))
        if found is None:
            found = self.graphs[id(layer.entry)] = ModelGraph(layer)
            if found.has_masks:
                self.network.remark(REMARK)
        return found

    def _layers(self) -> Iterator[LayerOfFile]:
        """All layers of all models, those in others included, each once."""
        pending = [self.model]
        while pending:
            layer = pending.pop()
            listed = {id(use.layer): use.layer for use in self._graph(layer).uses}.values()
            for each in listed:
                model = each if each.is_model else distributed_model(each)
                if model is not None:
                    pending.append(model)
                else:
                    yield each

    # ------------------------------------------------------------ inputs and outputs

    def _network_inputs(self, graph: ModelGraph) -> dict[TensorRef, Wire]:
        found: dict[TensorRef, Wire] = {}
        layers = {use.ref: use.layer for use in graph.uses}
        for ref in graph.inputs:
            layer = layers[ref._replace(output=0)]
            shape = shape_of_input(layer, self.axes, self.sizes)
            found[ref] = self.network.input(layer.name, shape)
        return found

    def _finish(self, outputs: list[Wire]) -> None:
        self._leave_out(outputs)
        last = [Wire(self.network.layers[-1])] if self.network.layers else []
        self.network.outputs = [] if outputs == last else list(dict.fromkeys(outputs))

    def _leave_out(self, outputs: list[Wire]) -> None:
        """Leave out the layers that nothing needs, where nothing takes them either."""
        network = self.network
        taken = {wire.of for layer in network.layers for wire in layer.inputs}
        taken |= {wire.of for wire in outputs}
        idle = {wire.of for wire in self.optional} - taken
        network.layers = [layer for layer in network.layers if layer not in idle]

    def _wire(self, frame: _Frame, ref: TensorRef) -> Wire:
        found = frame.wires.get(ref)
        if found is None:
            text = f"{named(frame.graph.model.name)}: {shown(ref.layer)} has no output {ref.output}"
            raise Refusal("SC501", text, offset=frame.graph.model.place)
        return found

    # ------------------------------------------------------------ uses

    def _use(self, frame: _Frame, use: UsedLayer) -> _Frame | None:
        """Add the layers of a use, or enter the model that it is one of."""
        if use.layer.is_input:
            if use.ref not in frame.wires:
                text = f"the input {shown(use.layer.name)} is not among the input_layers"
                raise Refusal("SC501", text, offset=use.layer.place)
            return None
        resolved = self._resolved(frame, use.arguments)
        model = use.layer if use.layer.is_model else distributed_model(use.layer)
        if model is not None:
            return self._entered(frame, use, model, resolved)
        call = self._call(frame, use, resolved)
        frame.wires[use.ref] = wire = add_layer(call)
        for number, each in enumerate(call.more, 1):
            frame.wires[use.ref._replace(output=number)] = each
        if call.said is None:
            self._hold_partly(frame, use, wire)
        return None

    def _resolved(self, frame: _Frame, arguments: Arguments) -> Arguments:
        def wired(value: Any) -> Any:
            if isinstance(value, TensorRef):
                return self._wire(frame, value)
            if type(value) is list:
                return [
                    self._wire(frame, each) if isinstance(each, TensorRef) else each
                    for each in value
                ]
            return value

        return Arguments(
            [wired(value) for value in arguments.positional],
            {key: wired(value) for key, value in arguments.named.items()},
        )

    def _call(self, frame: _Frame, use: UsedLayer, arguments: Arguments) -> LayerCall:
        layer = modern(use.layer)
        plain_name = cleaned(layer.name)
        call = LayerCall(
            self.network,
            self.axes,
            f"{frame.path}{plain_name}",
            layer.class_name,
            Config(layer.config, layer.name, layer.place),
            arguments,
            self._said(frame, use.ref),
            self.contents.weights,
        )
        call.version = self.version
        call.owners = self.owners
        call.optional = self.optional
        call.lead = frame.lead
        call.is_custom = layer.is_custom
        call.module = layer.entry.get("module")
        path = f"{frame.path.replace('.', '/')}{layer.name}"
        call.weight_names = (path, layer.name) if self.names[layer.name] == 1 else (path,)
        shared = layer.entry.get("shared_object_id")
        call.identity = id(use.layer.entry) if shared is None else ("shared", str(shared)[:20])
        return call

    def _sizes_said(self, frame: _Frame, ref: TensorRef) -> list[int | None]:
        """The sizes that the file says of an output, without the batch; none where it does not."""
        sizes = untupled(frame.graph.said.get(ref)) if frame.holds else None
        return list(map(as_integer, sizes[1:])) if isinstance(sizes, list) else []

    def _said(self, frame: _Frame, ref: TensorRef) -> Shape | None:
        """The shape that the file says of an output, where it says all of it."""
        sizes = self._sizes_said(frame, ref)
        known = [size for size in sizes if size is not None and size > 0]
        return self.axes.shape(known) if known and len(known) == len(sizes) else None

    def _hold_partly(self, frame: _Frame, use: UsedLayer, wire: Wire) -> None:
        """Hold an output to the sizes that the file says, some of which it leaves open.

        Raises Refusal SC505.
        """
        sizes = self._sizes_said(frame, use.ref)
        found = self.axes.sizes(wire.shape)
        if not sizes or not isinstance(wire.of, ImportedLayer):
            return
        if len(sizes) != len(found) or _differ(sizes, found):
            text = (
                f"{named(use.layer.name)}: the file says {shown(sizes)} of the output, worked out "
            )
            raise Refusal("SC505", f"{text}is {shown(found)}", offset=use.layer.place)
        if any(size is not None for size in sizes):
            wire.of.stated.add("output")

    def _entered(
        self, frame: _Frame, use: UsedLayer, model: LayerOfFile, arguments: Arguments
    ) -> _Frame:
        """A model within a model, with what it takes; perhaps at every step of time."""
        graph = self._graph(model)
        given = list(arguments.of(Wire))
        if len(given) != len(graph.inputs):
            text = f"{named(use.layer.name)}: it has {len(graph.inputs)} inputs, not {len(given)}"
            raise Refusal("SC501", text, offset=use.layer.place)
        name = f"{frame.path}{cleaned(use.layer.name)}"
        self.paths[name] = count = self.paths.get(name, 0) + 1
        path = f"{name}_{count}." if count > 1 else f"{name}."
        inner = _Frame(graph, path, dict(zip(graph.inputs, given, strict=True)), use)
        inner.lead = frame.lead + (model is not use.layer)
        if inner.lead and self.axes.first:
            text = f"{named(use.layer.name)}: a model at every step of time, channels first"
            raise Stopped(text, None, use.layer.place)
        inner.holds = not inner.lead
        layers = {each.ref: each.layer for each in graph.uses}
        for ref, wire in inner.wires.items():
            layer = layers.get(ref)
            sizes = None if layer is None else stated_sizes(layer)
            found = self.axes.sizes(wire.shape)[inner.lead :]
            if sizes is not None and (len(sizes) != len(found) or _differ(sizes, found)):
                inner.holds = False
        return inner

    def _leave(self, frame: _Frame, use: UsedLayer, outputs: list[Wire]) -> None:
        """Hand the outputs of a model to the one around it, held to what that says of them."""
        for number, wire in enumerate(outputs):
            ref = use.ref._replace(output=number)
            frame.wires[ref] = wire
            said = self._said(frame, ref)
            if said is not None and said != wire.shape:
                text = (
                    f"{named(use.layer.name)}: the file says {said} of the output, worked out is "
                )
                raise Refusal("SC505", f"{text}{wire.shape}", offset=use.layer.place)
            if said is not None and isinstance(wire.of, ImportedLayer):
                wire.of.stated.add("output")


def _differ(sizes: Sequence[int | None], found: Sequence[int]) -> bool:
    """Whether sizes, of which some are open, are others than those that were found."""
    return any(size not in (None, each) for size, each in zip(sizes, found, strict=True))


def cleaned(name: str) -> str:
    """A name of Keras as the names of layers are here: levels joined by dots, `tf.` left out."""
    for start in ("tf.__operators__.", "tf.math.", "tf.nn.", "tf."):
        name = name.removeprefix(start)
    return name.replace(".", "_").replace("/", ".")


def _version(model: JsonObject) -> int:
    """The generation of Keras that has written a model."""
    stated = model.get("keras_version")
    if isinstance(stated, str) and stated[:1].isdigit():
        return int(stated[0])
    return 3 if "module" in model else 2
