"""CRNN and Deep Speech 2 in PyTorch, as their well-known code has them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

from typing import Any

import torch
from torch import nn


class ReadLSTM(nn.Module):
    """An LSTM in both directions, and a linear layer."""

    def __init__(self, channels: int, hidden: int, features: int) -> None:
        super().__init__()
        self.rnn = nn.LSTM(channels, hidden, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * hidden, features)

    def forward(self, x: Any) -> Any:
        return self.linear(self.rnn(x)[0])


class CRNN(nn.Module):
    """model/crnn_demo/config.lua of https://github.com/bgshih/crnn."""

    def __init__(self, classes: int = 37, hidden: int = 256) -> None:
        super().__init__()
        widths = (1, 64, 128, 256, 256, 512, 512, 512)
        layers: list[nn.Module] = []
        for place in range(7):
            size, padding = (2, 0) if place == 6 else (3, 1)
            layers.append(nn.Conv2d(widths[place], widths[place + 1], size, padding=padding))
            if place in (2, 4, 6):
                layers.append(nn.BatchNorm2d(widths[place + 1]))
            layers.append(nn.ReLU())
            if place in (0, 1):
                layers.append(nn.MaxPool2d(2))
            if place in (3, 5):
                layers.append(nn.MaxPool2d(2, (2, 1), (0, 1)))
        self.maps = nn.Sequential(*layers)
        self.read = nn.Sequential(ReadLSTM(512, hidden, hidden), ReadLSTM(hidden, hidden, classes))

    def forward(self, x: Any) -> Any:
        maps = self.maps(x)
        if maps.shape[2] != 1:
            raise RuntimeError("a sequence has no height")
        return self.read(maps.squeeze(2).transpose(1, 2)).log_softmax(-1)


class BatchRNN(nn.Module):
    """Batch normalization of a sequence, but for the first, and an LSTM in both directions."""

    def __init__(self, channels: int, hidden: int, norm: bool) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels) if norm else None
        self.rnn = nn.LSTM(channels, hidden, bidirectional=True, batch_first=True)

    def forward(self, x: Any) -> Any:
        if self.norm is not None:
            x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        forwards, backwards = self.rnn(x)[0].chunk(2, -1)
        return forwards + backwards


class DeepSpeech2(nn.Module):
    """deepspeech_pytorch/model.py of https://github.com/SeanNaren/deepspeech.pytorch."""

    def __init__(self, hidden: int = 1024, depth: int = 5, classes: int = 29) -> None:
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(1, 32, (41, 11), (2, 2), (20, 5)),
            nn.BatchNorm2d(32),
            nn.Hardtanh(0, 20),
            nn.Conv2d(32, 32, (21, 11), (2, 1), (10, 5)),
            nn.BatchNorm2d(32),
            nn.Hardtanh(0, 20),
        )
        later = (BatchRNN(hidden, hidden, True) for _ in range(depth - 1))
        self.rnns = nn.Sequential(BatchRNN(32 * 41, hidden, False), *later)
        self.norm = nn.BatchNorm1d(hidden)
        self.fc = nn.Linear(hidden, classes, bias=False)

    def forward(self, x: Any) -> Any:
        x = self.rnns(self.maps(x).flatten(1, 2).transpose(1, 2))
        x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        return torch.softmax(self.fc(x), -1)
