"""HRNet in PyTorch, as densely as it can be read: what configs/classification/hrnet.yaml says."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch.nn.functional as F  # noqa: N812
from dense_backbones import basic, bottleneck, conv
from torch import nn


def exchange(c: int, j: int, i: int) -> Any:
    """From resolution j to resolution i: halvings, or a 1x1 and an upsampling."""
    if j > i:
        up = nn.Upsample(scale_factor=2 ** (j - i))
        return nn.Sequential(conv(c << j, c << i, 1, act=False), up)
    last = [conv(c << j, c << i, 3, 2, act=False)] if i > j else []
    return nn.Sequential(*(conv(c << j, c << j, 3, 2) for _ in range(i - j - 1)), *last)


class Module(nn.Module):
    """Basic blocks at each resolution, then at each the sum of all."""

    def __init__(self, c: int, resolutions: int, depth: int) -> None:
        super().__init__()
        every = range(resolutions)
        self.branches = nn.ModuleList(
            nn.Sequential(*(basic(c << i, c << i) for _ in range(depth))) for i in every
        )
        self.exchange = nn.ModuleList(
            nn.ModuleList(exchange(c, j, i) for j in every) for i in every
        )

    def forward(self, x: Any) -> Any:
        x = [branch(each) for branch, each in zip(self.branches, x, strict=True)]
        rows = [[f(each) for f, each in zip(row, x, strict=True)] for row in self.exchange]
        return [F.relu(sum(row[1:], start=row[0])) for row in rows]


class HRNet(nn.Module):
    """Stages of two, three and four resolutions, and the head of a classifier."""

    def __init__(
        self,
        width: int,
        bottlenecks: int = 4,
        planes: int = 64,
        modules: tuple[int, ...] = (1, 4, 3),
        depth: int = 4,
        classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv(3, 64, 3, 2), conv(64, 64, 3, 2), bottleneck(64, planes))
        for _ in range(bottlenecks - 1):
            self.stem.append(bottleneck(4 * planes, planes))
        self.high = conv(4 * planes, width)
        self.low = nn.ModuleList([conv(4 * planes, 2 * width, 3, 2)])
        self.low += [conv(width << n, width << n + 1, 3, 2) for n in (1, 2)]
        self.stages = nn.ModuleList(
            nn.Sequential(*(Module(width, n + 2, depth) for _ in range(modules[n])))
            for n in range(3)
        )
        self.head = nn.ModuleList(bottleneck(width << n, 32 << n) for n in range(4))
        self.down = nn.ModuleList(conv(128 << n, 256 << n, 3, 2, bias=True) for n in range(3))
        self.final = conv(1024, 2048, 1, bias=True)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        maps, lowest = [self.high(x)], x
        for low, stage in zip(self.low, self.stages, strict=True):
            maps = stage([*maps, low(lowest)])
            lowest = maps[-1]
        maps = [head(each) for head, each in zip(self.head, maps, strict=True)]
        x = maps[0]
        for down, lower in zip(self.down, maps[1:], strict=True):
            x = lower + down(x)
        return self.fc(F.adaptive_avg_pool2d(self.final(x), 1).flatten(1))


VARIANTS: dict[str, dict[str, Any]] = {
    "hrnet_w18_small": {
        "width": 16,
        "bottlenecks": 1,
        "planes": 32,
        "modules": (1, 1, 1),
        "depth": 2,
    },
    "hrnet_w18_small_v2": {"width": 18, "bottlenecks": 2, "modules": (1, 3, 2), "depth": 2},
    "hrnet_w18": {"width": 18},
    "hrnet_w30": {"width": 30},
    "hrnet_w32": {"width": 32},
    "hrnet_w40": {"width": 40},
    "hrnet_w44": {"width": 44},
    "hrnet_w48": {"width": 48},
    "hrnet_w64": {"width": 64},
}
"""The arguments of each network."""
