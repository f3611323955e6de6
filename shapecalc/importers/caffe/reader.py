"""A file of Caffe as a network: its layers in their order, each as what the language has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.converters import CONVERTERS
from shapecalc.importers.caffe.data import data_blob
from shapecalc.importers.caffe.definition import layers_of
from shapecalc.importers.caffe.phase import in_test
from shapecalc.importers.caffe.step import CaffeStep, NotSaid
from shapecalc.importers.caffe.text_format import parse_proto
from shapecalc.importers.caffe.wiring import CaffeWiring, Top
from shapecalc.limits import MAXIMUM_NAME
from shapecalc.problems.formatting import named, some_of
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.definition import CaffeLayer
    from shapecalc.importers.caffe.message import ProtoMessage
    from shapecalc.importers.network import ImportedLayer, ImportedNetwork, Wire
    from shapecalc.importers.sizes import GivenSizes


def read_network(text: str, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Add the layers of a file's text to a network.

    Raises Refusal SC501 for what Caffe refuses, SC502 for what the language does not have, SC504
    for an input of unknown size, and whatever refuses the fields or the input of a layer.
    """
    net = parse_proto(text)
    _refuse_solver(net)
    name = "".join(filter(str.isprintable, net.text("name")))[:MAXIMUM_NAME]
    network.name = name.strip() or network.name
    every = layers_of(net)
    data, test = in_test(every, net)
    layers = [*data, *test]
    if len(layers) < len(every):
        network.remark("Layers of other phases than TEST are left out.")
    if data:
        network.remark("Its data is that of another phase, as TEST has none.")
    wiring = CaffeWiring(layers)
    kept = [number for number in range(len(layers)) if number not in wiring.left_out]
    network.total = sum(bool(layers[number].bottoms) for number in kept)
    network.number = 0
    blobs: dict[Top, Blob] = {}
    owners: dict[str, tuple[ImportedLayer, int]] = {}
    for number in kept:
        layer = layers[number]
        tops = [Top(number, which) for which in range(len(layer.tops))]
        if not layer.bottoms:
            for top in tops:
                if top in wiring.used:
                    blobs[top] = data_blob(layer, top.number, network, sizes)
            continue
        network.number += 1
        step = CaffeStep(layer, [blobs[top] for top in wiring.sources[number]], network, owners)
        blobs |= zip(tops, _made(step), strict=True)
    network.outputs = _outputs(blobs, wiring)
    _tell_left_out([layers[number] for number in sorted(wiring.left_out)], network)


def _made(step: CaffeStep) -> list[Blob]:
    """The blobs that a layer makes, added to the network. Raises Refusal."""
    layer = step.layer
    try:
        convert = CONVERTERS.get(layer.type)
        if convert is None:
            raise NotSaid("no layer type is known to be this")
        made = convert(step)
    except NotSaid as said:
        made = step.leave_to_custom(said)
    if len(made) != len(layer.tops):
        raise layer.refuse(f"{layer.type} makes {len(made)} blobs, but has {len(layer.tops)} tops")
    return made


def _outputs(blobs: dict[Top, Blob], wiring: CaffeWiring) -> list[Wire]:
    """What leaves the network: every blob that no layer of it takes, in the order of the file."""
    wires = (
        blob.wire
        for top, blob in blobs.items()
        if top not in wiring.used and wiring.sources[top.layer] and not blob.is_mask
    )
    return list(dict.fromkeys(wire for wire in wires if wire is not None))


def _tell_left_out(layers: list[CaffeLayer], network: ImportedNetwork) -> None:
    names = [f"{named(layer.name)} ({named(layer.type)})" for layer in layers]
    if names:
        network.remark(
            f"Left out is what only trains or measures, as a spec ends before: {some_of(names, 6)}."
        )


def _refuse_solver(net: ProtoMessage) -> None:
    for name in ("net", "train_net", "test_net", "net_param", "train_net_param", "base_lr"):
        if net.has(name):
            text = f"a solver of Caffe, with {name}, says how a network is trained"
            hint = "import the file of the network, which its net: names"
            raise Refusal("SC503", text, hint, offset=net.place(name))
