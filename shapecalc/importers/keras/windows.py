"""Convolutions and pools of Keras: windows that slide along the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.keras.activations import activated
from shapecalc.shapes.window import effective_size

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

SAME = "`same` pads as TensorFlow does, an odd number more after the input: same_upper."
"""What is remarked where the padding of a window depends on its input."""


def window_axes(call: LayerCall) -> int:
    """How many axes the windows of a class slide along, by its name: Conv2D has 2."""
    digits = [letter for letter in call.class_name if letter in "123"]
    return int(digits[0])


def window_padding(
    call: LayerCall, kernel: list[int], stride: list[int], dilation: list[int]
) -> Any:
    """The padding of a window, as short as it can be said."""
    word = call.config.word("padding", "valid").lower()
    sizes = list(map(effective_size, kernel, dilation))
    if word == "valid":
        return 0
    if word == "causal" and len(kernel) == 1:
        return [[sizes[-1] - 1, 0]]
    if word != "same":
        raise call.config.refused(f"padding is {word[:20]!r}, not valid, same or causal")
    if all(size == 1 or (size % 2 and step == 1) for size, step in zip(sizes, stride, strict=True)):
        return [size // 2 for size in sizes]
    call.network.remark(SAME)
    return "same_upper"


def _window(call: LayerCall, axes: int) -> dict[str, Any]:
    """The fields of a convolution's window."""
    config = call.config
    kernel = config.along("kernel_size", axes)
    stride = config.along("strides", axes, 1)
    dilation = config.along("dilation_rate", axes, 1)
    if min(*kernel, *stride, *dilation) < 1:
        raise config.refused("a kernel, a stride and a dilation are at least 1")
    padding = window_padding(call, kernel, stride, dilation)
    fields = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return fields | call.leading


def convolution(call: LayerCall) -> Wire:
    """Conv1D, Conv2D, Conv3D."""
    axes = window_axes(call)
    config = call.config
    fields = {"out_channels": config.integer("filters"), **_window(call, axes)}
    fields |= {"groups": config.integer("groups", 1), "bias": config.flag("use_bias", True)}
    return activated(call, call.add(f"Conv{axes}d", fields, call.input))


def _depthwise(call: LayerCall, axes: int) -> dict[str, Any]:
    channels = call.input.shape.channels
    multiplier = call.config.integer("depth_multiplier", 1)
    return {"out_channels": channels * multiplier, **_window(call, axes), "groups": channels}


def depthwise(call: LayerCall) -> Wire:
    """DepthwiseConv1D, DepthwiseConv2D: a convolution of each channel by itself."""
    axes = window_axes(call)
    fields = {**_depthwise(call, axes), "bias": call.config.flag("use_bias", True)}
    return activated(call, call.add(f"Conv{axes}d", fields, call.input))


def separable(call: LayerCall) -> Wire:
    """SeparableConv1D, SeparableConv2D: a depthwise convolution without a bias, then a 1x1."""
    axes = window_axes(call)
    config = call.config
    type = f"Conv{axes}d"
    wire = call.add(
        type,
        {**_depthwise(call, axes), "bias": False},
        call.input,
        part="depthwise",
        weights=("depthwise_kernel",),
        inner=True,
    )
    fields = {
        "out_channels": config.integer("filters"),
        "kernel_size": 1,
        "bias": config.flag("use_bias", True),
        **call.leading,
    }
    names = ("pointwise_kernel", "bias")
    return activated(call, call.add(type, fields, wire, part="pointwise", weights=names))


def locally_connected(call: LayerCall) -> Wire:
    """LocallyConnected1D, LocallyConnected2D, where they have a weight for each of a window."""
    axes = window_axes(call)
    config = call.config
    same = config.word("padding", "valid").lower() != "valid"
    if same or config.integer("implementation", 1) == 2:
        return call.unknown("its weights are not those of whole windows")
    fields = {"out_channels": config.integer("filters"), **_window(call, axes)}
    del fields["dilation"]
    fields["bias"] = config.flag("use_bias", True)
    return activated(call, call.add(f"LocallyConnected{axes}d", fields, call.input))


def pool(call: LayerCall) -> Wire:
    """MaxPooling and AveragePooling of 1 to 3 axes."""
    axes = window_axes(call)
    config = call.config
    kernel = config.along("pool_size", axes, 2)
    stride = config.along("strides", axes, kernel)
    if min(*kernel, *stride) < 1:
        raise config.refused("pool_size and strides are at least 1")
    padding = window_padding(call, kernel, stride, [1] * len(kernel))
    fields: dict[str, Any] = {"kernel_size": kernel, "stride": stride, "padding": padding}
    average = call.class_name.startswith("Average")
    if average and padding != 0 and (padding == "same_upper" or any(padding)):
        fields["count_include_pad"] = False
    return call.add(f"{'Avg' if average else 'Max'}Pool{axes}d", fields | call.leading, call.input)


def global_pool(call: LayerCall) -> Wire:
    """GlobalAveragePooling and GlobalMaxPooling of 1 to 3 axes, which leave a vector, unless the
    axes are to stay."""
    axes = window_axes(call)
    kind = "Avg" if "Average" in call.class_name else "Max"
    keeps = call.config.flag("keepdims", False)
    if call.lead:
        dims = list(range(2 + call.lead, 2 + call.lead + axes))
        return call.add("Mean" if kind == "Avg" else "Amax", {"dim": dims, "keepdim": keeps})
    type = f"Adaptive{kind}Pool{axes}d"
    if keeps:
        return call.add(type, {"output_size": 1}, call.input)
    wire = call.add(type, {"output_size": 1}, call.input, inner=True)
    return call.add("Flatten", {}, wire, part="flatten", weights=None)


def adaptive_pool(call: LayerCall) -> Wire:
    """AdaptiveAveragePooling and AdaptiveMaxPooling of 1 to 3 axes."""
    axes = window_axes(call)
    kind = "Avg" if "Average" in call.class_name else "Max"
    fields = {"output_size": call.config.along("output_size", axes), **call.leading}
    return call.add(f"Adaptive{kind}Pool{axes}d", fields, call.input)


WINDOWS = {
    **{f"Conv{axes}D": convolution for axes in (1, 2, 3)},
    **{f"DepthwiseConv{axes}D": depthwise for axes in (1, 2)},
    **{f"SeparableConv{axes}D": separable for axes in (1, 2)},
    **{f"LocallyConnected{axes}D": locally_connected for axes in (1, 2)},
    **{f"{kind}Pooling{axes}D": pool for kind in ("Max", "Average") for axes in (1, 2, 3)},
    **{
        f"{start}{kind}Pooling{axes}D": one
        for start, one in (("Global", global_pool), ("Adaptive", adaptive_pool))
        for kind in ("Max", "Average")
        for axes in (1, 2, 3)
    },
}
"""The classes of this family, and what adds each."""
