"""The functions and classes that a file begins with: what Keras has no layer for, or a layer by
other rules. A file has those that it uses."""

from __future__ import annotations

from collections.abc import Iterable

from shapecalc.render.code.computing import MAKE_DIVISIBLE


class Helper:
    """A function or class of a file. uses: the others that it calls."""

    __slots__ = ("text", "uses")

    def __init__(self, text: str, *uses: str) -> None:
        self.text = text
        self.uses = uses


KERAS_HELPERS = {
    "make_divisible": Helper(MAKE_DIVISIBLE),
    "ConstantPadding": Helper(
        '''\
class ConstantPadding(layers.Layer):
    """Pads the axes between the batch and the channels with a value."""

    def __init__(self, padding, value, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.value = value

    def call(self, x):
        pairs = ((0, 0), *self.padding, (0, 0))
        return keras.ops.pad(x, pairs, constant_values=self.value)'''
    ),
    "InputPadding": Helper(
        '''\
class InputPadding(layers.Layer):
    """Pads the axes between the batch and the channels with the input: mirrored at its
    ends (reflect), its ends repeated (replicate), or continued (circular)."""

    def __init__(self, padding, mode, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.mode = mode

    def call(self, x):
        for axis, (before, after) in enumerate(self.padding, 1):
            size = x.shape[axis]
            places = range(-before, size + after)
            if self.mode == "reflect":
                taken = [size - 1 - abs(size - 1 - abs(place)) for place in places]
            elif self.mode == "replicate":
                taken = [min(max(place, 0), size - 1) for place in places]
            else:
                taken = [place % size for place in places]
            x = keras.ops.take(x, taken, axis=axis)
        return x'''
    ),
    "both_ends": Helper(
        '''\
def both_ends(padding, axes):
    """The padding before and after each axis, of one number or of one for each."""
    numbers = padding if isinstance(padding, tuple) else (padding,) * axes
    return tuple((number, number) for number in numbers)'''
    ),
    "pool_padding": Helper(
        '''\
def pool_padding(x, kernel_size, stride, padding, ceil_mode=False):
    """The padding before and after each axis of a pool. With ceil_mode the last window
    may hang over the end, if it starts inside the input or the padding before it."""
    axes = len(x.shape) - 2
    pairs = []
    for size, kernel, step, (before, after) in zip(
        x.shape[1:-1],
        *(n if isinstance(n, tuple) else (n,) * axes for n in (kernel_size, stride)),
        both_ends(padding, axes),
        strict=True,
    ):
        room = size + before + after - kernel
        if ceil_mode:
            last = -(-room // step) * step
            if last >= size + before:
                last -= step
            after += max(last - room, 0)
        pairs.append((before, after))
    return tuple(pairs)''',
        "both_ends",
    ),
    "AveragePool": Helper(
        '''\
class AveragePool(layers.Layer):
    """The mean of what a window counts: the padding or not, and nothing beyond it."""

    def __init__(
        self,
        kernel_size,
        stride,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def call(self, x):
        window = self.kernel_size, self.stride
        padded = pool_padding(x, *window, self.padding, self.ceil_mode)
        pads = ((0, 0), *padded, (0, 0))
        means = keras.ops.average_pool(keras.ops.pad(x, pads), *window)
        axes = len(x.shape) - 2
        if self.divisor_override is not None:
            kernel = self.kernel_size
            taps = math.prod(kernel) if isinstance(kernel, tuple) else kernel**axes
            return means * (taps / self.divisor_override)
        counted = keras.ops.ones((1, *x.shape[1:-1], 1))
        if self.count_include_pad:
            own = both_ends(self.padding, axes)
            counted = keras.ops.pad(counted, ((0, 0), *own, (0, 0)), constant_values=1)
            pads = [
                (before - own_before, after - own_after)
                for (before, after), (own_before, own_after) in zip(
                    padded, own, strict=True
                )
            ]
            pads = ((0, 0), *pads, (0, 0))
        return means / keras.ops.average_pool(keras.ops.pad(counted, pads), *window)''',
        "both_ends",
        "pool_padding",
        "math",
    ),
    "LocalResponseNorm": Helper(
        '''\
class LocalResponseNorm(layers.Layer):
    """Each number divided by a power of the mean square of nearby channels."""

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def call(self, x):
        channels = x.shape[-1]
        pads = [(0, 0)] * (len(x.shape) - 1) + [(self.size // 2, (self.size - 1) // 2)]
        squares = keras.ops.pad(keras.ops.square(x), pads)
        total = sum(squares[..., i : i + channels] for i in range(self.size))
        return x / (self.k + self.alpha / self.size * total) ** self.beta'''
    ),
    "LayerScale": Helper(
        '''\
class LayerScale(layers.Layer):
    """A learned factor for each channel."""

    def __init__(self, value, **kwargs):
        super().__init__(**kwargs)
        self.value = value

    def build(self, shape):
        initial = keras.initializers.Constant(self.value)
        self.factors = self.add_weight(
            shape=(shape[-1],), initializer=initial, name="factors"
        )

    def call(self, x):
        return x * self.factors'''
    ),
    "Apply": Helper(
        '''\
class Apply(layers.Layer):
    """A function of Keras with its arguments, as a layer."""

    def __init__(self, function, *, name, **arguments):
        super().__init__(name=name)
        self.function = function
        self.arguments = arguments

    def call(self, x):
        return self.function(x, **self.arguments)'''
    ),
    "Split": Helper(
        '''\
class Split(layers.Layer):
    """An axis in parts: of one size, the last of what remains, or of the sizes."""

    def __init__(self, size, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.axis = axis

    def call(self, x):
        whole = x.shape[self.axis]
        if isinstance(self.size, tuple):
            ends = [sum(self.size[:i]) for i in range(1, len(self.size))]
        else:
            ends = list(range(self.size, whole, self.size))
        return keras.ops.split(x, ends, axis=self.axis)'''
    ),
    "Take": Helper(
        '''\
class Take(layers.Layer):
    """One of the places of an axis, which is gone then, or a slice of them."""

    def __init__(self, axis, places, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.places = places

    def call(self, x):
        return x[(slice(None),) * self.axis + (self.places,)]'''
    ),
    "Stack": Helper(
        '''\
class Stack(layers.Layer):
    """Inputs side by side along a new axis."""

    def __init__(self, axis, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        return keras.ops.stack(inputs, axis=self.axis)'''
    ),
    "Parameter": Helper(
        '''\
class Parameter(layers.Layer):
    """A tensor that is learned, or kept, once for each row of a batch."""

    def __init__(self, shape, trainable=True, **kwargs):
        super().__init__(trainable=trainable, **kwargs)
        self.shape = shape

    def build(self, shape):
        self.numbers = self.add_weight(shape=self.shape, name="numbers")

    def call(self, x):
        rows = keras.ops.shape(x)[0]
        return keras.ops.broadcast_to(self.numbers, (rows, *self.shape))'''
    ),
    "MatMul": Helper(
        '''\
class MatMul(layers.Layer):
    """The matrix product of two inputs, of which one may have fewer leading axes."""

    def call(self, inputs):
        first, second = inputs
        while len(first.shape) < len(second.shape):
            first = keras.ops.expand_dims(first, 1)
        while len(second.shape) < len(first.shape):
            second = keras.ops.expand_dims(second, 1)
        return keras.ops.matmul(first, second)'''
    ),
    "Divide": Helper(
        '''\
class Divide(layers.Layer):
    """The first input divided by the second."""

    def call(self, inputs):
        return inputs[0] / inputs[1]'''
    ),
    "flatten": Helper(
        '''\
def flatten(x, *, name):
    """A vector of all numbers in PyTorch's order, the channels first."""
    axes = len(x.shape) - 1
    if axes > 1:
        x = layers.Permute((axes, *range(1, axes)), name=f"{name}-channels_first")(x)
    return layers.Flatten(name=name)(x)'''
    ),
    "reshape": Helper(
        '''\
def reshape(x, *shape, name):
    """The numbers in another shape. Their order is PyTorch's, the channels first."""
    axes = len(x.shape) - 1
    if axes > 1:
        x = layers.Permute((axes, *range(1, axes)), name=f"{name}-channels_first")(x)
    if len(shape) == 1:
        return layers.Reshape(shape, name=name)(x)
    x = layers.Reshape((shape[-1], *shape[:-1]), name=f"{name}-reshape")(x)
    return layers.Permute((*range(2, len(shape) + 1), 1), name=name)(x)'''
    ),
    "channel_shuffle": Helper(
        '''\
def channel_shuffle(x, groups, *, name):
    """The channels dealt out anew, so that each group gets some of every group."""
    *sizes, channels = x.shape[1:]
    axes = len(sizes)
    parts = (*sizes, groups, channels // groups)
    x = layers.Reshape(parts, name=f"{name}-groups")(x)
    order = (*range(1, axes + 1), axes + 2, axes + 1)
    x = layers.Permute(order, name=f"{name}-permute")(x)
    return layers.Reshape((*sizes, channels), name=name)(x)'''
    ),
    "pixel_shuffle": Helper(
        '''\
def pixel_shuffle(x, factor, *, name):
    """Channels laid out as pixels."""
    height, width, channels = x.shape[1:]
    kept = channels // factor**2
    parts = (height, width, kept, factor, factor)
    x = layers.Reshape(parts, name=f"{name}-parts")(x)
    x = layers.Permute((1, 4, 2, 5, 3), name=f"{name}-permute")(x)
    return layers.Reshape((height * factor, width * factor, kept), name=name)(x)'''
    ),
    "pixel_unshuffle": Helper(
        '''\
def pixel_unshuffle(x, factor, *, name):
    """Pixels laid out as channels."""
    height, width, channels = x.shape[1:]
    height, width = height // factor, width // factor
    parts = (height, factor, width, factor, channels)
    x = layers.Reshape(parts, name=f"{name}-parts")(x)
    x = layers.Permute((1, 3, 5, 2, 4), name=f"{name}-permute")(x)
    return layers.Reshape((height, width, channels * factor**2), name=name)(x)'''
    ),
}
"""The helpers by name, each after those that it uses."""


def with_those_they_use(names: Iterable[str]) -> set[str]:
    """Helpers, and all that they use."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            helper = KERAS_HELPERS.get(name)
            pending.extend(helper.uses if helper else ())
    return found
