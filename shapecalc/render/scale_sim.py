"""A topology for SCALE-Sim, the simulator of systolic arrays: a row a convolution or product.

Source: https://github.com/scalesim-project/scale-sim-v2, scalesim/topology_utils.py and
topologies/conv_nets. The simulator has neither padding nor batches, and counts
ceil((IFMAP - Filter + Strides) / Strides) outputs along an axis, so that the IFMAP is what the
windows cover: with the padding, without the rows and columns at the end that no window covers.

- A convolution over one axis has a width of 1.
- A depthwise convolution is one row, whose name ends in `DP`: SCALE-Sim makes a layer of each of
  its channels. Other groups have a row each.
- A Linear layer is a convolution with a filter of 1x1 on an IFMAP of 1x1, or of every position.
- What the columns cannot say (three axes, dilation, strides that differ, a transposed convolution)
  is the matrix product that it is computed by, M x K by K x N, as SCALE-Sim itself turns one into
  a row: an IFMAP of M x K, a filter of 1 x K, one channel, N filters.
"""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING

from shapecalc.layers.convolution import Conv, ConvTranspose
from shapecalc.layers.linear import Bilinear, Linear
from shapecalc.limits import MAXIMUM_LAYERS
from shapecalc.render.refused import cannot_say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.document import Options

TOPOLOGY_COLUMNS = (
    *("Layer name", "IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width"),
    *("Channels", "Num Filter", "Strides"),
)

Numbers = tuple[int, int, int, int, int, int, int]
"""What the columns after the name have."""

DEPTHWISE_MARK = "DP"
"""What makes SCALE-Sim read a row as a depthwise convolution, anywhere in a name."""


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The topology. Raises SpecError, before the first line, for what it cannot say."""
    found: list[tuple[InferredLayer, int, Numbers]] = []
    rows = 0
    for node in summary.layers:
        row = _row(node)
        if row is None:
            continue
        groups, numbers = row
        rows += 1 if _is_depthwise(groups, node) else groups
        if rows > MAXIMUM_LAYERS:
            why = f"with a row a group there would be more than {MAXIMUM_LAYERS:,} rows"
            raise cannot_say(node, "SCALE-Sim", why)
        found.append((node, groups, numbers))
    return _written(found)


def _written(found: list[tuple[InferredLayer, int, Numbers]]) -> Iterator[str]:
    yield ", ".join(TOPOLOGY_COLUMNS) + ","
    taken: set[str] = set()
    for node, groups, numbers in found:
        name = _name(node.path, taken)
        if _is_depthwise(groups, node):
            height, width, filter_height, filter_width, _, filters, stride = numbers
            numbers = (height, width, filter_height, filter_width, groups, filters, stride)
            names = [f"{name}_{DEPTHWISE_MARK}"]
        else:
            names = [f"{name}_group{group}" for group in range(groups)] if groups > 1 else [name]
        row = ", ".join(map(str, numbers)) + ","
        for each in names:
            yield f"{each}, {row}"


def _name(path: str, taken: set[str]) -> str:
    """A name for a path that is one cell of a table, acts nowhere, and that no other row has."""
    safe = re.sub(r"[^\w.]", "_", path).replace(DEPTHWISE_MARK, "Dp")
    name, number = safe, 1
    while name in taken:
        number += 1
        name = f"{safe}_{number}"
    taken.add(name)
    return name


def _is_depthwise(groups: int, node: InferredLayer) -> bool:
    return groups > 1 and groups == node.inputs[0].channels


def _row(node: InferredLayer) -> tuple[int, Numbers] | None:
    """The groups of a layer and the row of one; None for what is no product of matrices."""
    layer = node.layer
    if isinstance(layer, Conv):
        return layer.groups, _convolution(layer, node)
    if isinstance(layer, ConvTranspose):
        (source,) = node.inputs
        filters = prod(layer.kernel_size) * layer.out_channels // layer.groups
        return layer.groups, _product(source.positions, source.channels // layer.groups, filters)
    if isinstance(layer, Linear):
        (source,) = node.inputs
        height, width = _plane(source.spatial)
        return 1, (height, width, 1, 1, source.channels, layer.out_features, 1)
    if node.macs or isinstance(layer, Bilinear):
        raise cannot_say(node, "SCALE-Sim", "it is neither one convolution nor one matrix product")
    return None


def _convolution(layer: Conv, node: InferredLayer) -> Numbers:
    """The row of a group, whose outputs are those of the layer."""
    channels, filters = node.inputs[0].channels // layer.groups, layer.out_channels // layer.groups
    extents = node.output.spatial
    windows = list(layer.axis_windows(node.inputs[0]))
    kernels = tuple(kernel for _, kernel, *_ in windows)
    strides = {
        stride for extent, (_, _, stride, *_) in zip(extents, windows, strict=True) if extent > 1
    } or {1}
    dilated = any(kernel > 1 and dilation > 1 for _, kernel, _, dilation, _ in windows)
    if len(windows) > 2 or dilated or len(strides) > 1:
        window = prod(layer.kernel_size) * channels
        return _product(node.output.positions, window, filters)
    (stride,) = strides
    height, width = _plane(extents)
    filter_height, filter_width = _plane(kernels)
    covered = (height - 1) * stride + filter_height, (width - 1) * stride + filter_width
    return *covered, filter_height, filter_width, channels, filters, stride


def _plane(extents: tuple[int, ...]) -> tuple[int, int]:
    """Height and width: of one axis its length and 1, of more than two all positions and 1."""
    if len(extents) == 2:
        return extents[0], extents[1]
    return prod(extents), 1


def _product(rows: int, inner: int, columns: int) -> Numbers:
    """The row of a product of matrices, `rows` x `inner` by `inner` x `columns`."""
    return rows, inner, 1, inner, 1, columns, 1
