"""Modules of a few layers, which `record_onnx.py` exports: what exporters write in many ways."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-return"
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Computed(nn.Module):
    """A module that computes a function of its parts and its inputs."""

    def __init__(self, function: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs: Any) -> Any:
        """What the function computes."""
        return self.function(self, *inputs)


def image(*sizes: int) -> tuple[Any, ...]:
    """A batch of one tensor of sizes."""
    return (torch.zeros(1, *sizes),)


def conv(channels: int = 8) -> Any:
    """A convolution of three channels."""
    return nn.Conv2d(3, channels, 3)


MODULES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "gelu": (nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 4)), image(8)),
    "gelu tanh": (nn.Sequential(nn.Linear(8, 8), nn.GELU("tanh")), image(8)),
    "silu": (nn.Sequential(conv(), nn.SiLU()), image(3, 16, 16)),
    "mish": (nn.Sequential(conv(), nn.Mish()), image(3, 16, 16)),
    "hard": (
        nn.Sequential(conv(), nn.Hardswish(), nn.Hardsigmoid(), nn.ReLU6()),
        image(3, 16, 16),
    ),
    "activations": (
        nn.Sequential(
            *(nn.LeakyReLU(0.2), nn.ELU(), nn.CELU(0.5), nn.SELU(), nn.Softplus()),
            *(nn.Softsign(), nn.LogSigmoid(), nn.Tanhshrink(), nn.Hardtanh(), nn.Sigmoid()),
            *(nn.Tanh(), nn.LogSoftmax(1), nn.Softmin(1)),
        ),
        image(8),
    ),
    "shrinks": (
        nn.Sequential(nn.Hardshrink(), nn.Softshrink(), nn.Threshold(0.5, 2.0)),
        image(8),
    ),
    "layer norm": (nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 32)), image(10, 16)),
    "layer norm of images": (nn.LayerNorm([8, 10, 16]), image(8, 10, 16)),
    "layer norm without weights": (
        nn.Sequential(nn.LayerNorm(16, elementwise_affine=False)),
        image(10, 16),
    ),
    "group norm": (nn.Sequential(conv(), nn.GroupNorm(4, 8)), image(3, 16, 16)),
    "instance norm": (
        nn.Sequential(conv(), nn.InstanceNorm2d(8, affine=True)),
        image(3, 16, 16),
    ),
    "instance norm without weights": (
        nn.Sequential(conv(), nn.InstanceNorm2d(8)),
        image(3, 16, 16),
    ),
    "rms norm": (nn.Sequential(nn.Linear(8, 8), nn.RMSNorm(8)), image(5, 8)),
    "pixel shuffle": (
        nn.Sequential(conv(), nn.PixelShuffle(2), nn.PixelUnshuffle(2)),
        image(3, 16, 16),
    ),
    "channel shuffle": (nn.Sequential(conv(), nn.ChannelShuffle(2)), image(3, 16, 16)),
    "prelu": (nn.Sequential(conv(), nn.PReLU(8), nn.PReLU()), image(3, 16, 16)),
    "upsample": (
        nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Upsample(scale_factor=1.5, mode="bilinear"),
            nn.Upsample((31, 33), mode="bilinear", align_corners=True),
        ),
        image(3, 7, 9),
    ),
    "transposed": (
        nn.Sequential(
            nn.ConvTranspose2d(3, 8, 4, 2, 1),
            nn.ConvTranspose2d(8, 8, 3, 2, 1, output_padding=1),
            nn.ConvTranspose2d(8, 8, 2, 2, groups=2, bias=False),
        ),
        image(3, 7, 9),
    ),
    "pools": (
        nn.Sequential(
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.AvgPool2d(3, 2, 1, count_include_pad=False),
            nn.AvgPool2d(2, ceil_mode=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        ),
        image(3, 36, 35),
    ),
    "pads": (
        nn.Sequential(
            nn.ZeroPad2d((1, 2, 3, 4)),
            nn.ReflectionPad2d(2),
            nn.ReplicationPad2d(1),
            nn.ConstantPad2d((1, 0, 0, 2), 0.5),
        ),
        image(3, 16, 17),
    ),
    "sequence": (
        nn.Sequential(nn.Conv1d(3, 8, 3), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 4, 1)),
        image(3, 32),
    ),
    "volume": (
        nn.Sequential(nn.Conv3d(3, 8, 3), nn.ReLU(), nn.BatchNorm3d(8), nn.MaxPool3d(2)),
        image(3, 8, 18, 16),
    ),
    "embedding": (
        nn.Sequential(nn.Embedding(50, 8), nn.Linear(8, 6), nn.ReLU()),
        (torch.zeros(1, 5, dtype=torch.long),),
    ),
    "per position": (
        nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 8, bias=False)),
        image(4, 5, 16),
    ),
    "batch of four": (
        nn.Sequential(conv(), nn.Flatten(), nn.Linear(288, 5), nn.Softmax(1)),
        (torch.zeros(4, 3, 8, 8),),
    ),
    "same padding": (
        nn.Sequential(nn.Conv2d(3, 8, 3, padding="same"), nn.Conv2d(8, 8, 4, padding="same")),
        image(3, 16, 16),
    ),
    "view": (
        Computed(
            lambda self, x: self.linear(self.conv(x).view(x.size(0), -1)),
            conv=conv(),
            linear=nn.Linear(288, 4),
        ),
        image(3, 8, 8),
    ),
    "tokens": (
        Computed(
            lambda self, x: self.linear(self.conv(x).flatten(2).transpose(1, 2)),
            conv=conv(),
            linear=nn.Linear(8, 4),
        ),
        image(3, 8, 9),
    ),
    "mean": (
        Computed(
            lambda self, x: self.linear(self.conv(x).mean([2, 3])),
            conv=conv(),
            linear=nn.Linear(8, 4),
        ),
        image(3, 8, 8),
    ),
    "learned factor": (
        Computed(
            lambda self, x: self.conv(x) * self.factor + self.summand,
            conv=conv(),
            factor=nn.Parameter(torch.ones(8, 1, 1)),
            summand=nn.Parameter(torch.ones(1, 8, 1, 1)),
        ),
        image(3, 8, 8),
    ),
    "number": (
        Computed(lambda self, x: self.conv(x) * 0.5 + 1 - self.conv(x) / 3, conv=conv()),
        image(3, 8, 8),
    ),
    "shared": (
        Computed(
            lambda self, x: self.conv(self.conv(x)),
            conv=nn.Conv2d(3, 3, 3, padding=1),
        ),
        image(3, 8, 8),
    ),
    "parts": (
        Computed(
            lambda self, x: torch.cat(
                [*self.conv(x).chunk(2, 1)[::-1], x.split([1, 2], 1)[1][:, :, 1:7, 1:-1]], 1
            ),
            conv=conv(),
        ),
        image(3, 8, 8),
    ),
    "focus": (
        Computed(
            lambda self, x: torch.cat([x[..., a::2, b::2] for b in range(2) for a in range(2)], 1)
        ),
        image(3, 16, 18),
    ),
    "gate": (
        Computed(lambda self, x: x * x.mean((2, 3), keepdim=True).sigmoid()),
        image(3, 8, 8),
    ),
    "size of another": (
        Computed(
            lambda self, x, y: (
                functional.interpolate(
                    self.conv(x), size=y.shape[-2:], mode="bilinear", align_corners=False
                )
                + y
            ),
            conv=nn.Conv2d(3, 3, 3, padding=1),
        ),
        (torch.zeros(1, 3, 7, 9), torch.zeros(1, 3, 15, 17)),
    ),
    "channels last": (
        Computed(
            lambda self, x: self.norm(self.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
            conv=conv(),
            norm=nn.LayerNorm(8),
        ),
        image(3, 8, 9),
    ),
    "norm of channels": (
        Computed(
            lambda self, x: (
                (x - x.mean(1, keepdim=True))
                / torch.sqrt((x - x.mean(1, keepdim=True)).pow(2).mean(1, keepdim=True) + 1e-6)
                * self.weight[:, None, None]
                + self.bias[:, None, None]
            ),
            weight=nn.Parameter(torch.ones(8)),
            bias=nn.Parameter(torch.ones(8)),
        ),
        image(8, 8, 9),
    ),
    "recurrent": (nn.LSTM(8, 16, batch_first=True), image(5, 8)),
    "attention": (
        Computed(
            lambda self, x: self.attention(x, x, x)[0],
            attention=nn.MultiheadAttention(16, 4, batch_first=True),
        ),
        image(5, 16),
    ),
}
"""By what they are about: the module, and its inputs."""
