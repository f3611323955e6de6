"""How the types without a window are written in Keras' words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from shapecalc.layers.resampling import ALIGNING
from shapecalc.render.code.layout import Part
from shapecalc.render.code.trees import constant
from shapecalc.render.code.writing import source
from shapecalc.render.keras.uses import (
    Call,
    LayerUse,
    UnsayableError,
    helped,
    hold_to_plain_weights,
    writes,
)

SINGLE_EPSILON = 1.1920928955078125e-07
"""The machine epsilon of float32, PyTorch's default for RMSNorm."""


# ---------------------------------------------------------------- normalization


def _affine(use: LayerUse, flag: str) -> list[Part]:
    """Whether there are a bias (center) and a weight (scale) for each channel."""
    if use.value(flag) is False:
        return ["center=False", "scale=False"]
    return use.keyword("center", "bias", True) if "bias" in use.fields else []


@writes("BatchNorm1d BatchNorm2d BatchNorm3d")
def _batch_norm(use: LayerUse) -> Iterator[Call]:
    momentum = use.value("momentum")
    if momentum is None:
        raise UnsayableError("Keras has no cumulative mean of all batches (momentum: null)")
    if use.value("track_running_stats") is False:
        raise UnsayableError("Keras always keeps running statistics")
    kept = float(1 - Fraction(repr(momentum)))
    items = [
        f"momentum={source(constant(kept))}",
        f"epsilon={use.text('eps')}",
        *_affine(use, "affine"),
    ]
    yield Call("layers.BatchNormalization", *items)


@writes("InstanceNorm1d InstanceNorm2d InstanceNorm3d")
def _instance_norm(use: LayerUse) -> Iterator[Call]:
    if use.value("track_running_stats"):
        raise UnsayableError("Keras keeps no running statistics of instances")
    items = ["groups=-1", f"epsilon={use.text('eps')}", *_affine(use, "affine")]
    yield Call("layers.GroupNormalization", *items)


@writes("GroupNorm")
def _group_norm(use: LayerUse) -> Iterator[Call]:
    items = [use.text("num_groups"), f"epsilon={use.text('eps')}", *_affine(use, "affine")]
    yield Call("layers.GroupNormalization", *items)


def _normalized_axes(use: LayerUse) -> list[Part]:
    """The axes that a norm runs over, where it is not the channels."""
    written = use.value("normalized_shape")
    if not isinstance(written, tuple):
        return []
    axes = use.needed_spatial() + 1
    if use.type.name != "LayerNorm2d" and len(written) != axes:
        raise UnsayableError("Keras cannot normalize over the last spatial axes alone")
    found = list(range(axes + 1 - len(written), axes + 1))
    return [] if found == [axes] else [f"axis={found}"]


@writes("LayerNorm LayerNorm2d")
def _layer_norm(use: LayerUse) -> Iterator[Call]:
    items = [*_normalized_axes(use), f"epsilon={use.text('eps')}"]
    yield Call("layers.LayerNormalization", *items, *_affine(use, "elementwise_affine"))


@writes("RMSNorm")
def _rms_norm(use: LayerUse) -> Iterator[Call]:
    if use.value("elementwise_affine") is False:
        raise UnsayableError("RMSNormalization of Keras always has weights")
    eps = SINGLE_EPSILON if use.value("eps") is None else use.value("eps")
    yield Call(
        "layers.RMSNormalization", *_normalized_axes(use), f"epsilon={source(constant(eps))}"
    )


@writes("LocalResponseNorm")
def _local_response_norm(use: LayerUse) -> Iterator[Call]:
    items = [use.text("size")]
    items += [f"{name}={use.text(name)}" for name in ("alpha", "beta", "k")]
    yield helped("LocalResponseNorm", *items)


# ---------------------------------------------------------------- products and tables


@writes("Linear")
def _linear(use: LayerUse) -> Iterator[Call]:
    hold_to_plain_weights(use)
    yield Call("layers.Dense", use.text("out_features"), *use.keyword("use_bias", "bias", True))


@writes("Embedding")
def _embedding(use: LayerUse) -> Iterator[Call]:
    for name in ("padding_idx", "max_norm"):
        if use.value(name) is not None:
            raise UnsayableError(f"Keras has no {name}")
    if use.value("scale_grad_by_freq"):
        raise UnsayableError("Keras has no scale_grad_by_freq")
    yield Call("layers.Embedding", use.text("num_embeddings"), use.text("embedding_dim"))


@writes("Parameter")
def _parameter(use: LayerUse) -> Iterator[Call]:
    yield helped("Parameter", use.text("shape"))


@writes("Buffer")
def _buffer(use: LayerUse) -> Iterator[Call]:
    yield helped("Parameter", use.text("shape"), "trainable=False")


@writes("MatMul")
def _matmul(use: LayerUse) -> Iterator[Call]:
    if any(not each.spatial for inputs, _ in use.runs for each in inputs):
        raise UnsayableError("it is written for matrices, and one of these is a vector")
    yield helped("MatMul")


# ---------------------------------------------------------------- shapes


def _reshaped(use: LayerUse) -> Iterator[Call]:
    """A reshape to what comes out, which has to be the same wherever it runs."""
    output = use.output
    if output is None:
        raise UnsayableError("the sizes that come out are not known, or differ from use to use")
    yield helped("reshape", *map(str, output))


@writes("Flatten")
def _flatten(use: LayerUse) -> Iterator[Call]:
    whole = use.axis("start_dim") == -1
    if whole and use.value("end_dim") != -1:
        last = use.needed_spatial()  # the axis, channels last
        whole = use.axis("end_dim") == (last or -1)
    if whole and use.is_one_position:
        yield Call("layers.Flatten")
    elif whole:
        yield helped("flatten")
    else:
        yield from _reshaped(use)


@writes("Unflatten")
def _unflatten(use: LayerUse) -> Iterator[Call]:
    return _reshaped(use)


@writes("Reshape")
def _reshape(use: LayerUse) -> Iterator[Call]:
    shape = use.fields["shape"]
    sizes = [source(each) for each in getattr(shape, "elts", [shape])]
    yield helped("reshape", *sizes)


@writes("ChannelShuffle")
def _channel_shuffle(use: LayerUse) -> Iterator[Call]:
    yield helped("channel_shuffle", use.text("groups"))


@writes("PixelShuffle")
def _pixel_shuffle(use: LayerUse) -> Iterator[Call]:
    yield helped("pixel_shuffle", use.text("upscale_factor"))


@writes("PixelUnshuffle")
def _pixel_unshuffle(use: LayerUse) -> Iterator[Call]:
    yield helped("pixel_unshuffle", use.text("downscale_factor"))


def _upsampled(use: LayerUse, interpolation: str) -> Iterator[Call]:
    axes = use.needed_spatial()
    factors = {
        tuple(after / before for after, before in zip(out[0].spatial, to[0].spatial, strict=True))
        for to, out in use.runs
    }
    if len(factors) > 1:
        raise UnsayableError("its factors differ from use to use")
    (found,) = factors
    written = use.value("scale_factor")
    told = written if isinstance(written, tuple) else (written,) * axes
    if written is not None and not all(map(float.is_integer, map(float, told))):
        raise UnsayableError("Keras resamples by whole factors alone")
    if not all(factor >= 1 and factor.is_integer() for factor in found):
        raise UnsayableError("Keras resamples by whole factors alone")
    whole = [int(factor) for factor in found]
    size = str(whole[0]) if len(set(whole)) == 1 else str(tuple(whole))
    items: list[Part] = [size]
    if interpolation != "nearest":
        items.append(f'interpolation="{interpolation}"')
    yield Call(f"layers.UpSampling{axes}D", *items)


@writes("Upsample")
def _upsample(use: LayerUse) -> Iterator[Call]:
    mode = use.value("mode")
    if mode in ALIGNING and use.value("align_corners"):
        raise UnsayableError("Keras aligns no corners")
    if mode not in ("nearest", "nearest-exact", "bilinear"):
        raise UnsayableError(f"the {mode} of Keras, if it has one, is not PyTorch's")
    yield from _upsampled(use, "bilinear" if mode == "bilinear" else "nearest")


@writes("UpsamplingNearest2d")
def _upsampling_nearest(use: LayerUse) -> Iterator[Call]:
    return _upsampled(use, "nearest")


# ---------------------------------------------------------------- regularization


@writes("Identity")
def _identity(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.Identity")


@writes("Dropout")
def _dropout(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.Dropout", use.text("p"))


@writes("Dropout1d Dropout2d Dropout3d")
def _channel_dropout(use: LayerUse) -> Iterator[Call]:
    rank = use.type.rank
    if use.runs and use.spatial != rank:
        raise UnsayableError(f"Keras has it for {rank} spatial axes alone")
    yield Call(f"layers.SpatialDropout{rank}D", use.text("p"))


@writes("AlphaDropout")
def _alpha_dropout(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.AlphaDropout", use.text("p"))


@writes("StochasticDepth")
def _stochastic_depth(use: LayerUse) -> Iterator[Call]:
    first: Any = None if use.value("mode") == "row" else 1
    axes = use.spatial
    if axes is None:
        shape = f"({first},) + (1,) * (len({use.x}.shape) - 1)"
    else:
        shape = str((first, *[1] * (axes + 1)))
    yield Call("layers.Dropout", use.text("p"), f"noise_shape={shape}")


@writes("LayerScale")
def _layer_scale(use: LayerUse) -> Iterator[Call]:
    yield helped("LayerScale", use.text("layer_scale"))
