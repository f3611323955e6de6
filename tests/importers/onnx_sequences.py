"""Networks over sequences, which `record_onnx.py` exports: recurrent ones, and those with attention
to words, with the masks and embeddings of positions that such networks compute."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-return"
from __future__ import annotations

from typing import Any

import torch
from onnx_modules import Computed
from torch import nn
from torch.nn import functional

LENGTH = 7
"""Of all sequences of words."""

WORDS = torch.arange(3, 3 + LENGTH)[None]
SEEN = torch.ones(1, LENGTH, dtype=torch.long)


def sequence(*sizes: int) -> tuple[Any, ...]:
    """A tensor of sizes, its batch among them."""
    return (torch.zeros(*sizes),)


def read(kind: Any, channels: int, **options: Any) -> Any:
    """A recurrent layer of 16 numbers, and a linear layer of what it reads."""
    directions = 2 if options.get("bidirectional") else 1
    return Computed(
        lambda self, x: self.linear(self.recurrent(x)[0]),
        recurrent=kind(channels, 16, **options),
        linear=nn.Linear(16 * directions, 5),
    )


def last(kind: Any, place: Any, **options: Any) -> Any:
    """A recurrent layer, and a linear layer of one of its last states."""
    return Computed(
        lambda self, x: self.linear(place(self.recurrent(x)[1])[-1]),
        recurrent=kind(8, 16, **options),
        linear=nn.Linear(16, 5),
    )


def _images(self: Any, image: Any) -> Any:
    """What reads the columns of an image as a sequence."""
    x = self.convolutions(image)
    x = x.flatten(1, 2).permute(2, 0, 1)
    return self.linear(self.second(self.first(x)[0])[0])


def _sounds(self: Any, sound: Any) -> Any:
    x = self.convolutions(sound).transpose(1, 2)
    return self.linear(self.recurrent(x)[0]).log_softmax(-1)


def _causal(self: Any, x: Any) -> Any:
    """Convolutions that see no place after their own."""
    for convolution in (self.first, self.second):
        step = convolution.dilation[0]
        x = functional.relu(convolution(functional.pad(x, (2 * step, 0)))) + x
    return x.mean(-1)


def _translated(self: Any, x: Any, y: Any) -> Any:
    """A recurrent layer that goes on with the states of another."""
    _, states = self.encoder(x)
    return self.decoder(y, states)[0]


class Attention(nn.Module):
    """Attention in heads, written out or as one function, with places that turn numbers."""

    def __init__(self, fused: bool = False, groups: int = 4, turned: bool = False) -> None:
        super().__init__()
        self.fused = fused
        self.groups = groups
        self.turned = turned
        self.query = nn.Linear(32, 32)
        self.key = nn.Linear(32, 8 * groups)
        self.value = nn.Linear(32, 8 * groups)
        self.out = nn.Linear(32, 32)

    def forward(self, x: Any, mask: Any = None) -> Any:
        """Each of a sequence with all that it sees."""
        query, key, value = (
            layer(x).unflatten(-1, (-1, 8)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        if self.turned:
            query, key = self.turn(query), self.turn(key)
        if self.groups < 4:
            key, value = self.shared(key), self.shared(value)
        if self.fused:
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        else:
            scores = query @ key.transpose(2, 3) / 8**0.5
            if mask is not None:
                scores = scores + mask
            seen = scores.softmax(-1) @ value
        return self.out(seen.transpose(1, 2).flatten(2))

    def turn(self, x: Any) -> Any:
        """Pairs of numbers turned by angles that grow with the place."""
        angles = torch.arange(x.shape[2])[:, None] / 10 ** (torch.arange(8) % 4)
        half = torch.cat((-x[..., 4:], x[..., :4]), -1)
        return x * angles.cos() + half * angles.sin()

    def shared(self, x: Any) -> Any:
        """Keys or values as often as heads share them."""
        batch, groups, length, channels = x.shape
        x = x[:, :, None].expand(batch, groups, 4 // groups, length, channels)
        return x.reshape(batch, 4, length, channels)


class Layer(nn.Module):
    """A layer with attention and a gate."""

    def __init__(self, rms: bool = False, **options: Any) -> None:
        super().__init__()
        norm = nn.RMSNorm if rms else nn.LayerNorm
        self.before, self.after = norm(32), norm(32)
        self.attention = Attention(**options)
        self.gate, self.up = nn.Linear(32, 48, bias=False), nn.Linear(32, 48)
        self.down = nn.Linear(48, 32)

    def forward(self, x: Any, mask: Any = None) -> Any:
        """What is added to a sequence."""
        x = x + self.attention(self.before(x), mask)
        y = self.after(x)
        return x + self.down(functional.silu(self.gate(y)) * self.up(y))


class Words(nn.Module):
    """A network of words. how: what its words may see, and where their places come from."""

    def __init__(self, how: str, **options: Any) -> None:
        super().__init__()
        self.how = how
        self.words = nn.Embedding(50, 32)
        self.places = nn.Embedding(LENGTH, 32) if "turned" not in options else None
        self.layers = nn.ModuleList(Layer(**options) for _ in range(2))
        self.norm = nn.LayerNorm(32)

    def forward(self, words: Any, seen: Any = None) -> Any:
        """Numbers of each word."""
        x = self.words(words)
        length = words.shape[1]
        if self.places is not None:
            places = torch.arange(length)[None]
            if self.how == "counted":
                some = (words != 1).long()
                places = torch.cumsum(some, 1) * some - 1
            x = x + self.places(places)
        mask = None
        if self.how == "causal":
            mask = torch.full((length, length), float("-inf")).triu(1)
        elif self.how == "padded":
            mask = torch.where(words == 0, -1e9, 0.0)[:, None, None]
        elif self.how == "given":
            mask = (1.0 - seen[:, None, None].float()) * -1e9
        elif self.how == "chosen":
            whole = torch.ones(length, length, dtype=torch.bool).tril()
            mask = torch.where(whole[None, None] & seen[:, None, None].bool(), 0.0, -1e9)
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)


BATCHES = {"lstm of a batch": 3, "gru of a batch": 4}
"""The batches that are not one."""

SEQUENCES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "lstm": (read(nn.LSTM, 8), sequence(5, 1, 8)),
    "lstm of a batch": (read(nn.LSTM, 8, batch_first=True), sequence(3, 5, 8)),
    "lstm layers": (
        read(nn.LSTM, 8, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2),
        sequence(1, 5, 8),
    ),
    "lstm without biases": (read(nn.LSTM, 8, bias=False), sequence(5, 1, 8)),
    "gru layers": (read(nn.GRU, 8, num_layers=3), sequence(5, 1, 8)),
    "gru of a batch": (read(nn.GRU, 8, bidirectional=True), sequence(5, 4, 8)),
    "rnn": (read(nn.RNN, 8, num_layers=2, bidirectional=True), sequence(5, 1, 8)),
    "rnn of relu": (read(nn.RNN, 8, nonlinearity="relu"), sequence(5, 1, 8)),
    "last state": (last(nn.GRU, lambda h: h, bidirectional=True), sequence(5, 1, 8)),
    "last cell": (last(nn.LSTM, lambda h: h[1], num_layers=2), sequence(5, 1, 8)),
    "given state": (
        Computed(
            lambda self, x, h: self.recurrent(x, h)[0],
            recurrent=nn.GRU(8, 16, 2, bidirectional=True, batch_first=True),
        ),
        (torch.zeros(1, 5, 8), torch.zeros(4, 1, 16)),
    ),
    "learned state": (
        Computed(
            lambda self, x: self.recurrent(x, (self.h, self.c))[0],
            recurrent=nn.LSTM(8, 16),
            h=nn.Parameter(torch.ones(1, 1, 16)),
            c=nn.Parameter(torch.ones(1, 1, 16)),
        ),
        sequence(5, 1, 8),
    ),
    "translation": (
        Computed(_translated, encoder=nn.LSTM(8, 16), decoder=nn.LSTM(6, 16)),
        (torch.zeros(5, 1, 8), torch.zeros(3, 1, 6)),
    ),
    "words": (
        nn.Sequential(nn.Embedding(30, 8), read(nn.LSTM, 8, batch_first=True)),
        (torch.zeros(1, 6, dtype=torch.long),),
    ),
    "columns of images": (
        Computed(
            _images,
            convolutions=nn.Sequential(
                *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Conv2d(8, 8, 3, padding=1), nn.MaxPool2d((2, 1))),
            ),
            first=nn.LSTM(32, 16, bidirectional=True),
            second=nn.LSTM(32, 16, bidirectional=True),
            linear=nn.Linear(32, 11),
        ),
        sequence(1, 1, 16, 20),
    ),
    "sounds": (
        Computed(
            _sounds,
            convolutions=nn.Sequential(
                *(nn.Conv1d(1, 8, 10, 5), nn.GroupNorm(8, 8), nn.GELU()),
                *(nn.Conv1d(8, 8, 3, 2), nn.GELU()),
            ),
            recurrent=nn.GRU(8, 16, 2, batch_first=True, bidirectional=True),
            linear=nn.Linear(32, 9),
        ),
        sequence(1, 1, 200),
    ),
    "causal convolutions": (
        Computed(
            _causal, first=nn.Conv1d(8, 8, 3, dilation=2), second=nn.Conv1d(8, 8, 3, dilation=4)
        ),
        sequence(1, 8, 30),
    ),
    "attention to all": (Words("all"), (WORDS,)),
    "attention as one function": (Words("all", fused=True), (WORDS,)),
    "attention to what was before": (Words("causal"), (WORDS,)),
    "attention to what was before as one function": (Words("causal", fused=True), (WORDS,)),
    "attention to words that are some": (Words("padded"), (WORDS,)),
    "attention to words that are given": (Words("given"), (WORDS, SEEN)),
    "attention to words that are chosen": (Words("chosen", fused=True), (WORDS, SEEN)),
    "attention to words that are counted": (Words("counted"), (WORDS,)),
    "attention to places that are turned": (
        Words("causal", rms=True, turned=True, groups=2),
        (WORDS,),
    ),
    "attention of shared keys": (
        Words("causal", rms=True, turned=True, groups=1, fused=True),
        (WORDS,),
    ),
}
"""By what they are about: the module, and its inputs."""
