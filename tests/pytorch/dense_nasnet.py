"""NASNet-A in PyTorch, as densely as it can be read: what configs/classification/nasnetalarge.yaml
says, with the cells as the paper draws them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn


class Separable(nn.Module):
    """A ReLU, a depthwise kernel, a 1x1 and a norm, twice."""

    def __init__(self, i: int, o: int, k: int, s: int = 1) -> None:
        super().__init__()
        layers: list[Any] = []
        for c, stride in ((i, s), (o, 1)):
            depthwise = nn.Conv2d(c, c, k, stride, k // 2, groups=c, bias=False)
            layers += [nn.ReLU(), depthwise, nn.Conv2d(c, o, 1, bias=False), nn.BatchNorm2d(o)]
        self.body = nn.Sequential(*layers)

    def forward(self, x: Any) -> Any:
        return self.body(x)


class Fit(nn.Module):
    """A 1x1 to c channels, or two on every second position."""

    def __init__(self, i: int, c: int, halves: bool = False) -> None:
        super().__init__()
        self.halves = halves
        n = 2 if halves else 1
        self.convs = nn.ModuleList(nn.Conv2d(i, c // n, 1, bias=False) for _ in range(n))
        self.norm = nn.BatchNorm2d(c)

    def forward(self, x: Any) -> Any:
        x = F.relu(x)
        maps = [x]
        if self.halves:
            maps = [F.avg_pool2d(each, 1, 2) for each in (x, F.pad(x, (-1, 1, -1, 1)))]
        convs = zip(self.convs, maps, strict=True)
        return self.norm(torch.cat([conv(each) for conv, each in convs], 1))


def pool(kind: Any, stride: int) -> Any:
    """A 3x3 pool that keeps the size but for its stride."""
    more = {"count_include_pad": False} if kind is nn.AvgPool2d else {}
    return kind(3, stride, 1, **more)


class Normal(nn.Module):
    """The cell that keeps the size."""

    def __init__(self, i: int, before: int, c: int, halves: bool) -> None:
        super().__init__()
        self.h, self.p = Fit(i, c), Fit(before, c, halves)
        self.separable = nn.ModuleList(Separable(c, c, k) for k in (5, 3, 5, 3, 3))
        self.pool = pool(nn.AvgPool2d, 1)

    def forward(self, x: Any, before: Any) -> Any:
        h, p, s = self.h(x), self.p(before), self.separable
        pairs = [s[0](h) + s[1](p), s[2](p) + s[3](p), self.pool(h) + p]
        pairs += [self.pool(p) + self.pool(p), s[4](h) + h]
        return torch.cat([p, *pairs], 1)


class Reduction(nn.Module):
    """The cell that halves the size."""

    def __init__(self, i: int, before: int, c: int, halves: bool = False, fit: bool = True) -> None:
        super().__init__()
        self.h, self.p = Fit(i, c), Fit(before, c, halves) if fit else nn.Identity()
        self.h5, self.last = Separable(c, c, 5, 2), Separable(c, c, 3)
        self.separable = nn.ModuleList(Separable(c if fit else before, c, k, 2) for k in (7, 7, 5))
        self.max, self.avg, self.avg1 = (
            pool(*each) for each in ((nn.MaxPool2d, 2), (nn.AvgPool2d, 2), (nn.AvgPool2d, 1))
        )

    def forward(self, x: Any, before: Any) -> Any:
        h, p, s = self.h(x), self.p(before), self.separable
        first, second = self.h5(h) + s[0](p), self.max(h) + s[1](p)
        pairs = [self.avg(h) + s[2](p), self.avg1(first) + second, self.last(first) + self.max(h)]
        return torch.cat([second, *pairs], 1)


class NASNet(nn.Module):
    """Three rows of normal cells with a reduction before each, and a classifier."""

    def __init__(self, c: int = 168, n: int = 6, stem: int = 96, classes: int = 1000) -> None:
        super().__init__()
        self.conv0 = nn.Sequential(nn.Conv2d(3, stem, 3, 2, bias=False), nn.BatchNorm2d(stem))
        self.stem0 = Reduction(stem, stem, c // 4, fit=False)
        self.stem1 = Reduction(c, stem, c // 2, halves=True)
        self.cells = nn.ModuleList()
        i, before = 2 * c, c
        for stage, width in enumerate((c, 2 * c, 4 * c)):
            if stage:
                self.cells.append(Reduction(i, before, width))
                i, before = 4 * width, i
            for index in range(n):
                self.cells.append(Normal(i, before, width, halves=index == 0))
                i, before = 6 * width, i
        self.fc = nn.Linear(i, classes)

    def forward(self, x: Any) -> Any:
        conv0 = self.conv0(x)
        before = self.stem0(conv0, conv0)
        x = self.stem1(before, conv0)
        for cell in self.cells:
            reduced = isinstance(cell, Reduction)
            x, before = cell(x, before), before if reduced else x
        return self.fc(F.adaptive_avg_pool2d(F.relu(x), 1).flatten(1))
