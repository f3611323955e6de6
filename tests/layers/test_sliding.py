"""Windows cut out of an image and put back."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layer_cases import make, outputs, refused

import shapecalc
from shapecalc import rules
from shapecalc.shapes.shape import Shape

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(list)


@given(
    st.integers(1, 3),
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    pairs,
    pairs,
    pairs,
    st.integers(0, 3),
)
def test_unfold_counts_the_windows_and_fold_undoes_it(
    channels: int,
    image: tuple[int, int],
    kernel: list[int],
    stride: list[int],
    dilation: list[int],
    padding: int,
) -> None:
    starts = [
        len(range(0, extent + 2 * padding - reach * (taps - 1), step))
        for extent, taps, step, reach in zip(image, kernel, stride, dilation, strict=True)
    ]
    assume(all(starts))
    fields: dict[str, object] = {
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": padding,
    }
    shape = Shape((*image, channels))
    (windows,) = make("Unfold", **fields).infer((shape,))
    assert list(windows) == [starts[0] * starts[1], channels * kernel[0] * kernel[1]]
    fold = make("Fold", output_size=list(image), **fields)
    assert fold.infer((windows,)) == (shape,)


@pytest.mark.parametrize(
    ("type", "fields", "input", "code", "field"),
    [
        ("Unfold", {"kernel_size": 6}, "5x9x3", "SC202", "kernel_size"),
        ("Unfold", {"kernel_size": 3, "dilation": 3}, "9x5x3", "SC202", "kernel_size"),
        ("Unfold", {"kernel_size": 3}, "9x3", "SC201", None),
        ("Unfold", {"kernel_size": 3}, "9x9x9x3", "SC201", None),
        ("Unfold", {"kernel_size": [3, 3, 3]}, "9x9x3", "SC104", "kernel_size"),
        ("Unfold", {"kernel_size": 3, "padding": -1}, "9x9x3", "SC104", "padding"),
        ("Fold", {"kernel_size": 2, "output_size": 4}, "9x13", "SC204", "kernel_size"),
        ("Fold", {"kernel_size": 2, "output_size": 4}, "8x12", "SC210", "output_size"),
        ("Fold", {"kernel_size": 5, "output_size": 4}, "1x25", "SC202", "kernel_size"),
        ("Fold", {"kernel_size": 2, "output_size": 4}, "3x3x12", "SC201", None),
    ],
)
def test_what_they_refuse(
    type: str, fields: dict[str, object], input: str, code: str, field: str | None
) -> None:
    refusal = refused(type, input, **fields)
    assert (refusal.code, refusal.field) == (code, field)


def test_one_number_stands_for_height_and_width() -> None:
    assert outputs("Unfold", "4x4x3", kernel_size=2) == ["9x12"]
    assert outputs("Unfold", "4x4x3", kernel_size="1x2") == ["12x6"]


@pytest.mark.parametrize(
    ("layer", "codes"),
    [
        ("Unfold, kernel_size: 1, padding: 1", ["SC405"]),
        ("ConvTranspose2d, out_channels: 4, kernel_size: 1, padding: 1", []),
        ("Unfold, kernel_size: 2, stride: 2", []),
        ("Unfold, kernel_size: 3, stride: 2", ["SC402"]),
        ("ConvTranspose2d, out_channels: 4, kernel_size: 3, stride: 2", []),
    ],
)
def test_a_window_is_warned_of_where_it_slides_over_the_input(layer: str, codes: list[str]) -> None:
    text = f"input: 8x8x3\nlayers:\n  - {{type: {layer}}}"
    summary = shapecalc.loads(text).summary()
    assert [problem.code for problem in rules.of_summary(summary)] == codes


def test_a_window_that_is_put_back_is_not_warned_of() -> None:
    text = """
input: 64x12
layers:
  - {type: Fold, output_size: 6, kernel_size: 1, padding: 1}
"""
    assert not list(rules.of_summary(shapecalc.loads(text).summary()))
