"""Which function reads which call: an index of PyTorch's functions and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.layers.base import Elementwise, PassThrough
from shapecalc.torch import (
    attention,
    constants,
    joins,
    masks,
    norms,
    parts,
    pointwise,
    products,
    recurrent,
    sampling,
    shaping,
    weighted,
    windows,
)
from shapecalc.torch.module_types import DROPPING_PATHS, type_name
from shapecalc.torch.reading import PERMUTING

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Handler

_AXES = ("1d", "2d", "3d")

TORCH_FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(pointwise.ALONE, pointwise.as_identity),
    **dict.fromkeys(pointwise.ACTIVATION_FUNCTIONS, pointwise.pointwise_function),
    **dict.fromkeys(pointwise.UNCHANGING, pointwise.unchanged),
    **dict.fromkeys(("long", "int"), pointwise.as_integers),
    "prelu": pointwise.learned_slopes,
    "clamp": pointwise.clamped,
    "clip": pointwise.clamped,
    "clamp_min": pointwise.clamped,
    "clamp_max": pointwise.clamped,
    "stochastic_depth": pointwise.dropped_path_function,
    **{f"conv{axes}": weighted.convolution_function for axes in _AXES},
    **{f"conv_transpose{axes}": weighted.convolution_function for axes in _AXES},
    "linear": weighted.linear_function,
    **dict.fromkeys(("matmul", "mm", "bmm"), products.product_call),
    "addmm": weighted.sum_with_product,
    "einsum": products.einstein_sum,
    "grid_sample": sampling.numbers_at_points,
    "gather": constants.gathered_places,
    "index_select": parts.places_of_axis,
    "bilinear": weighted.bilinear,
    "scaled_dot_product_attention": attention.dot_products,
    "multi_head_attention_forward": attention.heads_function,
    "embedding": weighted.embedding_call,
    **{f"{pool}{axes}": windows.pool_function for pool in windows.POOL_ARGUMENTS for axes in _AXES},
    **{f"max_pool{axes}_with_indices": windows.pool_function for axes in _AXES},
    **{f"adaptive_max_pool{axes}_with_indices": windows.pool_function for axes in _AXES},
    **{f"max_unpool{axes}": windows.unpool for axes in _AXES},
    "pad": windows.padding_function,
    "interpolate": windows.interpolation,
    "upsample": windows.interpolation,
    "batch_norm": norms.batch_norm_call,
    "instance_norm": norms.batch_norm_call,
    "group_norm": norms.group_norm_call,
    "local_response_norm": norms.local_norm,
    "layer_norm": norms.last_norm,
    "rms_norm": norms.last_norm,
    **dict.fromkeys(("softmax", "softmin", "log_softmax", "glu"), norms.along_axis),
    **dict.fromkeys(joins.JOINING_FUNCTIONS, joins.elementwise_join),
    "addcmul": joins.affine,
    **dict.fromkeys(("masked_fill", "where"), masks.under_a_mask),
    **dict.fromkeys(("cat", "concat", "concatenate"), joins.concatenation),
    "stack": joins.stacked,
    **dict.fromkeys(("expand", "expand_as"), joins.expansion),
    "repeat": joins.repetition,
    **dict.fromkeys(shaping.VIEWS, shaping.viewed_call),
    **dict.fromkeys(
        (*PERMUTING, "t", "T", "mT", "adjoint"),
        shaping.permutation,
    ),
    **dict.fromkeys(
        (
            "channel_shuffle",
            "native_channel_shuffle",
            "pixel_shuffle",
            "pixel_unshuffle",
            "unfold",
            "fold",
        ),
        shaping.shuffle_function,
    ),
    "roll": shaping.rolled_call,
    **dict.fromkeys(("chunk", "split", "split_with_sizes"), parts.parts_of_axis),
    "unbind": parts.unbound,
    "getitem": parts.indexed,
    **dict.fromkeys(("narrow", "select"), parts.narrowed_axis),
    **dict.fromkeys(("mean", "sum", "amax", "max"), parts.reduction),
}
"""By the name of a function, without what Python and in-place variants add to it."""

TORCH_MODULES: dict[str, Handler] = {
    **{f"Conv{axes}": weighted.convolution_module for axes in _AXES},
    **{f"ConvTranspose{axes}": weighted.convolution_module for axes in _AXES},
    "Linear": weighted.linear_module,
    "Bilinear": weighted.bilinear,
    "MultiheadAttention": attention.heads_module,
    "GlobalResponseNorm": attention.response_norm,
    "Embedding": weighted.embedding_call,
    **dict.fromkeys(("RNNCell", "LSTMCell", "GRUCell"), recurrent.recurrent_step),
    "PReLU": pointwise.learned_slopes,
    "LayerNorm": norms.last_norm_module,
    "RMSNorm": norms.last_norm_module,
    **dict.fromkeys(("Softmax", "Softmin", "LogSoftmax", "Softmax2d", "GLU"), norms.along_axis),
    **dict.fromkeys(("Flatten", "Unflatten"), shaping.viewed_call),
    **dict.fromkeys(DROPPING_PATHS, pointwise.dropped_path),
}
"""By the name of a class, where its family does not tell."""

_FAMILIES: dict[str, Handler] = {
    "pooling": windows.pool_module,
    "unpooling": windows.unpool,
    "padding": windows.padding_module,
    "resampling": windows.upsample_module,
    "normalization": norms.norm_module,
    "shuffling": shaping.shuffle_module,
    "sliding": shaping.shuffle_module,
    "recurrent": recurrent.recurrent_module,
}


def handler_of(call: TracedCall) -> Handler | None:
    """What reads a call; None where nothing does."""
    if call.function:
        name = call.function.strip("_")
        found = TORCH_FUNCTIONS.get(name)
        if found is None and name[:1] in "ri" and name[1:] in joins.JOINING_FUNCTIONS:
            return (
                None
                if name[0] == "r" and name[1:] not in ("add", "mul")
                else TORCH_FUNCTIONS[name[1:]]
            )
        return found
    type = type_name(call.module)
    if type is None or type in TORCH_MODULES:
        return TORCH_MODULES.get(type or "")
    found_type = layers.find_type(type)
    if found_type is None:
        return None
    if issubclass(found_type.layer, Elementwise | PassThrough):
        return pointwise.pointwise_module
    family = next(name for name, names in layers.FAMILIES.items() if type in names.split())
    return _FAMILIES.get(family)
