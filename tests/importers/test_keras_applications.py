"""Applications of Keras, and single layers of it, imported: every figure is the one Keras has."""

from __future__ import annotations

import json

import pytest
from keras_figures import hold, hold_layer, imported, recorded
from record_keras import RECORDED

MACS = {"MobileNet": (569, 10**6), "VGG16": (155, 10**8)}
"""Multiply-accumulates as papers have them, of so many: 569 million of MobileNet (Howard et al.
2017, table 4) and 15.5 billion of VGG16."""


@pytest.mark.parametrize("name", RECORDED)
def test_an_application_has_the_figures_of_keras(name: str) -> None:
    macs = hold(recorded(name), recorded("figures")[name])
    published, unit = MACS.get(name, (macs, 1))
    assert round(macs / unit) == published


@pytest.mark.parametrize("name", ["VGG16", "ResNet50", "ConvNeXtTiny"])
def test_the_file_says_the_outputs_of_its_layers(name: str) -> None:
    text = json.dumps(recorded(name))
    network = imported(text.encode()).network
    agreeing = [layer.agrees for layer in network.layers]
    assert agreeing.count(False) <= 4  # the last, and those inside a global pool


@pytest.mark.parametrize("start", range(0, 600, 50))
def test_a_layer_has_the_figures_of_keras(start: int) -> None:
    for each in recorded("layers")[start : start + 50]:
        hold_layer(each)
