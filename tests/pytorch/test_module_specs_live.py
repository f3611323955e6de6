"""Specs of modules of one's own: what is written, what is refused, and what stays as it was."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - as everyone calls it
from torch import nn

import shapecalc
import shapecalc.torch


def layers_of(module: Any, input: Any, **how: Any) -> list[str]:
    """The layers of a module's spec, each as its type, its fields and what it takes, without the
    shapes that it is held to."""
    lines = shapecalc.torch.spec(module, input, flat=True, **how).splitlines()
    items = [line.strip("- ") for line in lines if line.startswith("  - ")]
    items = [re.sub(r", expect: [\dx]+", "", item) for item in items]
    return [item.replace("{name: ", "").rstrip("}") for item in items]


class Function(nn.Module):
    """A module that is a function of its input."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(x)


class Bottleneck(nn.Module):
    """As torchvision has it, but with functions for what has no weights."""

    def __init__(self, channels: int, planes: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, 4 * planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.shortcut = nn.Sequential()
        if stride > 1 or channels != 4 * planes:
            conv = nn.Conv2d(channels, 4 * planes, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(4 * planes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = self.shortcut(x)
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)), inplace=True)
        y = self.bn3(self.conv3(y))
        y += shortcut
        return y.relu_()


class ResNet50(nn.Module):
    """ResNet-50, written anew."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64))
        blocks, channels = [], 64
        for stage, depth in enumerate((3, 4, 6, 3)):
            for block in range(depth):
                stride = 2 if stage and not block else 1
                blocks.append(Bottleneck(channels, 64 << stage, stride))
                channels = 4 * (64 << stage)
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Linear(channels, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(torch.relu(self.stem(x)), 3, stride=2, padding=1)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean([2, 3]))


def test_a_resnet_in_other_words_is_the_bundled_one() -> None:
    model = ResNet50()
    assert shapecalc.torch.compare(model, "resnet50") == []
    model.blocks[3].conv2.stride = (1, 1)
    model.blocks[3].shortcut[0].stride = (1, 1)
    found = shapecalc.torch.compare(model, "resnet50")
    assert [str(each) for each in found] == [
        "blocks.3.conv2: stride 1, the spec's layer2.0.conv2 has 2",
        "blocks.3.shortcut.0: stride 1, the spec's layer2.0.downsample.0 has 2",
    ]


def test_a_missing_layer_is_one_difference() -> None:
    model = ResNet50()
    model.blocks[5].bn2 = nn.Identity()
    (found,) = shapecalc.torch.compare(model, "resnet50", "160x160x3")
    assert str(found) == (
        "the spec's layer2.2.bn2 (BatchNorm2d) is not in the module, after layer2.2.conv2"
    )


def test_a_skip_from_elsewhere_is_a_difference() -> None:
    class Skipping(nn.Module):
        def __init__(self, early: bool) -> None:
            super().__init__()
            self.early = early
            self.one, self.two, self.three = (nn.Conv2d(8, 8, 3, padding=1) for _ in range(3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            one = torch.tanh(self.one(x))
            two = torch.tanh(self.two(one))
            return self.three(two) + (one if self.early else two)

    spec = shapecalc.loads(shapecalc.torch.spec(Skipping(early=False), "9x9x8"))
    assert shapecalc.torch.compare(Skipping(early=False), spec) == []
    (found,) = shapecalc.torch.compare(Skipping(early=True), spec)
    assert str(found) == "add: takes three and tanh, the spec's add takes three and tanh_2"


@pytest.mark.parametrize(
    ("function", "layers"),
    [
        (F.relu, ["relu, type: ReLU"]),
        (lambda x: x.clamp(min=0), ["clamp, type: ReLU"]),
        (lambda x: F.leaky_relu(x, 0.2), ["leaky_relu, type: LeakyReLU, negative_slope: 0.2"]),
        (lambda x: x.clamp(0, 2), ["clamp, type: Hardtanh, min_val: 0, max_val: 2"]),
        (lambda x: x * F.relu6(x + 3) / 6, ["div, type: Hardswish"]),
        (lambda x: F.hardtanh(x + 3, 0, 6) * (1 / 6), ["mul, type: Hardsigmoid"]),
        (lambda x: x.mean((2, 3)), ["mean, type: Mean, dim: [2, 3]"]),
        (lambda x: x.flatten(1), ["flatten, type: Flatten"]),
        (lambda x: x.view(x.shape[0], -1), ["view, type: Flatten"]),
        (lambda x: x.flatten(2).transpose(1, 2).softmax(1), [
            "flatten, type: Flatten, start_dim: 2",
            "softmax, type: Softmax, dim: 2",
        ]),
        (lambda x: F.interpolate(x, scale_factor=2.0), [
            "interpolate, type: Upsample, scale_factor: 2",
        ]),
        (lambda x: F.pad(x, (1, 0, 2, 0)), ["pad, type: ZeroPad2d, padding: [1, 0, 2, 0]"]),
        (lambda x: F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2), [
            "max_pool2d, type: MaxPool2d, kernel_size: 3, stride: 2, padding: [[0, 1], [0, 1]]",
        ]),
        (lambda x: x[:, ::2, 1:], [
            "getitem, type: Slice, dim: 1, step: 2",
            "getitem_2, type: Slice, dim: 2, start: 1",
        ]),
        (lambda x: torch.cat(x.chunk(3, 1)[::-1], 1), [
            "chunk, type: Chunk, chunks: 3",
            'cat, type: Concat, from: [chunk.2, chunk.1, chunk.0]',
        ]),
        (lambda x: x.unflatten(1, (3, 4)).transpose(1, 2).flatten(1, 2), [
            "flatten, type: ChannelShuffle, groups: 3",
        ]),
        (lambda x: x.view(len(x), 3, 2, 2, 8, 6).permute(0, 1, 4, 2, 5, 3).reshape(2, 3, 16, 12), [
            "reshape, type: PixelShuffle, upscale_factor: 2",
        ]),
        (lambda x: x.permute(0, 2, 3, 1).softmax(-1).permute(0, 3, 1, 2), [
            "softmax, type: Softmax, dim: 1",
        ]),
        (lambda x: x.transpose(2, 3).flatten(1), [
            "flatten, type: Transpose, dim0: 2, dim1: 3",
            "flatten_2, type: Flatten",
        ]),
        (lambda x: torch.sigmoid(x.mean((2, 3), keepdim=True)).expand_as(x) * x, [
            "mean, type: Mean, dim: [2, 3], keepdim: true",
            "sigmoid, type: Sigmoid",
            "mul, type: Multiply, from: [sigmoid, input]",
        ]),
    ],
)  # fmt: skip
def test_functions(function: Any, layers: list[str]) -> None:
    assert layers_of(Function(function), "8x6x12") == layers


def test_a_linear_at_every_position_wherever_the_channels_are() -> None:
    class Everywhere(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(12)
            self.linear = nn.Linear(12, 7)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.linear(self.norm(x.permute(0, 2, 3, 1))).permute(0, 3, 1, 2)

    assert layers_of(Everywhere(), "8x6x12") == [
        "norm, type: LayerNorm",
        "linear, type: Linear, out_features: 7, per_position: true",
    ]
    assert "input: 5x12" in shapecalc.torch.spec(nn.Linear(12, 7), torch.zeros(1, 5, 12))


def test_parameters_outside_of_layers() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(12, 1, 1))
            self.beta = nn.Parameter(torch.zeros(1, 12, 1, 1))
            self.unused = nn.Linear(3, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.gamma + self.beta

    text = shapecalc.torch.spec(Scaled(), "8x6x12")
    assert "# The run does not use 16 parameters of the module, those of unused." in text
    assert layers_of(Scaled(), "8x6x12") == [
        "gamma, type: LayerScale",
        "beta, type: Affine, weight: false",
    ]
    assert shapecalc.loads(text).summary().params == 24


def test_a_module_that_is_called_twice_is_shared() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(12, 12, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(self.conv(x))

    assert layers_of(Twice(), "8x6x12") == [
        "conv, type: Conv2d, out_channels: 12, kernel_size: 3",
        "conv_2, type: Conv2d, out_channels: 12, kernel_size: 3, shares: conv",
    ]


def changed_in_place(x: torch.Tensor) -> torch.Tensor:
    y = x.flatten(1)
    y.relu_()
    return x + 0


def filled(x: torch.Tensor) -> torch.Tensor:
    out = torch.zeros(2, 24, 8, 6, device=x.device)
    out[:, :12] = x
    return F.relu(out)


@pytest.mark.parametrize(
    ("function", "code", "says"),
    [
        (lambda x: F.relu(torch.fft.fft(x).real), "SC502", "layer 1 'fft_fft' (fft_fft): no layer"),
        (lambda x: F.relu(x).cumsum(1), "SC502", "layer 2 'cumsum' (cumsum): no layer type is the"),
        (lambda x: x if x.sum() > 0 else -x, "SC502", "bool looks at the numbers of a tensor"),
        (lambda x: F.relu(x)[0], "SC502", "it takes one of the batch"),
        (lambda x: F.relu(x).to(torch.int32) + 0, "SC502", "makes integers of its input"),
        (lambda x: F.relu(x).view(torch.int32), "SC502", "no layer type is the function view"),
        (lambda x: F.relu(x).mean(0), "SC502", "layer 2 'mean' (mean)"),
        (changed_in_place, "SC502", "changed in place since it was computed"),
        (filled, "SC502", "it takes a tensor that is not computed by a layer"),
        (lambda x: torch.zeros(2, 3), "SC502", "its output is not computed of its input"),
        (lambda x: F.conv2d(x, torch.ones(4, 9, 3, 3)), "SC501", "RuntimeError: Given groups=1"),
        (lambda x: 1 / 0, "SC501", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_is_refused(function: Any, code: str, says: str) -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.torch.spec(nn.Sequential(Function(function)), "8x6x12")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert says in problem.message.replace("0.", "")


def test_the_module_that_does_not_run_is_named() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(nn.ReLU(), nn.Conv2d(9, 8, 3)))
    with pytest.raises(shapecalc.SpecError, match=r"on this input: 1.1 \(Conv2d\): RuntimeError"):
        shapecalc.torch.spec(model, "32x32x3")


def test_partial_and_custom() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), Function(lambda x: x.cumsum(1)), nn.ReLU())
    partial = shapecalc.torch.spec(model, "32x32x3", partial=True)
    assert "# Only a part: layer 2 '1.cumsum' (cumsum): no layer type is the function" in partial
    assert [layer.type for layer in shapecalc.loads(partial).summary().layers] == ["Conv2d"]
    custom = shapecalc.loads(shapecalc.torch.spec(model, "32x32x3", custom=True)).summary()
    assert [layer.type for layer in custom.layers] == ["Conv2d", "Custom", "ReLU"]
    assert custom.output == (30, 30, 8)


def test_an_attention_is_a_layer_with_what_pytorch_counts() -> None:
    class Attending(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(16)
            self.attention = nn.MultiheadAttention(16, 4, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.norm(x)
            return x + self.attention(y, y, y, need_weights=False)[0]

    model = Attending()
    text = shapecalc.torch.spec(model, torch.zeros(1, 10, 16))
    summary = shapecalc.loads(text).summary()
    assert [layer.type for layer in summary.layers] == ["LayerNorm", "MultiheadAttention", "Add"]
    assert summary.params == sum(each.numel() for each in model.parameters())
    # four maps of 16 to 16 at 10 positions, then scores of 10 by 10 and their use
    assert summary.macs == 4 * 10 * 16 * 16 + 2 * 10 * 10 * 16


def test_a_transformer_of_torch_nn_is_the_layers_that_it_has() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.decoder = nn.TransformerDecoderLayer(16, 2, 32, batch_first=True)

        def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
            return self.decoder(target, self.encoder(source))

    text = shapecalc.torch.spec(Both(), (torch.zeros(1, 10, 16), torch.zeros(1, 7, 16)))
    spec = """
input: {source: 10x16, target: 7x16}
layers:
  - {name: e, type: TransformerEncoder, num_layers: 2, nhead: 4, dim_feedforward: 32, from: source}
  - {name: d, type: TransformerDecoderLayer, nhead: 2, dim_feedforward: 32, from: [target, e]}
"""
    found, meant = (shapecalc.loads(each).summary() for each in (text, spec))
    for summary in (found, meant):
        assert summary.output == (7, 16)
    assert [(each.type, each.params, each.macs) for each in found.layers] == [
        (each.type, each.params, each.macs) for each in meant.layers
    ]


def test_heads_that_are_cut_out_of_the_channels_are_said_as_a_number() -> None:
    class Attending(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv = nn.Linear(16, 48)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            parts = self.qkv(x).chunk(3, dim=-1)
            heads = [each.view(*each.shape[:2], 4, 4).transpose(1, 2) for each in parts]
            found = nn.functional.scaled_dot_product_attention(*heads)
            return found.transpose(1, 2).flatten(2)

    text = shapecalc.torch.spec(Attending(), torch.zeros(1, 10, 16))
    summary = shapecalc.loads(text).summary()
    assert [layer.type for layer in summary.layers] == [
        *("Linear", "Chunk", "ScaledDotProductAttention")
    ]
    assert "num_heads: 4" in text
    assert summary.output == (10, 16)
    assert summary.macs == 10 * 16 * 48 + 2 * 10 * 10 * 16


def test_the_module_stays_as_it_is() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Dropout(0.5), nn.ReLU(True))
    model.train()
    model[1].eval()
    before = {
        name: (id(each), each.clone()) for name, each in model.state_dict(keep_vars=True).items()
    }
    for _ in range(2):
        shapecalc.torch.spec(model, "32x32x3", custom=True)
        with pytest.raises(shapecalc.SpecError):
            shapecalc.torch.spec(model, "32x32x4")
    assert [each.training for each in model.modules()] == [True, True, False, True, True]
    after = model.state_dict(keep_vars=True)
    assert all(id(after[name]) == where for name, (where, _) in before.items())
    assert all(torch.equal(after[name], tensor) for name, (_, tensor) in before.items())
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in model.modules())
    assert all(each.requires_grad for each in model.parameters())


def test_what_a_module_keeps_of_a_run_is_as_before() -> None:
    class Keeping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.seen: torch.Tensor | None = None
            self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 3, 1))
            self.register_buffer("shift", None)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.seen is None:
                self.seen = torch.tanh(x)
                self.register_buffer("shift", torch.zeros(1, device=x.device))
                self.register_buffer("more", torch.zeros(1, device=x.device))
            return self.conv(self.seen)

    model = Keeping()
    assert "weight_norm: true" in shapecalc.torch.spec(model, "8x8x3")
    assert model.seen is None
    assert list(model._buffers.items()) == [("shift", None)]
    assert model(torch.ones(1, 3, 4, 4)).shape == (1, 3, 4, 4)


def test_a_lazy_module_is_to_be_run_before() -> None:
    model = nn.Sequential(nn.LazyConv2d(8, 3))
    with pytest.raises(shapecalc.SpecError, match=r"0\.weight has no shape yet: run the module"):
        shapecalc.torch.spec(model, "8x8x3")
    model(torch.zeros(1, 3, 8, 8))
    assert "out_channels: 8" in shapecalc.torch.spec(model, "8x8x3")


def test_shapes_are_computed_without_numbers() -> None:
    text = shapecalc.torch.spec(nn.Conv2d(3, 8, 3), "1000000x1000000x3")
    assert shapecalc.loads(text).summary().output == (999998, 999998, 8)


def test_several_inputs_and_outputs() -> None:
    class Two(nn.Module):
        def forward(self, image: torch.Tensor, gate: torch.Tensor) -> dict[str, Any]:
            gated = image * torch.sigmoid(gate)[..., None, None]
            return {"gated": gated, "most": [gated.amax((2, 3)), None]}

    for given in (("8x6x12", 12), {"image": torch.zeros(1, 12, 8, 6), "gate": "12"}):
        text = shapecalc.torch.spec(Two(), given)
        summary = shapecalc.loads(text).summary()
        assert {name: str(shape) for name, shape in summary.inputs.items()} == {
            "image": "8x6x12",
            "gate": "12",
        }
        assert [str(shape) for shape in summary.outputs.values()] == ["8x6x12", "12"]


def test_what_is_no_module_or_no_shape() -> None:
    with pytest.raises(TypeError, match=r"must be a torch\.nn\.Module, not str"):
        shapecalc.torch.spec("resnet50", "8x8x3")
    with pytest.raises(shapecalc.SpecError, match="invalid shape"):
        shapecalc.torch.spec(nn.ReLU(), "8*8*3")
    with pytest.raises(shapecalc.SpecError, match="has no axis besides the batch"):
        shapecalc.torch.spec(nn.ReLU(), torch.zeros(3))


def test_a_module_with_two_sums_is_one_block() -> None:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    text = shapecalc.torch.spec(nn.TransformerEncoder(layer, 3), "9x16")
    assert re.findall(r"^  (\w+):$", text, re.MULTILINE) == ["TransformerEncoderLayerBlock"]
    assert "type: TransformerEncoderLayerBlock, repeat: 3" in text
