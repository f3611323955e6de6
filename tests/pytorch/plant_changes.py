"""Changes planted in modules: each makes a copy that is another network, and says where."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import torch
from torch import nn

ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish, nn.GELU, nn.Sigmoid)


COPIED = "in_channels out_channels kernel_size stride padding dilation groups"
"""The arguments of a convolution that another like it has, too."""


class CannotPlantError(Exception):
    """The module has nothing that could be changed so."""


def modules_of(module: Any, *types: Any) -> list[tuple[str, Any]]:
    """The modules of some types inside, with their names."""
    return [(name, each) for name, each in module.named_modules() if isinstance(each, types)]


def one_of(random: Random, found: list[tuple[str, Any]]) -> tuple[str, Any]:
    """One of the modules that were found."""
    if not found:
        raise CannotPlantError
    return random.choice(found)


def put(module: Any, name: str, new: Any) -> None:
    """Put a module in the place of another."""
    parent, _, child = name.rpartition(".")
    setattr(module.get_submodule(parent) if parent else module, child, new)


def like(conv: Any, **changes: Any) -> Any:
    """A convolution like another, but for some arguments."""
    arguments = {name: getattr(conv, name) for name in COPIED.split()}
    arguments |= {"bias": conv.bias is not None, "padding_mode": conv.padding_mode, **changes}
    return type(conv)(**arguments)


def stride(module: Any, random: Random) -> str:
    name, conv = one_of(random, modules_of(module, nn.Conv2d))
    put(module, name, like(conv, stride=2 if conv.stride == (1, 1) else 1))
    return name


def padding(module: Any, random: Random) -> str:
    name, conv = one_of(random, modules_of(module, nn.Conv2d))
    put(module, name, like(conv, padding=tuple(each + 1 for each in conv.padding)))
    return name


def kernel(module: Any, random: Random) -> str:
    convs = modules_of(module, nn.Conv2d)
    name, conv = one_of(random, [each for each in convs if each[1].kernel_size == (3, 3)])
    wider = tuple(map(sum, zip(conv.padding, conv.dilation, strict=True)))
    put(module, name, like(conv, kernel_size=5, padding=wider))
    return name


def dilation(module: Any, random: Random) -> str:
    convs = modules_of(module, nn.Conv2d)
    name, conv = one_of(random, [each for each in convs if each[1].kernel_size == (3, 3)])
    wider = tuple(map(sum, zip(conv.padding, conv.dilation, strict=True)))
    put(module, name, like(conv, dilation=tuple(2 * each for each in conv.dilation), padding=wider))
    return name


def padding_mode(module: Any, random: Random) -> str:
    convs = modules_of(module, nn.Conv2d)
    name, conv = one_of(random, [each for each in convs if max(each[1].padding)])
    put(module, name, like(conv, padding_mode="replicate"))
    return name


def groups(module: Any, random: Random) -> str:
    convs = modules_of(module, nn.Conv2d)
    even = [
        each
        for each in convs
        if each[1].groups == 1 and not (each[1].in_channels % 2 or each[1].out_channels % 2)
    ]
    name, conv = one_of(random, even)
    put(module, name, like(conv, groups=2))
    return name


def bias(module: Any, random: Random) -> str:
    name, layer = one_of(random, modules_of(module, nn.Conv2d, nn.Linear))
    there = layer.bias is not None
    layer.bias = None if there else nn.Parameter(torch.zeros(layer.weight.shape[0]))
    return name


def eps(module: Any, random: Random) -> str:
    name, norm = one_of(random, modules_of(module, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm))
    norm.eps *= 10
    return name


def momentum(module: Any, random: Random) -> str:
    name, norm = one_of(random, modules_of(module, nn.BatchNorm2d))
    norm.momentum = 0.3
    return name


def affine(module: Any, random: Random) -> str:
    name, norm = one_of(random, modules_of(module, nn.BatchNorm2d))
    put(module, name, nn.BatchNorm2d(norm.num_features, norm.eps, norm.momentum, affine=False))
    return name


def activation(module: Any, random: Random) -> str:
    name, layer = one_of(random, modules_of(module, *ACTIVATIONS))
    put(module, name, random.choice([each for each in ACTIVATIONS if each is not type(layer)])())
    return name


def missing(module: Any, random: Random) -> str:
    name, _ = one_of(random, modules_of(module, nn.BatchNorm2d, nn.MaxPool2d, *ACTIVATIONS))
    put(module, name, nn.Identity())
    return name


def inserted(module: Any, random: Random) -> str:
    name, layer = one_of(random, modules_of(module, nn.BatchNorm2d, *ACTIVATIONS))
    put(module, name, nn.Sequential(layer, random.choice([nn.Tanh, nn.ELU, nn.Mish])()))
    return name


def ceil_mode(module: Any, random: Random) -> str:
    name, pool = one_of(random, modules_of(module, nn.MaxPool2d, nn.AvgPool2d))
    pool.ceil_mode = not pool.ceil_mode
    return name


def pool(module: Any, random: Random) -> str:
    name, old = one_of(random, modules_of(module, nn.MaxPool2d))
    put(module, name, nn.AvgPool2d(old.kernel_size, old.stride, old.padding, old.ceil_mode))
    return name


def probability(module: Any, random: Random) -> str:
    name, dropout = one_of(random, modules_of(module, nn.Dropout))
    dropout.p /= 2
    return name


def swapped(module: Any, random: Random) -> str:
    """A norm and the activation after it, in each other's place."""
    found = [
        (f"{name} {place}", (each, place))
        for name, each in modules_of(module, nn.Sequential)
        for place in range(len(each) - 1)
        if isinstance(each[place], nn.BatchNorm2d) and isinstance(each[place + 1], ACTIVATIONS)
    ]
    name, (sequence, place) = one_of(random, found)
    sequence[place], sequence[place + 1] = sequence[place + 1], sequence[place]
    return name


def channels(module: Any, random: Random) -> str:
    """More output channels of a layer that is followed, over norms, by another in a Sequential."""
    found = []
    for name, sequence in modules_of(module, nn.Sequential):
        weighted = [at for at, each in enumerate(sequence) if isinstance(each, nn.Conv2d)]
        for at, after in pairwise(weighted):
            if sequence[at].groups == 1 == sequence[after].groups:
                found.append((f"{name}.{at}", (sequence, at, after)))
    name, (sequence, at, after) = one_of(random, found)
    more = sequence[at].out_channels + 8
    sequence[at] = like(sequence[at], out_channels=more)
    for place in range(at + 1, after):
        if isinstance(sequence[place], nn.BatchNorm2d):
            sequence[place] = nn.BatchNorm2d(more)
    sequence[after] = like(sequence[after], in_channels=more)
    return name


def recurrent(random: Random, module: Any) -> tuple[str, Any]:
    """One of the recurrent layers inside."""
    return one_of(random, modules_of(module, nn.RNN, nn.LSTM, nn.GRU))


def again(layer: Any, **changes: Any) -> Any:
    """A recurrent layer like another, but for some arguments."""
    names = "input_size hidden_size num_layers bias batch_first dropout bidirectional"
    arguments = {name: getattr(layer, name) for name in names.split()}
    return type(layer)(**{**arguments, **changes})


def direction(module: Any, random: Random) -> str:
    """The other direction, or none, with half the numbers in each."""
    name, layer = recurrent(random, module)
    both = not layer.bidirectional
    size = layer.hidden_size // 2 if both else 2 * layer.hidden_size
    put(module, name, again(layer, bidirectional=both, hidden_size=size))
    return name


def depth(module: Any, random: Random) -> str:
    name, layer = recurrent(random, module)
    put(module, name, again(layer, num_layers=layer.num_layers + 1))
    return name


def gate_biases(module: Any, random: Random) -> str:
    name, layer = recurrent(random, module)
    put(module, name, again(layer, bias=not layer.bias))
    return name


def dropout_between(module: Any, random: Random) -> str:
    name, layer = recurrent(random, module)
    layer.dropout += 0.25
    return name


def kind(module: Any, random: Random) -> str:
    """A GRU in the place of an RNN, or the other way round."""
    name, layer = one_of(random, modules_of(module, nn.RNN, nn.GRU))
    names = "input_size hidden_size num_layers bias batch_first bidirectional"
    arguments = {each: getattr(layer, each) for each in names.split()}
    put(module, name, (nn.GRU if isinstance(layer, nn.RNN) else nn.RNN)(**arguments))
    return name


def vocabulary(module: Any, random: Random) -> str:
    name, table = one_of(random, modules_of(module, nn.Embedding))
    put(module, name, nn.Embedding(table.num_embeddings + 1, table.embedding_dim))
    return name


def heads(module: Any, random: Random) -> str:
    name, layer = one_of(random, modules_of(module, nn.MultiheadAttention))
    layer.num_heads, layer.head_dim = layer.num_heads // 2, layer.head_dim * 2
    return name


def features(module: Any, random: Random) -> str:
    """A last Linear of more features."""
    found = modules_of(module, nn.Linear)
    if not found:
        raise CannotPlantError
    name, layer = found[-1]
    put(module, name, nn.Linear(layer.in_features, layer.out_features + 1))
    return name


def unshared(module: Any, random: Random) -> str:
    """Weights of its own, where a Linear had those of an Embedding."""
    tables = {id(each.weight) for _, each in modules_of(module, nn.Embedding)}
    found = [each for each in modules_of(module, nn.Linear) if id(each[1].weight) in tables]
    name, layer = one_of(random, found)
    layer.weight = nn.Parameter(layer.weight.detach().clone())
    return name


SEQUENCE_CHANGES: tuple[Callable[[Any, Random], str], ...] = (
    direction,
    depth,
    gate_biases,
    dropout_between,
    kind,
    vocabulary,
    heads,
    features,
    unshared,
)
"""What is changed of a module of sequences."""

CHANGES: tuple[Callable[[Any, Random], str], ...] = (
    stride,
    padding,
    kernel,
    dilation,
    padding_mode,
    groups,
    bias,
    eps,
    momentum,
    affine,
    activation,
    missing,
    inserted,
    ceil_mode,
    pool,
    probability,
    swapped,
    channels,
)
"""What is changed of a module."""
