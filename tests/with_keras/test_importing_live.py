"""All applications of Keras, and random layers of it, imported with the figures that it has."""

# keras is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import json
from random import Random

import draw_keras
import keras
import keras_figures
import pytest
import record_keras
from examples import TIMES

APPLICATIONS = [name for name in dir(keras.applications) if name[0].isupper()]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_application(name: str) -> None:
    try:
        model = record_keras.application(name)
    except ValueError as error:
        assert "not available with the torch backend" in str(error)
        pytest.skip(str(error))
    text = model.to_json()
    figures = record_keras.figures(record_keras.sized(name, model))
    keras_figures.hold(json.loads(text), figures)


def test_random_layers() -> None:
    random = Random(2)
    for _ in range(40 * TIMES):
        each = record_keras.single(draw_keras.draw(random))
        if each is not None:
            keras_figures.hold_layer(each)
