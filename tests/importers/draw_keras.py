"""Layers of Keras, drawn at random: their configuration and the shape of their input."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Drawn = tuple[str, dict[str, Any], list[Any]]
"""A class, its configuration, and the sizes of an input in the order of that, without the batch; of
several inputs a list for each. A layer within a layer is a list of its class and configuration."""

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
        ("Embedding", {"input_dim": 30, "output_dim": 6}, random.choice([[9], [4, 5]])),
    ]
    return random.choice(found)


def _distributed(random: Random) -> Drawn:
    """A layer at every step of time; its class and its configuration are those of the layer."""
    kinds = (_convolution, _by_channel, _pool, _dense, _norm, _plain, _around, _larger, _transposed)
    name, config, sizes = random.choice(kinds)(random)
    if config.get("data_format") == "channels_first":
        name, config, sizes = "Flatten", {}, [4, 5, 3]
    if name == "LayerNormalization" and not config["scale"]:
        config["scale"] = True
    return "TimeDistributed", {"layer": [name, config]}, [4, *sizes]


def _model_in_time(random: Random) -> Drawn:
    """A model at every step of time, of layers one after another."""
    convolution = {"filters": 4, "kernel_size": random.randint(1, 3), "activation": "relu"}
    convolution["padding"] = random.choice(["valid", "same"])
    middle: list[Any] = [
        ["MaxPooling2D", {"pool_size": 2}],
        ["BatchNormalization", {"scale": random.random() < 0.5}],
        ["Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}],
        ["ZeroPadding2D", {"padding": 1}],
        ["SeparableConv2D", {"filters": 5, "kernel_size": 3}],
        ["Dropout", {"rate": 0.5}],
    ]
    last = random.choice([["Flatten", {}], ["GlobalAveragePooling2D", {}], ["ReLU", {}]])
    layers = [["Conv2D", convolution], *random.sample(middle, 2), last, ["Dense", {"units": 6}]]
    sizes = [3, random.randint(8, 12), random.randint(8, 12), 2]
    return "TimeDistributed", {"layer": ["Sequential", {"layers": layers}]}, sizes


# ---------------------------------------------------------------- recurrent layers, attention


def _recurrence(random: Random) -> tuple[str, dict[str, Any]]:
    name = random.choice(["SimpleRNN", "LSTM", "GRU"])
    config: dict[str, Any] = {"units": random.randint(1, 9)}
    config |= {key: random.random() < 0.5 for key in ("return_sequences", "use_bias")}
    config |= {key: random.random() < 0.2 for key in ("go_backwards", "stateful", "unroll")}
    config["activation"] = random.choice(["tanh", "tanh", "relu", "sigmoid"])
    if name == "GRU":
        config["reset_after"] = random.random() < 0.5
    if name != "SimpleRNN" and random.random() < 0.3:
        config["recurrent_activation"] = "hard_sigmoid"
    return name, config


def _recurrent(random: Random) -> Drawn:
    """A recurrent layer, one over cells, or one in both directions."""
    name, config = _recurrence(random)
    sizes = [random.randint(2, 7), random.randint(1, 8)]
    kind = random.randrange(3)
    if kind == 0:
        return name, config, sizes
    if kind == 1:
        modes = ["concat", "concat", "sum", "mul", "ave"]
        del config["go_backwards"], config["stateful"], config["unroll"]
        return "Bidirectional", {"layer": [name, config], "merge_mode": random.choice(modes)}, sizes
    sequences = config.pop("return_sequences")
    for key in ("go_backwards", "stateful", "unroll"):
        del config[key]
    cells: list[Any] = [[f"{name}Cell", config]]
    while random.random() < 0.4:
        cells.append(["GRUCell", {"units": random.randint(1, 5)}])
    cell = cells[0] if len(cells) == 1 else ["StackedRNNCells", {"cells": cells}]
    return "RNN", {"cell": cell, "return_sequences": sequences}, sizes


def _attention(random: Random) -> Drawn:
    """Attention of two sequences, or of one to itself, as wide as the queries or not."""
    queries = [random.randint(1, 7), random.choice([8, 12])]
    keys = random.choice([queries, [random.randint(1, 7), random.choice([8, 12])]])
    heads = random.choice([1, 2, 4])
    config: dict[str, Any] = {"use_bias": random.random() < 0.5, "num_heads": heads}
    config["key_dim"] = random.choice([queries[1] // heads, 3])
    if random.random() < 0.3:
        config["value_dim"] = random.choice([config["key_dim"], 5])
    if random.random() < 0.2:
        config["output_shape"] = random.choice([queries[1], 10])
    axes = random.randint(0, 2)
    if axes:
        queries, keys = [3, *queries], [3, *keys]
        config |= {"attention_axes": [2]} if axes == 2 else {}
    kind = random.randrange(4)
    if kind == 0 and not axes:
        grouped = {"head_dim": config["key_dim"], "num_key_value_heads": random.choice([1, 2])}
        grouped |= {"num_query_heads": random.choice([2, 4]), "use_bias": config["use_bias"]}
        return "GroupQueryAttention", grouped, [queries, keys]
    if kind == 1 and not axes:
        name = random.choice(["Attention", "AdditiveAttention"])
        return name, {"use_scale": random.random() < 0.5}, [queries, [keys[0], queries[1]]]
    return "MultiHeadAttention", config, [queries, keys]


def _dot(random: Random) -> Drawn:
    """A product of two vectors, or sequences, along an axis of each."""
    size, more, most = (random.randint(1, 7) for _ in range(3))
    one, first = random.choice([([size], 1), ([size, more], 1), ([more, size], 2)])
    two, second = random.choice([([size], 1), ([size, most], 1), ([most, size], 2)])
    axes = random.choice([[first, second], [first - len(one) - 1, second]])
    return "Dot", {"axes": axes, "normalize": random.random() < 0.2}, [one, two]


def _einsum(random: Random) -> Drawn:
    """A product of the axes after the first with a kernel."""
    found: list[Drawn] = [
        ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [4, 5]}, [4, 6]),
        ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 5}, [4, 6]),
        ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [4, 2, 5]}, [4, 6]),
        ("EinsumDense", {"equation": "abcd,cde->abe", "output_shape": [4, 5]}, [4, 3, 2]),
        ("EinsumDense", {"equation": "abcd,edc->abe", "output_shape": [4, 5]}, [4, 3, 2]),
        ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 7}, [6]),
    ]
    name, config, sizes = random.choice(found)
    axes = config["equation"].rpartition("->")[2].strip(".a")
    bias = random.choice([None, axes[-1], axes])
    return name, config | {"bias_axes": bias, "activation": random.choice(ACTIVATIONS)}, sizes


KINDS: tuple[Callable[[Random], Drawn], ...] = (
    *(_convolution, _transposed, _by_channel, _pool, _global_pool, _norm),
    *(_dense, _around, _larger, _shaped, _plain, _distributed, _model_in_time),
    *(_recurrent, _recurrent, _attention, _attention, _einsum, _dot),
)


def draw(random: Random) -> Drawn:
    """A layer of any kind, which Keras may refuse."""
    return random.choice(KINDS)(random)
