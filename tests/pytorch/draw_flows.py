"""Random layers of a network, and what they do to what comes by."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import gcd
from random import Random
from typing import Any, NamedTuple

from draw_tools import chance, maybe

Item = dict[str, Any]


class Flow(NamedTuple):
    """What comes by: its channels, and a number that tensors of equal extents have in common."""

    channels: int
    extents: int


LED = (
    *("Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "MaxUnpool"),
    *("BatchNorm", "InstanceNorm", "GroupNorm"),
    *("ZeroPad", "ReflectionPad", "ReplicationPad", "Upsample"),
)
"""Types, without the number in their names, that may have leading axes."""


class LayerDrawer:
    """Draws layers for what comes by.

    rank: the spatial axes. arguments: those of the network that an expression may use.
    """

    def __init__(self, random: Random, rank: int, arguments: dict[str, int]) -> None:
        self.random = random
        self.rank = rank
        self.arguments = arguments
        self.kinds_of_extents = 0

    def other_extents(self) -> int:
        """A number that no tensor has so far."""
        self.kinds_of_extents += 1
        return self.kinds_of_extents

    def count(self, value: int, in_channels: int | None = None) -> int | str:
        """A number of channels, or seldom an expression for it."""
        if chance(self.random, 0.25):
            for name, known in self.arguments.items():
                if value % known == 0:
                    return f"{value // known} * {name}" if value != known else name
            if in_channels is not None:
                return f"in_channels + {value - in_channels}"
        return value

    def led(self, draw: Callable[[Flow], tuple[Item, Flow]], flow: Flow) -> tuple[Item, Flow]:
        """A layer for one axis less, on each part behind the first axis."""
        self.rank -= 1
        item, after = draw(flow)
        while re.sub(r"[123]d$", "", item.get("type", "")) not in LED:
            item, after = draw(flow)
        self.rank += 1
        return {**item, "leading": 1}, after

    def convolution(self, flow: Flow) -> tuple[Item, Flow]:
        """A convolution that keeps the extents."""
        random = self.random
        channels = random.choice((1, 2, 3, 4, 6, 8))
        kernel = [random.choice((1, 1, 3, 5)) for _ in range(self.rank)]
        dilation = random.choice((1, 1, 2))
        item: Item = {
            "type": f"Conv{self.rank}d",
            "out_channels": self.count(channels, flow.channels),
            "kernel_size": random.choice((kernel, "x".join(map(str, kernel)))),
            "padding": [(extent - 1) // 2 * dilation for extent in kernel],
        }
        if self.rank == 1 or len(set(kernel)) == 1:
            item["kernel_size"], item["padding"] = kernel[0], (kernel[0] - 1) // 2 * dilation
        if dilation > 1:
            item["dilation"] = dilation
        if chance(random, 0.15):
            item["padding"] = "same"
        item |= maybe(random, 0.3, bias=lambda: chance(random, 0.5))
        if chance(random, 0.3):
            common = gcd(channels, flow.channels)
            item["groups"] = random.choice([n for n in range(1, common + 1) if common % n == 0])
        return item, Flow(channels, flow.extents)

    def transposed(self, flow: Flow) -> tuple[Item, Flow]:
        """A transposed convolution that keeps the extents."""
        random = self.random
        channels = random.choice((1, 2, 4, 6))
        kernel = random.choice((1, 3))
        item: Item = {
            "type": f"ConvTranspose{self.rank}d",
            "out_channels": self.count(channels, flow.channels),
            "kernel_size": kernel,
            "padding": kernel // 2,
        }
        return item | maybe(random, 0.3, bias=lambda: False), Flow(channels, flow.extents)

    def norm(self, flow: Flow) -> tuple[Item, Flow]:
        """A normalization."""
        random = self.random
        groups = [n for n in range(1, flow.channels + 1) if flow.channels % n == 0]
        choices: list[Item] = [
            {"type": f"BatchNorm{self.rank}d"} | maybe(random, 0.3, affine=lambda: False),
            {"type": f"InstanceNorm{self.rank}d"}
            | maybe(random, 0.4, affine=lambda: True, track_running_stats=lambda: True),
            {"type": "GroupNorm", "num_groups": random.choice(groups)},
            {"type": "LayerNorm"} | maybe(random, 0.3, bias=lambda: False),
            {"type": "RMSNorm"} | maybe(random, 0.3, elementwise_affine=lambda: False),
            {"type": "LocalResponseNorm", "size": 3},
            {"type": "LayerScale"},
        ]
        return random.choice(choices), flow

    def pointwise(self, flow: Flow) -> tuple[Item, Flow]:
        """An activation, a dropout, a shuffle, a pool that keeps the extents."""
        random = self.random
        names = ("ReLU", "SiLU", "Sigmoid", "GELU", "Hardswish", "Identity", "Dropout")
        choices: list[Item] = [
            *({"type": name} for name in random.sample(names, 3)),
            {"type": "PReLU", "num_parameters": random.choice((1, flow.channels))},
            {"type": "ChannelShuffle", "groups": gcd(2, flow.channels)},
            {"type": f"MaxPool{self.rank}d", "kernel_size": 3, "stride": 1, "padding": 1},
            {"type": f"AvgPool{self.rank}d", "kernel_size": 3, "stride": 1, "padding": 1},
            {"type": "Linear", "out_features": flow.channels, "per_position": True},
            {"type": "Softmax", "dim": 1},
        ]
        return random.choice(choices), flow

    def resizing(self, flow: Flow) -> tuple[Item, Flow]:
        """A layer that changes the extents, in any way."""
        random, rank = self.random, self.rank
        channels = random.choice((2, 4, 6))
        numbers = random.choice((1, 2, 3))
        choices: list[Item] = [
            {
                "type": f"Conv{rank}d",
                "out_channels": channels,
                "kernel_size": random.choice((2, 3)),
                "stride": random.choice((1, 2, [random.choice((1, 2)) for _ in range(rank)])),
                "padding": random.choice((0, 1, 2)),
            },
            {
                "type": f"ConvTranspose{rank}d",
                "out_channels": channels,
                "kernel_size": random.choice((2, 3, 4)),
                "stride": random.choice((1, 2)),
                "padding": random.choice((0, 1)),
            },
            {"type": f"MaxPool{rank}d", "kernel_size": 2, "ceil_mode": chance(random, 0.5)},
            {"type": f"AvgPool{rank}d", "kernel_size": 3, "stride": 2, "padding": 1},
            {"type": f"AdaptiveAvgPool{rank}d", "output_size": random.choice((1, 2, 5))},
            {"type": f"ReplicationPad{rank}d", "padding": numbers},
            {"type": f"ZeroPad{rank}d", "padding": random.choice((numbers, -1))},
            {"type": "Upsample", "scale_factor": random.choice((2, 1.5, 0.5))},
            {"type": "Upsample", "size": random.choice((4, 7))},
            *self.along_axes(),
        ]
        item = random.choice(choices)
        if "out_channels" not in item:
            channels = flow.channels
        elif "stride" in item and chance(random, 0.2):
            item["groups"] = gcd(channels, flow.channels)
        return item, Flow(channels, self.other_extents())

    def along_axes(self) -> list[Item]:
        """Layers that take, move or reduce positions, and keep the channels."""
        random, last = self.random, self.rank + 1
        turned: Item = {"type": "Transpose", "dim0": random.choice((1, "channels")), "dim1": -1}
        names = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}[self.rank]
        reduced = random.choice((2, -1, names[0], list(names)))
        return [
            {
                "type": "Slice",
                "dim": random.choice((2, -1, names[-1])),
                "start": random.choice((0, 1, -4)),
                "step": random.choice((1, 2)),
            },
            {"type": random.choice(("Mean", "Sum", "Amax")), "dim": reduced, "keepdim": True},
            {"type": "Permute", "dims": [0, 1, *range(last, 1, -1)]},
            {"type": "Roll", "shifts": random.choice((1, -2)), "dims": random.choice((1, 2))},
            {"layers": [turned, {"type": "Tanh"}, turned]},
        ]
