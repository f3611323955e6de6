"""timm's networks, unchanged, against the bundled ones of their names, as
`test_torchvision_live.py` has torchvision's."""

# torch and timm are no dependencies of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import pytest
import torch
from folders import RECORDS

import shapecalc.torch

pytest.importorskip("timm")
record_timm = pytest.importorskip("record_timm")

OTHERWISE = {
    "inception_resnet_v2": "the sums scale a branch, and the head drops, as in the paper",
    "inception_v4": "the head drops, as in the paper",
    "nasnetalarge": "both ends are padded alike, as the spec says",
    "pnasnet5large": "both ends are padded alike, as the spec says",
    **dict.fromkeys(
        [f"resnest{depth}" for depth in ("14d", "26d", "50d", "101e", "200e", "269e")],
        "a split and a sum are a view and a sum over an axis",
    ),
    **dict.fromkeys(
        [f"convnextv2_{size}" for size in ("atto", "femto", "pico", "nano")],
        "the linear layers are 1x1 convolutions",
    ),
    **dict.fromkeys(
        [f"mobilevit_{size}" for size in ("xxs", "xs", "s")],
        "places in a patch are part of the batch",
    ),
    **dict.fromkeys(
        [
            *(f"levit_{size}" for size in ("128s", "128", "192", "256", "384")),
            *(f"efficientformer_{size}" for size in ("l1", "l3", "l7")),
        ],
        "queries, keys and values are head by head, and the classifiers' mean is half a sum",
    ),
}
"""The networks that a spec has in other layers, and why."""

ROWS = (RECORDS / "timm.csv").read_text(encoding="utf-8").splitlines()[1:]
NAMES = sorted({row.partition(",")[0] for row in ROWS} - OTHERWISE.keys())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_differs(name: str) -> None:
    with torch.device("meta"):
        model = record_timm.made(name)
    assert list(map(str, shapecalc.torch.compare(model, name))) == []
