"""From what a row of the table shows, its figures are recomputed by hand: no other column, no
other file, nothing that the program knows besides.
"""

from __future__ import annotations

import re
from math import prod

import pytest

import shapecalc
from shapecalc import bundled
from shapecalc.check.runs import variants_to_run
from shapecalc.tables.document import Options, document

DOCUMENTS_OWN = "googlenet-stem"
"""The spec whose table has the document's ten columns alone, without params and MACs."""

NETWORKS = [
    (name, variant)
    for name in bundled.spec_names()
    if name != DOCUMENTS_OWN
    for variant in variants_to_run(shapecalc.load(name))
]


def rows(name: str, variant: str | None) -> list[dict[str, str]]:
    """The rows of the table, a layer each, by the keys of the columns that it shows."""
    summary = shapecalc.load(name).summary(variant=variant)
    table = document(summary, Options(depth=99, fold=False)).tables[0]
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, texts, strict=True)) for texts in table.texts()]


def sizes(text: str, axes: int) -> list[int]:
    """The numbers of a cell along the axes."""
    found = [int(size) for size in text.split("x")]
    return found * axes if len(found) == 1 else found


def recompute(row: dict[str, str]) -> tuple[str, set[int], int]:
    """The output, the params with and without a bias, and the MACs of a convolution, which runs on
    each part behind leading axes."""
    *spatial, channels = (int(size) for size in row["input"].split("x"))
    axes = int(row["type"][-2])
    leading, spatial = spatial[:-axes], spatial[-axes:]
    out = int(row["out_channels"])
    groups = int(row.get("groups", "1"))
    kernel, stride = sizes(row["kernel_size"], axes), sizes(row["stride"], axes)
    dilation = sizes(row.get("dilation", "1"), axes)
    assert channels == int(row["in_channels"])
    if row["type"].startswith("ConvTranspose"):
        padding = sizes(row["padding"], axes)
        along = zip(spatial, kernel, stride, padding, dilation, strict=True)
        added = sizes(row.get("output_padding", "0"), axes)
        found = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in along]
        found = [size + more for size, more in zip(found, added, strict=True)]
        weights = channels * (out // groups) * prod(kernel)
        macs = weights * prod(spatial)
    else:
        if row["padding"] == "same":
            found = spatial
        else:
            padding = sizes(row["padding"], axes)
            along = zip(spatial, kernel, stride, padding, dilation, strict=True)
            found = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in along]
        weights = (channels // groups) * out * prod(kernel)
        macs = weights * prod(found)
    output = "x".join(map(str, [*leading, *found, out]))
    return output, {weights, weights + out}, macs * prod(leading)


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_figures_follow_from_the_row(name: str, variant: str | None) -> None:
    looked_at = 0
    layers = shapecalc.load(name).summary(variant=variant).layers
    shares = any(layer.params < layer.used_params for layer in layers)
    fixed = any(not getattr(layer.layer, "learned", True) for layer in layers)
    normed = any(getattr(layer.layer, "weight_norm", False) for layer in layers)
    for row in rows(name, variant):
        kind = row["type"]
        if re.fullmatch(r"Conv(Transpose)?[123]d", kind):
            output, params, macs = recompute(row)
            assert row["output"] == output, row
        elif kind == "Linear":
            out, given = int(row["out_channels"]), int(row["in_channels"])
            positions = prod(int(size) for size in row["output"].split("x")[:-1])
            params, macs = {given * out, given * out + out}, given * out * positions
        else:
            continue
        looked_at += 1
        if normed:
            params |= {each + int(row["out_channels"]) for each in params}
        assert int(row["params"]) in (params | {0} if shares or fixed else params), row
        assert int(row["macs"]) == macs, row
    assert looked_at > 1


def test_groups_and_dilation_come_where_a_layer_has_them() -> None:
    text = (
        "input: 32x32x8\nlayers: [{name: c, type: Conv2d, out_channels: 8, kernel_size: 3, "
        "groups: 8, dilation: 2}]"
    )
    table = document(shapecalc.loads(text).summary(), Options()).tables[0]
    row = dict(zip((c.key for c in table.columns), next(table.texts()), strict=True))
    assert (row["groups"], row["dilation"]) == ("8", "2")
    output, params, macs = recompute(row)
    assert (output, int(row["macs"])) == ("28x28x8", macs) == (row["output"], 28 * 28 * 72)
    assert int(row["params"]) in params
