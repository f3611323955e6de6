"""ResNet and VGG-16 in PyTorch, as densely as they can be read, for the networks built on them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch.nn.functional as F  # noqa: N812
from torch import nn


def conv(i: int, o: int, k: int = 3, s: int = 1, d: int = 1, act: bool = True, **more: Any) -> Any:
    """A convolution that keeps the size but for its stride, its norm and, with act, a ReLU."""
    layers = [nn.Conv2d(i, o, k, s, k // 2 * d, d, **{"bias": False, **more}), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, *[nn.ReLU()] * act)


class Residual(nn.Module):
    """Convolutions beside a shortcut, which is a 1x1 where the shapes differ."""

    def __init__(self, body: Any, i: int, o: int, s: int) -> None:
        super().__init__()
        self.body = body
        self.shortcut = conv(i, o, 1, s, act=False) if s > 1 or i != o else nn.Identity()

    def forward(self, x: Any) -> Any:
        return F.relu(self.body(x) + self.shortcut(x))


def basic(i: int, c: int, s: int = 1, d: int = 1) -> Any:
    """Two 3x3 beside a shortcut."""
    return Residual(nn.Sequential(conv(i, c, 3, s, d), conv(c, c, d=d, act=False)), i, c, s)


def bottleneck(i: int, c: int, s: int = 1, d: int = 1) -> Any:
    """A 3x3 between two 1x1, beside a shortcut."""
    body = nn.Sequential(conv(i, c, 1), conv(c, c, 3, s, d), conv(c, 4 * c, 1, act=False))
    return Residual(body, i, 4 * c, s)


class ResNet(nn.Module):
    """The stages of a ResNet, without its classifier.

    dilations: spacing of the weights in each stage; one in which it grows keeps the size.
    """

    def __init__(self, block: Any, dilations: tuple[int, ...] = (1, 1, 1, 1)) -> None:
        super().__init__()
        self.stem, self.stages, i, before = conv(3, 64, 7, 2), nn.ModuleList(), 64, 1
        for n, (depth, d) in enumerate(zip((3, 4, 6, 3), dilations, strict=True)):
            stride, c = 2 if n and d == before else 1, 64 << n
            o = c if block is basic else 4 * c
            first = block(i, c, stride, before)
            self.stages.append(nn.Sequential(first, *(block(o, c, 1, d) for _ in range(depth - 1))))
            i, before = o, d

    def forward(self, x: Any) -> list[Any]:
        """The maps of the stem and of each stage."""
        maps = [self.stem(x)]
        x = F.max_pool2d(maps[0], 3, 2, 1)
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


class VGG16(nn.Module):
    """The convolutions of VGG-16, whose pools round up, as Caffe's do."""

    def __init__(self, padding: int) -> None:
        super().__init__()
        self.stages, i = nn.ModuleList(), 3
        for depth, c in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
            layers: list[Any] = []
            for _ in range(depth):
                layers += [nn.Conv2d(i, c, 3, padding=padding if i == 3 else 1), nn.ReLU()]
                i = c
            self.stages.append(nn.Sequential(*layers, nn.MaxPool2d(2, ceil_mode=True)))

    def forward(self, x: Any) -> list[Any]:
        """The maps after each pool."""
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps
