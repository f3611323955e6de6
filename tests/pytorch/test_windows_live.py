"""Windows that are cut from an image and put back, as numbers: the code of the blocks, run."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import exported
import pytest
import torch

import shapecalc

WINDOWS = """
input: {height}x{width}x5
outputs: [windows, image]
layers:
  - {{name: windows, type: WindowPartition, window_size: {size}}}
  - {{name: image, type: WindowReverse, window_size: {size}, from: [windows, input]}}
"""


@pytest.mark.parametrize(("height", "width", "size"), [(14, 21, 7), (8, 8, 8), (6, 2, 2)])
def test_windows_are_the_parts_of_an_image_and_are_put_back(
    height: int, width: int, size: int
) -> None:
    text = WINDOWS.format(height=height, width=width, size=size)
    module = exported.module_of(exported.code_of(shapecalc.loads(text).summary()))
    network = exported.class_of(module)()
    image = torch.randn(3, 5, height, width)
    windows, again = network(image)
    assert torch.equal(again, image)
    corners = [(top, left) for top in range(0, height, size) for left in range(0, width, size)]
    for place, (top, left) in enumerate(corners):
        part = image[:, :, top : top + size, left : left + size].flatten(2)
        assert torch.equal(windows[:, :, place], part)
