"""What a word or an item that the language does not have was probably meant as.

Imported when something is wrong, so that a spec that is right pays nothing for it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from shapecalc.fields import shown
from shapecalc.items import (
    MAXIMUM_LAYERS,
    MAXIMUM_NESTING,
    BlockItem,
    children,
    measure,
    measure_once,
)
from shapecalc.nodes import Mapping
from shapecalc.problems import Problem, Refusal
from shapecalc.reading import MAXIMUM_LISTED, MAXIMUM_WORDS
from shapecalc.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.items import Item
    from shapecalc.reading import Reader
    from shapecalc.scope import Scope

_BY_TYPE = {
    "ConvTranspose2d": "conv2dtranspose deconv deconv2d deconvolution transposedconv2d",
    "MaxPool2d": "maxpooling maxpooling2d",
    "AvgPool2d": "averagepool2d averagepooling averagepooling2d avgpooling avgpooling2d",
    "BatchNorm2d": "bn batchnormalization",
    "LayerNorm": "ln layernormalization",
    "GroupNorm": "gn groupnormalization",
    "LocalResponseNorm": "lrn",
    "Linear": "dense fc fullyconnected innerproduct",
    "SiLU": "swish",
    "Hardswish": "hswish",
    "Upsample": "interpolate upsampling upsampling2d resize",
    "ZeroPad2d": "pad zeropadding2d",
    "Concat": "cat concatenate",
    "Add": "eltwise residual skip sum",
    "Multiply": "mul scale",
    "StochasticDepth": "droppath",
}
_BY_HINT = {
    "that is a Conv2d with groups: in_channels": "depthwiseconv depthwiseconv2d dwconv",
    "that is a Conv2d with groups: in_channels, then one with kernel_size: 1": (
        "separableconv separableconv2d"
    ),
    "that is an AdaptiveAvgPool2d with output_size: 1, then a Flatten": (
        "gap globalaveragepool globalaveragepooling2d globalavgpool globalavgpool2d"
    ),
    "that is an AdaptiveMaxPool2d with output_size: 1, then a Flatten": (
        "globalmaxpool globalmaxpool2d globalmaxpooling2d"
    ),
    "every activation is a type of its own: ReLU, say": "activation nonlinearity",
    "a sequence is an item with layers: and no type": "sequence sequential",
    "branches are an item with branches: and no type": "branches parallel",
    "inputs are no layers: write input: beside layers:": "data input inputlayer",
    "recurrent and attention layers are not in the language": (
        "lstm gru rnn recurrent attention multiheadattention selfattention transformer"
    ),
}

CALLED: dict[str, str] = {
    **{
        word: f"did you mean '{meant}'?"
        for meant, words in _BY_TYPE.items()
        for word in words.split()
    },
    **{word: hint for hint, words in _BY_HINT.items() for word in words.split()},
}
"""The hint for a type by the name, in lower case, that other frameworks and people have for it."""

KEYS_CALLED = {
    "filters": "out_channels",
    "planes": "out_channels",
    "units": "out_features",
    "pool_size": "kernel_size",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "rate": "p",
    "inputs": "from",
    "bottom": "from",
    "activation": "an activation is a layer of its own: {type: ReLU}, say",
}
"""What the keys of other frameworks are called here, where no spelling tells; or a hint."""

MAXIMUM_KEYS = 64
"""The keys of an item that are compared with those that say what it is."""

INNER_KEYS = ("type", "layers", "branches")
"""What says what an item is; one of them must be there."""


def type_hint(name: str, known: Iterable[str]) -> str | None:
    """What a type that nobody knows is called here; None where no rule tells."""
    known = list(known)
    bare = name.partition("(")[0].rpartition(".")[2]  # nn.ReLU(inplace=True)
    if bare != name and bare in known:
        return f"did you mean {bare!r}?"
    folded = bare.casefold()
    if folded in CALLED:
        return CALLED[folded]
    by_axes = [other for other in known if other[-2:] in ("1d", "2d", "3d")]
    named = [other for other in by_axes if other[:-2].casefold() == folded]
    if len(named) > 1:
        return f"the number of spatial axes is part of the name: {', '.join(named)}"
    return None


def report_item(
    reader: Reader,
    node: Mapping,
    common: tuple[str, ...],
    is_type: Callable[[str], bool],
    prefix: str,
) -> None:
    """Report an item that has neither a type nor layers nor branches.

    common: the keys that every item may have. prefix: how a message about the item begins.
    """
    known = (*INNER_KEYS, *common)
    meant = [
        key
        for key in islice(node.values, MAXIMUM_KEYS)
        if key not in known
        and (key.partition(":")[0] in INNER_KEYS or nearest(key, known) in INNER_KEYS)
    ]
    if meant:
        for key in meant:
            reader.unknown_key(node, key, known, "part of a layer")
        return
    key, value = next(iter(node.values.items()), ("", None))
    if len(node.values) == 1 and key not in known and (value is None or isinstance(value, Mapping)):
        hint = (
            f"write the type as a value: {{type: {key}, ...}}"
            if is_type(key)
            else f"write the name as a value: {{name: {key}, type: ...}}"
        )
        reader.problem("SC103", "a layer needs a type", node.place_of_key(key), hint)
        return
    reader.problem("SC103", f"{prefix}a layer needs a type", node.start, "type: Conv2d, say")


def oversized(body: Item) -> Problem | None:
    """The problem of a network that expands to too many layers, or nests too deep.

    It stands at the innermost item that is too large by itself.
    """
    count, nesting = measure(body)
    if count > MAXIMUM_LAYERS:
        item = _innermost(body, 0, MAXIMUM_LAYERS)
        count, _ = measure(item)
        if type(item.repeat) is int:
            message = too_many_layers(
                item.name or item.default_name, item.repeat, measure_once(item)
            )
        else:
            what = item.block.name if isinstance(item, BlockItem) else "the network"
            message = f"{what} has {count} layers, more than the {MAXIMUM_LAYERS} of any network"
        place = item.place("layers" if item.repeat is None else "repeat")
        return Problem("SC113", message, item.source, place)
    if nesting > MAXIMUM_NESTING:
        item = _innermost(body, 1, MAXIMUM_NESTING - 1)
        message = f"blocks, sequences and branches nest deeper than {MAXIMUM_NESTING}"
        return Problem("SC112", message, item.source, item.place())
    return None


def too_many_layers(name: str, times: int, layers_once: int) -> str:
    """The message about an item with too many repeats."""
    layers = "1 layer" if layers_once == 1 else f"{layers_once} layers"
    return (
        f"{name}: {times} repeats of {layers} are more than the {MAXIMUM_LAYERS} layers that a "
        "network may have"
    )


def _innermost(item: Item, figure: int, limit: int) -> Item:
    """The innermost item of which a figure of `measure` is above a limit."""
    while True:
        inner = next((one for one in children(item) if measure(one)[figure] > limit), None)
        if inner is None:
            return item
        item = inner


def unknown_layer(scope: Scope, name: str, item: Item | None, hints: bool) -> Refusal:
    """The refusal of a name that no earlier layer has.

    item: what takes it; None for the outputs of the network.
    hints: whether the reason is looked for among those that are known.
    """
    hint: str | None = "a layer takes what an earlier one puts out"
    if item is not None and name == item.name:
        return Refusal("SC110", f"{shown(name)} is this layer itself", hint)
    what = "layer" if item is None else "earlier layer"
    if not hints:
        return Refusal("SC110", f"there is no {what} {shown(name)}")
    known: dict[str, None] = {}
    around: Scope | None = scope
    while around is not None:
        known.update(dict.fromkeys(around.names))
        if name.split(".")[0] in around.left_out:
            text = f"{shown(name)} is left out by its when"
            return Refusal("SC110", text, "give this the same when, or take another layer")
        later = next((other for other in around.items if other.name == name), None)
        if later is not None:
            line = later.source.position(later.place("name"))[0]
            return Refusal(
                "SC110", f"{shown(name)} comes later, in line {line}", f"{hint}; move it up"
            )
        around = around.outer
    found = _nothing_inside(scope, name)
    if found is not None:
        return found
    hint = did_you_mean(name, known) if len(known) <= MAXIMUM_WORDS else None
    if hint is None and 0 < len(known) <= MAXIMUM_LISTED:
        whose = "earlier layers" if scope.use is None else "a block takes from its own layers alone"
        hint = f"{whose}: {', '.join(known)}"
    return Refusal("SC110", f"there is no {what} {shown(name)}", hint)


def _nothing_inside(scope: Scope, name: str) -> Refusal | None:
    """The refusal of a path of which the beginning is a layer; None where none is."""
    end = name.rfind(".")
    while end > 0:
        entry = scope.entry(name[:end])
        if entry is not None and entry.node is not None:
            outer, inner = shown(name[:end])[1:-1], name[end + 1 :]
            parts = len(entry.node.tensors)
            if parts > 1:
                hint = f"its parts are {', '.join(map(str, range(min(parts, MAXIMUM_LISTED))))}"
                return Refusal("SC110", f"{outer} has no part {shown(inner)[1:-1]}", hint)
            names = [child.name for child in entry.node.children]
            meant = nearest(inner, names)
            if meant is not None:
                hint = f"did you mean '{outer}.{meant}'?"
            elif names:
                hint = "inside are " + ", ".join(names[:MAXIMUM_LISTED])
            else:
                hint = f"nothing is inside {outer}"
            return Refusal("SC110", f"{outer} has no layer {shown(inner)}", hint)
        end = name.rfind(".", 0, end)
    return None
