"""Networks for segmentation in PyTorch, as densely as they can be read: what the specs of
configs/segmentation/ say, written without them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from dense_backbones import VGG16, ResNet, basic, bottleneck, conv
from torch import nn


def cut(x: Any, start: int, like: Any) -> Any:
    """The part of a map from a corner that is as large as another."""
    height, width = like.shape[-2:]
    return x[..., start : start + height, start : start + width]


class FCN8s(nn.Module):
    """Long et al. 2015, as the authors' voc-fcn8s has it."""

    def __init__(self, classes: int = 21) -> None:
        super().__init__()
        self.vgg = VGG16(padding=100)
        self.fc = nn.Sequential(
            nn.Conv2d(512, 4096, 7), nn.ReLU(), nn.Conv2d(4096, 4096, 1), nn.ReLU()
        )
        self.score = nn.ModuleList(nn.Conv2d(c, classes, 1) for c in (4096, 512, 256))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(classes, classes, 2 * s, s, bias=False) for s in (2, 2, 8)
        )

    def forward(self, x: Any) -> Any:
        _, _, pool3, pool4, pool5 = self.vgg(x)
        found = self.up[0](self.score[0](self.fc(pool5)))
        found = self.up[1](found + cut(self.score[1](pool4), 5, found))
        found = self.up[2](found + cut(self.score[2](pool3), 9, found))
        return cut(found, 31, x)


def separable(i: int, o: int, d: int = 1) -> Any:
    """A dilated depthwise 3x3, and a 1x1."""
    return nn.Sequential(
        nn.Conv2d(i, i, 3, padding=d, dilation=d, groups=i, bias=False), conv(i, o, 1)
    )


def resized(x: Any, like: Any) -> Any:
    """A map at the size of another."""
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


class DeepLabV3Plus(nn.Module):
    """Chen et al. 2018 on a ResNet-50 whose last stage is dilated."""

    def __init__(self, classes: int = 21) -> None:
        super().__init__()
        self.backbone = ResNet(bottleneck, (1, 1, 1, 2))
        rates = [separable(2048, 256, rate) for rate in (12, 24, 36)]
        self.pyramid = nn.ModuleList([conv(2048, 256, 1), *rates])
        self.image = nn.Sequential(nn.AdaptiveAvgPool2d(1), conv(2048, 256, 1))
        self.project = nn.Sequential(conv(5 * 256, 256, 1), separable(256, 256))
        self.low = conv(256, 48, 1)
        self.decoder = nn.Sequential(separable(304, 256), nn.Conv2d(256, classes, 1))

    def forward(self, x: Any) -> Any:
        maps = self.backbone(x)
        seen = [each(maps[4]) for each in self.pyramid]
        seen.append(resized(self.image(maps[4]), maps[4]))
        found = resized(self.project(torch.cat(seen, 1)), maps[1])
        return resized(self.decoder(torch.cat([found, self.low(maps[1])], 1)), x)


def double(i: int, o: int) -> Any:
    """Two 3x3 convolutions without padding."""
    return nn.Sequential(nn.Conv2d(i, o, 3), nn.ReLU(), nn.Conv2d(o, o, 3), nn.ReLU())


class UNet(nn.Module):
    """Ronneberger et al. 2015: what is copied across is cropped to what comes up."""

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        self.down = nn.ModuleList(double(32 << n if n else 1, 64 << n) for n in range(5))
        self.upconv = nn.ModuleList(nn.ConvTranspose2d(128 << n, 64 << n, 2, 2) for n in range(4))
        self.up = nn.ModuleList(double(128 << n, 64 << n) for n in range(4))
        self.classifier = nn.Conv2d(64, classes, 1)

    def forward(self, x: Any) -> Any:
        copied = []
        for n, down in enumerate(self.down):
            x = down(F.max_pool2d(x, 2) if n else x)
            copied.append(x)
        for n in (3, 2, 1, 0):
            x = self.upconv[n](x)
            top, left = (
                (a - b) // 2 for a, b in zip(copied[n].shape[2:], x.shape[2:], strict=True)
            )
            cropped = copied[n][..., top : top + x.shape[2], left : left + x.shape[3]]
            x = self.up[n](torch.cat([cropped, x], 1))
        return self.classifier(x)


class ResNetUNet(nn.Module):
    """A U-Net on a ResNet-34: what comes up has the size of what is copied across."""

    def __init__(self, classes: int = 1) -> None:
        super().__init__()
        self.encoder = ResNet(basic)
        self.decoder, i = nn.ModuleList(), 512
        for skip, o in zip((256, 128, 64, 64, 0), (256, 128, 64, 32, 16), strict=True):
            self.decoder.append(nn.Sequential(conv(i + skip, o), conv(o, o)))
            i = o
        self.classifier = nn.Conv2d(16, classes, 3, padding=1)

    def forward(self, x: Any) -> Any:
        size = x.shape[-2:]
        *skips, x = self.encoder(x)
        for decode in self.decoder[:-1]:
            skip = skips.pop()
            x = decode(torch.cat([F.interpolate(x, size=skip.shape[-2:]), skip], 1))
        return self.classifier(self.decoder[-1](F.interpolate(x, size=size)))
