"""Functions on tensors among the layers of a model: `tf.nn.relu6`, `x + y`, `keras.ops.mean`.

Keras 3 writes them as operations of a class, Keras 2 as a TFOpLambda with a name of TensorFlow,
and the first versions of it in TensorFlow 2 as a TensorFlowOpLayer with a node of its graph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shapecalc.importers.keras.activations import PLAIN, function
from shapecalc.importers.keras.calls import as_note
from shapecalc.importers.keras.config import as_integer
from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.joining import concatenated
from shapecalc.importers.keras.shaping import MODES, in_shape, permuted
from shapecalc.importers.network import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.keras.calls import LayerCall

_LAMBDAS = ("TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty")


def is_operation(call: LayerCall) -> bool:
    """Whether a use is one of a function, not of a layer."""
    return (
        call.class_name in _LAMBDAS
        or call.class_name == "TensorFlowOpLayer"
        or (isinstance(call.module, str) and ".ops" in call.module)
    )


def add_operation(call: LayerCall) -> Wire:
    """The output of a function on tensors. Raises Refusal, Stopped for one that is unknown."""
    name = _name(call)
    known = _OPERATIONS.get(name)
    if call.lead and known not in (_same, _activation, _binary):
        return call.unknown(f"the function {as_note(name, 40)} at every step of time")
    if known is not None:
        return known(call, name)
    return call.unknown(f"no layer type is known for the function {as_note(name, 40)}")


def _name(call: LayerCall) -> str:
    """What a function is called: the last part, in lower case, words joined by underscores."""
    if call.class_name in _LAMBDAS:
        name = call.config.word("function", call.class_name)
    elif call.class_name == "TensorFlowOpLayer":
        node = call.config.value("node_def", "")
        if isinstance(node, JsonObject):
            name = str(node.get("op"))
        else:
            found = re.search(r'\bop: ?"(\w+)"', node) if isinstance(node, str) else None
            name = "" if found is None else found[1]
    else:
        name = call.class_name
    last = name.rpartition(".")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last[:60]).lower()


def _argument(call: LayerCall, place: int, *names: str) -> Any:
    """An argument by its place after the tensors' first, or by one of its names."""
    node = call.config.values.get("node_def")
    attributes = node.get("attr") if isinstance(node, JsonObject) else None
    for name in names:
        attribute = attributes.get(name) if isinstance(attributes, JsonObject) else None
        if isinstance(attribute, JsonObject) and str(attribute.get("i")).isdecimal():
            return int(str(attribute["i"])[:20])
        found = call.arguments.named.get(name, call.config.values.get(name))
        if found is not None:
            return found
    positional = call.arguments.positional
    return positional[place] if place < len(positional) else None


def _list(call: LayerCall, place: int, *names: str) -> list[int] | None:
    """An argument that is a list of integers, or one; None where it is none."""
    found = _argument(call, place, *names)
    values = found if isinstance(found, list) else [found]
    numbers = [number for number in map(as_integer, values) if number is not None]
    return numbers if len(numbers) == len(values) else None


_BINARY = {
    **dict.fromkeys(("add", "add_v2", "addv2", "__add__", "__radd__", "bias_add"), "Add"),
    **dict.fromkeys(("subtract", "sub", "__sub__", "__rsub__"), "Subtract"),
    **dict.fromkeys(("multiply", "mul", "__mul__", "__rmul__"), "Multiply"),
    **dict.fromkeys(
        ("truediv", "true_divide", "divide", "real_div", "div", "__truediv__", "divide_no_nan"),
        "Divide",
    ),
    "maximum": "Maximum",
    "minimum": "Maximum",
    "pow": "",
    "power": "",
    "floordiv": "",
    "mod": "",
    "squared_difference": "Subtract",
}
"""The type that a function of two tensors has; "" where it has none."""


def _binary(call: LayerCall, name: str) -> Wire:
    operands = [*call.arguments.positional, *call.arguments.named.values()]
    wires = call.inputs
    constants = call.config.values.get("constants")
    values = list(constants.values()) if isinstance(constants, JsonObject) else []
    values += [each for each in operands if type(each) in (int, float)]
    type_ = _BINARY[name]
    if len(wires) == 2 and type_:
        note = None if name not in ("minimum", "squared_difference") else name
        return call.add(type_, {}, wires, note=note)
    scalar = all(type(value) in (int, float) for value in values) and len(values) == 1
    if len(wires) == 1 and (scalar or call.said == wires[0].shape):
        return call.same(f"{name} {values[0] if scalar else 'a constant'}")
    return call.unknown(f"no layer type is the function {name} of these")


def _activation(call: LayerCall, name: str) -> Wire:
    wire = call.input
    if name == "leaky_relu":
        slope = _argument(call, 1, "alpha", "negative_slope")
        if type(slope) in (int, float):
            return call.add("LeakyReLU", {"negative_slope": slope}, wire)
    if name in ("softmax", "log_softmax"):
        axes = _list(call, 1, "axis") or [-1]
        type_ = "Softmax" if name == "softmax" else "LogSoftmax"
        return call.add(type_, {"dim": call.dim(axes[0])}, wire)
    return function(call, name, wire)


def _same(call: LayerCall, name: str) -> Wire:
    _ = call.input
    return call.same(name)


_REDUCING = {
    **dict.fromkeys(("mean", "reduce_mean"), "Mean"),
    **dict.fromkeys(("max", "amax", "reduce_max"), "Amax"),
    **dict.fromkeys(("sum", "reduce_sum"), "Sum"),
}


def _reducing(call: LayerCall, name: str) -> Wire:
    shape = call.input.shape
    axes = _list(call, 1, "axis", "reduction_indices")
    keeps = _argument(call, 2, "keepdims", "keep_dims") or False
    if not axes or keeps not in (True, False) or any(axis in (0, -len(shape) - 1) for axis in axes):
        return call.unknown(f"{name} over the batch, or over axes that the file does not say")
    dims = sorted({call.dim(axis) for axis in axes})
    if len(dims) == len(shape) and not keeps:
        return call.unknown(f"{name} over all axes leaves no shape")
    if 1 in dims and not keeps and len(shape) > 2:
        keeps_first = call.axes.first
        if not keeps_first:
            wire = call.add(_REDUCING[name], {"dim": dims, "keepdim": True}, inner=True)
            sizes = [
                size
                for axis, size in enumerate(call.axes.sizes(shape), 1)
                if call.dim(axis) not in dims
            ]
            text = str(call.axes.shape(sizes))
            return call.add("Reshape", {"shape": text}, wire, part="squeezed", weights=None)
    return call.add(_REDUCING[name], {"dim": dims, "keepdim": bool(keeps)}, call.input)


def _reshape(call: LayerCall, name: str) -> Wire:
    target = _list(call, 1, "newshape", "shape", "target_shape")
    if target is None or len(target) < 2 or (target[0] != -1 and -1 in target[1:]):
        return call.unknown("the file does not say the shape that it gives")
    return in_shape(call, target[1:], "the shape")


def _squeeze(call: LayerCall, name: str) -> Wire:
    sizes = list(call.axes.sizes(call.input.shape))
    axes = _list(call, 1, "axis", "squeeze_dims")
    if not axes:
        return call.unknown("the file does not say the axis")
    found = {call.axes.axis(call.dim(axis), call.input.shape) for axis in axes}
    kept = [size for axis, size in enumerate(sizes, 1) if axis not in found]
    if any(sizes[axis - 1] != 1 for axis in found) or not kept:
        return call.unknown("only an axis of size 1 is left out")
    return in_shape(call, kept, "the shape")


def _expand(call: LayerCall, name: str) -> Wire:
    sizes = list(call.axes.sizes(call.input.shape))
    axes = _list(call, 1, "axis")
    if axes is None or len(axes) != 1:
        return call.unknown("the file does not say the axis")
    axis = axes[0] + len(sizes) + 2 if axes[0] < 0 else axes[0]
    if not 1 <= axis <= len(sizes) + 1:
        return call.unknown("an axis before the batch")
    sizes.insert(axis - 1, 1)
    return in_shape(call, sizes, "the shape")


def _transpose(call: LayerCall, name: str) -> Wire:
    order = _list(call, 1, "perm", "axes")
    if not order or order[0] != 0:
        return call.unknown("a transpose that does not leave the batch where it is")
    return permuted(call, order[1:], "the axes")


def _concat(call: LayerCall, name: str) -> Wire:
    axes = _list(call, 1, "axis") or [-1]
    return concatenated(call, axes[0])


def _resize(call: LayerCall, name: str) -> Wire:
    size = _list(call, 1, "size")
    mode = _argument(call, 2, "method", "interpolation") or "bilinear"
    mode = "nearest" if mode == "nearest_neighbor" or "nearest" in name else mode
    if size is None or len(size) != 2 or mode not in MODES or len(call.input.shape) != 3:
        return call.unknown("no layer type resizes as here")
    return call.add("Upsample", {"size": size, "mode": MODES[mode]}, call.input)


def _pad(call: LayerCall, name: str) -> Wire:
    shape = call.input.shape
    found = _argument(call, 1, "paddings", "pad_width")
    pairs = found if isinstance(found, list) else []
    sizes = [
        [as_integer(each) for each in pair] if isinstance(pair, list) else [] for pair in pairs
    ]
    rank = len(shape.spatial)
    if len(sizes) != rank + 2 or any(len(pair) != 2 or None in pair for pair in sizes):
        return call.unknown("the file does not say what is padded")
    channels = sizes[call.axes.axis(1, shape)]
    spatial = [sizes[call.axes.axis(dim, shape)] for dim in range(2, rank + 2)]
    if channels != [0, 0] or sizes[0] != [0, 0] or not 1 <= rank <= 3:
        return call.unknown("the batch or the channels are padded")
    sides = [side for pair in reversed(spatial) for side in pair]
    return call.add(f"ZeroPad{rank}d", {"padding": sides}, call.input)


def _shuffle(call: LayerCall, name: str) -> Wire:
    factor = _list(call, 1, "block_size")
    if factor is None or len(factor) != 1 or call.axes.first:
        return call.unknown("the file does not say the size of a block")
    note = "TensorFlow has the channels of a pixel in another order"
    return call.add("PixelShuffle", {"upscale_factor": factor[0]}, call.input, note=note)


_UNARY = (
    *("abs", "exp", "log", "log1p", "expm1", "sqrt", "rsqrt", "square", "negative", "sign"),
    *("round", "floor", "ceil", "sin", "cos", "erf", "reciprocal", "clip", "clip_by_value"),
    *("cast", "identity", "stop_gradient", "l2_normalize", "normalize", "check_numerics"),
)
"""Functions that leave a shape as it is, and have no type."""

_OPERATIONS: dict[str, Callable[[LayerCall, str], Wire]] = {
    **dict.fromkeys(_UNARY, _same),
    **dict.fromkeys((*PLAIN, "softmax", "log_softmax"), _activation),
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(_REDUCING, _reducing),
    "reshape": _reshape,
    "squeeze": _squeeze,
    "expand_dims": _expand,
    "transpose": _transpose,
    **dict.fromkeys(("concat", "concatenate", "concat_v2"), _concat),
    **dict.fromkeys(("resize", "resize_bilinear", "resize_nearest_neighbor"), _resize),
    "pad": _pad,
    "depth_to_space": _shuffle,
}
"""The functions that are known, and what adds each."""
