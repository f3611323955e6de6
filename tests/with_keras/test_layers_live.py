"""Random layers and networks in Keras: their outputs are PyTorch's, with the same weights.

EXAMPLES=100 in the environment tries a hundred times as many examples.
"""

# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import draw_networks
import draw_specs
import keras_models
import pytest
import torch
import torch_layers
import torch_networks
import torch_recurrent
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st

import shapecalc
from shapecalc import layers
from shapecalc.analysis.summary import Summary

Item = dict[str, Any]


@pytest.fixture(autouse=True)
def as_they_run() -> Iterator[None]:
    """One thread, and no warnings of what the frameworks still accept."""
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def spec_of(case: draw_specs.Case) -> Item:
    """A network of one layer."""
    names = [f"in{number}" for number in range(len(case.inputs))]
    inputs = {
        name: [*spatial, channels]
        for name, (channels, *spatial) in zip(names, case.inputs, strict=True)
    }
    layer = {"name": "layer", "type": case.type, "from": names, **case.fields}
    return {"input": inputs, "layers": [layer]}


def summary_of(spec: Item) -> Summary:
    """Its summary, with all of its outputs. Raises SpecError."""
    if spec["layers"][0]["type"] in ("Chunk", "Split"):
        whole = shapecalc.loads(json.dumps({**spec, "outputs": ["layer.0"]})).summary()
        parts = range(len(whole.layers[0].outputs))
        spec = {**spec, "outputs": [f"layer.{part}" for part in parts]}
    return shapecalc.loads(json.dumps(spec)).summary()


def inputs_of(case: draw_specs.Case) -> list[torch.Tensor]:
    if case.type == "Embedding":
        most = case.fields["num_embeddings"]
        return [torch.randint(0, most, (2, *shape)) for shape in case.inputs]
    return [torch.randn(2, *shape) for shape in case.inputs]


def outputs_in_pytorch(
    case: draw_specs.Case, module: torch.nn.Module, inputs: list[torch.Tensor]
) -> list[torch.Tensor]:
    last = torch_layers.channels_last(case.type, case.fields)
    output = module(*[each.movedim(1, -1) for each in inputs] if last else inputs)
    outputs = list(output) if isinstance(output, tuple | list) else [output]
    if isinstance(module, torch_recurrent.Recurrent):
        outputs = outputs[:1]
    if last or case.type == "Embedding":
        return outputs
    return [keras_models.channels_last(each) for each in outputs]


def compared(ours: Any, theirs: list[torch.Tensor]) -> None:
    several = ours if isinstance(ours, list | tuple) else [ours]
    for one, other in zip(several, theirs, strict=True):
        assert one.shape == other.shape
        near = 1e-4 * max(1.0, float(other.abs().nan_to_num(posinf=0).max()))
        torch.testing.assert_close(one, other, rtol=1e-3, atol=near, equal_nan=True)


OF_NOTHING = ("Parameter", "Buffer")
"""Types that take no input, which are no network by themselves."""


@pytest.mark.parametrize("type", [name for name in layers.type_names() if name not in OF_NOTHING])
@examples(8)
@given(random=st.randoms(use_true_random=True))
def test_a_layer_outputs_what_pytorchs_does(type: str, random: Random) -> None:
    layer_type = layers.find_type(type)
    assert layer_type is not None
    case = draw_specs.draw(type, layer_type.fields, random)
    try:
        summary = summary_of(spec_of(case))
    except shapecalc.SpecError:
        assume(False)
    try:
        text = keras_models.written(summary)
    except shapecalc.SpecError as error:
        (problem,) = error.problems
        assert problem.code == "SC211"
        assert problem.message.startswith(f"layer: Keras cannot say this {type}: ")
        return
    torch.manual_seed(random.randint(0, 999))
    inputs = inputs_of(case)
    with torch.no_grad():
        module = keras_models.randomize(torch_layers.build(type, case.fields, inputs))
        theirs = outputs_in_pytorch(case, module, [each.clone() for each in inputs])
        made = keras_models.model(text, "cpu")
        own = keras_models.layers_by_path(made, ["layer"])["layer"]
        full = isinstance(case.fields.get("normalized_shape"), list) and type != "LayerNorm2d"
        keras_models.give(own, module, full)
        given = [
            each if type == "Embedding" else keras_models.channels_last(each) for each in inputs
        ]
        ours = made(given if len(given) > 1 else given[0])
    compared(ours, theirs)


def modules_and_network(
    spec: Item, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[torch.nn.Module], torch_networks.Network]:
    """A network run in PyTorch with random weights, and its layers in order."""
    modules: list[torch.nn.Module] = []
    build = torch_layers.build

    def randomized(*arguments: Any) -> torch.nn.Module:
        modules.append(keras_models.randomize(build(*arguments)))
        return modules[-1]

    with monkeypatch.context() as patched, torch.no_grad():
        patched.setattr(torch_layers, "build", randomized)
        return modules, torch_networks.run(copy.deepcopy(spec), tensor=torch.randn)


@examples(60)
@given(random=st.randoms(use_true_random=True))
def test_a_network_outputs_what_pytorchs_does(random: Random) -> None:
    spec = draw_networks.network(random)
    try:
        summary = shapecalc.loads(json.dumps(spec)).summary()
    except shapecalc.SpecError:
        assume(False)
    try:
        text = keras_models.written(summary)
    except shapecalc.SpecError as error:
        assert [problem.code for problem in error.problems] == ["SC211"]
        return
    if "Embedding" in json.dumps(spec):
        return  # of numbers that are no indices
    torch.manual_seed(random.randint(0, 999))
    with pytest.MonkeyPatch.context() as monkeypatch:
        modules, network = modules_and_network(spec, monkeypatch)
    made = keras_models.model(text, "cpu")
    joins = {"Add", "Concat", "Multiply"}
    own = keras_models.layers_by_path(made, [node.path for node in summary.operations()])
    leaves = iter(modules)
    assert all(own[node.path] or not node.params for node in summary.layers)
    for node in summary.operations():
        module = next(leaves)
        if node.layer is not None and node.type not in joins and own[node.path]:
            keras_models.give(own[node.path], module, full=False)
    with torch.no_grad():
        given = [keras_models.channels_last(each) for each in network.inputs]
        ours = made(given if len(given) > 1 else given[0])
    compared(ours, [keras_models.channels_last(each) for each in network.outputs])
