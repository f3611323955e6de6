"""What shapecalc refuses on purpose though PyTorch lets it pass: the rows of a table of the
documentation.

Knows neither of the two, so that what it lists can be compared with both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from draw_specs import Case

from shapecalc.reference.pages import page_text


class Reason(NamedTuple):
    """A reason to refuse what PyTorch runs.

    what: the first cell of its row in the documentation.
    holds: whether it is the reason for a refusal of a case with a code and a message.
    example: a case of it.
    """

    what: str
    holds: Callable[[Case, str, str], bool]
    example: Case


NO_BATCH = {"Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool"}
NO_BATCH |= {"AdaptiveMaxPool", "InstanceNorm", "CircularPad", "ReflectionPad", "ReplicationPad"}
NO_BATCH |= {"MaxUnpool", "Softmax", "PixelShuffle", "PixelUnshuffle", "Unfold", "Fold"}
NO_BATCH |= {"ScaledDotProductAttention"}
"""The types, without the number in their names, that also run without a batch."""

LAST_AXES = {"ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "UpsamplingNearest"}
LAST_AXES |= {"PixelShuffle", "PixelUnshuffle", "AdaptiveAvgPool"}
"""The types that work on the last axes of a tensor, sometimes of any number of them."""

AXES = {"PixelShuffle": 2, "PixelUnshuffle": 2, "Unfold": 2, "Fold": 1}
AXES |= {"ScaledDotProductAttention": 1}
"""The spatial axes of types whose names do not say them."""


def _stem(type: str) -> str:
    return re.sub(r"[123]d$", "", type)


def _no_batch(case: Case, code: str, message: str) -> bool:
    if code != "SC201" or _stem(case.type) not in NO_BATCH:
        return False
    axes = AXES.get(case.type) or int(case.type[-2])
    leading: int = case.fields.get("leading", 0)
    return len(case.inputs[0]) == axes + leading


def _last_axes(case: Case, code: str, message: str) -> bool:
    return code == "SC201" and _stem(case.type) in LAST_AXES


def _of(code: str, types: str, words: str = "") -> Callable[[Case, str, str], bool]:
    """A refusal of some types with a code, whose message has some words."""

    def holds(case: Case, refused_with: str, message: str) -> bool:
        of_types = not types or _stem(case.type) in types.split()
        return code == refused_with and of_types and words in message

    return holds


IMAGE = [4, 6, 5]
NORMS = "BatchNorm InstanceNorm SyncBatchNorm LayerScale Affine GlobalResponseNorm"

EMPTY = "an output of size 0"

REASONS = (
    Reason(
        "`Conv2d`, `MaxPool2d` and the like on an axis less",
        _no_batch,
        Case("MaxPool2d", {"kernel_size": 1}, [[4, 6]]),
    ),
    Reason(
        "`ZeroPad2d`, `PixelShuffle` and the like on other axes",
        _last_axes,
        Case("ZeroPad2d", {"padding": 1}, [[3, 4, 5, 6]]),
    ),
    Reason(
        "`Linear` on a shape with positions",
        _of("SC201", "Linear"),
        Case("Linear", {"out_features": 2}, [IMAGE]),
    ),
    Reason(
        "`Bilinear` and `Embedding` on a shape with positions",
        _of("SC201", "Bilinear Embedding"),
        Case("Embedding", {"num_embeddings": 2, "embedding_dim": 3}, [[4, 6]]),
    ),
    Reason(
        "`Add`, `Multiply` and the like of different numbers of axes",
        lambda case, code, message: code == "SC209" and len(set(map(len, case.inputs))) > 1,
        Case("Add", {}, [[3, 2, 5], [5]]),
    ),
    Reason(
        "`Concat`, `Stack`, `Add` and the like of one input",
        lambda case, code, message: code == "SC111" and len(case.inputs) == 1,
        Case("Concat", {}, [IMAGE]),
    ),
    Reason(
        "`num_features` or `dim` that is not the number of channels",
        _of("SC205", NORMS),
        Case("InstanceNorm2d", {"num_features": 5}, [IMAGE]),
    ),
    Reason(
        "a count of 0, such as `num_channels: 0`",
        _of("SC104", f"{NORMS} GroupNorm", "at least 1, not 0"),
        Case("GroupNorm", {"num_groups": 1, "num_channels": 0, "affine": False}, [IMAGE]),
    ),
    Reason(
        "`MaxUnpool2d` with a window of 0 or a negative padding",
        _of("SC104", "MaxUnpool", " of at least "),
        Case("MaxUnpool2d", {"kernel_size": 2, "padding": -1}, [IMAGE]),
    ),
    Reason(
        "a list along the axes that has not a value for each",
        _of("SC104", "", " values for "),
        Case("ReplicationPad2d", {"padding": [1, 0]}, [[8, 4]]),
    ),
    Reason(
        "circular padding that crops more than there is",
        _of("SC206", "CircularPad", "crops more than"),
        Case("CircularPad2d", {"padding": [-3, 2, -2, 1]}, [[5, 6, 2]]),
    ),
    Reason(
        "`return_indices: true`",
        _of("SC104", "MaxPool AdaptiveMaxPool", "return_indices must be false"),
        Case("MaxPool2d", {"kernel_size": 2, "return_indices": True}, [IMAGE]),
    ),
    Reason(
        "a `dim` that is the batch, but for `Softmax` and the like",
        lambda case, code, message: " the batch, which " in message,
        Case("Flatten", {"start_dim": 0}, [IMAGE]),
    ),
    Reason(
        "a `Mean`, `Sum`, `Amax` or `Select` that leaves no axis",
        _of("SC210", "Mean Sum Amax Select", "nothing of the shape is left"),
        Case("Mean", {"dim": [1, 2, 3]}, [IMAGE]),
    ),
    Reason(
        EMPTY,
        _of("SC203", "ZeroPad ConstantPad CircularPad ReplicationPad ReflectionPad Slice"),
        Case("ZeroPad2d", {"padding": [-2, -3, 0, 0]}, [IMAGE]),
    ),
)
"""Every input and every value of a field that is refused though PyTorch runs it."""

NO_FIELDS = ("device", "dtype", "process_group", "min_value", "max_value")
"""The arguments of PyTorch's layers that are no fields, of which one more row tells."""

ROWS = [*(reason.what for reason in REASONS), "`" + "`, `".join(NO_FIELDS) + "`"]
"""The first cells of the documentation's table."""


def documented_rows() -> list[str]:
    """What the page on limits has as `ROWS`."""
    page = page_text("limits")
    table = page.partition("| refused | why | instead |\n|---|---|---|\n")[2].partition("\n\n")[0]
    return [line.strip("|").split("|")[0].strip() for line in table.splitlines()]


def reasons(case: Case, code: str, message: str) -> list[str]:
    """What a refusal of a case is listed as."""
    return [reason.what for reason in REASONS if reason.holds(case, code, message)]
