"""FPN in PyTorch, as densely as it can be read: what configs/detection/resnet50_fpn.yaml says."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch.nn.functional as F  # noqa: N812
from dense_backbones import ResNet, bottleneck
from torch import nn


class FPN(nn.Module):
    """A feature pyramid on a ResNet-50."""

    def __init__(self, c: int = 256) -> None:
        super().__init__()
        self.backbone = ResNet(bottleneck)
        self.lateral = nn.ModuleList(nn.Conv2d(256 << n, c, 1) for n in range(4))
        self.out = nn.ModuleList(nn.Conv2d(c, c, 3, padding=1) for _ in range(4))

    def forward(self, x: Any) -> list[Any]:
        """The maps from the largest to the smallest."""
        maps = [conv(each) for conv, each in zip(self.lateral, self.backbone(x)[1:], strict=True)]
        for n in (2, 1, 0):
            maps[n] = maps[n] + F.interpolate(maps[n + 1], size=maps[n].shape[-2:])
        maps = [conv(each) for conv, each in zip(self.out, maps, strict=True)]
        return [*maps, F.max_pool2d(maps[3], 1, 2)]
