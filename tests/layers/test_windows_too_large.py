"""A window that is larger than its input names the axis, and the least size that fits there."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layer_cases import make

from shapecalc import layers
from shapecalc.layers.base import Windowed
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}

TYPES = [
    name
    for name in layers.type_names()
    if (found := layers.find_type(name)) is not None
    and issubclass(found.layer, Windowed)
    and not found.layer.transposed
]


def refusal_of(name: str, fields: dict[str, object], shape: Shape) -> Refusal | None:
    try:
        make(name, **fields).infer((shape,))
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
def test_the_axis_and_the_least_size_are_told(name: str, data: st.DataObject) -> None:
    found = layers.find_type(name)
    assert found is not None
    axes = found.rank or 2
    along = st.lists(st.integers(2, 9), min_size=axes, max_size=axes)
    kernel = data.draw(along) if axes > 1 else data.draw(along)[0]
    fields: dict[str, object] = {"kernel_size": kernel}
    if "out_channels" in found.fields:
        fields["out_channels"] = 2
    if "norm_type" in found.fields:
        fields["norm_type"] = 2
    if "dilation" in found.fields:
        fields["dilation"] = data.draw(st.integers(1, 3))
    if "stride" in found.fields:
        fields["stride"] = data.draw(st.integers(1, 3))
    if "ceil_mode" in found.fields:
        fields["ceil_mode"] = data.draw(st.booleans())
    if "padding" in found.fields:
        smallest = min(kernel) if isinstance(kernel, list) else kernel
        fields["padding"] = data.draw(st.integers(0, smallest // 2))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=axes, max_size=axes))
    refusal = refusal_of(name, fields, Shape((*sizes, 3)))
    assume(refusal is not None and refusal.code == "SC202")
    assert refusal is not None
    several = re.fullmatch(r"the least sizes that fit here are ([\dx]+)", refusal.hint or "")
    if several:  # AvgPool3d, which measures all axes without the padding
        least = [int(size) for size in several[1].split("x")]
        assert refusal_of(name, fields, Shape((*least, 3))) is None
        return
    told = re.fullmatch(r"the least (\w+) that fits here is (\d+)", refusal.hint or "")
    assert told is not None, refusal.hint
    axis, size = NAMES[axes].index(told[1]), int(told[2])
    assert refusal.axes == (axis,)
    assert f"the padded {told[1]} of {Shape((*sizes, 3))}" in refusal.message
    large = [99] * axes
    assert refusal_of(name, fields, Shape((*large[:axis], size, *large[axis + 1 :], 3))) is None
    if size > 1:
        smaller = Shape((*large[:axis], size - 1, *large[axis + 1 :], 3))
        again = refusal_of(name, fields, smaller)
        assert again is not None
        assert again.code == "SC202"
