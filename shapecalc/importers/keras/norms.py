"""Norms of Keras, which learn a factor (`scale`), a summand (`center`), both or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

_STATISTICS = (
    "Keras counts the moving mean and variance of a BatchNormalization as non-trainable params; "
    "here they are buffers, beside the params."
)
"""What is remarked of them."""


def _along(call: LayerCall, axes: list[int]) -> int | None:
    """The dim of the only axis that is normalized; None for several."""
    dims = {call.dim(axis) for axis in axes}
    return dims.pop() if len(dims) == 1 else None


def _affine(call: LayerCall, word: str = "affine") -> tuple[dict[str, Any], bool]:
    """The fields of what is learned, and whether a summand remains without a factor."""
    scale, center = call.config.flag("scale", True), call.config.flag("center", True)
    if scale:
        return ({} if center else {"bias": False}), False
    return {word: False}, center


def _normalized(
    call: LayerCall, type: str, fields: dict[str, Any], dim: int, summand: bool
) -> Wire:
    """A norm of the channels, of another axis in their place, and perhaps a summand after it."""
    wire = call.input
    moved = dim != 1
    if moved:
        wire = _swapped(call, wire, dim, "swapped")
    wire = call.add(
        type,
        fields,
        wire,
        weights=("gamma",) if summand else (),
        inner=moved,
    )
    if summand:
        wire = call.add(
            "Affine", {"weight": False}, wire, part="beta", weights=("beta",), inner=moved
        )
    return _swapped(call, wire, dim, "back", inner=False) if moved else wire


def _swapped(call: LayerCall, wire: Wire, dim: int, part: str, inner: bool = True) -> Wire:
    fields = {"dim0": 1, "dim1": dim}
    return call.add("Transpose", fields, wire, part=part, weights=None, inner=inner)


def batch_norm(call: LayerCall) -> Wire:
    """BatchNormalization, of the channels or another axis."""
    config = call.config
    dim = _along(call, config.integers("axis", -1))
    rank = len(call.input.shape.spatial)
    if dim is None:
        return call.unknown("no layer type is a batch norm of several axes", call.input.shape)
    fields, summand = _affine(call)
    fields |= {"eps": config.number("epsilon", 1e-3)}
    fields |= {"momentum": round(1 - config.number("momentum", 0.99), 12)}
    call.network.remark(_STATISTICS)
    type = f"BatchNorm{max(rank, 1)}d" if rank < 4 else "SyncBatchNorm"
    return _normalized(call, type, fields, dim, summand)


def layer_norm(call: LayerCall) -> Wire:
    """LayerNormalization, over the channels, another axis, or all."""
    config = call.config
    shape = call.input.shape
    fields, summand = _affine(call, "elementwise_affine")
    fields |= {"eps": config.number("epsilon", 1e-3)}
    axes = config.integers("axis", -1)
    dim = _along(call, axes)
    if config.flag("rms_scaling", False):
        if dim is None:
            return call.unknown("no layer type is an RMS norm over several axes", shape)
        return _normalized(call, "RMSNorm", {"eps": fields["eps"]}, dim, False)
    if dim is not None:
        return _normalized(call, "LayerNorm", fields, dim, summand)
    if len({call.dim(axis) for axis in axes}) < len(shape) or summand:
        return call.unknown("no layer type is a layer norm over these axes", shape)
    return call.add("LayerNorm", {"normalized_shape": list(shape.chw), **fields}, call.input)


def rms_norm(call: LayerCall) -> Wire:
    """RMSNormalization, over the channels or another axis."""
    dim = _along(call, call.config.integers("axis", -1))
    if dim is None:
        why = "no layer type is an RMS norm over several axes"
        return call.unknown(why, call.input.shape)
    fields = {"eps": call.config.number("epsilon", 1e-6)}
    return _normalized(call, "RMSNorm", fields, dim, False)


def group_norm(call: LayerCall) -> Wire:
    """GroupNormalization; -1 groups are as many as channels."""
    config = call.config
    dim = _along(call, config.integers("axis", -1))
    if dim is None:
        return call.unknown("no layer type is a group norm of several axes", call.input.shape)
    groups = config.integer("groups", 32)
    fields, summand = _affine(call)
    fields |= {"num_groups": call.input.shape.chw[dim - 1] if groups == -1 else groups}
    fields |= {"eps": config.number("epsilon", 1e-3)}
    return _normalized(call, "GroupNorm", fields, dim, summand)


def layer_scale(call: LayerCall) -> Wire:
    """LayerScale, of Keras' ConvNeXt."""
    if call.config.integer("projection_dim") != call.input.shape.channels:
        raise call.config.refused("projection_dim is not the number of channels")
    return call.add("LayerScale", {"layer_scale": call.config.number("init_values", 1e-6)})


NORMS = {
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "RMSNormalization": rms_norm,
    "GroupNormalization": group_norm,
    "LayerScale": layer_scale,
}
"""The classes of this family, and what adds each."""
