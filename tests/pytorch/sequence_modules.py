"""Modules of sequences in PyTorch as people write them: recurrent layers with their states, cells
in a loop, encoders and decoders, attention by its formula."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

WORDS, CHANNELS, HIDDEN = 50, 12, 16


class Tagger(nn.Module):
    """A tag for each word of a sentence."""

    def __init__(self, batch_first: bool = True, **fields: Any) -> None:
        super().__init__()
        self.batch_first = batch_first
        self.embedding = nn.Embedding(WORDS, CHANNELS)
        self.dropout = nn.Dropout(0.1)
        self.lstm = nn.LSTM(CHANNELS, HIDDEN, batch_first=batch_first, **fields)
        channels = self.lstm.proj_size or HIDDEN
        self.tags = nn.Linear(channels * (1 + self.lstm.bidirectional), 7)

    def forward(self, words: Any) -> Any:
        x = self.dropout(self.embedding(words))
        if self.batch_first:
            return self.tags(self.lstm(x)[0])
        return self.tags(self.lstm(x.transpose(0, 1))[0]).transpose(0, 1)


class Classifier(nn.Module):
    """A class for a sequence, by what is taken of a recurrent layer."""

    def __init__(
        self, type: str, taken: str, layers: int, bidirectional: bool, batch_first: bool
    ) -> None:
        super().__init__()
        self.taken, self.batch_first = taken, batch_first
        self.rnn = getattr(nn, type)(
            CHANNELS, HIDDEN, layers, batch_first=batch_first, bidirectional=bidirectional
        )
        self.fc = nn.Linear(HIDDEN * (1 + bidirectional), 5)

    def forward(self, x: Any) -> Any:
        directions = 1 + self.rnn.bidirectional
        zeros = x.new_zeros(self.rnn.num_layers * directions, x.size(0), HIDDEN)
        states = (zeros, zeros) if isinstance(self.rnn, nn.LSTM) else zeros
        output, after = self.rnn(x if self.batch_first else x.permute(1, 0, 2), states)
        hidden = after[0] if isinstance(after, tuple) else after
        if not self.batch_first:
            output = output.transpose(0, 1)
        if self.taken == "last step":
            return self.fc(output[:, -1])
        if self.taken == "mean":
            return self.fc(output.mean(dim=1))
        if self.taken == "every step":
            return self.fc(output)
        if self.taken == "directions":
            return self.fc(torch.cat([*hidden[-directions:]], dim=1))
        assert self.taken == "states"
        return self.fc(hidden.transpose(0, 1).flatten(1)[:, -directions * HIDDEN :])


class Steps(nn.Module):
    """A cell in a loop over the steps of a sequence."""

    def __init__(self, type: str, dim: int) -> None:
        super().__init__()
        self.cell = getattr(nn, type)(CHANNELS, HIDDEN)
        self.fc = nn.Linear(HIDDEN, 5)
        self.dim = dim

    def forward(self, x: Any) -> Any:
        state, outputs = None, []
        for step in range(x.size(1)):
            state = self.cell(x[:, step], state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
        return self.fc(torch.stack(outputs, dim=self.dim))


class Translator(nn.Module):
    """An encoder, whose states a decoder begins with."""

    def __init__(self, type: str) -> None:
        super().__init__()
        self.source = nn.Embedding(WORDS, CHANNELS)
        self.target = nn.Embedding(WORDS + 1, CHANNELS)
        self.encoder = getattr(nn, type)(CHANNELS, HIDDEN, 2, batch_first=True)
        self.decoder = getattr(nn, type)(CHANNELS, HIDDEN, 2, batch_first=True)
        self.words = nn.Linear(HIDDEN, WORDS + 1)

    def forward(self, source: Any, target: Any) -> Any:
        _, states = self.encoder(self.source(source))
        return self.words(self.decoder(self.target(target), states)[0])


class LearnedStates(nn.Module):
    """An LSTM whose first states are learned."""

    def __init__(self) -> None:
        super().__init__()
        self.h = nn.Parameter(torch.zeros(1, 1, HIDDEN))
        self.c = nn.Parameter(torch.zeros(1, 1, HIDDEN))
        self.rnn = nn.LSTM(CHANNELS, HIDDEN, batch_first=True)

    def forward(self, x: Any) -> Any:
        states = self.h.expand(-1, x.size(0), -1).contiguous(), self.c.repeat(1, x.size(0), 1)
        return self.rnn(x, states)[0]


class Captioner(nn.Module):
    """A cell whose first states are computed of an image's features."""

    def __init__(self) -> None:
        super().__init__()
        self.h, self.c = nn.Linear(20, HIDDEN), nn.Linear(20, HIDDEN)
        self.cell = nn.LSTMCell(CHANNELS, HIDDEN)

    def forward(self, features: Any, x: Any) -> Any:
        states = self.h(features), self.c(features)
        for step in x.unbind(1):
            states = self.cell(step, states)
        return states[0]


class Packed(nn.Module):
    """An LSTM on a packed sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(CHANNELS, HIDDEN, batch_first=True)

    def forward(self, x: Any) -> Any:
        lengths = [x.size(1)] * x.size(0)
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=False
        )
        return nn.utils.rnn.pad_packed_sequence(self.rnn(packed)[0], batch_first=True)[0]


class LanguageModel(nn.Module):
    """A Transformer that sees no later word, whose words are those of the last layer."""

    def __init__(self, batch_first: bool, padded: bool) -> None:
        super().__init__()
        self.batch_first, self.padded = batch_first, padded
        self.words = nn.Embedding(WORDS, HIDDEN)
        shape = (1, 100, HIDDEN) if batch_first else (100, 1, HIDDEN)
        self.positions = nn.Parameter(torch.zeros(shape))
        layer = nn.TransformerEncoderLayer(HIDDEN, 4, 32, batch_first=batch_first)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.scores = nn.Linear(HIDDEN, WORDS)
        self.scores.weight = self.words.weight

    def forward(self, words: Any) -> Any:
        length = words.size(1)
        x = self.words(words)
        if self.batch_first:
            x = x + self.positions[:, :length]
        else:
            x = x.transpose(0, 1) + self.positions[:length]
        mask = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        padding = words == 0 if self.padded else None
        x = self.scores(self.encoder(x, mask=mask, src_key_padding_mask=padding))
        return x if self.batch_first else x.transpose(0, 1)


class Attention(nn.Module):
    """Attention of a sequence to itself in 4 heads, by its formula or by PyTorch's function."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.proj = nn.Linear(HIDDEN, HIDDEN)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Any) -> Any:
        batch, length, channels = x.shape
        parts = self.qkv(x).chunk(3, -1)
        heads = [part.view(batch, length, 4, channels // 4) for part in parts]
        q, k, v = (each.transpose(1, 2) for each in heads)
        scale = (channels // 4) ** -0.5
        if self.by == "function":
            x = functional.scaled_dot_product_attention(q, k, v, dropout_p=0.1)
        elif self.by == "matmul":
            x = self.dropout((q @ k.transpose(-2, -1) * scale).softmax(dim=-1)) @ v
        elif self.by == "scaled queries":
            scores = torch.matmul(q * scale, k.mT).float()
            x = self.dropout(functional.softmax(scores, dim=3)) @ v
        elif self.by == "masked":
            mask = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
            scores = (q @ k.mT / scale**-1).masked_fill(mask, float("-inf"))
            x = self.dropout(torch.softmax(scores, -1)) @ v
        elif self.by == "bmm":
            q, k, v = (each.reshape(-1, length, channels // 4) for each in (q, k, v))
            x = torch.bmm(self.dropout((torch.bmm(q, k.mT) * scale).softmax(-1)), v)
            x = x.view(batch, 4, length, channels // 4)
        else:
            assert self.by == "einsum"
            q, k, v = heads
            scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * scale
            x = torch.einsum("bhqk,bkhd->bqhd", self.dropout(scores.softmax(-1)), v)
            return self.proj(x.reshape(batch, length, channels))
        return self.proj(x.transpose(1, 2).reshape(batch, length, channels))
