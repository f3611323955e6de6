"""`shapecalc calc` of layers as programs write them, against Python and PyTorch themselves."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import inspect
import warnings
from collections import Counter

import draw_calls
import pytest
import record_calls
from calls import read
from torch import nn

from shapecalc import layers
from shapecalc.language.calls.parameters import (
    IGNORED,
    LAZY_DEFAULTS,
    by_field,
    lazy,
    positional,
    stem,
)
from shapecalc.layers.base import LayerType
from shapecalc.shapes.shape import Shape

SEED = "live"


def type_named(name: str) -> LayerType:
    layer_type = layers.find_type(name)
    assert layer_type is not None
    return layer_type


def test_calls_in_every_form_are_what_pytorch_makes_of_them() -> None:
    counts: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for written in record_calls.texts(SEED, draws=1, networks=20):
            try:
                made = draw_calls.made(written)
            except (TypeError, RuntimeError):
                assert written.form == "documented"
                continue
            summary = read(written.text, Shape.from_chw(written.input)).summary
            found = list(summary.output.chw), summary.params
            assert found == (made.output, made.params), written
            counts[written.form] += 1
    assert sum(counts.values()) > 600
    assert min(counts.values()) >= 10


LAZY = {name: lazy(name) for name in dir(nn) if name.startswith("Lazy")}


def test_every_lazy_module_of_pytorch_is_known() -> None:
    assert None not in LAZY.values()


@pytest.mark.parametrize("name", LAZY)
def test_a_lazy_module_has_the_parameters_and_defaults_of_pytorch(name: str) -> None:
    plain = str(LAZY[name])
    parameters = inspect.signature(getattr(nn, name).__init__).parameters
    order = [
        each.name
        for each in parameters.values()
        if each.kind is each.POSITIONAL_OR_KEYWORD and each.name not in ("self", *IGNORED)
    ]
    assert positional(type_named(plain), is_lazy=True) == order
    others = inspect.signature(getattr(nn, plain).__init__).parameters
    differing = [each for each in order if parameters[each].default not in (others[each].default,)]
    assert differing == list(LAZY_DEFAULTS.get(stem(plain), ()))
    assert all(parameters[each].default is True for each in differing)


@pytest.mark.parametrize("name", [name for name in layers.type_names() if hasattr(nn, name)])
def test_parameters_that_pytorch_names_are_fields(name: str) -> None:
    parameters = inspect.signature(getattr(nn, name).__init__).parameters.values()
    known = [
        each.name
        for each in parameters
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        and each.name not in ("self", "_weight", "_freeze", "min_value", "max_value")
    ]
    written = by_field(type_named(name), (), [(each, 0) for each in known])
    assert set(written) <= set(type_named(name).fields)
