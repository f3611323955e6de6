"""What people paste from elsewhere, as it is written here: PyTorch's calls, rows of YOLO's YAML.

Imported only when something is met that is no item. Nothing is evaluated.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from shapecalc.layers.base import LayerType, Windowed
from shapecalc.layers.fields import Inferred
from shapecalc.layers.padding_hints import same_hint
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapecalc.language.items import Block

    Find = Callable[[str], LayerType | Block | None]

LONGEST_CALL = 300
"""The maximum length of a call that is read, in characters."""

IGNORED = ("device", "dtype")
"""Parameters that every layer of PyTorch has, which a spec has no room for."""

_ORDERS = {
    "Conv": "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode",
    "ConvTranspose": (
        "in_channels out_channels kernel_size stride padding output_padding groups bias dilation "
        "padding_mode"
    ),
    "MaxPool": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "LPPool": "norm_type kernel_size stride ceil_mode",
    **dict.fromkeys(
        ("BatchNorm", "InstanceNorm", "SyncBatchNorm"),
        "num_features eps momentum affine track_running_stats",
    ),
    "GroupNorm": "num_groups num_channels eps affine",
    "Fold": "output_size kernel_size dilation padding stride",
}
"""The order of PyTorch's parameters, by the name of a type without its number of axes, where it is
not that of the fields."""

_CALL = re.compile(
    r"(?:(?:self\.)?(?P<name>[a-z_]\w*) = )?"
    r"(?:torch\.nn\.|nn\.|torchvision\.ops\.|ops\.)?(?P<type>[A-Z]\w*)\((?P<arguments>.*)\),?",
    re.DOTALL,
)
_WORD = re.compile(r"(?:[\w.]+ = |\w+\.add\()?(?:\w+\.)*(?P<word>\w+)(?:\(.*)?", re.DOTALL)
"""A name, or the beginning of a call of it; Keras adds what it calls to a model."""
_MEANT = re.compile(r"^did you mean '(\w+)'\?$")
_WARNS = re.compile(r"\\|(?<![\w.])\d[\d.]*(?![eE][-+]?\d)[A-Za-z_]")
"""What Python's parser may warn about: escapes, and a number with letters right after it."""


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
    found = find(call["type"])
    if found is None:
        return None
    item = None
    if isinstance(found, LayerType):
        item = _item_of_call(found, call["arguments"], call["name"])
    return f"write {item or f'a mapping: {{type: {found.name}, ...}}'}"


def _item_of_call(found: LayerType, arguments: str, name: str | None) -> str | None:
    if _WARNS.search(arguments):
        return None
    try:
        call = ast.parse(f"_({arguments})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    named = {str(keyword.arg): keyword.value for keyword in call.keywords}
    return item_text(found, call.args, named, name)


def positional(found: LayerType) -> list[str]:
    """The fields of a type in the order of PyTorch's parameters."""
    order = _ORDERS.get(re.sub(r"\dd$", "", found.name))
    fields = found.fields
    return list(fields) if order is None else [name for name in order.split() if name in fields]


def item_text(
    found: LayerType,
    values: Sequence[Any],
    named: Mapping[str, Any] | None = None,
    name: str | None = None,
    more: str = "",
) -> str | None:
    """The item of a type with PyTorch's arguments; None if they are not what the type has.

    values, named: by their order and by their names, plain or as Python's syntax trees.
    more: what the item has besides.
    """
    order = positional(found)
    if len(values) > len(order):
        return None
    written: dict[str, Any] = {}
    for key, value in (*zip(order, values, strict=False), *(named or {}).items()):
        field = found.fields.get(key)
        if isinstance(field, Inferred) or key in IGNORED:
            continue
        if field is None or key in written:
            return None
        try:
            plain = ast.literal_eval(value) if isinstance(value, ast.AST) else value
            if field.is_null(plain):
                continue
            field.read(plain, found.rank)
        except (Refusal, ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return None
        written[key] = plain
    if found.missing(written):
        return None
    fields = [f"name: {name}"] if name else []
    fields += [f"type: {found.name}", *(f"{key}: {_text(it)}" for key, it in written.items())]
    return f"{{{', '.join(fields)}{more}}}"


def _text(value: object) -> str:
    """A value as YAML."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return str(value)


def _row_hint(row: Sequence[object], find: Find, otherwise: str) -> str:
    """How to write a row of YOLO's YAML: where from, how often, which module, its arguments."""
    if len(row) != 4 or not isinstance(row[2], str) or not isinstance(row[3], ListNode):
        return otherwise
    source, number, module, arguments = row[0], row[1], row[2], row[3].values
    item, named = None, ""
    more = f", repeat: {number}" if type(number) is int and number > 1 else ""
    if isinstance(source, ListNode):
        if module == "Concat" and 1 < len(source.values) <= 8:
            names = ", ".join("abcdefgh"[: len(source.values)])
            item, named = f"{{type: Concat, from: [{names}]}}", ", with the names of those layers"
    else:
        if source != -1:
            more, named = f"{more}, from: a", ", with the name of that layer"
        if module == "Conv":
            item = _convolution(arguments, more)
        elif module.startswith("nn."):
            found = find(module.removeprefix("nn."))
            if isinstance(found, LayerType):
                values = [_plain(each) for each in arguments]
                if found.name.startswith("ConvTranspose"):
                    values.insert(0, None)  # YOLO infers in_channels, too
                item = item_text(found, values, more=more)
    if item is None:
        known = None if module in ("Conv", "Concat") else _word_hint(module)
        return f"rows of YOLO's YAML are not read: {known or otherwise}"
    return f"rows of YOLO's YAML are not read: write {item}{named}"


def _convolution(arguments: Sequence[object], more: str) -> str | None:
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
    written = "".join(f", {name}: {value}" for name, value in given.items())
    return f"{{type: ConvNormActivation{written}, activation: SiLU{more}}}"


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
    if word.casefold() == "valid":
        return "leave padding out: there is none unless it is written"
    if word.casefold() != "same" or found.name == "Fold":
        return None
    try:
        written = {
            key: found.fields[key].read(_plain(value), found.rank)
            for key, value in node.values.items()
            if key in found.fields and key != "padding"
        }
        layer = found.make(
            {"out_channels": 1, **written} if found.layer.mixes_channels else written
        )
    except Refusal:
        return (
            "same is only for convolutions that are not transposed; for an odd kernel_size k, "
            "padding k // 2 keeps the sizes at stride 1"
        )
    assert isinstance(layer, Windowed)
    return same_hint(layer)
