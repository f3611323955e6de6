"""Random networks whose receptive fields can be measured: nothing in them sees all positions.

Every layer keeps the spatial axes, and the input is wider than most fields are.
"""

from __future__ import annotations

from random import Random

from draw_flows import Flow, Item
from draw_networks import Drawer
from draw_tools import chance, maybe

ARGUMENTS = {"width": 2}
"""The network's arguments, which its expressions use."""


class FieldDrawer(Drawer):
    """Draws items that slide windows, pad, join and wire.

    upsamplings: how many more may upsample, lest the maps get too large.
    """

    def __init__(self, random: Random, rank: int, upsamplings: int) -> None:
        super().__init__(random, rank, ARGUMENTS)
        self.upsamplings = upsamplings

    def item(self, flow: Flow, depth: int, keep: bool) -> tuple[Item, Flow]:
        """One item, without its name."""
        random = self.random
        if depth and chance(random, 0.3):
            nested = random.choice((self.branches, self.residual, self.group))
            return nested(flow, depth - 1, keep)
        choices = [self.convolution, self.convolution, self.pointwise, self.norm, self.transposed]
        if not keep:
            choices += 3 * [
                self.upsample if self.upsamplings and chance(random, 0.5) else self.window
            ]
            choices.append(self.cut)
        return random.choice(choices)(flow)

    def parts(self, flow: Flow) -> tuple[list[Item], Flow]:
        """A layer in place of parts: what a part sees is not told apart from what the others do."""
        item, flow = self.convolution(flow)
        return [{**item, "name": self.name()}], flow

    def join(self, taken: list[tuple[str, Flow]]) -> tuple[Item, Flow]:
        """A Concat or Add; a product with an output that sees nothing, and is 0, would hide."""
        item, flow = super().join(taken)
        return item if item["type"] == "Concat" else {**item, "type": "Add"}, flow

    def window(self, flow: Flow) -> tuple[Item, Flow]:
        """A window that changes the extents, or a padding."""
        random, rank = self.random, self.rank
        kernel = [random.choice((1, 2, 3, 4)) for _ in range(rank)]
        stride = [random.choice((1, 2, 2, 3)) for _ in range(rank)]
        sides = [random.choice((-1, 0, 1, 2)) for _ in range(2 * rank)]
        pool: Item = {"kernel_size": kernel, "stride": stride}
        halves = [extent // 2 for extent in kernel]
        choices: list[Item] = [
            {
                "type": f"Conv{rank}d",
                "out_channels": random.choice((1, 2, 4)),
                "kernel_size": kernel,
                "stride": stride,
                "dilation": random.choice((1, 2)),
                "padding": random.choice((0, 1)),
            },
            {
                "type": f"MaxPool{rank}d",
                **pool,
                "padding": halves,
                "ceil_mode": chance(random, 0.5),
            },
            {"type": f"AvgPool{rank}d", **pool, "padding": halves},
            {"type": f"LPPool{rank}d", "norm_type": 2, "kernel_size": kernel[0]},
            {"type": f"ZeroPad{rank}d", "padding": sides},
            {"type": f"ReflectionPad{rank}d", "padding": sides},
        ]
        item = random.choice(choices)
        if random.choice((True, False)) and item["type"][:-2] in ("Conv", "MaxPool", "AvgPool"):
            item["padding"] = [[random.choice((0, 1, 2)) for _ in range(2)] for _ in range(rank)]
            if item["type"][:-2] != "Conv":
                item["padding"] = [
                    [min(side, size - 1) for side in sides]
                    for sides, size in zip(item["padding"], kernel, strict=True)
                ]
            if chance(random, 0.4):
                item["padding"] = random.choice(("same_upper", "same_lower"))
        return item, Flow(item.get("out_channels", flow.channels), self.other_extents())

    def cut(self, flow: Flow) -> tuple[Item, Flow]:
        """Some of the positions along an axis, or a part of them; seldom of the channels."""
        random, rank = self.random, self.rank
        axes = {1: (2, -1, "length"), 2: (2, 3, -1, "height", "width")}[rank]
        dim = random.choice(axes)
        item: Item = {"type": "Slice", "dim": dim, "start": random.choice((0, 1, 2))}
        item |= maybe(random, 0.5, step=lambda: random.choice((1, 2)))
        item |= maybe(random, 0.3, end=lambda: random.choice((-1, -2)))
        if chance(random, 0.4):
            name = self.name()
            parts: Item = {"type": "Chunk", "chunks": 2, "dim": dim, "name": name}
            whole = {"type": "Identity", "from": f"{name}.{random.choice((0, 1))}"}
            item = {"layers": [parts, whole]}
        elif chance(random, 0.2):
            item = {"type": "Transpose", "dim0": dim, "dim1": dim}
        elif chance(random, 0.2):
            item = {"type": "Roll", "shifts": 1, "dims": "channels"}
            return item, flow
        return item, Flow(flow.channels, self.other_extents())

    def upsample(self, flow: Flow) -> tuple[Item, Flow]:
        """A transposed window, an interpolation, or channels laid out as pixels."""
        random, rank = self.random, self.rank
        self.upsamplings -= 1
        modes = {1: ("linear",), 2: ("bilinear", "bicubic")}[rank]
        mode = random.choice(("nearest", "nearest-exact", *modes))
        item: Item = {"type": "Upsample", "mode": mode, "scale_factor": random.choice((2, 3, 1.5))}
        channels = flow.channels
        if chance(random, 0.4):
            channels = random.choice((1, 2, 4))
            item = {
                "type": f"ConvTranspose{rank}d",
                "out_channels": channels,
                "kernel_size": [random.choice((1, 2, 3, 4)) for _ in range(rank)],
                "stride": [random.choice((1, 2, 3)) for _ in range(rank)],
                "dilation": random.choice((1, 1, 2)),
                "padding": random.choice((0, 1)),
            }
        elif chance(random, 0.2):
            size = random.choice((1, 2, 3))
            item = {"type": f"MaxUnpool{rank}d", "kernel_size": size + random.choice((0, 1))}
            item |= {"stride": size, "padding": random.choice((0, 1))}
        elif rank == 2 and chance(random, 0.3):
            # a convolution before it, so that each of its channels sees what all others see
            channels = random.choice((1, 2))
            mixed = {"type": "Conv2d", "out_channels": 4 * channels, "kernel_size": 1}
            item = {"layers": [mixed, {"type": "PixelShuffle", "upscale_factor": 2}]}
        elif mode in modes and chance(random, 0.3):
            item["align_corners"] = True
        return item, Flow(channels, self.other_extents())


def network(random: Random, upsampling: bool) -> Item:
    """A network of one or two axes; upsampling: whether the output may be finer than the input."""
    rank = random.choice((1, 1, 2))
    channels = random.choice((1, 2, 4))
    extents = {1: (400,), 2: (70, 64)}[rank]
    items, _ = FieldDrawer(random, rank, 4 - rank if upsampling else 0).items(
        Flow(channels, 0), random.randint(1, 6), 2, keep=False
    )
    shape = "x".join(map(str, (*extents, channels)))
    return {"name": "Drawn", "input": shape, "arguments": ARGUMENTS, "layers": items}
