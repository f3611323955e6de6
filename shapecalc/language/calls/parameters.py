"""The parameters of PyTorch's layers: their order, and those that a spec has no room for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.layers.base import LayerType

T = TypeVar("T")

IGNORED = ("device", "dtype", "process_group")
"""Parameters of PyTorch's layers which a spec has no room for."""

_ORDERS = {
    "Conv": "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode",
    "ConvTranspose": (
        "in_channels out_channels kernel_size stride padding output_padding groups bias dilation "
        "padding_mode"
    ),
    "MaxPool": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "LPPool": "norm_type kernel_size stride ceil_mode",
    **dict.fromkeys(
        ("BatchNorm", "InstanceNorm", "SyncBatchNorm"),
        "num_features eps momentum affine track_running_stats",
    ),
    "GroupNorm": "num_groups num_channels eps affine",
    "Linear": "in_features out_features bias",
    "RNN": (
        "input_size hidden_size num_layers nonlinearity bias batch_first dropout bidirectional"
    ),
    "LSTM": ("input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size"),
    "GRU": "input_size hidden_size num_layers bias batch_first dropout bidirectional",
    "RNNCell": "input_size hidden_size bias nonlinearity",
    **dict.fromkeys(("LSTMCell", "GRUCell"), "input_size hidden_size bias"),
    "Fold": "output_size kernel_size dilation padding stride",
}
"""The order of PyTorch's parameters, by the name of a type without its number of axes, where it is
not that of the fields."""

_LAZY = ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm", "Linear")
"""The types that PyTorch also has with `Lazy` in front, by their names without the number: without
the parameter that is inferred."""

LAZY_DEFAULTS = {"InstanceNorm": ("affine", "track_running_stats")}
"""What is true of such a type unless it is written, and false of the one without `Lazy`."""

_SHOWN = {"UpsamplingNearest2d": ("mode",), "UpsamplingBilinear2d": ("mode",)}
"""What print() shows of a type that is none of its parameters."""

UNSHOWN = {"AvgPool": "ceil_mode"}
"""A parameter on which the output depends and which print() does not show, of types by their names
without the number."""

_ANYTHING = ("Identity",)
"""The types that take any arguments, and look at none."""


def stem(name: str) -> str:
    """The name of a type without its number of axes."""
    return re.sub(r"\dd$", "", name)


def lazy(name: str) -> str | None:
    """The type that a name such as LazyConv2d is of; None for another name."""
    plain = name.removeprefix("Lazy")
    return plain if plain != name and stem(plain) in _LAZY else None


def positional(found: LayerType, is_lazy: bool = False) -> list[str]:
    """The fields of a type in the order of PyTorch's parameters."""
    order = _ORDERS.get(stem(found.name))
    names = list(found.fields) if order is None else order.split()
    left_out = found.inferred if is_lazy else ()
    return [name for name in names if name in found.fields and name not in left_out]


def by_field(
    found: LayerType, values: Sequence[T], named: Iterable[tuple[str, T]], is_lazy: bool = False
) -> dict[str, T]:
    """The arguments of a call by fields, those of no field among them if they have a name.

    values, named: by their order and by their names. Raises Refusal: without a field for the
    first of too many values, with one that is given twice.
    """
    if found.name in _ANYTHING:
        return {}
    order = positional(found, is_lazy)
    if len(values) > len(order):
        most = f"{len(order)} argument{'' if len(order) == 1 else 's'}" if order else "no arguments"
        names = f"its parameters are {', '.join(order)}" if order else None
        raise Refusal("SC102", f"{found.name} takes at most {most} without names", names)
    written = dict(zip(order, values, strict=False))
    for key, value in named:
        if key in IGNORED or key in _SHOWN.get(found.name, ()):
            continue
        if key in written:
            raise Refusal("SC003", f"{key} is given twice", None, key)
        written[key] = value
    return written
