"""Recurrent layers of Keras, whose states are vectors: one for each layer and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.keras.calls import as_note
from shapecalc.importers.keras.config import Config
from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.graphs import LayerOfFile
from shapecalc.importers.keras.old import modern
from shapecalc.importers.network import ImportedLayer, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.keras.calls import LayerCall

_TYPES = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
"""The types by the classes, which those of cells and of cuDNN have in their names."""

_GATES = (
    "The gates of a recurrent layer go through sigmoid here; in the file through hard_sigmoid, the "
    "default of Keras before 2.3."
)
"""What is remarked of those of old files."""


class _Recurrence(NamedTuple):
    """A layer of the language that a recurrent layer is, or a cell of it."""

    type: str
    fields: dict[str, Any]
    note: str | None


def recurrent(call: LayerCall) -> Wire:
    """SimpleRNN, LSTM, GRU, those of cuDNN, and RNN with cells of these."""
    return _added(call, call.config, call.class_name, both=False)


def bidirectional(call: LayerCall) -> Wire:
    """Bidirectional: the outputs of both directions side by side, or joined in another way."""
    layer, config = _layer_of(call, call.config.value("layer"))
    other = call.config.value("backward_layer", None)
    if other is not None:
        backward, values = _layer_of(call, other)
        one, two = (
            [cell[:2] for cell in _cells(call, each.class_name, values) or ()]
            for each, values in ((layer, config), (backward, values))
        )
        if one != two:
            return call.unknown("another layer in each direction")
    return _added(call, config, layer.class_name, both=True)


def _layer_of(call: LayerCall, entry: Any) -> tuple[LayerOfFile, Config]:
    layer = modern(LayerOfFile(entry, call.config.place, 0))
    return layer, Config(layer.config, layer.name, layer.place)


def _cells(call: LayerCall, class_name: str, config: Config) -> list[_Recurrence] | None:
    """The layers one after another that a layer is; None where it has a cell that is unknown."""
    if class_name != "RNN":
        return [_read(call, class_name, config)] if class_name in RECURRENCES else None
    pending = [config.value("cell")]
    found: list[_Recurrence] = []
    while pending:
        entry = pending.pop()
        if isinstance(entry, list):
            pending += reversed(entry)
            continue
        layer, values = _layer_of(call, entry)
        name = layer.class_name.removesuffix("Cell")
        if layer.class_name == "StackedRNNCells":
            pending.append(values.value("cells"))
        elif layer.is_custom or name not in _TYPES or name == layer.class_name:
            return None
        else:
            found.append(_read(call, name, values))
    return found or None


def _read(call: LayerCall, class_name: str, config: Config) -> _Recurrence:
    """The fields of a layer or a cell. Keras' GRU has two biases where it resets after the
    product, as cuDNN's layers have; others have one."""
    of_cudnn = class_name.startswith("CuDNN")
    type = _TYPES[class_name.removeprefix("CuDNN")]
    fields: dict[str, Any] = {"hidden_size": config.integer("units")}
    resets_after = of_cudnn or config.flag("reset_after", False)
    if not of_cudnn and not config.flag("use_bias", True):
        fields["bias"] = False
    elif not of_cudnn and not (type == "GRU" and resets_after):
        fields["recurrent_bias"] = False
    notes = []
    activation = _name_of(config.value("activation", "tanh"))
    if type == "RNN" and activation == "relu":
        fields["nonlinearity"] = "relu"
    elif activation != "tanh":
        notes.append(f"activation {activation}")
    gate = _name_of(config.value("recurrent_activation", "sigmoid"))
    if gate == "hard_sigmoid" and type != "RNN":
        call.network.remark(_GATES)
    elif gate != "sigmoid" and type != "RNN":
        notes.append(f"recurrent_activation {gate}")
    if type == "GRU" and not resets_after:
        notes.append("resets before the product")
    if config.flag("go_backwards", False):
        notes.append("from the end")
    for key in ("dropout", "recurrent_dropout"):
        rate = config.number(key, 0)
        notes += [f"{key} {rate}"] if rate else []
    return _Recurrence(type, fields, ", ".join(notes) or None)


def _name_of(function: Any) -> str:
    """What a function is called that may be an object of the file."""
    if isinstance(function, JsonObject):
        config = function.get("config")
        function = config if isinstance(config, str) else function.get("class_name")
    return as_note(str(function).rpartition(">")[2], 40)


def _added(call: LayerCall, config: Config, class_name: str, both: bool) -> Wire:
    """The layers, what leaves them, and their states where those are asked for."""
    cells = _cells(call, class_name, config)
    if cells is None:
        return call.unknown("a cell of the model's own, or a layer that is not recurrent")
    if not call.inputs:
        raise call.config.refused("it takes no input")
    wire, *states = call.inputs
    shape = wire.shape
    if call.lead or len(shape) != 2 or config.flag("time_major", False):
        return call.unknown("it takes a sequence of vectors, the time before them")
    if both and len(cells) > 1:
        return call.unknown("several layers in both directions")
    wanted = sum(2 if cell.type == "LSTM" else 1 for cell in cells) * (1 + both)
    if len(states) not in (0, wanted) or config.integer("num_constants", 0):
        return call.unknown(f"its initial states are not the {wanted} that it has")
    sequences = config.flag("return_sequences", False)
    merge = call.config.values.get("merge_mode", "concat") if both else "concat"
    first = call.axes.first
    wire = _turned(call, wire, "swapped") if first else wire
    made: list[Wire] = []
    for number, cell in enumerate(cells):
        count = len(states) if len(cells) == 1 else 1 + (cell.type == "LSTM")
        given, states = states[:count], states[count:]
        part = f"cell{number}" if len(cells) > 1 else ""
        is_output = number == len(cells) - 1 and sequences and merge == "concat" and not first
        wire = call.add(
            cell.type,
            cell.fields | ({"bidirectional": True} if both else {}),
            [wire, *_as_states(call, given, both, part)],
            part=part,
            weights=() if len(cells) == 1 else None,
            inner=not is_output,
            note=cell.note,
        )
        made.append(wire)
    with_states = config.flag("return_state", False)
    if merge != "concat":
        output = _merged(call, wire, merge, sequences)
    elif sequences:
        output = _turned(call, wire, "back", inner=False) if first else wire
    else:
        output = _vector(call, wire, "last", 1, inner=False)
        call.optional += [output] if with_states else []
    if with_states:
        for number, wire in enumerate(made):
            start = f"cell{number}_" if len(made) > 1 else ""
            call.more += _states_of(call, wire, both, start)
    return output


def _turned(call: LayerCall, wire: Wire, part: str, inner: bool = True) -> Wire:
    """Time and channels in each other's place."""
    swap = {"dim0": 1, "dim1": 2}
    return call.add("Transpose", swap, wire, part=part, weights=None, inner=inner)


# ---------------------------------------------------------------- states


def _vector(call: LayerCall, layer: Wire, part: str, number: int, inner: bool = True) -> Wire:
    """A state of a layer as Keras has it: a vector. number: which of its outputs it is."""
    state = Wire(layer.of, number)
    return call.add("Flatten", {}, state, part=part, weights=None, inner=inner)


def _of_direction(call: LayerCall, layer: Wire, part: str, number: int, direction: int) -> Wire:
    """The same in one of two directions."""
    state, fields = Wire(layer.of, number), {"dim": 2, "index": direction}
    return call.add("Select", fields, state, part=part, weights=None, inner=True)


def _states_of(call: LayerCall, layer: Wire, both: bool, start: str) -> list[Wire]:
    """The states after a sequence, as layers that are left out where nothing takes them."""
    letters = list(enumerate("hc"[: len(layer.of.outputs) - 1], 1))
    if both:
        found = [
            _of_direction(call, layer, f"{start}{direction}_{letter}", number, i)
            for i, direction in enumerate(("forward", "backward"))
            for number, letter in letters
        ]
    else:
        found = [_vector(call, layer, f"{start}{letter}", number) for number, letter in letters]
    call.optional += found
    return found


def _as_states(call: LayerCall, given: Sequence[Wire], both: bool, part: str) -> list[Wire]:
    """Vectors as the states that a layer takes, layers and directions before the channels."""
    if not given:
        return []
    count = len(given) // (1 + both)
    found = []
    for number in range(count):
        vectors = [given[number], given[count + number]] if both else [given[number]]
        whole = _whole_state(vectors)
        if whole is None:
            name = f"{part}_" if part else ""
            rows = [
                _row(call, vector, f"{name}{'hc'[number]}_0{'_back' if i else ''}")
                for i, vector in enumerate(vectors)
            ]
            whole = rows[0]
            if both:
                fields = {"dim": 2}
                joined = f"{name}{'hc'[number]}_0"
                whole = call.add("Concat", fields, rows, part=joined, weights=None, inner=True)
        found.append(whole)
    return found


def _row(call: LayerCall, vector: Wire, part: str) -> Wire:
    size = vector.shape.elements
    return call.add("Reshape", {"shape": f"1x{size}"}, vector, part=part, weights=None, inner=True)


def _whole_state(vectors: list[Wire]) -> Wire | None:
    """The state of another layer that vectors are all of; None where they are none."""
    found = []
    for number, vector in enumerate(vectors):
        layer = vector.of
        if not isinstance(layer, ImportedLayer) or vector.shape.spatial:
            return None
        type, source = layer.layer.type.name, layer.inputs[0] if layer.inputs else None
        if source is None or not isinstance(source.of, ImportedLayer) or not source.output:
            return None
        if type == "Select" and layer.fields["index"] != number:
            return None
        if type not in ("Select", "Flatten") or len(source.shape.chw) != 2:
            return None
        found.append(source)
    same = found[0] if found.count(found[0]) == len(found) else None
    return same if same is not None and same.shape.positions == len(vectors) else None


# ---------------------------------------------------------------- both directions


def _merged(call: LayerCall, layer: Wire, merge: Any, sequences: bool) -> Wire:
    """The outputs of both directions, which lie side by side, joined in another way, or apart."""
    if sequences:
        chunks = {"chunks": 2, "dim": 1}
        halves = call.add("Chunk", chunks, layer, part="directions", weights=None, inner=True)
        both = [halves, Wire(halves.of, 1)]
        if call.axes.first:
            both = [_turned(call, half, f"back{i}") for i, half in enumerate(both)]
    else:
        both = [
            _of_direction(call, layer, part, 1, i) for i, part in enumerate(("forward", "backward"))
        ]
    if merge is None:
        call.more.append(both[1])
        return both[0]
    if merge not in ("sum", "mul", "ave"):
        raise call.config.refused("merge_mode is none of concat, sum, mul, ave and null")
    type = "Multiply" if merge == "mul" else "Add"
    note = "divided by 2: their mean" if merge == "ave" else None
    return call.add(type, {}, both, part=str(merge), weights=None, note=note)


RECURRENCES = {
    **dict.fromkeys((*_TYPES, "CuDNNLSTM", "CuDNNGRU", "RNN"), recurrent),
    "Bidirectional": bidirectional,
}
"""The classes of this family, and what adds each."""
