"""What people paste from elsewhere, as it is written here: PyTorch's calls, rows of YOLO's YAML.

Imported only when something is met that is no item. Nothing is evaluated.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shapecalc.language.calls.nodes import layer_of_call
from shapecalc.language.calls.parameters import by_field, lazy
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.spec_text import item_text, plain
from shapecalc.layers.base import LayerType, Windowed
from shapecalc.layers.convolution import ConvTranspose
from shapecalc.layers.padding_hints import LIKE_TENSORFLOW, transposed_same
from shapecalc.problems.problem import Problems, Refusal
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapecalc.language.items import Block

    Find = Callable[[str], LayerType | Block | None]

LONGEST_CALL = 300
"""The maximum length of a call that is read, in characters."""

_CALL = re.compile(
    r"(?:(?:self\.)?[a-z_]\w* = )?"
    r"(?:torch\.nn\.|nn\.|torchvision\.ops\.|ops\.)?(?P<type>[A-Z]\w*)\(.*\),?",
    re.DOTALL,
)
_WORD = re.compile(r"(?:[\w.]+ = |\w+\.add\()?(?:\w+\.)*(?P<word>\w+)(?:\(.*)?", re.DOTALL)
"""A name, or the beginning of a call of it; Keras adds what it calls to a model."""
_MEANT = re.compile(r"^did you mean '(\w+)'\?$")


def layer_hint(value: object, find: Find, otherwise: str) -> str:
    """How to write something that stands in place of a layer. otherwise: the hint for anything
    that is not known."""
    if isinstance(value, ListNode):
        return _row_hint(value.values, find, otherwise)
    if not isinstance(value, str):
        return otherwise
    if find(value) is not None:
        return f"write {{type: {value}}}"
    return call_hint(value, find) or _word_hint(value) or otherwise


def _word_hint(text: str) -> str | None:
    """What is known of the word that a text is, or calls: a type, or why there is none."""
    word = _WORD.fullmatch(text) if len(text) <= LONGEST_CALL else None
    if word is None:
        return None
    from shapecalc import layers
    from shapecalc.language.other_frameworks.answers import type_hint

    hint = type_hint(word["word"], layers.type_names())
    if hint is None:
        return None
    return _MEANT.sub(r"write a mapping: {type: \1, ...}", hint)


def call_hint(text: str, find: Find) -> str | None:
    """How to write a call of PyTorch's, such as `nn.Conv2d(3, 64, 3)`; None for anything else."""
    call = _CALL.fullmatch(text) if len(text) <= LONGEST_CALL else None
    if call is None:
        return None
    name = lazy(call["type"]) or call["type"]
    found = find(name)
    if found is None:
        return None
    item = _item_of_call(found, text) if isinstance(found, LayerType) else None
    return f"write {item or f'a mapping: {{type: {name}, ...}}'}"


def _item_of_call(found: LayerType, text: str) -> str | None:
    """The item that says a call of a type; None where it has no such."""
    node = layer_of_call(NodeReader(Source("", text), Problems()))
    if node is None:
        return None
    entries = {key: plain(value) for key, value in node.values.items()}
    head: dict[str, Any] = {"name": entries.pop("name")} if "name" in entries else {}
    head["type"] = entries.pop("type")
    return _item(found, head, entries)


def _item(
    found: LayerType,
    head: Mapping[str, Any],
    fields: Mapping[str, Any],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> str | None:
    """The item of a type with fields; None if they are not what the type has.

    head, more: what the item has before and after them.
    """
    written = {}
    for key, value in fields.items():
        field = found.fields.get(key)
        if field is None:
            return None
        if not field.is_null(value):
            try:
                field.read(value, found.rank)
            except Refusal:
                return None
            written[key] = value
    if found.missing(written):
        return None
    return item_text({**head, **written, **more})


def _row_hint(row: Sequence[object], find: Find, otherwise: str) -> str:
    """How to write a row of YOLO's YAML: where from, how often, which module, its arguments."""
    if len(row) != 4 or not isinstance(row[2], str) or not isinstance(row[3], ListNode):
        return otherwise
    source, number, module, arguments = row[0], row[1], row[2], row[3].values
    item, named = None, ""
    more: dict[str, Any] = {}
    if type(number) is int and number > 1:
        more["repeat"] = number
    if isinstance(source, ListNode):
        if module == "Concat" and 1 < len(source.values) <= 8:
            item = item_text({"type": "Concat", "from": [*"abcdefgh"[: len(source.values)]]})
            named = ", with the names of those layers"
    else:
        if source != -1:
            more["from"] = "a"
            named = ", with the name of that layer"
        if module == "Conv":
            item = _convolution(arguments, more)
        elif module.startswith("nn."):
            found = find(module.removeprefix("nn."))
            if isinstance(found, LayerType):
                item = _module(found, [_plain(each) for each in arguments], more)
    if item is None:
        known = None if module in ("Conv", "Concat") else _word_hint(module)
        return f"rows of YOLO's YAML are not read: {known or otherwise}"
    return f"rows of YOLO's YAML are not read: write {item}{named}"


def _module(found: LayerType, values: Sequence[Any], more: Mapping[str, Any]) -> str | None:
    """A module of PyTorch's with its arguments, without the channels that YOLO infers, too, where
    the module is a convolution."""
    try:
        fields = by_field(found, values, (), found.name.startswith("Conv"))
    except Refusal:
        return None
    fields = {key: value for key, value in fields.items() if key not in found.inferred}
    return _item(found, {"type": found.name}, fields, more)


def _convolution(arguments: Sequence[object], more: Mapping[str, Any]) -> str | None:
    """YOLO's Conv: output channels, kernel, stride, padding, groups; then a norm and a SiLU."""
    names = ("out_channels", "kernel_size", "stride", "padding", "groups")
    fields = {"kernel_size": 1, **dict(zip(names, map(_plain, arguments), strict=False))}
    kernel = fields["kernel_size"]
    if type(kernel) is int and kernel % 2 == 0 and fields.get("padding") is None:
        fields["padding"] = kernel // 2
    given = {name: fields[name] for name in names if fields.get(name) is not None}
    if len(arguments) > len(names) or "out_channels" not in given:
        return None
    if any(type(value) is not int for value in given.values()):
        return None
    return item_text({"type": "ConvNormActivation", **given, "activation": "SiLU", **more})


def _plain(value: object) -> Any:
    """A node's value, with YOLO's None as null."""
    if isinstance(value, ListNode):
        return [_plain(each) for each in value.values]
    return None if value == "None" else value


def source_hint(value: object) -> str | None:
    """What is said of numbers in `from`, which are YOLO's: -1 is the layer before."""
    numbers = value.values if isinstance(value, ListNode) else [value]
    if not any(type(number) is int for number in numbers):
        return None
    if numbers == [-1]:
        return (
            "from takes names of layers: leave it out for -1, the layer before, whose output is "
            "taken anyway"
        )
    if isinstance(value, ListNode):
        return (
            "from takes names of layers: name them and write from: [a, b]; -1 is the layer before, "
            "and needs a name in a list, too"
        )
    return "from takes names of layers: give that layer a name, and write it"


def padding_hint(word: str, node: MappingNode, find: Find) -> str | None:
    """What to write for `padding: same` or `valid`, where the type has neither word."""
    name = node.values.get("type")
    found = find(name) if isinstance(name, str) else None
    if not isinstance(found, LayerType) or not issubclass(found.layer, Windowed):
        return None
    words = found.fields["padding"].words
    if word.casefold() in words and not (word.casefold() == "same" and "stride" in node.values):
        return None  # it is spelled otherwise
    if word.casefold() == "valid":
        return "leave padding out: there is none unless it is written"
    if word.casefold() != "same" or found.name == "Fold":
        return None
    if "same_upper" in words:
        return LIKE_TENSORFLOW
    try:
        written = {
            key: found.fields[key].read(_plain(value), found.rank)
            for key, value in node.values.items()
            if key in found.fields and key != "padding"
        }
        layer = found.make({"out_channels": 1, **written})
    except Refusal:
        layer = None
    if isinstance(layer, ConvTranspose):
        return transposed_same(layer)
    return (
        "same is for convolutions that are not transposed, and for pools as same_upper; for an odd "
        "kernel_size k, padding k // 2 keeps the sizes at stride 1"
    )
