"""Layers of a spec run in PyTorch: the class of a type, its arguments, and the layout it wants.

This knows a spec's fields and torch.nn and nothing of shapecalc, so that the two can be compared.
Where the language is narrower than PyTorch on purpose, `RefusedError` stands for its refusal.
`deliberate.py` lists what is refused so, as the README does, with an example of each. `freely` runs
a layer without these refusals.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

import torch
import torch_attention
import torch_leading
import torch_recurrent
from torch.utils.flop_counter import FlopCounterMode
from torch_products import STORED, grid_sample, matmul, stored
from torch_windows import (
    PADDING,
    Fields,
    Padded,
    RefusedError,
    along_axes,
    beyond_pytorch,
    cropped,
    locally_connected,
    stem,
    taken_padding,
)


class Ran(NamedTuple):
    """A layer that was run: its outputs with their batch, and its multiply-accumulates for one."""

    module: torch.nn.Module
    outputs: list[torch.Tensor]
    macs: int

    @property
    def params(self) -> int:
        """The learnable numbers."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    @property
    def buffers(self) -> int:
        """The numbers that are kept and not learned."""
        return sum(buffer.numel() for buffer in self.module.buffers())


class Function(torch.nn.Module):
    """A function of tensors as a layer."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.function(*inputs)


class LayerNorm2d(torch.nn.LayerNorm):
    """torchvision's: a LayerNorm over the channels of an image."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class StochasticDepth(torch.nn.Module):
    """torchvision's, in eval mode: it hands its input on, once its fields are right."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        if not 0 <= p <= 1 or mode not in ("batch", "row"):
            raise ValueError("torchvision refuses it when it runs")

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input


class LayerScale(torch.nn.Module):
    """A factor for each channel, which torchvision's CNBlock holds without a layer around it."""

    def __init__(self, dim: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        self.factors = torch.nn.Parameter(torch.full((dim,), float(layer_scale)))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input * self.factors.view(-1, *(1 for _ in input.shape[2:]))


class Affine(torch.nn.Module):
    """A factor and a summand for each channel."""

    def __init__(self, num_features: int, weight: bool = True, bias: bool = True) -> None:
        super().__init__()
        if not weight and not bias:
            raise RefusedError("it does nothing")
        self.weight = torch.nn.Parameter(torch.ones(num_features)) if weight else None
        self.bias = torch.nn.Parameter(torch.zeros(num_features)) if bias else None

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        channels = (-1, *(1 for _ in input.shape[2:]))
        scaled = input if self.weight is None else input * self.weight.view(channels)
        return scaled if self.bias is None else scaled + self.bias.view(channels)


INFERRED = {
    "Conv": "in_channels",
    "ConvTranspose": "in_channels",
    "BatchNorm": "num_features",
    "SyncBatchNorm": "num_features",
    "InstanceNorm": "num_features",
    "GroupNorm": "num_channels",
    "LayerNorm": "normalized_shape",
    "RMSNorm": "normalized_shape",
    "Linear": "in_features",
    "LayerScale": "dim",
    "Affine": "num_features",
    "GlobalResponseNorm": "dim",
    "MultiheadAttention": "embed_dim",
}
"""The argument that a spec may leave out, since it is the number of channels."""

AXES = {"PixelShuffle": 2, "PixelUnshuffle": 2, "Unfold": 2, "Fold": 1, "Embedding": 0}
"""The spatial axes of types that take just so many, though their names do not say it."""

WINDOWS = ("Conv", "ConvTranspose", "Pool", "LocallyConnected", "MaxUnpool")
"""How the names end, but for the number of axes, of types that have fields along the axes."""

BROADCASTING = ("Add", "Subtract", "Multiply", "Divide", "Maximum")
SEVERAL_INPUTS = (
    "Concat",
    "Stack",
    *BROADCASTING,
    "Bilinear",
    "MatMul",
    "GridSample",
    "IndexSelect",
)

DIMS = ("dim", "start_dim", "end_dim", "dim0", "dim1", "dims")
"""The fields that are axes: counted as PyTorch does, or by name."""

DIM_NAMES: dict[int, tuple[str, ...]] = {
    1: ("channels",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
    4: ("channels", "depth", "height", "width"),
}
"""The names of axes, in PyTorch's order, by their number without the batch."""

ONE_OR_TWO_INPUTS = ("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d")


def axes_of(type: str) -> int | None:
    """The spatial axes that a type takes; None for any, or for those that PyTorch takes."""
    if type in AXES or stem(type) == type or stem(type) == "Dropout":
        return AXES.get(type)
    return int(type[-2])


def plain(value: Any) -> Any:
    """A field as PyTorch takes it: a tuple for a list and for `1x7`, a double for a fraction."""
    if isinstance(value, str) and re.fullmatch(r"\d+(x\d+)+", value):
        return tuple(map(int, value.split("x")))
    if isinstance(value, list):
        return tuple(map(plain, value))
    return float(value) if isinstance(value, Fraction) else value


def counted(value: Any, axes: int) -> Any:
    """An axis of so many, or several, as PyTorch counts them. Raises RefusedError."""
    if isinstance(value, list | tuple):
        return tuple(counted(each, axes) for each in value)
    if not isinstance(value, str):
        return value
    names = DIM_NAMES.get(axes, ("channels",))
    if value not in names:
        raise RefusedError("no axis of that name")
    return names.index(value) + 1


def dims_of(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> Fields:
    """The fields that are axes, as PyTorch counts them. Raises RefusedError."""
    axes = inputs[0].dim() - (0 if type == "Stack" else 1)
    found = {
        name: counted(value, axes)
        for name, value in fields.items()
        if name in DIMS and INFERRED.get(type) != name
    }
    dims = fields.get("dims", ())
    if type == "Permute" and not isinstance(dims, int):
        dims = [dims] if isinstance(dims, str) else dims
        named = all(isinstance(each, str) for each in dims)
        found["dims"] = (*((0,) if named else ()), *counted(dims, axes))
    return found


def check_dims(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> None:
    """Refuse axes that are the batch. Raises RefusedError."""
    batch = (0, -inputs[0].dim() - (type == "Stack"))
    for name, value in dims_of(type, fields, inputs).items():
        several = value if isinstance(value, tuple) else (value,)
        if type == "Permute":
            if several[:1] not in ((0,), (batch[1],)):
                raise RefusedError("the batch elsewhere")
        elif any(each in batch for each in several) and type not in KEEPING:
            raise RefusedError(f"{name} is the batch")


KEEPING = ("Softmax", "Softmin", "LogSoftmax")
"""The types that may be along the batch, as they change no size."""


def check_inputs(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> None:
    """Refuse what the language does not take. Raises RefusedError."""
    shapes = [input.shape for input in inputs]
    if type in torch_recurrent.TYPES:
        return
    if type in ONE_OR_TWO_INPUTS:
        check_unpooling(fields, len(inputs))
    elif type in torch_attention.INPUTS:
        torch_attention.check(type, inputs)
    elif type != "Crop" and (len(inputs) > 1) != (type in SEVERAL_INPUTS):
        raise RefusedError("another number of inputs")
    axes = axes_of(type)
    found = len(shapes[0]) - 2
    if axes is not None and found != axes and (type, found) != ("BatchNorm1d", 0):
        raise RefusedError("another number of axes")
    check_dims(type, fields, inputs)
    if type in (*BROADCASTING, "Bilinear") and len(set(map(len, shapes))) > 1:
        raise RefusedError("another number of axes")
    if type == "Bilinear" and found:
        raise RefusedError("more than a vector")
    if type == "Linear" and found and not fields.get("per_position", False):
        raise RefusedError("positions that nobody said to keep")
    if fields.get("num_channels") == 0:
        raise RefusedError("no channels")
    if stem(type).endswith(WINDOWS) and any(
        isinstance(value, list | tuple) and len(value) != axes
        for value in map(plain, fields.values())
    ):
        raise RefusedError("a list of another number of axes")
    if type.startswith("CircularPad"):
        sides = fields["padding"]
        sides = [sides] * 2 * len(shapes[0][2:]) if isinstance(sides, int) else sides
        for index, side in enumerate(sides):
            if -side > shapes[0][-1 - index // 2]:
                raise RefusedError("a crop of more than there is")
    features = fields.get(INFERRED[type] if INFERRED.get(type) == "dim" else "num_features")
    if features is not None and features != shapes[0][1]:
        raise RefusedError("another number of features")
    if fields.get("return_indices"):
        raise RefusedError("indices, for which a spec has no place")


def check_unpooling(fields: Fields, inputs: int) -> None:
    """Refuse a window that no max pool has. Raises RefusedError."""
    if inputs > 2:
        raise RefusedError("another number of inputs")
    for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0)):
        value = plain(fields.get(name))
        values = value if isinstance(value, tuple) else (value,)
        if min((each for each in values if each is not None), default=least) < least:
            raise RefusedError("a window that no max pool has")


def build(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> torch.nn.Module:
    """The layer for the inputs. Raises whatever PyTorch does where the fields are wrong."""
    if type in torch_recurrent.TYPES:
        return torch_recurrent.build(type, fields, inputs)
    if "leading" in fields:
        return torch_leading.led(build, type, fields, inputs, channels_last(type, fields))
    arguments = {name: plain(value) for name, value in fields.items()}
    arguments |= dims_of(type, fields, inputs)
    inferred = INFERRED.get(stem(type))
    if inferred is not None and arguments.get(inferred) is None:
        arguments[inferred] = inputs[0].shape[1]
    function = FUNCTIONS.get(type)
    if function is not None:
        return Function(function(**arguments))
    if type == "Linear":
        arguments.pop("per_position", None)
    if type in ONE_OR_TWO_INPUTS:
        return unpooling(type, arguments)
    kind = {name: arguments.pop(name) for name in KINDS if name in arguments}
    pad = None
    if stem(type).endswith(PADDING) and (
        beyond_pytorch(type, arguments["padding"]) if "padding" in arguments else "Local" in type
    ):
        pad = taken_padding(type, arguments, inputs[0])
    if stem(type) == "LocallyConnected":
        made: torch.nn.Module = locally_connected(arguments, inputs[0], pad)
    else:
        made = (CLASSES.get(type) or getattr(torch.nn, type))(**arguments)
    made = with_kind_of_weight(made, **kind)
    return (made if pad is None else Padded(made, *pad)).eval()


CLASSES = {each.__name__: each for each in (LayerNorm2d, StochasticDepth, LayerScale, Affine)}
CLASSES |= torch_attention.CLASSES
"""The layers that torch.nn does not have."""

KINDS = ("learned", "weight_norm", "spectral_norm")
"""What a spec says of weights, and PyTorch by wrapping a layer."""


def with_kind_of_weight(
    layer: torch.nn.Module,
    learned: bool = True,
    weight_norm: bool = False,
    spectral_norm: bool = False,
) -> torch.nn.Module:
    """A layer whose weights are buffers, or reparametrized."""
    if not learned:
        if weight_norm or spectral_norm:
            raise RefusedError("a norm of weights that are not learned")
        for name, parameter in list(layer.named_parameters()):
            delattr(layer, name)
            layer.register_buffer(name, parameter.detach())
    if weight_norm:
        layer = torch.nn.utils.parametrizations.weight_norm(layer)
    return torch.nn.utils.parametrizations.spectral_norm(layer) if spectral_norm else layer


def unpooling(type: str, arguments: Fields) -> torch.nn.Module:
    """A MaxUnpool, on the indices that its second input stands for."""
    size = arguments.pop("output_size", None)
    layer = getattr(torch.nn, type)(**arguments)
    if size is not None:
        size = along_axes(size, int(type[-2]))

    def unpooled(input: torch.Tensor, pooled: torch.Tensor | None = None) -> Any:
        indices = torch.zeros_like(input if pooled is None else pooled, dtype=torch.long)
        return layer(input, indices, None if size is None else list(size))

    return Function(unpooled)


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "Concat": lambda dim=1: lambda *inputs: torch.cat(inputs, dim),
    "Stack": lambda dim: lambda *inputs: torch.stack(inputs, dim),
    "Add": lambda: lambda *inputs: reduce(torch.add, inputs),
    "Subtract": lambda: lambda first, second: first - second,
    "Multiply": lambda: lambda *inputs: reduce(torch.mul, inputs),
    "Divide": lambda: lambda first, second: first / second,
    "Maximum": lambda: lambda *inputs: reduce(torch.maximum, inputs),
    "MatMul": lambda: matmul,
    "GridSample": lambda **fields: lambda *inputs: grid_sample(*inputs, **fields),
    "IndexSelect": lambda dim: lambda input, index: input.index_select(dim, index[0].long()),
    "SlidingWindow": lambda dim, size, step: lambda input: input.unfold(dim, size, step),
    "Chunk": lambda chunks, dim=1: lambda input: input.chunk(chunks, dim),
    "Split": lambda split_size, dim=1: (
        lambda input: input.split(
            list(split_size) if isinstance(split_size, tuple) else split_size, dim
        )
    ),
    "Crop": lambda **fields: lambda *inputs: cropped(*inputs, **fields),
    "Select": lambda dim, index: lambda input: input.select(dim, index),
    "Slice": lambda dim, start=0, end=None, step=1: (
        lambda input: sliced(input, dim, slice(start, end, step))
    ),
    "Permute": lambda dims: lambda input: input.permute(dims),
    "Transpose": lambda dim0, dim1: lambda input: input.transpose(dim0, dim1),
    "Roll": lambda shifts, dims: lambda input: input.roll(shifts, dims),
    "Mean": lambda dim, keepdim=False: lambda input: input.mean(dim, keepdim),
    "Sum": lambda dim, keepdim=False: lambda input: input.sum(dim, keepdim),
    "Amax": lambda dim, keepdim=False: lambda input: input.amax(dim, keepdim),
    "Reshape": lambda shape: (
        lambda input: input.reshape(
            len(input), *((shape[-1], *shape[:-1]) if isinstance(shape, tuple) else (shape,))
        )
    ),
}
"""What PyTorch runs as a function: for a type's fields, the function of its inputs."""


def sliced(input: torch.Tensor, dim: int, places: slice) -> torch.Tensor:
    """`input[:, :, places]`, with as many colons as there are axes before the one."""
    input.size(dim)  # which refuses an axis that is not there
    return input[(slice(None),) * (dim % input.dim()) + (places,)]


def channels_last(type: str, fields: Fields) -> bool:
    """Whether a layer works on the last axis of PyTorch's tensor where ours are the channels."""
    if type in ("LayerNorm", "RMSNorm"):
        return not isinstance(fields.get("normalized_shape"), list)
    return type in ("Linear", "Bilinear", *torch_attention.CLASSES)


def freely(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> Ran:
    """A layer run once, whatever the language says of it. Raises what PyTorch does."""
    module = build(type, fields, inputs)
    given = list(inputs)
    if type == "Embedding":
        given = [torch.zeros_like(input, dtype=torch.long) for input in inputs]
    last = channels_last(type, fields)
    if last:
        given = [input.movedim(1, -1) for input in inputs]
    with FlopCounterMode(display=False) as counter:
        output = module(*given)
    outputs = list(output) if isinstance(output, tuple | list) else [output]
    if last or type == "Embedding":
        outputs = [tensor.movedim(-1, 1) for tensor in outputs]
    flops = counter.get_total_flops()
    if isinstance(module, torch_recurrent.Recurrent):
        flops = torch_recurrent.flops(module, given)
    return Ran(module, outputs, flops // (2 * len(inputs[0])))


def run(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> Ran:
    """A layer run once. Raises RefusedError, or whatever PyTorch does where it refuses."""
    if type in STORED:
        module = stored(type, len(inputs), **fields)
        return Ran(module, [module.weight.movedim(-1, 0)[None]], 0)
    check_inputs(type, torch_leading.without(fields), torch_leading.parts(fields, inputs))
    ran = freely(type, fields, inputs)
    for tensor in ran.outputs:
        if tensor.dim() < 2 or len(tensor) != len(inputs[0]) or not tensor.numel():
            raise RefusedError("an output that is empty or has another batch")
    return ran
