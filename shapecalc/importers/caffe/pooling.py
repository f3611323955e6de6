"""Caffe's pools, and what puts their maxima back.

Source: pooling_layer.cpp and spp_layer.cpp of https://github.com/BVLC/caffe, and the Upsample
layers of https://github.com/alexgkendall/caffe-segnet and https://github.com/eric612/MobileNet-YOLO.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.caffe.blob import Blob
from shapecalc.importers.caffe.step import NotSaid
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.caffe.message import ProtoMessage
    from shapecalc.importers.caffe.step import CaffeStep, Converter
    from shapecalc.importers.network import Wire

_METHODS = {"MAX": 0, "AVE": 1, "STOCHASTIC": 2}
"""What a pool makes of its window."""

_STOCHASTIC = "no pool has a mean that is weighted by the numbers themselves"


def _pool(step: CaffeStep) -> list[Blob]:
    """Pooling, with its mask where that is a second top."""
    step.takes(1)
    parameters = step.parameters("pooling_param")
    method = parameters.word("pool", _METHODS, "MAX")
    ceil = parameters.word("round_mode", {"CEIL": 0, "FLOOR": 1}, "CEIL") == "CEIL"
    ceil = parameters.flag("ceil_mode", ceil)  # what forks call it
    batch, channels, *spatial = step.image()
    windows = None
    sizes = [1, 1]
    if parameters.flag("global_pooling", False):
        _refuse_with_global(step, parameters)
    else:
        windows = _windows(step, parameters)
        sizes = _pooled(step, spatial, windows, ceil)
    if method == "STOCHASTIC":
        raise NotSaid(_STOCHASTIC, (batch, channels, *sizes))
    if windows is None:
        type = "AdaptiveMaxPool2d" if method == "MAX" else "AdaptiveAvgPool2d"
        wire = step.add(type, {"output_size": 1})
    else:
        wire = _add_pool(step, method, windows, sizes, ceil)
    made = step.blob(wire)
    return [made, *[made._replace(is_mask=True)][: len(step.layer.tops) - 1]]


_Windows = tuple[list[int], list[int], list[int]]
"""The kernel, the stride and the padding of a pool along its axes."""


def _refuse_with_global(step: CaffeStep, parameters: ProtoMessage) -> None:
    for name in ("kernel_size", "kernel_h", "kernel_w"):
        if parameters.has(name):
            raise step.layer.refuse(f"a global pool has no {name}")
    for name, usual in (("pad", 0), ("pad_h", 0), ("pad_w", 0), ("stride", 1), ("stride_h", 1)):
        if parameters.integer(name, usual) != usual:
            raise step.layer.refuse(f"a global pool has a {name} of {usual}")


def _windows(step: CaffeStep, parameters: ProtoMessage) -> _Windows:
    """The windows of a pool that is not global. Raises Refusal SC501."""
    found = []
    for name, default, least in (("kernel_size", None, 1), ("stride", 1, 1), ("pad", 0, 0)):
        stem = name.partition("_")[0]
        height, width = f"{stem}_h", f"{stem}_w"
        both, each = parameters.has(name), [parameters.has(height), parameters.has(width)]
        if any(each):
            if both or not all(each):
                raise step.layer.refuse(f"a pool has {name}, or {height} and {width}")
            values = [parameters.integer(every, 0, least) for every in (height, width)]
        elif both or default is not None:
            values = [parameters.integer(name, default or 0, least)] * 2
        else:
            raise step.layer.refuse("a pool needs kernel_size, or kernel_h and kernel_w")
        found.append(values)
    kernel, stride, pad = found
    if any(padding >= size for padding, size in zip(pad, kernel, strict=True)):
        raise step.layer.refuse(f"the padding of a pool is less than its kernel, found {pad}")
    return kernel, stride, pad


def _pooled(step: CaffeStep, spatial: list[int], windows: _Windows, ceil: bool) -> list[int]:
    """The sizes that a pool makes, by Caffe's rule: without padding, no window is taken away."""
    found = []
    for size, kernel, stride, pad in zip(spatial, *windows, strict=True):
        room = size + 2 * pad - kernel
        count = (-(-room // stride) if ceil else room // stride) + 1
        if any(windows[2]) and (count - 1) * stride >= size + pad:
            count -= 1
        if count < 1:
            text = f"a kernel of {kernel} is too large for a size of {size} with padding {pad}"
            raise step.layer.refuse(text)
        found.append(count)
    return found


def _add_pool(
    step: CaffeStep,
    method: str,
    windows: _Windows,
    sizes: list[int],
    ceil: bool,
    suffix: str = "",
) -> Wire:
    """The output of a pool that is added. Raises NotSaid for one that makes other sizes here."""
    kernel, stride, pad = windows
    dims = step.image()
    for size, made, step_size in zip(dims[2:], sizes, stride, strict=True):
        if not any(pad) and (made - 1) * step_size >= size:
            text = "its last window is outside of what it takes, where no pool has one"
            raise NotSaid(text, (*dims[:2], *sizes))
    half = all(2 * padding <= size for padding, size in zip(pad, kernel, strict=True))
    fields: dict[str, Any] = {"kernel_size": kernel, "stride": stride}
    fields["padding"] = pad if half else [[padding, padding] for padding in pad]
    fields["ceil_mode"] = ceil
    return step.add("MaxPool2d" if method == "MAX" else "AvgPool2d", fields, suffix=suffix)


def _pyramid(step: CaffeStep) -> list[Blob]:
    """SPP: pools of 1, 2, 4 and more windows along each axis, joined to a vector."""
    step.takes(1)
    parameters = step.parameters("spp_param")
    method = parameters.word("pool", _METHODS, "MAX")
    height = parameters.integer("pyramid_height", 0, least=1)
    _, _, *spatial = step.image()
    if not 1 <= height <= 16:
        raise step.layer.refuse(f"a pyramid_height of {height}")
    if method == "STOCHASTIC":
        raise NotSaid(_STOCHASTIC)
    vectors = []
    for level in range(height):
        bins = 2**level
        kernel = [-(-size // bins) for size in spatial]
        pad = [
            (size * bins - extent + 1) // 2 for size, extent in zip(kernel, spatial, strict=True)
        ]
        if any(padding >= size for padding, size in zip(pad, kernel, strict=True)):
            raise step.layer.refuse(f"{bins} windows are too many for a size of {min(spatial)}")
        windows = (kernel, kernel, pad)
        sizes = _pooled(step, spatial, windows, ceil=True)
        if height == 1:
            return [step.blob(_add_pool(step, method, windows, sizes, ceil=True))]
        wire = _add_pool(step, method, windows, sizes, ceil=True, suffix=f"pool{level + 1}")
        vectors.append(step.add("Flatten", {}, [wire], suffix=f"flatten{level + 1}"))
    return [step.blob(step.add("Concat", {}, vectors))]


def _upsample(step: CaffeStep) -> list[Blob]:
    """Upsample, of SegNet with the mask of a max pool, of YOLO by the nearest number."""
    step.takes(1, 2)
    parameters = step.parameters("upsample_param")
    _, _, *spatial = step.image()
    if len(step.bottoms) == 1:
        if set(parameters.fields) - {"scale"}:
            raise NotSaid("it has no mask of a max pool")
        return [
            step.blob(step.add("Upsample", {"scale_factor": parameters.integer("scale", 1, 1)}))
        ]
    mask = step.bottoms[1]
    if not mask.is_mask or mask.wire is None:
        raise NotSaid("its second blob is not the mask of a max pool")
    pool: Any = mask.wire.of
    if pool.layer.type.name != "MaxPool2d":
        raise NotSaid("its mask is not that of a max pool with windows")
    wanted = []
    for size, stem in zip(spatial, "hw", strict=True):
        scale = parameters.integer(f"scale_{stem}", parameters.integer("scale", 2, 2), 2)
        less = parameters.flag(f"pad_out_{stem}", False)
        wanted.append(parameters.integer(f"upsample_{stem}", size * scale - less, 1))
    fields = {name: pool.fields[name] for name in ("kernel_size", "stride", "padding")}
    fields["output_size"] = wanted
    dims = (*step.dims()[:2], *wanted)
    try:
        return [step.blob(step.add("MaxUnpool2d", fields, [step.wire(), mask.wire]))]
    except Refusal:
        raise NotSaid("the mask's pool does not come from this size", dims) from None


CAFFE_POOLING: dict[str, Converter] = {
    "Pooling": _pool,
    "SPP": _pyramid,
    "Upsample": _upsample,
}
"""The types of these layers, each with what converts it."""
