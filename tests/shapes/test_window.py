"""The arithmetic of one axis, against windows that are laid down and counted one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shapecalc.shapes import window

extents = st.integers(1, 40)
kernels = st.integers(1, 9)
strides = st.integers(1, 9)
dilations = st.integers(1, 4)
paddings = st.integers(0, 12)


def taps(start: int, kernel: int, dilation: int) -> list[int]:
    """The places that a window looks at, counted from the first of the input."""
    return [start + dilation * tap for tap in range(kernel)]


def counted(
    extent: int, kernel: int, stride: int, before: int, after: int, dilation: int, ceil_mode: bool
) -> int:
    """The windows that can be laid down from the first place of the padding on, by trying.

    One counts that ends within the padded input. In ceil mode one counts as well that starts
    inside the input or the padding before it, if the one before it leaves something at the end.
    """
    last = extent + after - 1
    count = 0
    while True:
        start = count * stride - before
        fits = taps(start, kernel, dilation)[-1] <= last
        leaves_some = taps(start - stride, kernel, dilation)[-1] < last
        if not fits and not (ceil_mode and leaves_some and start < extent):
            return count
        count += 1


@given(extents, kernels, strides, paddings, paddings, dilations)
def test_positions_are_the_windows_that_fit(
    extent: int, kernel: int, stride: int, before: int, after: int, dilation: int
) -> None:
    found = window.positions(extent, kernel, stride, before, after, dilation)
    assert max(found, 0) == counted(extent, kernel, stride, before, after, dilation, False)


@given(extents, kernels, strides, dilations, st.data())
def test_positions_in_ceil_mode_may_hang_over_the_end(
    extent: int, kernel: int, stride: int, dilation: int, data: st.DataObject
) -> None:
    # of more padding after than a window is long, PyTorch has no rule: no pool takes it
    before = data.draw(paddings)
    after = data.draw(st.integers(0, window.effective_size(kernel, dilation) - 1))
    found = window.positions(extent, kernel, stride, before, after, dilation, ceil_mode=True)
    assert max(found, 0) == counted(extent, kernel, stride, before, after, dilation, True)


@given(kernels, dilations)
def test_span_is_from_the_first_tap_to_the_last(kernel: int, dilation: int) -> None:
    places = taps(0, kernel, dilation)
    assert window.effective_size(kernel, dilation) == len(range(places[0], places[-1] + 1))


@given(extents, kernels, strides, paddings, dilations, st.data())
def test_positions_map_a_transposed_extent_back(
    extent: int, kernel: int, stride: int, padding: int, dilation: int, data: st.DataObject
) -> None:
    output_padding = data.draw(st.integers(0, stride - 1))
    longer = window.transposed(extent, kernel, stride, padding, output_padding, dilation)
    assert window.positions(longer, kernel, stride, padding, padding, dilation) == extent


@given(extents, kernels, strides, dilations)
def test_a_transposed_extent_is_what_the_windows_cover(
    extent: int, kernel: int, stride: int, dilation: int
) -> None:
    covered = max(taps((extent - 1) * stride, kernel, dilation)) + 1
    assert window.transposed(extent, kernel, stride, dilation=dilation) == covered


@given(extents, kernels, dilations)
def test_same_padding_keeps_the_extent(extent: int, kernel: int, dilation: int) -> None:
    before, after = window.same_padding(kernel, dilation)
    assert window.positions(extent, kernel, 1, before, after, dilation) == extent
    assert after - before in (0, 1)


@given(extents, kernels, strides, dilations)
def test_with_the_padding_of_onnx_windows_fit_ceil_of_n_by_stride_times(
    extent: int, kernel: int, stride: int, dilation: int
) -> None:
    count = len(range(0, extent, stride))
    assert window.fitting(extent, stride) == count
    total = window.fitting_padding(extent, kernel, stride, dilation)
    for before in {total // 2, total - total // 2}:
        after = total - before
        assert counted(extent, kernel, stride, before, after, dilation, False) == count
        assert counted(extent, kernel, stride, before, after, dilation, True) == count
        if total:  # not one number of it is too much
            assert counted(extent, kernel, stride, before, after - 1, dilation, False) < count
            assert taps((count - 1) * stride - before, kernel, dilation)[0] < extent


@given(extents, kernels, dilations)
def test_at_stride_1_it_is_the_padding_that_keeps_the_size(
    extent: int, kernel: int, dilation: int
) -> None:
    before, after = window.same_padding(kernel, dilation)
    assert window.fitting_padding(extent, kernel, 1, dilation) == before + after
    assert after - before in (0, 1)
