"""Layers of Keras, drawn at random: their configuration and the shape of their input."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Drawn = tuple[str, dict[str, Any], list[int]]
"""A class, its configuration, and the sizes of an input in the order of that, without the batch."""

ACTIVATIONS = ("linear", "relu", "relu6", "sigmoid", "softmax", "silu", "gelu", "hard_silu", "elu")


def _sizes(random: Random, axes: int, first: bool, channels: int) -> list[int]:
    spatial = [random.randint(6, 15) for _ in range(axes)]
    return [channels, *spatial] if first else [*spatial, channels]


def _window(random: Random, axes: int, strided: str = "strides") -> dict[str, Any]:
    """A kernel, and either a stride or a dilation, as Keras allows."""
    found: dict[str, Any] = {"kernel_size": [random.randint(1, 4) for _ in range(axes)]}
    found["padding"] = random.choice(["valid", "same"])
    step = random.choice([1, 1, 2, 3])
    found[random.choice([strided, "dilation_rate"])] = step if step < 3 else 2
    return found


def _convolution(random: Random) -> Drawn:
    axes, first = random.randint(1, 3), random.random() < 0.3
    config = _window(random, axes) | {"filters": 8, "groups": random.choice([1, 2])}
    config |= {"use_bias": random.random() < 0.5, "activation": random.choice(ACTIVATIONS)}
    config |= {"data_format": "channels_first" if first else "channels_last"}
    if axes == 1 and not first and random.random() < 0.3:
        config["padding"] = "causal"
    return f"Conv{axes}D", config, _sizes(random, axes, first, 4)


def _transposed(random: Random) -> Drawn:
    axes, first = random.randint(1, 3), random.random() < 0.3
    config: dict[str, Any] = {"kernel_size": [random.randint(1, 5) for _ in range(axes)]}
    config |= {"filters": 6, "strides": random.randint(1, 3)}
    config |= {"padding": random.choice(["valid", "same"]), "use_bias": random.random() < 0.5}
    config |= {"data_format": "channels_first" if first else "channels_last"}
    if config["strides"] > 1 and random.random() < 0.3:
        config["output_padding"] = random.randrange(config["strides"])
    return f"Conv{axes}DTranspose", config, _sizes(random, axes, first, 4)


def _by_channel(random: Random) -> Drawn:
    axes, first = random.randint(1, 2), random.random() < 0.3
    config = _window(random, axes) | {"depth_multiplier": random.randint(1, 2)}
    config |= {"use_bias": random.random() < 0.5, "activation": random.choice(ACTIVATIONS)}
    config |= {"data_format": "channels_first" if first else "channels_last"}
    if random.random() < 0.5:
        return f"DepthwiseConv{axes}D", config, _sizes(random, axes, first, 3)
    return f"SeparableConv{axes}D", config | {"filters": 5}, _sizes(random, axes, first, 3)


def _pool(random: Random) -> Drawn:
    axes, first = random.randint(1, 3), random.random() < 0.3
    config: dict[str, Any] = {"pool_size": [random.randint(1, 3) for _ in range(axes)]}
    config |= {"padding": random.choice(["valid", "same"])}
    config |= {"data_format": "channels_first" if first else "channels_last"}
    if random.random() < 0.7:
        config["strides"] = random.randint(1, 3)
    kind = random.choice(["MaxPooling", "AveragePooling"])
    return f"{kind}{axes}D", config, _sizes(random, axes, first, 3)


def _global_pool(random: Random) -> Drawn:
    axes, first = random.randint(1, 3), random.random() < 0.3
    config: dict[str, Any] = {"keepdims": random.random() < 0.5}
    config |= {"data_format": "channels_first" if first else "channels_last"}
    kind = random.choice(["Max", "Average"])
    return f"Global{kind}Pooling{axes}D", config, _sizes(random, axes, first, 3)


def _norm(random: Random) -> Drawn:
    axes = random.randint(0, 3)
    name = random.choice(
        ["BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"]
    )
    sizes = _sizes(random, axes, False, 8)
    config: dict[str, Any] = {"axis": random.choice([-1, random.randint(1, len(sizes))])}
    if name != "RMSNormalization":
        config |= {"center": random.random() < 0.7, "scale": random.random() < 0.7}
    if name == "GroupNormalization":
        config |= {"groups": random.choice([-1, 1])}
    return name, config, sizes


def _dense(random: Random) -> Drawn:
    config = {"units": 7, "use_bias": random.random() < 0.5, "activation": "relu"}
    return "Dense", config, _sizes(random, random.randint(0, 3), False, 5)


def _around(random: Random) -> Drawn:
    """Padding and cropping, of one number, one an axis, or two an axis."""
    axes, first = random.randint(1, 3), random.random() < 0.3
    name, key = random.choice([("ZeroPadding", "padding"), ("Cropping", "cropping")])
    pairs: Any = [[random.randint(0, 2), random.randint(0, 2)] for _ in range(axes)]
    value = random.choice([1, pairs[0] if axes == 1 else pairs])
    if axes > 1:
        value = random.choice([value, [2] * axes])
    config = {key: value}
    if axes > 1:
        config["data_format"] = "channels_first" if first else "channels_last"
    return f"{name}{axes}D", config, _sizes(random, axes, first and axes > 1, 3)


def _larger(random: Random) -> Drawn:
    axes = random.randint(1, 3)
    size = random.randint(1, 3)
    config = {"size": size if axes == 1 else random.choice([size, [2, 3, 1][:axes]])}
    return f"UpSampling{axes}D", config, _sizes(random, axes, False, 3)


def _shaped(random: Random) -> Drawn:
    sizes = [4, 6, 10]
    found: list[Drawn] = [
        ("Flatten", {}, sizes),
        ("Flatten", {}, [12]),
        ("Reshape", {"target_shape": [-1, 10]}, sizes),
        ("Reshape", {"target_shape": [2, 12, -1]}, sizes),
        ("Reshape", {"target_shape": [1, 1, 24]}, [24]),
        ("Permute", {"dims": random.sample([1, 2, 3], 3)}, sizes),
        ("Permute", {"dims": [2, 1]}, [5, 7]),
        ("RepeatVector", {"n": 5}, [7]),
    ]
    return random.choice(found)


def _plain(random: Random) -> Drawn:
    sizes = _sizes(random, random.randint(0, 3), False, 6)
    spatial = list(range(1, len(sizes)))
    found: list[Drawn] = [
        ("Activation", {"activation": random.choice(ACTIVATIONS)}, sizes),
        ("ReLU", {"max_value": random.choice([None, 6.0, 4.0])}, sizes),
        ("ReLU", {"negative_slope": 0.25}, sizes),
        ("LeakyReLU", {"negative_slope": 0.1}, sizes),
        ("PReLU", {"shared_axes": spatial or None}, sizes),
        ("Softmax", {"axis": -1}, sizes),
        ("Dropout", {"rate": 0.25}, sizes),
        ("Rescaling", {"scale": 0.5, "offset": 1.0}, sizes),
        ("UnitNormalization", {}, sizes),
        ("Embedding", {"input_dim": 30, "output_dim": 6}, [9]),
    ]
    return random.choice(found)


NOT_DISTRIBUTED = ("Conv3D", "MaxPooling3D", "AveragePooling3D", "Embedding")
"""What has no type with an axis more."""


def _distributed(random: Random) -> Drawn:
    """A layer at every step of time; its class and its configuration are those of the layer."""
    name, config, sizes = random.choice((_convolution, _by_channel, _pool, _dense, _norm, _plain))(
        random
    )
    if config.get("data_format") == "channels_first" or len(sizes) > 3 or name in NOT_DISTRIBUTED:
        name, config, sizes = "Flatten", {}, [4, 5, 3]
    if config.get("padding") == "causal":
        config["padding"] = "same"
    return "TimeDistributed", {"layer": [name, config]}, [4, *sizes]


KINDS: tuple[Callable[[Random], Drawn], ...] = (
    *(_convolution, _transposed, _by_channel, _pool, _global_pool, _norm),
    *(_dense, _around, _larger, _shaped, _plain, _distributed),
)


def draw(random: Random) -> Drawn:
    """A layer of any kind, which Keras may refuse."""
    return random.choice(KINDS)(random)
