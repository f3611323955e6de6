"""Attention: each position of a sequence made of those of another, by how well they match."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.layers.base import Layer, Seen, divisors, wrong_rank
from shapecalc.layers.fields import Count, Decimal, Flag, Inferred
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import (
    SAME_POSITION,
    Footprint,
    adaptive_footprint,
    whole_footprint,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_OF_DROPOUT = "probability of an attention weight being dropped, 0 to 1"


class _Attention(Layer):
    """What attention of either kind is: of sequences, in which every position is seen."""

    def check(self, input: Shape) -> None:
        """Refuse a vector, which has no positions."""
        if not input.spatial:
            raise wrong_rank(self.type.name, 1, input)


class ScaledDotProductAttention(_Attention, names="ScaledDotProductAttention"):
    """The values, weighted for each query by how well their keys match it (Vaswani et al. 2017).

    Inputs: queries LxE, keys SxE and values SxEv, and perhaps a mask LxS, such as a bias of
    relative positions, which is added to the scores. Axes before these (windows, heads, frames)
    run like a batch: they are equal, or of 1, which stretches. With `num_heads` the channels of
    each are those of so many heads, side by side; a mask then has an axis of heads, LxS in front.
    With `enable_gqa` keys and values have fewer heads, which divide those of the queries: along
    the axis before the length, or with `num_heads` in their channels.
    Output: LxEv, with the axes before these; all heads side by side where they came so.
    MACs: L x S x (E + Ev) for each head, of both matrix products, whatever is masked. PyTorch's
    counter drops them on the CPU, where a fused kernel runs; on the meta device it has them. The
    LxS scores are no tensor that memory is counted of.
    Refused: a vector, other channels of queries and keys, other lengths of keys and values, axes
    that do not stretch, heads that do not divide, `is_causal` with a mask.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
    """

    input_count = (3, 4)

    num_heads = Count(
        "heads side by side in the channels; null for none, where heads are an axis", default=None
    )
    dropout_p = Decimal(_OF_DROPOUT, default=0.0, minimum=0, maximum=1)
    is_causal = Flag("whether a query sees no key after its own place; no figure", default=False)
    scale = Decimal("factor of the scores; null for 1 / sqrt(E)", default=None)
    enable_gqa = Flag("whether several heads of queries share one of keys and values", False)

    def _by_head(self, inputs: Shapes) -> Shapes:
        """Queries, keys and values, each head on its own. Raises Refusal SC204, SC209."""
        query, key, value = inputs[:3]
        heads = self.num_heads
        if heads is None:
            return inputs[:3]
        _divide(heads, query.channels, "queries")
        channels = query.channels // heads
        groups = heads
        if self.enable_gqa:
            if key.channels % channels:
                raise _unlike("keys of whole heads, as the queries have", query, key)
            groups = key.channels // channels
        _divide(groups, key.channels, "keys")
        _divide(groups, value.channels, "values")
        return (
            Shape((*query.spatial[:-1], heads, query.spatial[-1], channels)),
            Shape((*key.spatial[:-1], groups, key.spatial[-1], key.channels // groups)),
            Shape((*value.spatial[:-1], groups, value.spatial[-1], value.channels // groups)),
        )

    def _products(self, inputs: Shapes) -> tuple[Shape, Shape, Shape]:
        """The scores of every query on every key before a mask, and after it; and what comes out,
        each head on its own. Raises Refusal SC204, SC209, SC210."""
        if len(set(map(len, inputs[:3]))) > 1:
            raise _unlike("queries, keys and values with the same number of axes", *inputs[:3])
        query, key, value = self._by_head(inputs)
        if query.channels != key.channels:
            raise _unlike("queries and keys of as many channels", *inputs[:2])
        heads = query[-3] if self.enable_gqa and len(query) > 2 else None
        key, value = (self._with_heads(heads, each) for each in (key, value))
        scores = made = Shape((*_stretched(query[:-2], key[:-2], inputs), query[-2], key[-2]))
        if len(inputs) > 3:
            made = self._masked(scores, inputs[3])
        if made.channels != value[-2]:
            raise _unlike("keys and values of the same length", *inputs[1:3])
        output = Shape((*_stretched(made[:-2], value[:-2], inputs), made[-2], value.channels))
        return scores, made, output

    def _with_heads(self, heads: int | None, shape: Shape) -> Shape:
        """Keys or values, each head as often as there are heads of queries that share it."""
        if heads is None:
            return shape
        if heads % shape[-3]:
            raise Refusal(
                "SC204",
                f"the {shape[-3]} heads of keys or values do not divide the {heads} of the queries",
                f"their number must divide {heads}: {divisors(heads)}",
                "enable_gqa",
            )
        return Shape((*shape[:-3], heads, *shape[-2:]))

    def _masked(self, scores: Shape, mask: Shape) -> Shape:
        """The scores with a mask added, which may stretch them."""
        if self.is_causal:
            raise Refusal(
                "SC210",
                "is_causal is a mask already, and there is another input that is one",
                "remove is_causal, or the mask",
                "is_causal",
            )
        if len(mask) != len(scores):
            raise _unlike("a mask with the axes of the scores", scores, mask)
        return Shape(_stretched(scores, mask, (scores, mask)))

    def outputs(self, inputs: Shapes) -> Shapes:
        """A value for each query. Raises Refusal SC204, SC209, SC210."""
        _, _, output = self._products(inputs)
        if self.num_heads is None:
            return (output,)
        *leading, heads, length, channels = output
        return (Shape((*leading, length, heads * channels)),)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """Queries by keys, and what comes of it by values."""
        query, _, value = self._by_head(inputs)
        scores, made, output = self._products(inputs)
        products = scores.elements * query.channels
        return products + prod(output[:-1]) * made.channels * value.channels

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """Its own query and every key and value, in its own head, window or frame."""
        query, key, value, *masks = inputs
        *around, _ = places = outputs[0].spatial
        seen = [(*_places(each[:-2], around), whole_footprint(each[-2])) for each in (key, value)]
        seen.insert(0, _places(query.spatial, places))
        for mask in masks:
            heads = mask[len(around) : -2]
            seen.append(
                (
                    *_places(mask[: len(around)], around),
                    *map(whole_footprint, heads),
                    *_places(mask[-2:-1], places[-1:]),
                )
            )
        return (tuple(seen),)


class MultiheadAttention(_Attention, names="MultiheadAttention"):
    """Attention of a sequence to itself or to another, in heads, with learned projections.

    Inputs: queries LxE, keys Sxkdim and values Sxvdim; keys that are not given are the queries,
    values the keys. Axes before these (windows, frames) run like a batch.
    Output: LxE, the queries' shape.
    Params: E x E + kdim x E + vdim x E of the projections in and E x E of the one out, with `bias`
    4 x E, with `add_bias_kv` 2 x E.
    MACs: those of the projections at each position, and 2 x L x S' x E of both products in the
    heads, with S' = S + add_bias_kv + add_zero_attn. PyTorch's counter drops the products on the
    CPU, where a fused kernel runs (need_weights=False); on the meta device it has them. What is
    between the projections is no tensor that memory is counted of.
    Refused: a vector, heads that do not divide the channels, other channels than kdim and vdim
    say, other lengths of keys and values, other axes before these.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """

    input_count = (1, 3)
    mixes_channels = True

    embed_dim = Inferred("channels of the queries; inferred, must match where written")
    num_heads = Count("number of heads, a divisor of embed_dim")
    dropout = Decimal(_OF_DROPOUT, default=0.0, minimum=0, maximum=1)
    bias = Flag("whether the projections have learnable biases", default=True)
    add_bias_kv = Flag("whether a learned key and value is added to those given", default=False)
    add_zero_attn = Flag("whether a key and value of zeros is added to those given", default=False)
    kdim = Count("channels of the keys; null for embed_dim", default=None)
    vdim = Count("channels of the values; null for embed_dim", default=None)
    batch_first = Flag("where PyTorch has the batch, which a spec leaves out", default=False)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The queries' shape. Raises Refusal SC204, SC205, SC209."""
        query, key, value = _three(inputs)
        _divide(self.num_heads, query.channels, "queries")
        for name, input in (("kdim", key), ("vdim", value)):
            expected = getattr(self, name) or query.channels
            if input.channels != expected:
                raise Refusal(
                    "SC205",
                    f"{name} is {expected}, but the input {input} has {input.channels} "
                    f"{'channel' if input.channels == 1 else 'channels'}",
                    f"write {name}: {input.channels}",
                    name,
                )
        if key.spatial != value.spatial:
            raise _unlike("keys and values with the same positions", key, value)
        if query.spatial[:-1] != key.spatial[:-1]:
            raise _unlike("equal axes before the length", query, key)
        return (query,)

    def params(self, inputs: Shapes) -> int:
        """Weights and biases of four projections, and of a key and a value of its own."""
        query, key, value = _three(inputs)
        channels = query.channels
        weights = channels * (channels + key.channels + value.channels + channels)
        biases = 4 * channels if self.bias else 0
        return weights + biases + (2 * channels if self.add_bias_kv else 0)

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Channels of queries, keys and values, and what they come to with the biases."""
        return (*(each.channels for each in _three(inputs)), self.params(inputs))

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The projections of queries, keys, values and outputs; queries by keys, and by values."""
        query, key, value = _three(inputs)
        channels, length = query.channels, query.spatial[-1]
        seen = key.spatial[-1] + self.add_bias_kv + self.add_zero_attn
        projected = sum(each.elements * channels for each in (query, key, value, query))
        return projected + 2 * prod(query.spatial[:-1]) * length * seen * channels

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """Every position, of queries its own alone where keys and values are others."""
        query, *others = inputs
        leading = (SAME_POSITION,) * (len(query.spatial) - 1)
        seen = [(*leading, whole_footprint(each.spatial[-1])) for each in others or [query]]
        return (((*leading, SAME_POSITION), *seen) if others else tuple(seen),)


def _three(inputs: Shapes) -> tuple[Shape, Shape, Shape]:
    """Queries, keys and values, of which later ones may not be given."""
    query, *others = inputs
    key = others[0] if others else query
    return query, key, others[-1] if others else key


def _divide(heads: int, channels: int, of: str) -> None:
    """Refuse heads that channels do not fall into. Raises Refusal SC204."""
    if channels % heads:
        raise Refusal(
            "SC204",
            f"{heads} heads do not divide the {channels} channels of the {of}",
            f"their number must divide {channels}: {divisors(channels)}",
            "num_heads",
        )


def _stretched(first: Sequence[int], second: Sequence[int], shapes: Shapes) -> list[int]:
    """Sizes to which those of 1 stretch. shapes: what they are of. Raises Refusal SC209."""
    if any(
        here != there and 1 not in (here, there) for here, there in zip(first, second, strict=True)
    ):
        raise _unlike("axes that are equal or 1", *shapes)
    return list(map(max, first, second))


def _places(extents: Sequence[int], outputs: Sequence[int]) -> tuple[Footprint, ...]:
    """What positions see of axes that are as long, or stretched to them."""
    return tuple(
        SAME_POSITION if here == there else adaptive_footprint(here, there)
        for here, there in zip(extents, outputs, strict=True)
    )


def _unlike(needed: str, *shapes: Shape) -> Refusal:
    """The refusal of inputs that do not go together."""
    *texts, last = map(str, shapes)
    return Refusal(
        "SC209",
        f"attention needs {needed}, but they are {', '.join(texts)} and {last}",
        "they are named in the order of queries, keys, values; each is length x channels, with "
        "heads, windows or frames before the length",
    )
