"""torchvision's classifiers, unchanged, against the bundled networks of their names: nothing
differs, down to the eps of a norm and the rate of a dropout."""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, no-any-unimported, misc"
from __future__ import annotations

from typing import Any

import pytest
import torch

import shapecalc.torch
from shapecalc.bundled import network_names

torchvision = pytest.importorskip("torchvision")

SCALED_OTHERWISE = "maxvit_t"
"""The network whose scores torchvision scales by the root of all channels: no spec can say that."""

NAMES = sorted(
    name
    for name in set(torchvision.models.list_models(module=torchvision.models))
    & set(network_names())
    if name != SCALED_OTHERWISE
)


@pytest.fixture(autouse=True)
def _regnet_on_meta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let RegNet compute its widths, for which it has tensors, where these have numbers."""
    params = torchvision.models.regnet.BlockParams
    original = params.from_init_params

    def with_numbers(**arguments: Any) -> Any:
        with torch.device("cpu"):
            return original(**arguments)

    monkeypatch.setattr(params, "from_init_params", with_numbers)


def built(name: str) -> Any:
    """A classifier without weights, as it is trained but for what runs in training alone."""
    arguments: dict[str, Any] = {}
    if name in ("googlenet", "inception_v3"):
        arguments = {"aux_logits": False, "init_weights": False}
    with torch.device("meta"):
        return torchvision.models.get_model(name, weights=None, **arguments).eval()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_differs(name: str) -> None:
    assert list(map(str, shapecalc.torch.compare(built(name), name))) == []


def test_a_scale_alone_differs() -> None:
    found = shapecalc.torch.compare(built(SCALED_OTHERWISE), SCALED_OTHERWISE)
    # but for the shape of the last stage, whose one window is the image
    others = [each for each in found if "Reshape" not in (each.found, each.wanted)]
    assert len(found) - len(others) < 6
    assert {each.field for each in others} == {"scale"}


def test_an_eps_and_a_rate_that_differ_are_found() -> None:
    model = built("efficientnet_b0")
    model.features[0][1].eps = 0.001
    model.features[2][1].stochastic_depth.p = 0.2
    found = [str(each) for each in shapecalc.torch.compare(model, "efficientnet_b0")]
    assert found == [
        "features.0.1: eps 0.001, the spec's stage1.norm has 1e-05",
        "features.2.1.stochastic_depth: p 0.2, "
        "the spec's stage3.1.block.body.stochastic_depth has 0.025",
    ]
