"""Layers of Keras that are fully connected, and those that do nothing in inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.activations import activated
from shapecalc.importers.keras.windows import window_axes

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire


def dense(call: LayerCall) -> Wire:
    """Dense, at each position of the last axis."""
    config = call.config
    shape = call.input.shape
    fields = {"out_features": config.integer("units"), "bias": config.flag("use_bias", True)}
    if not shape.spatial:
        return activated(call, call.add("Linear", fields, call.input))
    fields["per_position"] = True
    last = call.dim(-1)
    if last == 1:
        return activated(call, call.add("Linear", fields, call.input))
    swap = {"dim0": 1, "dim1": last}
    wire = call.add("Transpose", swap, call.input, part="swapped", weights=None, inner=True)
    wire = call.add("Linear", fields, wire, inner=True)
    return activated(call, call.add("Transpose", swap, wire, part="back", weights=None))


def embedding(call: LayerCall) -> Wire:
    """Embedding, of a vector of numbers, or of more axes of them."""
    config = call.config
    size = config.integer("output_dim")
    fields = {"num_embeddings": config.integer("input_dim"), "embedding_dim": size}
    sizes = call.axes.sizes(call.input.shape)
    if len(sizes) == 1 and not call.axes.first:
        return call.add("Embedding", fields, call.input)
    wire = call.input
    if len(sizes) > 1:
        wire = call.add("Flatten", {}, wire, part="flatten", weights=None, inner=True)
    wire = call.add("Embedding", fields, wire, inner=True)
    if len(sizes) == 1:
        swap = {"dim0": 1, "dim1": 2}
        return call.add("Transpose", swap, wire, part="swapped", weights=None)
    shape = str(call.axes.shape([*sizes, size]))
    return call.add("Reshape", {"shape": shape}, wire, part="reshape", weights=None)


def dropout(call: LayerCall) -> Wire:
    """Dropout, and GaussianDropout."""
    return call.add("Dropout", {"p": call.config.number("rate")}, call.input)


def alpha_dropout(call: LayerCall) -> Wire:
    """AlphaDropout."""
    return call.add("AlphaDropout", {"p": call.config.number("rate")}, call.input)


def spatial_dropout(call: LayerCall) -> Wire:
    """SpatialDropout1D, SpatialDropout2D, SpatialDropout3D."""
    type = "Dropout" if call.lead else f"Dropout{window_axes(call)}d"
    return call.add(type, {"p": call.config.number("rate")}, call.input)


def stochastic_depth(call: LayerCall) -> Wire:
    """StochasticDepth, of Keras' ConvNeXt."""
    rate = call.config.number("drop_path_rate", 0)
    return call.add("StochasticDepth", {"p": rate, "mode": "row"}, call.input)


def nothing(call: LayerCall) -> Wire:
    """What does nothing in inference."""
    return call.add("Identity", {}, call.input)


def _without_a_type(call: LayerCall) -> Wire:
    """What has the shape of its input, no weights and no layer type."""
    _ = call.input
    return call.same(call.class_name)


def rescaling(call: LayerCall) -> Wire:
    """Rescaling."""
    _ = call.input
    scale, offset = call.config.value("scale"), call.config.value("offset", 0)
    return call.same(f"Rescaling: x * {scale} + {offset}")


_IN_TRAINING = (
    "GaussianNoise ActivityRegularization Masking RandomFlip RandomRotation RandomZoom "
    "RandomContrast RandomBrightness RandomTranslation RandomHeight RandomWidth RandomShear "
    "RandomHue RandomSaturation RandomColorJitter RandomColorDegeneration RandomGrayscale "
    "RandomGaussianBlur RandomInvert RandomErasing RandomPerspective RandomPosterization "
    "RandomSharpness RandomElasticTransform RandomApply RandAugment AugMix"
)

PASSING = {
    "Dense": dense,
    "Embedding": embedding,
    "Dropout": dropout,
    "GaussianDropout": dropout,
    "AlphaDropout": alpha_dropout,
    **{f"SpatialDropout{axes}D": spatial_dropout for axes in (1, 2, 3)},
    "StochasticDepth": stochastic_depth,
    "Rescaling": rescaling,
    "Normalization": _without_a_type,
    "UnitNormalization": _without_a_type,
    "Identity": nothing,
    **dict.fromkeys(_IN_TRAINING.split(), nothing),
}
"""The classes of this family, and what adds each."""
