"""Random small networks as YAML's mappings and lists: all that the language has for wiring layers.

Most are right. Where two tensors meet, they have come by layers that keep the extents, or that
change them alike, so that the joins fit; `broken` then spoils one thing about a network.
"""

from __future__ import annotations

from random import Random
from typing import Any

from draw_flows import Flow, Item, LayerDrawer
from draw_tools import chance, maybe


class Drawer(LayerDrawer):
    """Draws the items of one network, in order.

    blocks: those that the items drawn so far use. visible: what an item may take by name at the
    point that is drawn. inner: what may be taken of within the item drawn last, by dotted paths.
    """

    def __init__(self, random: Random, rank: int, arguments: dict[str, int]) -> None:
        super().__init__(random, rank, arguments)
        self.named = 0
        self.blocks: dict[str, Item] = {}
        self.visible: list[tuple[str, Flow]] = []
        self.inner: list[tuple[str, Flow]] = []

    def name(self) -> str:
        """A name that no other item has."""
        self.named += 1
        return f"n{self.named}"

    def items(self, flow: Flow, length: int, depth: int, keep: bool) -> tuple[list[Item], Flow]:
        """A list of items.

        depth: how much deeper it may nest. keep: whether the extents must stay as they are.
        """
        random = self.random
        found: list[Item] = []
        for _ in range(length):
            if chance(random, 0.12):
                parts, flow = self.parts(flow)
                found += parts
                continue
            fitting = [
                (name, other)
                for name, other in self.visible
                if not keep or other.extents == flow.extents
            ]
            name = self.name()
            if len(fitting) > 1 and chance(random, 0.15):
                item, flow = self.join(fitting)
            elif fitting and chance(random, 0.12):
                source, flow = random.choice(fitting)
                item, flow = self.item(flow, depth, keep)
                item["from"] = source
                if item.get("repeat") == 0:  # what comes by would not be the source then
                    item["repeat"] = 1
            else:
                item, flow = self.item(flow, depth, keep)
                item = self.dressed(item)
            found.append({**item, "name": name})
            if "when" not in item and item.get("repeat") != 0:
                self.visible.append((name, flow))
                self.visible += [(f"{name}.{path}", other) for path, other in self.inner]
            self.inner = []
        return found, flow

    def within(
        self, path: str, flow: Flow, length: int, depth: int, keep: bool
    ) -> tuple[list[Item], Flow, list[tuple[str, Flow]]]:
        """A list of items within an item, and what may be taken of them; path: where they stand."""
        outside = len(self.visible)
        items, flow = self.items(flow, length, depth, keep)
        inner = [(path + name, other) for name, other in self.visible[outside:]]
        del self.visible[outside:]
        return items, flow, inner

    def item(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """One item, without its name."""
        random = self.random
        choices = [self.convolution, self.convolution, self.norm, self.pointwise, self.transposed]
        if not keep:
            choices += [self.resizing, self.resizing]
        nested = (self.branches, self.branches, self.residual, self.gated, self.group, self.use)
        if depth and chance(random, len(nested) / (len(nested) + len(choices))):
            item, flow = random.choice(nested)(flow, depth - 1, keep)
        elif self.rank > 1 and chance(random, 0.1):
            leading = (self.convolution, self.norm, self.transposed, *choices[5:])
            item, flow = self.led(random.choice(leading), flow)
        else:
            item, flow = random.choice(choices)(flow)
        return item, flow

    def dressed(self, item: Item) -> Item:
        """An item, seldom with a `when`: one that holds, or one that leaves out an Identity."""
        random = self.random
        if item.get("type") == "Identity" and chance(random, 0.5):
            return {**item, "when": random.choice(("1 > 2", "in_channels < 0", False))}
        if chance(random, 0.08):
            return {**item, "when": random.choice(("1 < 2", "in_channels > 0", True))}
        return item

    def join(self, taken: list[tuple[str, Flow]]) -> tuple[Item, Flow]:
        """A Concat, or an Add or the like, of tensors that fit, by their names."""
        random = self.random
        first, flow = random.choice(taken)
        names, channels = [first], flow.channels
        for name, other in random.sample(taken, len(taken)):
            if other.extents == flow.extents and len(names) < 4:
                names.append(name)
                channels += other.channels
        equal = [name for name, other in taken if other == flow]
        if len(equal) > 1 and chance(random, 0.5):
            of_two = ("Subtract", "Divide") if len(equal) == 2 else ()
            how = random.choice(("Add", "Multiply", "Maximum", *of_two))
            return {"type": how, "from": equal[:3]}, flow
        if len(names) == 1:
            names, channels = names * 2, 2 * channels
        return {"type": "Concat", "from": names}, Flow(channels, flow.extents)

    def parts(self, flow: Flow) -> tuple[list[Item], Flow]:
        """A Chunk or Split whose parts go their own ways and meet again."""
        random = self.random
        if flow.channels < 2:
            whole, flow = self.pointwise(flow)
            return [{**whole, "name": self.name()}], flow
        name, side = self.name(), self.name()
        first = random.randint(1, flow.channels - 1)
        sizes = [first, flow.channels - first]
        item: Item = {"type": "Split", "split_size": sizes}
        if chance(random, 0.5):
            sizes = [-(-flow.channels // 2), flow.channels // 2]
            item = {"type": "Chunk", "chunks": 2}
        item |= maybe(random, 0.3, dim=lambda: random.choice((1, "channels")))
        aside, out = self.convolution(Flow(sizes[0], flow.extents))
        names = [side, f"{name}.{random.choice((0, 1, 1))}"]
        channels = out.channels + sizes[int(names[1][-1])]
        items = [
            {**item, "name": name},
            {**aside, "name": side, "from": f"{name}.0"},
            {"type": "Concat", "name": self.name(), "from": names},
        ]
        return items, Flow(channels, flow.extents)

    def group(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """A sequence within the sequence."""
        items, flow, self.inner = self.within("", flow, self.random.randint(1, 3), depth, keep)
        return {"layers": items}, flow

    def branches(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """Branches joined along the channels, of which one may be empty and one left out."""
        random = self.random
        halved = not keep and chance(random, 0.3)
        extents = self.other_extents() if halved else flow.extents
        branches: Item = {}
        inner: list[tuple[str, Flow]] = []
        channels = 0
        for name in ("left", "middle", "right")[: random.randint(1, 3)]:
            first, start = self.halving(flow, extents) if halved else ([], flow)
            items, end, names = self.within(f"{name}.", start, random.randint(0, 2), depth, True)
            branches[name] = first + items
            inner += [(name, end), *names]
            channels += end.channels
        self.inner = inner
        if chance(random, 0.2):
            branches["out"] = {"layers": [{"type": "ReLU"}], "when": "in_channels == 0"}
        item = {"branches": branches} | maybe(random, 0.5, join=lambda: "concat")
        return item, Flow(channels, extents)

    def halving(self, flow: Flow, extents: int) -> tuple[list[Item], Flow]:
        """A convolution or a pool that halves the extents, each as the other does."""
        window: Item = {"kernel_size": 3, "stride": 2, "padding": 1}
        if chance(self.random, 0.5):
            return [{"type": f"MaxPool{self.rank}d", **window}], Flow(flow.channels, extents)
        return [{"type": f"Conv{self.rank}d", "out_channels": 4, **window}], Flow(4, extents)

    def back_to(self, flow: Flow) -> Item:
        """A convolution that brings a branch back to the channels of its input."""
        convolution = f"Conv{self.rank}d"
        return {"type": convolution, "out_channels": flow.channels, "kernel_size": 1}

    def gated(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """A gate for each channel, multiplied with what comes by."""
        pool: Item = {"type": f"AdaptiveAvgPool{self.rank}d", "output_size": 1}
        gate = [pool, self.back_to(flow), {"type": "Sigmoid"}]
        return {"branches": {"gate": gate, "body": []}, "join": "multiply"}, flow

    def residual(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """A body beside a shortcut, added, perhaps repeated."""
        random = self.random
        items, _, inner = self.within("body.", flow, random.randint(0, 2), depth, keep=True)
        body = [*items, self.back_to(flow)]
        item: Item = {"branches": {"body": body, "shortcut": []}, "join": "add"}
        if chance(random, 0.2):
            return {**item, "repeat": random.choice((0, 1, 2, "width"))}, flow
        self.inner = inner
        return item, flow

    def use(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """The use of a block, of a new one or of one that is there already, perhaps repeated."""
        random = self.random
        used = random.choice([*self.blocks, None])
        if used is None:
            used = f"Block{len(self.blocks)}"
            self.blocks[used] = self.block(depth)
        channels = random.choice((1, 2, 4, 6))
        item: Item = {"type": used, "channels": self.count(channels)}
        item |= maybe(random, 0.5, kernel=lambda: random.choice((1, 3, 5)))
        item |= maybe(random, 0.3, wide=lambda: random.choice((True, False, "1 == 1")))
        item |= maybe(random, 0.3, activation=lambda: random.choice(("ReLU", "Tanh")))
        if chance(random, 0.3):
            times = random.randint(1, 3)
            item["repeat"] = times
            if chance(random, 0.5):
                item["channels"] = f"{channels} + index"
                channels += times - 1
        return item, Flow(channels, flow.extents)

    def block(self, depth: int) -> Item:
        """A block that keeps the extents, whatever comes in, and outputs `channels`."""
        random = self.random
        conv: Item = {
            "type": f"Conv{self.rank}d",
            "out_channels": "channels",
            "kernel_size": "kernel",
            "padding": "(kernel - 1) // 2",
        }
        wider = random.choice(("2 * channels", "in_channels + channels"))
        body: list[Item] = [
            {**conv, "name": "wide", "out_channels": wider, "when": "wide"},
            {**conv, "name": "conv"},
            {"name": "act", "type": "activation"},
        ]
        if chance(random, 0.5):
            body.insert(1, {"type": f"BatchNorm{self.rank}d"})
        if chance(random, 0.5):
            shortcut: Item = {"layers": [], "when": random.choice(("wide", "channels > 2"))}
            branches: Item = {"body": [conv], "shortcut": shortcut}
            body.append({"name": "sum", "branches": branches, "join": "add"})
        if self.blocks and chance(random, 0.4):
            inner: Item = {"type": random.choice(list(self.blocks)), "channels": "channels"}
            body.append(inner | maybe(random, 0.5, wide=lambda: "not wide", kernel=lambda: 1))
        if depth and chance(random, 0.3):
            body += [{"type": "Concat", "from": ["input", "conv"]}, conv]
        return {
            "about": "Drawn at random.",
            "arguments": {
                "channels": {"kind": "count"},
                "kernel": {"kind": "axes", "default": 3},
                "wide": random.choice((True, {"kind": "flag", "default": "channels > 2"})),
                "activation": {"kind": "type", "default": "SiLU"},
            },
            "layers": body,
        }


def heads(random: Random, rank: int) -> list[Item]:
    """Layers behind the last map: to a vector, and on from there."""
    pool: Item = {"type": f"AdaptiveAvgPool{rank}d", "output_size": 1}
    flatten: Item = {"type": "Flatten"}
    linear: Item = {"name": "fc", "type": "Linear", "out_features": random.choice((1, 6, 12))}
    vector: list[Item] = [
        *random.choice(([pool, flatten], [flatten])),
        linear | maybe(random, 0.3, bias=lambda: False),
        *maybe(random, 0.5, norm=lambda: {"type": "BatchNorm1d"}).values(),
    ]
    features = {"in1_features": 12, "in2_features": 12, "out_features": 5}
    shaped: list[list[Item]] = [
        [{"type": "Reshape", "shape": "2x3x2"}, {"type": "PixelUnshuffle", "downscale_factor": 1}],
        [
            {"type": "Reshape", "shape": [2, 2, 3]},
            {"type": "ConvTranspose2d", "out_channels": 3, "kernel_size": 2},
        ],
        [{"type": "Unflatten", "dim": 1, "unflattened_size": [3, -1]}, {"type": "LayerNorm"}],
        [{"type": "Embedding", "num_embeddings": 9, "embedding_dim": 4}],
        [{"type": "Bilinear", "from": ["fc", "fc"], **features}],
    ]
    if linear["out_features"] == 12 and chance(random, 0.5):
        return vector[:-1] + random.choice(shaped) if len(vector) > 3 else vector
    return random.choice(([], [flatten], vector, [{**flatten, "start_dim": 2}]))


def twins(random: Random, rank: int, channels: int) -> list[Item]:
    """Two convolutions that share their weights, if those are laid out alike."""
    layer: Item = {"type": f"Conv{rank}d", "out_channels": channels, "padding": "same"}
    ones = [1] * (rank - 1)
    kernels = [[3, *ones], [*ones, 3]]
    if chance(random, 0.7):
        kernels[1] = kernels[0]
    kind = maybe(random, 0.15, learned=lambda: False, weight_norm=lambda: True)
    layer |= kind if len(kind) < 2 else {}
    first, second = ({**layer, "kernel_size": kernel} for kernel in kernels)
    for each in (first, second):
        each |= maybe(random, 0.2, bias=lambda: chance(random, 0.3))
    if chance(random, 0.2):
        second |= {"type": f"ConvTranspose{rank}d", "padding": 0}
    return [{**first, "name": "twin"}, {**second, "name": "again", "shares": "twin"}]


def network(random: Random) -> Item:
    """A network of one to three axes with all that it needs."""
    rank = random.choice((1, 2, 2, 3))
    extents = [random.choice((6, 8, 9, 11)[: 5 - rank]) for _ in range(rank)]
    channels = random.choice((1, 2, 3, 4))
    arguments = {"width": random.choice((1, 2, 4))}
    drawer = Drawer(random, rank, arguments)
    shape = "x".join(map(str, [*extents, channels]))
    spec: Item = {"name": "Drawn", "input": shape, "arguments": arguments}
    items, flow = drawer.items(Flow(channels, 0), random.randint(1, 5), 2, keep=False)
    if chance(random, 0.15):
        spec["input"] = {"left": shape, "right": shape}
        join = random.choice(("Add", "Multiply"))
        items.insert(0, {"name": "both", "type": join, "from": ["left", "right"]})
    if chance(random, 0.15):
        items += twins(random, rank, flow.channels)
    items += heads(random, rank)
    spec["layers"] = items
    if drawer.blocks:
        spec["blocks"] = drawer.blocks
    if chance(random, 0.1):
        inside = [*items, *(each for block in drawer.blocks.values() for each in layers_of(block))]
        random.choice(inside)["trainable"] = chance(random, 0.2)
    if chance(random, 0.15):
        named = [item["name"] for item in items if "name" in item and "when" not in item]
        if named:
            spec["outputs"] = random.sample(named, min(len(named), random.choice((1, 2))))
    return spec


def layers_of(block: Item) -> list[Item]:
    """The items of a block that is a sequence."""
    found: list[Item] = block.get("layers", [])
    return found


def sure_items(value: Any) -> list[Item]:
    """Every item of a list or block, however deep, that is there whatever a `when` says."""
    if isinstance(value, dict):
        unsure = "when" in value or "repeat" in value
        inner = [] if unsure else [value] if "type" in value else list(value.values())
        if inner == [value]:
            return inner
    else:
        inner = value if isinstance(value, list) else []
    return [item for each in inner for item in sure_items(each)]


def broken(spec: Item, random: Random) -> Item:
    """The network with one thing changed, which is mostly wrong then."""
    items = sure_items([spec["layers"], spec.get("blocks", {})])
    if not items:
        return spec
    item = random.choice(items)
    what = random.choice((*3 * ["number"], "rank", "from", "shares", "misspelt", "less", "name"))
    numbers = [key for key, value in item.items() if type(value) is int]
    if what == "number" and numbers:
        item[random.choice(numbers)] = random.choice((-1, 0, 1, 2, 3, 5, 7))
    elif what == "rank":
        item["type"] = item["type"].replace("2d", "1d").replace("3d", "2d")
    elif what == "from":
        item["from"] = random.choice(("n1", "n2", "input", "nowhere", "n1.0", ["n1", "n2"]))
    elif what == "shares":
        item["shares"] = random.choice(("n1", "n2", "n3", "fc", "nowhere"))
    elif what == "misspelt":
        key = random.choice(list(item))
        item[key + "s"] = item.pop(key)
    elif what == "less":
        del item[random.choice(list(item))]
    elif what == "name":
        item["name"] = random.choice(("n1", "n2", "input", "fc"))
    return spec
