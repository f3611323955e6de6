"""How the layer types are said in PyTorch, where it is not the class of that name in torch.nn.

A type that is not named here is that class, made of its fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.layers.base import Elementwise, Layer

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import LayerType

FUNCTION_TYPES = frozenset(
    (
        *("Concat", "Stack", "Add", "Subtract", "Multiply", "Divide", "Maximum"),
        *("Chunk", "Split", "Select", "Slice", "SlidingWindow", "Permute", "Transpose", "Roll"),
        *("Mean", "Sum", "Amax", "Reshape", "Crop", "MatMul", "GridSample", "IndexSelect"),
    )
)
"""The types that are functions of tensors there; `functions` says them."""

CLASSES = {
    "LayerNorm2d": '''\
class LayerNorm2d(nn.LayerNorm):
    """A LayerNorm over the channels of an image, as torchvision has it."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)''',
    "LayerScale": '''\
class LayerScale(nn.Module):
    """A learned factor for each channel, which is the last axis."""

    def __init__(self, dim: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((dim,), layer_scale))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input * self.weight''',
    "Affine": '''\
class Affine(nn.Module):
    """A learned factor and a learned summand for each channel, which is the last axis."""

    def __init__(self, channels: int, weight: bool = True, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels)) if weight else None
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        scaled = input if self.weight is None else input * self.weight
        return scaled if self.bias is None else scaled + self.bias''',
    "Parameter": '''\
class Parameter(nn.Module):
    """A learned tensor, once for each row of a batch, whatever is in it."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.weight = nn.Parameter(nn.init.trunc_normal_(torch.empty(shape), std=0.02))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.weight.expand(input.shape[0], *self.weight.shape)''',
    "Buffer": '''\
class Buffer(nn.Module):
    """A tensor that is kept and not learned, once for each row of a batch."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("buffer", torch.zeros(shape))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.buffer.expand(input.shape[0], *self.buffer.shape)''',
    "StochasticDepth": '''\
class StochasticDepth(nn.Module):
    """Drops its input at random in training: the whole batch, or each row of it."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0:
            return input
        rows = input.shape[0] if self.mode == "row" else 1
        kept = input.new_empty(rows, *[1] * (input.dim() - 1)).bernoulli_(1 - self.p)
        return input * (kept / (1 - self.p) if self.p < 1 else kept)''',
    "GlobalResponseNorm": '''\
class GlobalResponseNorm(nn.Module):
    """Scales each channel, the last axis, by its norm over those of all, and adds the input."""

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.zeros(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        norms = input.flatten(1, -2).norm(dim=1)
        scales = norms / (norms.mean(dim=-1, keepdim=True) + self.eps)
        scales = scales.view(-1, *[1] * (input.dim() - 2), input.shape[-1])
        return input + self.weight * (input * scales) + self.bias''',
    "ScaledDotProductAttention": '''\
class ScaledDotProductAttention(nn.Module):
    """Attention of sequences, the channels their last axis: perhaps those of heads side by side."""

    def __init__(
        self,
        num_heads: int | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.dropout_p = dropout_p
        self.fields = {"is_causal": is_causal, "scale": scale, "enable_gqa": enable_gqa}

    def forward(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attn_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:
        if self.num_heads is not None:
            groups = key.shape[-1] * self.num_heads // query.shape[-1]
            query = query.unflatten(-1, (self.num_heads, -1)).transpose(-3, -2)
            key = key.unflatten(-1, (groups, -1)).transpose(-3, -2)
            value = value.unflatten(-1, (groups, -1)).transpose(-3, -2)
        dropout_p = self.dropout_p if self.training else 0.0
        output = nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask, dropout_p, **self.fields
        )
        if self.num_heads is not None:
            output = output.transpose(-3, -2).flatten(-2)
        return output''',
    "MultiheadAttention": '''\
class MultiheadAttention(nn.MultiheadAttention):
    """One with the batch first, other axes beside it, and the attended sequence as its output."""

    def __init__(self, *counts: int, **fields: float | None) -> None:
        super().__init__(*counts, **fields, batch_first=True)

    def forward(self, query: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        key, value = (others * 2)[:2] if others else (query, query)
        batches = [each.flatten(0, -3) for each in (query, key, value)]
        output, _ = super().forward(*batches, need_weights=False)
        return output.view(query.shape)''',
}
"""The classes that torch.nn lacks, as they are written into a module that uses them."""

NOT_IN_PYTORCH = {
    "Linear": ("per_position",),
    **dict.fromkeys(("RNN", "LSTM", "GRU", "MultiheadAttention"), ("batch_first",)),
}
"""The fields that the classes in code do not have, or that are always written alike."""

LEADING_AXES = '''\
class LeadingAxes(nn.Module):
    """A module on each part of its input behind leading axes, which run like a batch."""

    def __init__(self, module: nn.Module, axes: int) -> None:
        super().__init__()
        self.module = module
        self.axes = axes

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        behind = self.axes + 1
        parts = input.movedim(1, behind)
        output = self.module(parts.flatten(0, self.axes))
        return output.unflatten(0, parts.shape[:behind]).movedim(behind, 1)'''
"""The module of a layer with `leading`, whose channels are the second axis."""

UNSAID = {
    **dict.fromkeys(
        ("LocallyConnected1d", "LocallyConnected2d"),
        "it has no layer with a kernel for each position",
    ),
    **dict.fromkeys(
        ("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"),
        "it wants the indices of a max pool, which a layer of a spec does not pass on",
    ),
}
"""The types that cannot be said, and why."""

KINDS_OF_WEIGHT = {
    "weight_norm": "nn.utils.parametrizations.weight_norm",
    "spectral_norm": "nn.utils.parametrizations.spectral_norm",
    "learned": "fixed_weights",
    "recurrent_bias": "without_recurrent_bias",
}
"""The fields that are functions of a module there, in the order in which they are called, for a
value that is not the default."""

FIXED_WEIGHTS = '''\
def fixed_weights(module: nn.Module) -> nn.Module:
    """A module whose parameters are buffers, which are not learned."""
    for name, parameter in list(module.named_parameters(recurse=False)):
        delattr(module, name)
        module.register_buffer(name, parameter.detach())
    return module'''
"""The function of a module whose weights are not learned."""

WITHOUT_RECURRENT_BIAS = '''\
def without_recurrent_bias(module: nn.Module) -> nn.Module:
    """A recurrent module whose second biases are zeros, which are not learned."""
    for name, parameter in list(module.named_parameters(recurse=False)):
        if name.startswith("bias_hh"):
            delattr(module, name)
            module.register_buffer(name, None, persistent=False)
            setattr(module, name, torch.zeros_like(parameter.detach()))
    return module'''
"""The function of a recurrent module with one bias for each gate."""

STORED = ("Parameter", "Buffer")
"""The types that take nothing of their input but how many rows a batch has."""

_LAST = (
    *("Linear", "LayerNorm", "RMSNorm", "LayerScale", "Affine", "GlobalResponseNorm"),
    *("ScaledDotProductAttention", "MultiheadAttention", "RNN", "LSTM", "GRU"),
)
EITHER = ("Identity", "Dropout", "AlphaDropout", "StochasticDepth")
"""The types that have any layout of their input, besides what computes each number alone."""


def wants_last(layer: Layer) -> bool | None:
    """Whether a layer has the channels as the last axis of its input, rather than as the second;
    None where either will do."""
    name = layer.type.name
    if name in _LAST:
        return not isinstance(getattr(layer, "normalized_shape", None), tuple)
    plain = isinstance(layer, Elementwise) and type(layer).params is Layer.params
    if name in EITHER or name in STORED or plain:
        return None
    return False


def gives_last(layer: Layer) -> bool | None:
    """The same of its output; None for that of its input."""
    return True if layer.type.name in ("Embedding", *STORED) else wants_last(layer)


def implied_fields(layer_type: LayerType, rank: int | None) -> dict[str, Any]:
    """Fields that are written even where a spec leaves them out: the axis of a softmax, which
    PyTorch else chooses by the number of axes, with a warning."""
    if layer_type.name in ("Softmax", "Softmin", "LogSoftmax") and rank is not None:
        return {"dim": 0 if rank == 1 else 1}
    return {}


def prefers_last(tensor: Tensor, *nodes: InferredLayer) -> bool:
    """Whether the first layer that minds how a tensor is laid out has the channels last.

    nodes: what takes it, in order.
    """
    alike = {tensor}
    for each in nodes:
        for node, _ in each.walk():
            if node.layer is None or not alike.intersection(node.sources):
                continue
            wanted = wants_last(node.layer)
            if wanted is not None:
                return wanted
            alike.update(node.tensors)
    return False


SHARE_WEIGHTS = '''\
def share_weights(module: nn.Module, owner: nn.Module) -> None:
    """Let a module have the weights of another instead of its own.

    Of a layer of another class that is the weight alone; a bias that is not there stays its own.
    """
    leaves = [
        [each for each in root.modules() if each._parameters or each._buffers]
        for root in (module, owner)
    ]
    for own, other in zip(*leaves, strict=True):
        for name, tensor in (*other._parameters.items(), *other._buffers.items()):
            tied = name == "weight" or type(own).__name__ == type(other).__name__
            if tied and tensor is not None and getattr(own, name) is not None:
                setattr(own, name, tensor)'''
"""The function by which modules that are not alike share weights."""
