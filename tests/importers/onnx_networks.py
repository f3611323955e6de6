"""Small networks with attention, or with weights that are computed in the graph, which
`record_onnx.py` exports."""

# torch, torchvision and timm are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"
from __future__ import annotations

from typing import Any

import timm
from timm.layers import ScaledStdConv2d, StdConv2d
from timm.models.levit import Levit
from timm.models.metaformer import (
    Attention,
    LayerNorm2dNoBias,
    LayerNormNoBias,
    MetaFormer,
    SepConv,
)
from torch import nn
from torchvision.models import MaxVit, SwinTransformer, VisionTransformer
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformerBlockV2

SWIN = ([4, 4], 16, [2, 2], [2, 4], [4, 4])
"""The patches, channels, depths, heads and windows of a Swin."""

SWIN_V2 = {"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2}
STAGES = (1, 1, 1, 1)
DIMS = (8, 16, 16, 24)


def of_timm(name: str, size: int, **changes: Any) -> tuple[Any, int]:
    """A network of timm's, smaller than it is, and the height and width of its images."""
    return timm.create_model(name, pretrained=False, num_classes=5, **changes), size


NETWORKS: dict[str, tuple[Any, int]] = {
    "vit": (VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5), 32),
    "swin": (SwinTransformer(*SWIN, num_classes=5), 32),
    "swin v2": (SwinTransformer(*SWIN, num_classes=5, **SWIN_V2), 32),
    "maxvit": (MaxVit((64, 64), 8, 2, [8, 16], [1, 1], 4, 0.2, num_classes=5), 64),
    "convnext v2": of_timm("convnextv2_atto", 64, depths=STAGES, dims=DIMS),
    "edgenext": of_timm("edgenext_xx_small", 64, depths=(1, 2, 2, 2), dims=DIMS),
    "levit": (
        Levit(64, embed_dim=(16, 24), key_dim=4, num_heads=(2, 3), depth=(1, 1), num_classes=5),
        64,
    ),
    "xcit": of_timm("xcit_nano_12_p8_224", 32, img_size=32, depth=1, embed_dim=16, num_heads=2),
    "cait": of_timm("cait_xxs24_224", 32, img_size=32, depth=1, embed_dim=16, num_heads=2),
    "caformer": (
        MetaFormer(
            *(3, 5, "avg", STAGES, (8, 16, 32, 32)),
            token_mixers=[SepConv, SepConv, Attention, Attention],
            norm_layers=[LayerNorm2dNoBias] * 2 + [LayerNormNoBias] * 2,
        ),
        64,
    ),
    "standardized weights": (
        nn.Sequential(
            *(StdConv2d(3, 8, 3), nn.ReLU(), ScaledStdConv2d(8, 8, 3), nn.ReLU()),
            *(ScaledStdConv2d(8, 8, 3, groups=4, bias=False), nn.Flatten(), nn.Linear(800, 5)),
        ),
        10,
    ),
}
"""Each network, and the height and width of its images."""
