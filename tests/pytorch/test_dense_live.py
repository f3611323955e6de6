"""Networks of several inputs and sizes against dense writings of them in PyTorch, live.

The writings (`dense_*.py`) know nothing of shapecalc and nothing of the specs: what both come to at
sizes that the specs were not written for is the same, and what PyTorch refuses is refused.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from dense_fpn import FPN
from dense_hrnet import VARIANTS, HRNet
from dense_nasnet import NASNet
from dense_segmentation import DeepLabV3Plus, FCN8s, ResNetUNet, UNet
from torch.utils.flop_counter import FlopCounterMode

import shapecalc
from shapecalc.problems.problem import SpecError

REFUSED = "refused"


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Without the warnings of what PyTorch still accepts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def pytorchs(network: Any, channels: int, size: tuple[int, int], device: str) -> Any:
    """The outputs, params, buffers and macs of PyTorch's, or that it refuses."""
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter:
            outputs = network(torch.zeros(1, channels, *size, device=device))
    except RuntimeError:
        return REFUSED
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return (
        [list(each.shape[1:]) for each in outputs],
        sum(each.numel() for each in network.parameters()),
        sum(each.numel() for each in network.buffers()),
        counter.get_total_flops() // 2,
    )


def ours(name: str, channels: int, size: tuple[int, int]) -> Any:
    """The same of the spec."""
    try:
        found = shapecalc.load(name).summary([*size, channels])
    except SpecError:
        return REFUSED
    outputs = [list(each.chw) for each in found.outputs.values()]
    return outputs, found.params, found.buffers, found.macs


NETWORKS: dict[str, tuple[Callable[[], Any], int]] = {
    "fcn8s": (FCN8s, 3),
    "deeplabv3plus": (DeepLabV3Plus, 3),
    "unet": (UNet, 1),
    "unet_resnet34": (ResNetUNet, 3),
    "resnet50_fpn": (FPN, 3),
    "hrnet_w18": (lambda: HRNet(**VARIANTS["hrnet_w18"]), 3),
    "nasnetalarge": (NASNet, 3),
}
"""Each spec with its writing in PyTorch and the channels of its input."""

SIZES = (
    *((1, 1), (7, 9), (16, 16), (31, 33), (60, 61), (96, 64), (130, 126), (139, 140), (140, 140)),
    *((141, 187), (188, 188), (199, 256), (224, 192), (256, 192), (283, 331), (321, 481)),
    *((375, 500), (416, 608), (513, 257), (512, 1024)),
)
"""Twenty sizes, none of which is that of a spec."""

REFUSING = {"unet": 10, "hrnet_w18": 4, "nasnetalarge": 1}
"""How many of the sizes a network does not take: one without padding, one that adds a map to
another which was halved and doubled again, and one that cuts a row off a map of one row."""

FEWER = {"hrnet_w18", "nasnetalarge"}
"""The networks of so many layers that they run at every fourth size."""


@pytest.mark.parametrize("name", NETWORKS)
def test_every_size_is_as_pytorch_has_it(name: str) -> None:
    build, channels = NETWORKS[name]
    network = build().eval().to("meta")
    sizes = SIZES[::4] if name in FEWER else SIZES
    found = {size: ours(name, channels, size) for size in sizes}
    assert found == {size: pytorchs(network, channels, size, "meta") for size in sizes}
    assert list(found.values()).count(REFUSED) == REFUSING.get(name, 0)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_hrnet_is_as_pytorch_has_it(name: str) -> None:
    network = HRNet(**VARIANTS[name]).eval().to("meta")
    for size in ((224, 224), (96, 160)):
        assert ours(name, 3, size) == pytorchs(network, 3, size, "meta")


@pytest.mark.parametrize("name", ["deeplabv3plus", "unet", "unet_resnet34", "resnet50_fpn"])
def test_small_sizes_are_as_pytorch_runs_them(name: str) -> None:
    """On the processor, which refuses what the meta device does not look at."""
    build, channels = NETWORKS[name]
    network = build().eval()
    for size in [size for size in SIZES if size[0] < 141]:
        assert ours(name, channels, size) == pytorchs(network, channels, size, "cpu"), size
