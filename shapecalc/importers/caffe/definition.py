"""The layers of a file, of all three formats that Caffe has had, as its newest has them.

`layer { type: "Convolution" }` is the newest, `layers { type: CONVOLUTION }` the one before, and
`layers { layer { type: "conv" } }` the first.
Source: caffe.proto and upgrade_proto.cpp of https://github.com/BVLC/caffe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.message import EnumName, ProtoMessage, ProtoValue
from shapecalc.importers.caffe.old_formats import FIRST_FIELDS, FIRST_TYPES, V1_TYPES, V1_WORDS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


class CaffeLayer:
    """A layer as the file has it.

    name: its own, "" where it has none. type: of the newest format. bottoms, tops: the names of
    the blobs that it takes and makes. weights: the names of its parameters, by which layers share
    them, "" for one without. rates: the multipliers of their learning rates, None for the usual.
    fields: all that it has. place: where it stands.
    """

    __slots__ = ("bottoms", "fields", "name", "place", "rates", "tops", "type", "weights")

    def __init__(self, name: str, type: str, fields: ProtoMessage, place: int) -> None:
        self.name = name
        self.type = type
        self.fields = fields
        self.place = place
        self.bottoms: list[str] = []
        self.tops: list[str] = []
        self.weights: list[str] = []
        self.rates: list[float | None] = []

    def parameters(self, name: str) -> ProtoMessage:
        """The message with the parameters of its type, such as `convolution_param`."""
        return self.fields.message(name)

    def refuse(self, text: str, hint: str | None = None) -> Refusal:
        """A refusal of the layer, SC501."""
        return Refusal("SC501", f"layer {shown(self.name)}: {text}", hint, offset=self.place)


def layers_of(net: ProtoMessage) -> list[CaffeLayer]:
    """The layers of a file, its `input` fields as a layer of the type Input at their front.

    Raises Refusal SC501.
    """
    new, old = net.has("layer"), net.has("layers")
    if new and old:
        text = "the file has both `layer` and `layers`, of which Caffe reads either"
        raise Refusal("SC501", text, offset=net.place("layers"))
    layers = [_inputs(net)] if net.has("input") else []
    if new:
        for each in net.messages("layer"):
            if net.has("engine"):  # Intel's, of a network
                each.fields.setdefault("engine", net.fields["engine"])
            layers.append(_newest(each))
    elif old:
        layers.extend(_without_padding([_older(each) for each in net.messages("layers")]))
    return layers


def _inputs(net: ProtoMessage) -> CaffeLayer:
    """The inputs of a file that has them as fields of their own. Raises Refusal SC501."""
    names = net.texts("input")
    fields = ProtoMessage(net.place("input"))
    parameters = ProtoMessage(fields.offset)
    shapes = net.fields.get("input_shape", [])
    sizes = net.fields.get("input_dim", [])
    if not shapes and sizes:
        if len(sizes) != 4 * len(names):
            text = f"{len(sizes)} sizes as input_dim, but an input has 4 and there are {len(names)}"
            raise Refusal("SC501", text, offset=sizes[0].offset)
        for first in range(0, len(sizes), 4):
            shape = ProtoMessage(sizes[first].offset)
            shape.fields["dim"] = sizes[first : first + 4]
            shapes.append(ProtoValue(shape, shape.offset))
    elif shapes and len(shapes) < len(names):
        text = f"input_shape is given {len(shapes)} times for {len(names)} inputs"
        raise Refusal("SC501", text, offset=shapes[0].offset)
    parameters.fields["shape"] = shapes[: len(names)]
    fields.fields["input_param"] = [ProtoValue(parameters, fields.offset)]
    layer = CaffeLayer("input", "Input", fields, fields.offset)
    layer.tops = names
    return layer


def _newest(fields: ProtoMessage) -> CaffeLayer:
    layer = CaffeLayer(fields.text("name"), fields.text("type"), fields, fields.offset)
    layer.bottoms, layer.tops = fields.texts("bottom"), fields.texts("top")
    for each in fields.messages("param"):
        layer.weights.append(each.text("name"))
        layer.rates.append(each.number("lr_mult", 1.0) if each.has("lr_mult") else None)
    return layer


def _older(fields: ProtoMessage) -> CaffeLayer:
    """A layer of the first or the second format. Raises Refusal SC501."""
    if fields.has("layer"):
        layer = _first(fields.message("layer"))
    else:
        layer = CaffeLayer(fields.text("name"), _second_type(fields), fields, fields.offset)
        layer.weights = fields.texts("param")
        _move_crop(fields)
    layer.bottoms, layer.tops = fields.texts("bottom"), fields.texts("top")
    layer.rates = list(layer.fields.numbers("blobs_lr"))
    return layer


def _move_crop(fields: ProtoMessage) -> None:
    """Have the size that data is cropped to where the newest format has it."""
    for name in ("data_param", "image_data_param", "window_data_param"):
        crop = fields.message(name).fields.get("crop_size")
        if crop:
            transform = fields.message("transform_param")
            transform.fields["crop_size"] = crop
            fields.fields["transform_param"] = [ProtoValue(transform, transform.offset)]


def _second_type(fields: ProtoMessage) -> str:
    """The newest word for the type of a layer of the second format. Raises Refusal SC501."""
    value = fields.one("type")
    if value is None:
        return ""
    found = value.content
    word: str = found if isinstance(found, EnumName) else ""
    for each, number in V1_TYPES.items():
        if type(found) is int and found == number:
            word = each
    if not word:
        text = f"type: expected a word such as CONVOLUTION, found {shown(found)}"
        raise Refusal("SC501", text, offset=value.offset)
    return V1_WORDS.get(word) or "".join(part.capitalize() for part in word.split("_"))


def _first(fields: ProtoMessage) -> CaffeLayer:
    """A layer of the first format, whose fields all stand in one message. Raises Refusal SC501."""
    word = fields.text("type")
    type = FIRST_TYPES.get(word)
    if type is None:
        text = f"type: {shown(word)} is none of the types of Caffe's first format"
        raise Refusal("SC501", text, offset=fields.place("type"))
    newest = fields.with_fields({"blobs_lr": "blobs_lr"})
    for name, names in FIRST_FIELDS.get(word, {}).items():
        parameters = fields.with_fields(names)
        newest.fields[name] = [ProtoValue(parameters, parameters.offset)]
    return CaffeLayer(fields.text("name"), type, newest, fields.offset)


def _without_padding(layers: list[CaffeLayer]) -> Iterator[CaffeLayer]:
    """The layers of the first format, of which those that only pad are in those after them.

    Raises Refusal SC501 for one before another layer than a convolution or a pool.
    """
    padding: dict[str, CaffeLayer] = {}
    for layer in layers:
        before = next((padding[name] for name in layer.bottoms if name in padding), None)
        for name in layer.tops:
            padding.pop(name, None)
        if layer.type == "Padding":
            if len(layer.bottoms) != 1 or len(layer.tops) != 1 or before is not None:
                raise layer.refuse("a padding takes one blob, which none pads, and makes one")
            padding[layer.tops[0]] = layer
            continue
        if before is not None:
            holder = {"Convolution": "convolution_param", "Pooling": "pooling_param"}.get(
                layer.type
            )
            if holder is None or len(layer.bottoms) != 1:
                raise layer.refuse("only a convolution or a pool may take what a padding makes")
            pad = before.parameters("padding_param").fields.get("pad", [])
            layer.parameters(holder).fields["pad"] = pad
            layer.bottoms = before.bottoms
        yield layer
