"""A spec run in PyTorch: a small interpreter of the language, which knows nothing of shapecalc.

It takes a spec as YAML's plain mappings and lists, runs it layer by layer on tensors, and notes of
every layer what it takes, outputs and costs. It raises some exception where a spec is wrong; which
one is of no account. Of the language it knows what `draw_networks` draws and what the blocks that
ship are made of.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from functools import cache
from math import ceil, floor, log2, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch_layers
import torch_recurrent
import yaml
from torch_products import STORED

BLOCKS = Path(__file__).parent.parent.parent / "shapecalc" / "blocks"

Item = dict[str, Any]
Tensors = list[torch.Tensor]


class WrongError(Exception):
    """The spec is wrong: it names what is not there, or the like."""


class Row(NamedTuple):
    """What is compared of a layer; shapes are channels first, without the batch."""

    type: str
    inputs: list[list[int]]
    outputs: list[list[int]]
    params: int
    buffers: int
    macs: int


class Node:
    """What a name stands for: tensors, several for parts, and the names within.

    rows: those of its layers, from the first to behind the last.
    """

    def __init__(self, tensors: Tensors, inner: dict[str, Node] | None = None) -> None:
        self.tensors = tensors
        self.inner = inner or {}
        self.rows = slice(0)


class Scope:
    """The names of a sequence and, outward, of those around it, and the arguments."""

    def __init__(
        self, arguments: dict[str, Any], outer: Scope | None = None, network: bool = True
    ) -> None:
        self.arguments = arguments
        self.outer = outer
        self.network = network
        self.names: dict[str, Node] = {}
        self.left_out: set[str | None] = set()

    def find(self, path: str) -> Node:
        """The node of a name or dotted path. Raises WrongError."""
        for end in range(len(path), 0, -1):
            if end == len(path) or path[end] == ".":
                node = self.names.get(path[:end])
                found = None if node is None else within(node, path[end + 1 :])
                if found is not None:
                    return found
        if self.outer is None:
            raise WrongError(path)
        return self.outer.find(path)

    def tensor(self, path: str) -> torch.Tensor:
        """The one tensor of a name or dotted path. Raises WrongError."""
        tensors = self.find(path).tensors
        if len(tensors) != 1:
            raise WrongError("parts of which none is named")
        return tensors[0]


def within(node: Node, path: str) -> Node | None:
    """What a dotted path stands for within a node, if anything."""
    if not path:
        return node
    for end in range(len(path), 0, -1):
        if path[:end] in node.inner and path[end : end + 1] in ("", "."):
            return within(node.inner[path[:end]], path[end + 1 :])
    if path.isdigit() and int(path) < len(node.tensors) > 1:
        return Node([node.tensors[int(path)]])
    return None


def make_divisible(value: Any, divisor: int) -> int:
    """The multiple of a divisor that is nearest, but not below 9/10 of the value."""
    nearest = max(divisor, int(value + Fraction(divisor, 2)) // divisor * divisor)
    return nearest if 10 * nearest >= 9 * value else nearest + divisor


FUNCTIONS: dict[str, Any] = {
    "__builtins__": {},
    **{function.__name__: function for function in (min, max, abs, round, floor, ceil, len)},
    "make_divisible": make_divisible,
    "log2": log2,
    "sqrt": sqrt,
    "null": None,
    "true": True,
    "false": False,
}

COMMON = (
    "name",
    "type",
    "from",
    "when",
    "repeat",
    "shares",
    "note",
    "expect",
    "cells",
    "trainable",
)
"""What an item may say besides its fields."""

WORDS = re.compile(
    r"\d+(x\d+)+|same|same_upper|same_lower|valid|zeros|reflect|replicate|circular|none|tanh|relu"
    r"|row|batch|nearest|nearest-exact|area|linear|bilinear|bicubic|trilinear|center|corner|border"
)
"""Texts that are sizes, or the words of fields."""

NAMES = {name for names in torch_layers.DIM_NAMES.values() for name in names}
"""The names of axes, which are no arguments where an axis is wanted."""

TYPES = re.compile(r"[A-Z]\w*")
"""The names of types, as the value of an argument."""


def evaluate(value: Any, arguments: dict[str, Any], words: Collection[str] = ()) -> Any:
    """A value with its expressions worked out, decimals as exact fractions; words are none."""
    if isinstance(value, list):
        return [evaluate(item, arguments, words) for item in value]
    if isinstance(value, float):
        return Fraction(str(value))
    if (
        not isinstance(value, str)
        or value in words
        or (value not in arguments and WORDS.fullmatch(value))
    ):
        return value
    if TYPES.fullmatch(value) and value not in arguments:
        return value
    found = eval(value, FUNCTIONS, arguments)  # of texts that this project draws or ships
    return int(found) if isinstance(found, Fraction) and found.denominator == 1 else found


class Interpreter:
    """One run. `rows` gathers the layers in execution order, `weights` the shapes of their tensors.

    layer: what runs a layer, of its type, fields and inputs. batch: that of the inputs.
    """

    def __init__(
        self,
        blocks: dict[str, Item],
        layer: Callable[..., torch_layers.Ran] = torch_layers.run,
        batch: int = 2,
    ) -> None:
        self.batch = batch
        self.blocks = blocks
        self.layer = layer
        self.rows: list[Row] = []
        self.weights: list[dict[str, torch.Size]] = []

    def sequence(self, items: Sequence[Item], flow: Tensors, scope: Scope) -> Tensors:
        """What the last of a list of items outputs."""
        for item in items:
            if "when" in item and not self.asked(item, "when", flow, scope):
                scope.left_out.add(item.get("name"))
                continue
            name = item.get("name") or f"unnamed {len(scope.names)}"
            if "repeat" not in item:
                flow = self.named(item, name, flow, scope)
                continue
            times = self.asked(item, "repeat", flow, scope)
            if not times:
                scope.left_out.add(name)
            if times < 0 or name in scope.names:
                raise WrongError("a repeat of less than nothing, or a name that is taken")
            before = scope.arguments
            for index in range(times):
                scope.arguments = {**before, "index": index}
                flow = self.named(item, f"{name}.{index}", flow, scope)
                scope.names[name] = scope.names[f"{name}.{index}"]
                item = {key: value for key, value in item.items() if key != "from"}
            scope.arguments = before
        if len(flow) != 1:
            raise WrongError("parts of which none is named")
        return flow

    def asked(self, item: Item, key: str, flow: Tensors, scope: Scope) -> Any:
        """An item's `when` or `repeat`, in which `in_channels` is what would come into it."""
        arguments = dict(scope.arguments)
        if scope.network:
            arguments |= channels_of(self.sources(item, flow, scope))
        return evaluate(item[key], arguments)

    def sources(self, item: Item, flow: Tensors, scope: Scope) -> Tensors:
        """The tensors that an item takes."""
        if "from" not in item:
            if item.get("type") in STORED:
                return []
            if len(flow) != 1:
                raise WrongError("parts of which none is named")
            return flow
        names = item["from"] if isinstance(item["from"], list) else [item["from"]]
        return [scope.tensor(name) for name in names]

    def named(self, item: Item, name: str, flow: Tensors, scope: Scope) -> Tensors:
        """Run an item once and enter it under its name."""
        if name in scope.names:
            raise WrongError(f"{name} is taken")
        inputs = self.sources(item, flow, scope)
        if scope.network:
            scope.arguments |= channels_of(inputs)
        before = len(self.rows)
        node = self.node(item, inputs, scope)
        node.rows = slice(before, len(self.rows))
        if "shares" in item:
            self.share(node.rows, scope.find(item["shares"]).rows)
        scope.names[name] = node
        return node.tensors

    def share(self, rows: slice, owner: slice) -> None:
        """Count weights that are an earlier layer's only once. Raises WrongError."""
        if not any(self.weights[owner]):
            raise WrongError("no weights to share")
        own, others = self.rows[rows], self.rows[owner]
        if len(own) != len(others):
            raise WrongError("no such weights to share")
        self.rows[rows] = [
            shared(row, mine, other.type, theirs)
            for row, mine, other, theirs in zip(
                own, self.weights[rows], others, self.weights[owner], strict=True
            )
        ]

    def node(self, item: Item, inputs: Tensors, scope: Scope) -> Node:
        """An item run on its inputs."""
        if "type" not in item:
            check_single(inputs)
            return self.body(item, inputs, Scope(scope.arguments, scope, scope.network))
        written = item["type"]
        given = scope.arguments.get(written, written)
        if isinstance(given, dict):  # a type with fields, which an argument may be
            item = {**item, **given}
            given = given["type"]
        type = str(given)
        block = self.blocks.get(type) or shipped_block(type)
        if block is None:
            return self.leaf(type, item, inputs, scope)
        check_single(inputs)
        return self.block(block, item, inputs, scope)

    def body(self, item: Item, inputs: Tensors, scope: Scope) -> Node:
        """What stands under `layers` or `branches`."""
        if "layers" in item:
            return Node(self.sequence(item["layers"], inputs, scope), scope.names)
        branches: dict[str, Node] = {}
        for name, branch in item["branches"].items():
            mapping = branch if isinstance(branch, dict) else {"layers": branch}
            if "when" in mapping and not self.asked(mapping, "when", inputs, scope):
                continue
            inner = Scope(scope.arguments, scope, scope.network)
            branches[name] = Node(self.sequence(mapping["layers"], inputs, inner), inner.names)
        ends = [node.tensors[0] for node in branches.values()]
        if not ends:
            raise WrongError("every branch is left out")
        if len(ends) > 1 and item.get("join") != "none":
            join = item.get("join", "concat").capitalize()
            if join == "Add" and len({end.shape for end in ends}) > 1:
                raise WrongError("a sum of branches that are not equal")
            ends = torch_layers.run(join, {}, ends).outputs
        return Node(ends, branches)

    def block(self, block: Item, item: Item, inputs: Tensors, scope: Scope) -> Node:
        """The use of a block."""
        definitions = block.get("arguments", {})
        given = {
            key: evaluate(value, scope.arguments)
            for key, value in item.items()
            if key not in COMMON
        }
        if not set(given) <= set(definitions):
            raise WrongError("an argument that the block does not have")
        arguments: dict[str, Any] = {"in_channels": inputs[0].shape[1]}
        for name, definition in definitions.items():
            value = given[name] if name in given else evaluate(default_of(definition), arguments)
            check_kind(definition, value)
            arguments[name] = value
        inner = Scope(arguments, network=False)
        inner.names["input"] = Node(inputs)
        return self.body(block, inputs, inner)

    def leaf(self, type: str, item: Item, inputs: Tensors, scope: Scope) -> Node:
        """A layer."""
        fields = {
            key: evaluate(value, scope.arguments, NAMES if key in torch_layers.DIMS else ())
            for key, value in item.items()
            if key not in COMMON
        }
        ran = self.layer(type, fields, inputs)
        costs = (ran.params, ran.buffers, ran.macs)
        self.rows.append(Row(type, shapes(inputs), shapes(ran.outputs), *costs))
        self.weights.append(tensors_of(ran.module))
        if type in STORED:
            return Node([tensor.expand(self.batch, *tensor.shape[1:]) for tensor in ran.outputs])
        names = torch_recurrent.OUTPUTS.get(type)
        if names is None:
            return Node(ran.outputs)
        named = {name: Node([each]) for name, each in zip(names, ran.outputs, strict=True)}
        return Node(ran.outputs[:1], named)


def channels_of(inputs: Tensors) -> Item:
    """What `in_channels` is, where something comes in."""
    return {"in_channels": inputs[0].shape[1]} if inputs else {}


TIED = re.compile(r"Conv\w*|Linear|Bilinear|Embedding")
"""The types of which a weight may be another's without its bias."""


def tensors_of(module: torch.nn.Module) -> dict[str, torch.Size]:
    """The shapes of parameters and buffers by name, a buffer's with a sign before it."""
    found = {name: parameter.shape for name, parameter in module.named_parameters()}
    return found | {f"-{name}": buffer.shape for name, buffer in module.named_buffers()}


def shared(row: Row, own: dict[str, torch.Size], type: str, others: dict[str, torch.Size]) -> Row:
    """A layer that has the tensors of another, which keeps a bias that is not there: of another
    type the weight alone. Raises WrongError."""
    kept = {}
    if TIED.fullmatch(row.type):
        biases = ("bias", "-bias")
        kept = {
            name: shape
            for name, shape in own.items()
            if name in biases and (row.type != type or name not in others)
        }
        own, others = (
            {name: shape for name, shape in each.items() if name not in biases}
            for each in (own, others)
        )
        plain = own.keys() in ({"weight"}, {"-weight"})
        if row.type != type and not (TIED.fullmatch(type) and plain):
            raise WrongError("no such weights to share")
    elif row.type != type:
        raise WrongError("no such weights to share")
    if own != others:
        raise WrongError("no such weights to share")
    numbers = sum(shape.numel() for shape in kept.values())
    return row._replace(
        params=0 if "-bias" in kept else numbers, buffers=numbers if "-bias" in kept else 0
    )


def check_single(inputs: Tensors) -> None:
    """Refuse several inputs, which only layers take. Raises WrongError."""
    if len(inputs) != 1:
        raise WrongError("more than one input")


def shapes(tensors: Tensors) -> list[list[int]]:
    """The shapes of tensors without their batch."""
    return [list(tensor.shape[1:]) for tensor in tensors]


def default_of(definition: Any) -> Any:
    """An argument's default, of its definition or written in place of one; WrongError for none."""
    return definition.get("default", WrongError) if isinstance(definition, dict) else definition


def check_kind(definition: Any, value: Any) -> None:
    """Refuse a value that is none of the kind of a block's argument. Raises WrongError."""
    kind = definition.get("kind") if isinstance(definition, dict) else None
    if value is None and default_of(definition) is None:
        return
    if value is WrongError or (value is None and kind != "type"):
        raise WrongError("an argument without a value")
    if kind == "count" and not (type(value) is int and value >= 1):
        raise WrongError("a count that is none")


@cache
def shipped_block(type: str) -> Item | None:
    """The block of a name that ships, if there is one."""
    path = BLOCKS / f"{type}.yaml"
    if not path.exists():
        return None
    return load(path)


class Loader(yaml.SafeLoader):
    """YAML as the language has it, in which `0x3` are two sizes and no number."""


Loader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"[-+]?[0-9]+$") if tag.endswith(":int") else pattern)
        for tag, pattern in resolvers
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Item:
    """The mapping that a file is."""
    found: Item = yaml.load(path.read_text("utf-8"), Loader)  # a SafeLoader
    return found


class Network(NamedTuple):
    """A spec that was run: its layers, and the tensors at both ends."""

    rows: list[Row]
    inputs: Tensors
    outputs: Tensors


def arguments_of(spec: Item, variant: Item) -> dict[str, Any]:
    """The network's arguments: a variant's, or their defaults, which use those before them."""
    arguments: dict[str, Any] = {}
    for name, definition in spec.get("arguments", {}).items():
        value = variant.get("arguments", {}).get(name, default_of(definition))
        arguments[name] = evaluate(value, arguments)
    return arguments


def run(
    spec: Item,
    variant: str | None = None,
    layer: Callable[..., torch_layers.Ran] = torch_layers.run,
    tensor: Callable[..., torch.Tensor] = torch.zeros,
    batch: int = 2,
) -> Network:
    """A spec run once. Raises where it is wrong.

    layer: what runs a layer, of its type, fields and inputs. tensor: what makes an input of a size.
    """
    wanted = {} if variant is None else spec["variants"][variant]
    interpreter = Interpreter(spec.get("blocks", {}), layer, batch)
    scope = Scope(arguments_of(spec, wanted))
    written = wanted.get("input", spec.get("input"))
    shapes = written if isinstance(written, dict) else {"input": written}
    inputs = []
    for name, shape in shapes.items():
        sizes = evaluate(shape, scope.arguments)
        *spatial, channels = sizes if isinstance(sizes, list) else map(int, str(sizes).split("x"))
        inputs.append(tensor(batch, channels, *spatial))
        scope.names[name] = Node(inputs[-1:])
    outputs = interpreter.sequence(spec["layers"], inputs, scope)
    if "outputs" in spec:
        named = [name for name in spec["outputs"] if name not in scope.left_out]
        outputs = [scope.tensor(name) for name in named]
        if not outputs:
            raise WrongError("every output is left out")
    return Network(interpreter.rows, inputs, outputs)
