"""How activations are written in Keras' words."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.render.code.trees import constant
from shapecalc.render.code.writing import source
from shapecalc.render.keras.uses import Call, LayerUse, UnsayableError, helped, writes


def _activation(word: str) -> Call:
    return Call("layers.Activation", source(constant(word)))


_NAMED = {
    "SELU": "selu",
    "SiLU": "silu",
    "Mish": "mish",
    "Hardswish": "hard_silu",
    "Hardsigmoid": "hard_sigmoid",
    "Tanhshrink": "tanh_shrink",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Tanh": "tanh",
    "Softsign": "softsign",
}
"""The activations without parameters, by the names that Keras has for them."""


@writes(" ".join(_NAMED))
def _named_activation(use: LayerUse) -> Iterator[Call]:
    yield _activation(_NAMED[use.type.name])


@writes("ReLU")
def _relu(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.ReLU")


@writes("ReLU6")
def _relu6(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.ReLU", "max_value=6.0")


@writes("LeakyReLU")
def _leaky_relu(use: LayerUse) -> Iterator[Call]:
    if use.is_known("negative_slope") and use.value("negative_slope") < 0:
        raise UnsayableError("Keras has no slope below 0")
    yield Call("layers.LeakyReLU", f"negative_slope={use.text('negative_slope')}")


@writes("ELU")
def _elu(use: LayerUse) -> Iterator[Call]:
    yield Call("layers.ELU", *use.keyword("alpha", "alpha", 1.0))


@writes("PReLU")
def _prelu(use: LayerUse) -> Iterator[Call]:
    init = f"alpha_initializer=keras.initializers.Constant({use.text('init')})"
    last = "" if use.value("num_parameters") == 1 else " - 1"
    axes = use.spatial
    if axes is None:
        shared = f"list(range(1, len({use.x}.shape){last}))"
    else:
        shared = str(list(range(1, axes + (1 if last else 2))))
    yield Call("layers.PReLU", init, f"shared_axes={shared}")


@writes("GELU")
def _gelu(use: LayerUse) -> Iterator[Call]:
    if use.value("approximate") == "tanh":
        yield helped("Apply", "keras.ops.gelu", "approximate=True")
    else:
        yield _activation("gelu")


@writes("CELU")
def _celu(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.celu", f"alpha={use.text('alpha')}")


@writes("Hardtanh")
def _hardtanh(use: LayerUse) -> Iterator[Call]:
    bounds = f"x_min={use.text('min_val')}", f"x_max={use.text('max_val')}"
    yield helped("Apply", "keras.ops.clip", *bounds)


@writes("Hardshrink")
def _hardshrink(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.hard_shrink", f"threshold={use.text('lambd')}")


@writes("Softshrink")
def _softshrink(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.soft_shrink", f"threshold={use.text('lambd')}")


@writes("Threshold")
def _threshold(use: LayerUse) -> Iterator[Call]:
    values = f"threshold={use.text('threshold')}", f"default_value={use.text('value')}"
    yield helped("Apply", "keras.ops.threshold", *values)


@writes("Softplus")
def _softplus(use: LayerUse) -> Iterator[Call]:
    if (use.value("beta"), use.value("threshold")) != (1.0, 20.0):
        raise UnsayableError("the softplus of Keras has neither beta nor threshold")
    yield _activation("softplus")


def _axis(use: LayerUse) -> int:
    """The axis that `dim` means, channels last. Raises UnsayableError for the batch."""
    if use.value("dim") is not None:
        return use.axis("dim")
    if use.runs and use.needed_spatial() == 1:  # what PyTorch chooses
        raise UnsayableError("it runs along the batch")
    return -1


@writes("GLU")
def _glu(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.glu", f"axis={_axis(use)}")


def _softmax_call(axis: int) -> Call:
    return Call("layers.Softmax", *([] if axis == -1 else [f"axis={axis}"]))


@writes("Softmax")
def _softmax(use: LayerUse) -> Iterator[Call]:
    yield _softmax_call(_axis(use))


@writes("Softmin")
def _softmin(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.negative", suffix="negative")
    yield _softmax_call(_axis(use))


@writes("LogSoftmax")
def _log_softmax(use: LayerUse) -> Iterator[Call]:
    yield helped("Apply", "keras.ops.log_softmax", f"axis={_axis(use)}")


@writes("Softmax2d")
def _softmax_2d(use: LayerUse) -> Iterator[Call]:
    yield _softmax_call(-1)
