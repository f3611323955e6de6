"""Record what PyTorch makes of networks with decoders at sizes that they were not written for.

    pip install torch torchvision
    python tests/pytorch/record_sizes.py

Writes `sizes.jsonl` beside this file: a line for each network and size. The networks are written
here as their papers' code has them, but for the feature pyramid, which is torchvision's, and run on
the meta device.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc"
from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import torch
import torchvision
from record_torchvision import build
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

FILE = Path(__file__).resolve().parent / "sizes.jsonl"
SIZES = 20


def convolutions(*channels: int, padding: int = 1) -> nn.Sequential:
    """3x3 convolutions, each with a ReLU."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(channels):
        layers += [nn.Conv2d(before, after, 3, padding=padding), nn.ReLU()]
    return nn.Sequential(*layers)


def normed(before: int, after: int, size: int, **more: Any) -> nn.Sequential:
    """A convolution without bias, batch normalization and a ReLU."""
    conv = nn.Conv2d(before, after, size, bias=False, **more)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.ReLU())


class FCN8s(nn.Module):
    """voc-fcn8s of https://github.com/shelhamer/fcn.berkeleyvision.org."""

    def __init__(self, classes: int = 21) -> None:
        super().__init__()
        vgg = torchvision.models.vgg16().features
        vgg[0].padding = (100, 100)
        for layer in vgg:
            if isinstance(layer, nn.MaxPool2d):
                layer.ceil_mode = True
        self.to_pool3, self.to_pool4, self.to_pool5 = vgg[:17], vgg[17:24], vgg[24:]
        self.fc6, self.fc7 = nn.Conv2d(512, 4096, 7), nn.Conv2d(4096, 4096, 1)
        self.score_fr = nn.Conv2d(4096, classes, 1)
        self.score_pool4 = nn.Conv2d(512, classes, 1)
        self.score_pool3 = nn.Conv2d(256, classes, 1)
        self.upscore2 = nn.ConvTranspose2d(classes, classes, 4, 2, bias=False)
        self.upscore_pool4 = nn.ConvTranspose2d(classes, classes, 4, 2, bias=False)
        self.upscore8 = nn.ConvTranspose2d(classes, classes, 16, 8, bias=False)

    def forward(self, x: Any) -> Any:
        pool3 = self.to_pool3(x)
        pool4 = self.to_pool4(pool3)
        up = self.upscore2(self.score_fr(self.fc7(self.fc6(self.to_pool5(pool4)))))
        height, width = up.shape[2:]
        up = self.upscore_pool4(up + self.score_pool4(pool4)[:, :, 5 : 5 + height, 5 : 5 + width])
        height, width = up.shape[2:]
        up = self.upscore8(up + self.score_pool3(pool3)[:, :, 9 : 9 + height, 9 : 9 + width])
        height, width = x.shape[2:]
        return up[:, :, 31 : 31 + height, 31 : 31 + width]


class Separable(nn.Sequential):
    """A dilated depthwise 3x3, and a 1x1 to 256 channels."""

    def __init__(self, channels: int, rate: int = 1) -> None:
        depthwise = nn.Conv2d(
            channels, channels, 3, padding=rate, dilation=rate, groups=channels, bias=False
        )
        super().__init__(depthwise, *normed(channels, 256, 1))


class DeepLabV3Plus(nn.Module):
    """Figure 2 of https://arxiv.org/abs/1802.02611, on a ResNet-50."""

    def __init__(self, classes: int = 21) -> None:
        super().__init__()
        self.body = torchvision.models.resnet50(replace_stride_with_dilation=[False, False, True])
        self.conv1x1 = normed(2048, 256, 1)
        self.rates = nn.ModuleList(Separable(2048, rate) for rate in (12, 24, 36))
        self.image = normed(2048, 256, 1)
        self.project = normed(5 * 256, 256, 1)
        self.refine = Separable(256)
        self.low_level = normed(256, 48, 1)
        self.decoder = Separable(304)
        self.classifier = nn.Conv2d(256, classes, 1)

    def forward(self, x: Any) -> Any:
        body = self.body
        early = body.layer1(body.maxpool(body.relu(body.bn1(body.conv1(x)))))
        late = body.layer4(body.layer3(body.layer2(early)))
        image = self.image(functional.adaptive_avg_pool2d(late, 1))
        image = functional.interpolate(image, late.shape[2:], mode="bilinear")
        maps = [self.conv1x1(late), *(rate(late) for rate in self.rates), image]
        up = self.refine(self.project(torch.cat(maps, 1)))
        up = functional.interpolate(up, early.shape[2:], mode="bilinear")
        up = self.classifier(self.decoder(torch.cat([up, self.low_level(early)], 1)))
        return functional.interpolate(up, x.shape[2:], mode="bilinear")


class UNet(nn.Module):
    """Figure 1 of https://arxiv.org/abs/1505.04597: nothing is padded, and skips are cropped."""

    def __init__(self) -> None:
        super().__init__()
        widths = (64, 128, 256, 512, 1024)
        self.down = nn.ModuleList(
            convolutions(before, after, after, padding=0)
            for before, after in zip((1, *widths), widths, strict=False)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * width, width, 2, 2) for width in widths[-2::-1]
        )
        self.joined = nn.ModuleList(
            convolutions(2 * width, width, width, padding=0) for width in widths[-2::-1]
        )
        self.classifier = nn.Conv2d(64, 2, 1)

    def forward(self, x: Any) -> Any:
        skips = []
        for place, down in enumerate(self.down):
            x = down(functional.max_pool2d(x, 2) if place else x)
            skips.append(x)
        skips.pop()
        for up, joined in zip(self.up, self.joined, strict=True):
            x = up(x)
            skip = skips.pop()
            top, left = ((skip.shape[axis] - x.shape[axis]) // 2 for axis in (2, 3))
            height, width = x.shape[2:]
            skip = skip[:, :, top : top + height, left : left + width]
            x = joined(torch.cat([skip, x], 1))
        return self.classifier(x)


def sizes(name: str, least: int, small: int) -> list[tuple[int, int]]:
    """The random heights and widths that a network is run at, half of them small.

    least, small: the smallest size, and the largest of the small ones.
    """
    choose = random.Random(name)
    mosts = [700] * (SIZES // 2) + [small] * (SIZES // 2)
    return [(choose.randint(least, most), choose.randint(least, most)) for most in mosts]


def record(name: str, model: Any, channels: int, height: int, width: int) -> dict[str, Any]:
    """What the network outputs for one image and what it takes, or that PyTorch refuses it."""
    found: dict[str, Any] = {"network": name, "input": [channels, height, width]}
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter:
            output = model(torch.zeros(1, channels, height, width, device="meta"))
    except RuntimeError:
        return {**found, "accepted": False}
    maps = (
        [output] if isinstance(output, torch.Tensor) else [each for part in output for each in part]
    )
    shapes = [list(each.shape[1:]) for each in maps]
    return {**found, "accepted": True, "outputs": shapes, "macs": counter.get_total_flops() // 2}


def main() -> None:
    """Record every network."""
    pyramid, _ = build("fasterrcnn_resnet50_fpn")
    networks = [
        ("fcn8s", FCN8s(), 3, 1, 60),
        ("deeplabv3plus", DeepLabV3Plus(), 3, 1, 60),
        ("unet", UNet(), 1, 100, 260),
        ("fasterrcnn_resnet50_fpn", pyramid, 3, 1, 60),
    ]
    with FILE.open("w", encoding="utf-8") as stream:
        for name, model, channels, least, small in networks:
            model.eval().to("meta")
            for height, width in sizes(name, least, small):
                stream.write(json.dumps(record(name, model, channels, height, width)) + "\n")


if __name__ == "__main__":
    main()
