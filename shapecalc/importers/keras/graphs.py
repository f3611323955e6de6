"""A model of Keras as a graph: which layer takes what of which, in an order in which it can run."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.inbound import Arguments, TensorRef, arguments_of, ref_of
from shapecalc.importers.keras.masks import leave_out_masks
from shapecalc.limits import MAXIMUM_INPUTS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BATCH_SHAPES = ("batch_shape", "batch_input_shape", "batchInputShape")
"""What the shape of an input is called, with its batch: in Keras 3, before, in JavaScript."""


class LayerOfFile:
    """A layer as it stands in the file: the name by which others take it, its class, its values.

    is_custom: whether its class is none of Keras' own.
    """

    __slots__ = ("class_name", "config", "entry", "is_custom", "name", "place")

    def __init__(self, entry: Any, place: int, number: int) -> None:
        if not isinstance(entry, JsonObject) or not isinstance(entry.get("class_name"), str):
            raise Refusal("SC501", "a layer is an object with a class_name", offset=place)
        self.entry = entry
        self.place = entry.place
        package, _, self.class_name = entry["class_name"].rpartition(">")
        module = entry.get("module", "keras")
        own = isinstance(module, str) and module.split(".")[0] in (
            "keras",
            "tf_keras",
            "tensorflow",
        )
        self.is_custom = bool(package) or not own
        config = entry.get("config")
        if isinstance(config, list):  # the layers of a model, in Keras 1
            config = JsonObject([("layers", config)], entry.place)
        if not isinstance(config, JsonObject):
            config = JsonObject((), entry.place)
        self.config = config
        name = entry.get("name") or config.get("name") or f"{self.class_name}_{number}"
        self.name = name if isinstance(name, str) else str(name)[:40]

    @property
    def is_model(self) -> bool:
        """Whether it has layers itself."""
        return isinstance(self.config.get("layers"), list)

    @property
    def is_input(self) -> bool:
        """Whether it only says what comes in."""
        return self.class_name in ("InputLayer", "Input")


class UsedLayer(NamedTuple):
    """A use of a layer. ref: its first output. is_only: whether there is no other of the layer."""

    layer: LayerOfFile
    ref: TensorRef
    arguments: Arguments
    is_only: bool


class ModelGraph:
    """A model: its layers and their uses, in an order in which they can run.

    inputs, outputs: the tensors that enter and leave it. said: the sizes, batch included, that the
    file says of tensors. has_masks: whether layers took masks, which are left out.
    """

    def __init__(self, model: LayerOfFile) -> None:
        self.model = model
        self.has_masks = False
        self.said: dict[TensorRef, Any] = {}
        self.uses: list[UsedLayer] = []
        self.inputs: list[TensorRef] = []
        self.outputs: list[TensorRef] = []
        listed = model.config.get("layers")
        if not isinstance(listed, list):
            text = f"{shown(model.name)} is of the class {shown(model.class_name)}, which has no "
            text += "layers in the file: they are in code"
            hint = "build the model with keras.Input and the functional interface, then save it"
            raise Refusal("SC503", text, hint, offset=model.place)
        layers = [LayerOfFile(each, model.place, i) for i, each in enumerate(listed)]
        if "input_layers" in model.config or model.class_name in ("Functional", "Model"):
            self._read_functional(layers)
        else:
            self._read_sequential(layers)
        for use in self.uses:
            self._add_build_shape(use)

    # ------------------------------------------------------------ sequential

    def _read_sequential(self, layers: list[LayerOfFile]) -> None:
        """Layers in a row. Where the first is no input, one of its name stands before it."""
        if not layers:
            raise Refusal(
                "SC503", f"{shown(self.model.name)} has no layers", offset=self.model.place
            )
        if not layers[0].is_input:
            layers = [self._input_before(layers[0]), *layers]
        before: TensorRef | None = None
        for number, layer in enumerate(layers):
            ref = TensorRef(str(number), 0, 0)
            if before is None:
                self.inputs = [ref]
                self.uses.append(UsedLayer(layer, ref, Arguments([], {}), True))
            else:
                self.uses.append(UsedLayer(layer, ref, Arguments([before], {}), True))
            before = ref
        assert before is not None
        self.outputs = [before]

    def _input_before(self, layer: LayerOfFile) -> LayerOfFile:
        """An input of the shape that the first layer says it takes, or the model itself."""
        sizes = self.model.config.get("build_input_shape")
        while layer.is_model and "input_layers" not in layer.config and layer.config["layers"]:
            layer = LayerOfFile(layer.config["layers"][0], layer.place, 0)
        if layer.is_model and layer.config["layers"]:
            layer = LayerOfFile(layer.config["layers"][0], layer.place, 0)
        values = layer.config
        for key in BATCH_SHAPES:
            sizes = values.get(key) or sizes
        if sizes is None and isinstance(values.get("input_shape"), list):
            sizes = [None, *values["input_shape"]]
        if sizes is None and type(values.get("input_dim")) is int:
            length = values.get("input_length")
            sizes = [None, values["input_dim"]] if length is None else [None, length]
        config = JsonObject([("name", "input"), ("batch_shape", sizes)], layer.place)
        entry = JsonObject([("class_name", "InputLayer"), ("config", config)], layer.place)
        return LayerOfFile(entry, layer.place, 0)

    # ------------------------------------------------------------ functional

    def _read_functional(self, layers: list[LayerOfFile]) -> None:
        """Layers with their inbound nodes."""
        config, place = self.model.config, self.model.place
        self.inputs = list(_refs(config.get("input_layers"), place))
        if len(self.inputs) > MAXIMUM_INPUTS:
            raise Refusal("SC501", f"more than {MAXIMUM_INPUTS} inputs of a model", offset=place)
        self.outputs = list(_refs(config.get("output_layers"), place))
        said: dict[TensorRef, Any] = {}
        named: dict[str, LayerOfFile] = {}
        uses: dict[str, list[Arguments]] = {}
        for layer in layers:
            if named.setdefault(layer.name, layer) is not layer:
                raise Refusal(
                    "SC501", f"two layers are named {shown(layer.name)}", offset=layer.place
                )
            nodes = layer.entry.get("inbound_nodes", [])
            if not isinstance(nodes, list):
                text = f"the inbound_nodes of {shown(layer.name)} are no list"
                raise Refusal("SC501", text, offset=layer.place)
            uses[layer.name] = [arguments_of(node, layer.place, said) for node in nodes]
            if layer.is_input:
                uses[layer.name] = [Arguments([], {})]
        self.has_masks = leave_out_masks(uses, self.outputs)
        taken = [ref for each in uses.values() for arguments in each for ref in arguments.refs()]
        first = _first_uses(named, uses, (*taken, *self.outputs))
        listed = [
            UsedLayer(named[name], TensorRef(name, i + first[name], 0), arguments, len(each) == 1)
            for name, each in uses.items()
            for i, arguments in enumerate(each)
        ]
        self.said = {ref: sizes for ref, sizes in said.items() if isinstance(sizes, list)}
        self.uses = _in_order(listed, (*self.inputs, *self.outputs), place)
        for ref in self.inputs:
            if not named[ref.layer].is_input or self.inputs.count(ref) > 1:
                text = f"{shown(ref.layer)}, of input_layers, is no InputLayer, or there twice"
                raise Refusal("SC501", text, offset=named[ref.layer].place)

    def _add_build_shape(self, use: UsedLayer) -> None:
        """What a layer was built with, of the tensors that it takes: Keras writes the first use."""
        built = use.layer.entry.get("build_config")
        sizes = built.get("input_shape") if isinstance(built, JsonObject) else None
        refs = list(use.arguments.refs())
        if not use.is_only or not isinstance(sizes, list):
            return
        if len(refs) == 1 and not any(isinstance(each, list) for each in sizes):
            sizes = [sizes]
        for ref, each in zip(refs, sizes if len(sizes) == len(refs) else (), strict=False):
            if isinstance(each, list):
                self.said.setdefault(ref, each)


def _refs(value: Any, place: int) -> Iterator[TensorRef]:
    """The tensors that enter or leave a model: one, a list of them, or an object."""
    found = ref_of(value)
    if found is not None:
        yield found
        return
    values = value.values() if isinstance(value, JsonObject) else value
    if not isinstance(values, list) and not isinstance(value, JsonObject):
        raise Refusal(
            "SC501", "a model has a list of input_layers and of output_layers", offset=place
        )
    for each in values or ():
        found = ref_of(each)
        if found is None:
            text = "an input or output of a model is a list of a name and two numbers"
            raise Refusal("SC501", text, offset=place)
        yield found


def _first_uses(
    named: dict[str, LayerOfFile], uses: dict[str, list[Arguments]], refs: Iterable[TensorRef]
) -> dict[str, int]:
    """The number of the first use of each layer: 1 of a model whose own graph counts as use 0."""
    last: dict[str, int] = {}
    for ref in refs:
        last[ref.layer] = max(last.get(ref.layer, 0), ref.use)
    return {
        name: int(named[name].is_model and last.get(name, 0) == len(each))
        for name, each in uses.items()
    }


def _in_order(uses: list[UsedLayer], ends: Iterable[TensorRef], place: int) -> list[UsedLayer]:
    """The uses, each after those whose outputs it takes, else as they are listed.

    Raises Refusal SC501 for what takes an output that there is not, and for a circle.
    """
    numbers = {use.ref: number for number, use in enumerate(uses)}

    def number_of(ref: TensorRef, place: int, who: str) -> int:
        found = numbers.get(TensorRef(ref.layer, ref.use, 0))
        if found is None or ref.output < 0:
            text = f"{who} takes output {ref.output} of use {ref.use} of {shown(ref.layer)}, "
            raise Refusal("SC501", text + "which there is not", offset=place)
        return found

    for ref in ends:
        number_of(ref, place, "the model")
    takers: list[list[int]] = [[] for _ in uses]
    missing = [0] * len(uses)
    for number, use in enumerate(uses):
        who = shown(use.layer.name)
        for source in {number_of(ref, use.layer.place, who) for ref in use.arguments.refs()}:
            takers[source].append(number)
            missing[number] += 1
    ready = [number for number, count in enumerate(missing) if not count]
    heapify(ready)
    found = []
    while ready:
        number = heappop(ready)
        found.append(uses[number])
        for taker in takers[number]:
            missing[taker] -= 1
            if not missing[taker]:
                heappush(ready, taker)
    if len(found) < len(uses):
        stuck = next(use for use, count in zip(uses, missing, strict=True) if count)
        text = f"{shown(stuck.layer.name)} takes, through other layers, its own output"
        raise Refusal("SC501", text, offset=stuck.layer.place)
    return found
