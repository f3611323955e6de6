"""The code of `export --to pytorch` in PyTorch: layer by layer what the spec says."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import draw_networks
import draw_specs
import exported
import pytest
import torch
import torch_layers
import yaml
from examples import examples
from folders import BEYOND_PYTORCH, SPECS
from hypothesis import given
from hypothesis import strategies as st
from wirings import WIRINGS

import shapecalc
from shapecalc import bundled
from shapecalc.layers import find_type
from shapecalc.render.pytorch.body import MODULE_ATTRIBUTES
from shapecalc.render.pytorch.spoken import FUNCTION_TYPES, UNSAID


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Without the warnings of what PyTorch still accepts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def bundled_runs() -> list[tuple[str, str | None]]:
    """Every bundled spec, once for each of its variants."""
    return [
        (name, variant)
        for name, path in bundled.spec_paths().items()
        for variant in yaml.safe_load(Path(path).read_text("utf-8")).get("variants") or [None]
    ]


@pytest.mark.parametrize(
    ("name", "variant"), [pytest.param(*run, id=run[1] or run[0]) for run in bundled_runs()]
)
def test_bundled_networks(name: str, variant: str | None) -> None:
    hold_exported(shapecalc.load(name).summary(variant=variant))


def hold_exported(summary: shapecalc.Summary) -> None:
    """The code of a network comes to what its summary says, or is refused by a layer's type."""
    if any(layer.stated or layer.type in UNSAID for layer in summary.layers):
        with pytest.raises(
            shapecalc.SpecError, match=r"cannot say this (Custom|\w+Unpool|Locally)"
        ):
            exported.code_of(summary)
        return
    assert exported.ran(exported.code_of(summary), summary) == exported.told(summary)


SAID = sorted({*(SPECS / "ok").glob("*.yaml")} - {BEYOND_PYTORCH})


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.stem)
def test_goldens_of_specs(path: Path) -> None:
    spec = shapecalc.load(path)
    summary = spec.summary(variant=next(iter(spec.variants), None))
    hold_exported(summary)


@pytest.mark.parametrize("text", WIRINGS.values(), ids=list(WIRINGS))
def test_blocks_of_several_inputs_sizes_and_networks(text: str) -> None:
    summary = shapecalc.loads(text).summary()
    assert exported.ran(exported.code_of(summary), summary) == exported.told(summary)


@pytest.mark.parametrize(
    ("name", "variant"), [pytest.param(*run, id=run[1] or run[0]) for run in bundled_runs()]
)
def test_bundled_networks_as_blocks(name: str, variant: str | None) -> None:
    alone = shapecalc.load(name).summary(variant=variant)
    called = variant or name
    inputs = ", ".join(f"{each}: {shape}" for each, shape in alone.inputs.items())
    text = (
        f"input: {{{inputs}}}\nlayers: [{{name: it, type: {called}, from: {list(alone.inputs)}}}]"
    )
    if len(alone.outputs) > 1:
        text += f"\noutputs: {['it.' + each for each in alone.results]}"
    hold_exported(shapecalc.loads(text).summary())


@examples(300)
@given(st.randoms(use_true_random=True))
def test_drawn_networks(random: Random) -> None:
    spec = draw_networks.network(random)
    try:
        summary = shapecalc.loads(json.dumps(spec)).summary()
    except shapecalc.SpecError:
        return
    assert exported.ran(exported.code_of(summary), summary) == exported.told(summary), spec


@pytest.mark.parametrize("name", sorted(FUNCTION_TYPES))
def test_a_function_computes_what_pytorchs_does(name: str) -> None:
    random = Random(name)
    type = find_type(name)
    assert type is not None
    done = 0
    while done < 40:
        case = draw_specs.draw(name, type.fields, random)
        names = [f"in{number}" for number in range(len(case.inputs))]
        inputs = {
            each: [*spatial, channels]
            for each, (channels, *spatial) in zip(names, case.inputs, strict=True)
        }
        layer = {"name": "layer", "type": name, "from": names, **case.fields}
        parts = name in ("Chunk", "Split")
        spec = {"input": inputs, "layers": [layer], "outputs": ["layer.0" if parts else "layer"]}
        try:
            summary = shapecalc.loads(json.dumps(spec)).summary()
        except shapecalc.SpecError:
            continue  # what is drawn is wrong at times
        given = [torch.rand(2, *shape) for shape in case.inputs]
        module = exported.class_of(exported.module_of(exported.code_of(summary)))()
        made = torch_layers.build(name, case.fields, given)(*given)
        found, wanted = module(*given), made[0] if parts else made
        if name == "MatMul":  # one by one, or all at once; a sequence has its channels last
            found = found.movedim(-1, 1) if found.dim() == 3 else found
            assert torch.allclose(found, wanted), case
        else:
            assert torch.equal(found, wanted), case
        done += 1


# ---------------------------------------------------------------- torchvision's weights

RECORDS = Path(__file__).parent / "models"

RESNETS = [
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
    *("wide_resnet50_2", "wide_resnet101_2"),
]


def torchvision_state(model: str) -> dict[str, list[int]]:
    """The keys and shapes of torchvision's state_dict: all its weights are in its layers, of which
    the record has the names, the classes and their arguments."""
    record = json.loads(gzip.decompress((RECORDS / f"{model}.json.gz").read_bytes()))
    assert record["params_outside_layers"] == 0
    found: dict[str, list[int]] = {}
    with torch.device("meta"):
        for layer in record["layers"]:
            made = getattr(torch.nn, layer["type"])
            known = made.__init__.__code__.co_varnames
            arguments = {key: each for key, each in layer["arguments"].items() if key in known}
            for key, value in made(**arguments).state_dict().items():
                found[f"{layer['name']}.{key}"] = list(value.shape)
    return found


@pytest.mark.parametrize("model", RESNETS)
def test_torchvision_weights_load(model: str) -> None:
    summary = shapecalc.load(model).summary()
    network = exported.class_of(exported.module_of(exported.code_of(summary)))
    with torch.device("meta"):
        state = {key: list(value.shape) for key, value in network().state_dict().items()}
    assert state == torchvision_state(model)


# ---------------------------------------------------------------- the code itself


def test_other_arguments_make_the_other_networks_of_a_family() -> None:
    code = exported.code_of(shapecalc.load("resnet50").summary())
    others: dict[str, dict[str, Any]] = {
        "resnet101": {"depths": (3, 4, 23, 3)},
        "resnext50_32x4d": {"groups": 32, "width_per_group": 4},
        "wide_resnet50_2": {"width_per_group": 128},
    }
    for name, arguments in others.items():
        summary = shapecalc.load(name).summary()
        assert exported.ran(code, summary, **arguments) == exported.told(summary)
    code = exported.code_of(shapecalc.load("mobilenet_v2").summary())
    other = shapecalc.load("mobilenet_v2").summary(arguments={"width": 0.35, "classes": 7})
    assert exported.ran(code, other, width=0.35, classes=7) == exported.told(other)


def test_the_module_prints_the_shape_of_the_output(tmp_path: Path) -> None:
    (tmp_path / "lenet.py").write_text(exported.code_of(shapecalc.load("lenet5").summary()))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", tmp_path / "lenet.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "torch.Size([1, 10])\n"


def test_no_layer_is_called_as_what_every_module_has() -> None:
    known = {name for name in dir(torch.nn.Module()) if not name.startswith("_")}
    assert known <= MODULE_ATTRIBUTES


def numbers(module: str, layer: str, *arguments: Any) -> Any:
    """A layer of a class that the code brings with it."""
    summary = shapecalc.loads(module).summary()
    found = exported.module_of(exported.code_of(summary))
    return getattr(found, layer)(*arguments)


def test_what_torch_lacks_computes_what_it_says() -> None:
    image = torch.rand(3, 4, 5, 6, dtype=torch.float64)  # whose rounding is far below what is asked
    spec = "input: 4x4x4\nlayers: [{type: LayerNorm2d}]"
    norm = numbers(spec, "LayerNorm2d", 4).double()
    means = norm(image).mean(dim=1)
    assert torch.allclose(means, torch.zeros_like(means), atol=1e-6)
    spec = "input: 4x4x4\nlayers: [{type: LayerScale}]"
    assert torch.equal(numbers(spec, "LayerScale", 6, 2.0)(image), 2 * image)
    spec = "input: 4x4x4\nlayers: [{type: StochasticDepth, p: 0.5, mode: row}]"
    for mode, kinds in (("row", 2), ("batch", 1)):
        dropping = numbers(spec, "StochasticDepth", 0.5, mode)
        assert torch.equal(dropping.eval()(image), image)
        torch.manual_seed(0)
        many = dropping.train()(torch.ones(64, 2, 2))
        found = {tuple(row.flatten().tolist()) for row in many}
        assert len(found) == kinds
        assert found <= {(0.0,) * 4, (2.0,) * 4}
    assert not numbers(spec, "StochasticDepth", 1.0, "row").train()(image).any()
    spec = "input: 4x4x4\nlayers: [{type: GlobalResponseNorm}]"
    norm = numbers(spec, "GlobalResponseNorm", 6).double()
    assert torch.equal(norm(image), image)  # whose weights start at 0
    torch.nn.init.ones_(norm.weight)
    means = (norm(image) / image - 1).mean(dim=-1)
    assert torch.allclose(means, torch.ones_like(means), atol=1e-5)


def test_attention_computes_what_it_says() -> None:
    query, key = torch.rand(3, 5, 12), torch.rand(3, 7, 12)
    spec = "input: 4x4\nlayers: [{type: MultiheadAttention, num_heads: 2}]"
    made = numbers(spec, "MultiheadAttention", 12, 2)
    plain = torch.nn.MultiheadAttention(12, 2, batch_first=True)
    plain.load_state_dict(made.state_dict())
    assert torch.allclose(made(query, key), plain(query, key, key)[0], atol=1e-6)
    framed = made(query.view(1, 3, 5, 12), key.view(1, 3, 7, 12))
    assert torch.allclose(framed[0], made(query, key), atol=1e-6)
    spec = "input: 4x4\nlayers: [{type: ScaledDotProductAttention, from: [input, input, input]}]"
    dot = numbers(spec, "ScaledDotProductAttention")
    weights = (query @ key.transpose(1, 2) / 12**0.5).softmax(dim=-1)
    assert torch.allclose(dot(query, key, key), weights @ key, atol=1e-6)
    halves = numbers(spec, "ScaledDotProductAttention", 2)(query, key, key)
    assert torch.allclose(halves[..., 6:], dot(query[..., 6:], key[..., 6:], key[..., 6:]))
    shared = numbers(spec, "ScaledDotProductAttention", 2, 0.0, False, None, True)
    half = key[..., :6].contiguous()
    assert torch.allclose(shared(query, half, half)[..., 6:], dot(query[..., 6:], half, half))


def test_weights_are_shared() -> None:
    text = """
input: 8x8x3
layers:
  - {name: a, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1}
  - {name: b, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1, stride: 2, shares: a}
  - {name: c, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1, shares: a}
"""
    summary = shapecalc.loads(text).summary()
    network = exported.class_of(exported.module_of(exported.code_of(summary)))()
    assert len(list(network.parameters())) == 2
    assert network.b.weight is network.a.weight
    network(torch.rand(2, 3, 8, 8)).sum().backward()
    assert network.a.weight.grad is not None
