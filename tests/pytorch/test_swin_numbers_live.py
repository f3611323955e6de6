"""The code of swin_t with torchvision's weights outputs torchvision's numbers.

Windows, shifts, heads, biases and merged patches are where they are there. The mask of shifted
windows, which the spec leaves out, is none here either.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, no-any-unimported, misc"
from __future__ import annotations

from typing import Any

import exported
import pytest
import torch

import shapecalc

torchvision = pytest.importorskip("torchvision")

DEPTHS = [2, 2, 2, 2]


def swin() -> Any:
    """A small Swin of torchvision's, with random weights, in numbers precise enough to tell."""
    model = torchvision.models.SwinTransformer([4, 4], 96, DEPTHS, [3, 6, 12, 24], [7, 7]).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    return model.double()


def parameters_as_they_run(model: Any) -> list[Any]:
    """The parameters of torchvision's, those of PatchMerging in the order in which they run."""
    named = list(model.named_parameters())
    for place, (name, _) in enumerate(named):
        following = [name for name, _ in named[place + 1 : place + 2]]
        if "reduction" in name and following == [name.replace("reduction", "norm")]:
            named[place : place + 3] = [*named[place + 1 : place + 3], named[place]]
    return [parameter for _, parameter in named]


@pytest.mark.parametrize("size", [(224, 224), (215, 301), (100, 64)])
def test_numbers_are_torchvisions(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_filled(tensor: Any, mask: Any, value: float) -> Any:
        return torch.zeros_like(tensor)

    monkeypatch.setattr(torch.Tensor, "masked_fill", nothing_filled)
    torch.manual_seed(0)
    theirs = swin()
    summary = shapecalc.load("swin_t").summary([*size, 3], {"depths": DEPTHS})
    ours = exported.class_of(exported.module_of(exported.code_of(summary)))().eval().double()
    with torch.no_grad():
        learned = parameters_as_they_run(theirs)
        for one, other in zip(ours.parameters(), learned, strict=True):
            one.copy_(other)
        for one, other in zip(ours.buffers(), theirs.buffers(), strict=True):
            one.copy_(other)
        image = torch.randn(2, 3, *size, dtype=torch.float64)
        torch.testing.assert_close(ours(image), theirs(image), rtol=1e-9, atol=1e-12)
