"""Layers whose weights lead from every feature to every feature, and tables of features."""

from __future__ import annotations

from shapecalc.layers.base import Layer, wrong_rank
from shapecalc.layers.fields import Count, Decimal, Flag, Inferred, Integer
from shapecalc.layers.weighted import LEARNED, SPECTRAL_NORM, WEIGHT_NORM, Weighted
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes


class Linear(Weighted, names="Linear"):
    """A fully connected layer: a weight from each feature to each output feature.

    Output: out_features in place of in_features.
    Refused: a shape with spatial sizes, unless `per_position` says that it is meant; weight_norm
    or spectral_norm of weights that are not learned.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    in_features = Inferred("features of the input; inferred, must match where written")
    out_features = Count("output features, at least 1")
    bias = Flag("whether to add a learnable bias for each output feature", default=True)
    per_position = Flag(
        "whether the channels at each position are mapped by themselves, as PyTorch maps the last "
        "axis; otherwise the input must be a vector",
        default=False,
    )
    learned = LEARNED
    weight_norm = WEIGHT_NORM
    spectral_norm = SPECTRAL_NORM

    def check(self, input: Shape) -> None:
        """Refuse spatial dimensions, unless `per_position` is set."""
        if input.spatial and not self.per_position:
            axes = len(input.spatial)
            pool = f"an AdaptiveAvgPool{axes}d of output_size 1" if axes <= 3 else "a pool"
            raise Refusal(
                "SC201",
                f"Linear expects channels only (a vector), but {input} has "
                f"{'x'.join(map(str, input.spatial))} positions",
                f"put a Flatten before it ({input.elements} features), or {pool} and a Flatten "
                f"({input.channels} features), or state per_position: true",
            )

    def _check_inferred(self, name: str, input: Shape) -> None:
        if self.in_features not in (None, input.channels):
            refusal = _wrong_features(
                name,
                self.in_features,
                input,
                "after a Flatten, the network's input is probably not of the size that this layer "
                f"was made for; otherwise remove {name}: it is inferred",
            )
            refusal.axes = ()
            raise refusal

    def output(self, input: Shape) -> Shape:
        """The output features, at every position."""
        self.check_learned()
        return Shape((*input.spatial, self.out_features))

    def weights(self, inputs: Shapes) -> int:
        """in_features x out_features."""
        return inputs[0].channels * self.out_features

    def biases(self) -> int:
        """One for each output feature."""
        return self.out_features if self.bias else 0

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Output and input features."""
        return (self.out_features, inputs[0].channels)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """in_features x out_features, once for each position."""
        return inputs[0].channels * self.out_features * inputs[0].positions


class Bilinear(Layer, names="Bilinear"):
    """A weight from each pair of features of two vectors to each output feature.

    Output: a vector of out_features.
    Refused: anything but two vectors of in1_features and in2_features.
    PyTorch's counter of operations knows no matrix product in it, so it counts no macs.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
    """

    input_count = (2, 2)

    in1_features = Count("features of the first input, at least 1")
    in2_features = Count("features of the second input, at least 1")
    out_features = Count("output features, at least 1")
    bias = Flag("whether to add a learnable bias for each output feature", default=True)

    def check(self, input: Shape) -> None:
        """Refuse anything but vectors."""
        if input.spatial:
            raise wrong_rank("Bilinear", 0, input)

    def outputs(self, inputs: Shapes) -> Shapes:
        """One vector of two."""
        for field, features, input in zip(
            ("in1_features", "in2_features"),
            (self.in1_features, self.in2_features),
            inputs,
            strict=True,
        ):
            if input.channels != features:
                raise _wrong_features(field, features, input, f"write {field}: {input.channels}")
        return (Shape((self.out_features,)),)

    def adds_bias(self) -> bool:
        """Where there is one."""
        return self.bias

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Features of the output and of both inputs."""
        return (self.out_features, self.in1_features, self.in2_features)

    def params(self, inputs: Shapes) -> int:
        """in1_features x in2_features x out_features, and a bias for each output feature."""
        weights = self.in1_features * self.in2_features * self.out_features
        return weights + (self.out_features if self.bias else 0)


class Embedding(Layer, names="Embedding"):
    """A table of learned vectors, of which each number of the input picks one.

    Output: a vector of n indices becomes a sequence, n x embedding_dim.
    Refused: a shape with spatial sizes, a padding_idx outside the table.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """

    takes_indices = True

    num_embeddings = Count("number of embeddings, at least 1")
    embedding_dim = Count("channels of each embedding vector, at least 1")
    padding_idx = Integer("index of a vector that is not trained; negative from the end", None)
    max_norm = Decimal("maximum norm of the vectors; longer ones are renormalized", None)
    norm_type = Decimal("the p of the p-norm for max_norm", default=2.0)
    scale_grad_by_freq = Flag("whether gradients are scaled by frequency", default=False)
    sparse = Flag("whether gradients are sparse", default=False)

    def check(self, input: Shape) -> None:
        """Refuse anything but a vector of indices."""
        if input.spatial:
            raise wrong_rank("Embedding", 0, input)

    def output(self, input: Shape) -> Shape:
        """A position for each index."""
        last = self.num_embeddings - 1
        if self.padding_idx is not None and not -last - 1 <= self.padding_idx <= last:
            raise Refusal(
                "SC210",
                f"padding_idx {self.padding_idx} is outside the table of {self.num_embeddings}",
                f"padding_idx is from {-last - 1} to {last}",
                "padding_idx",
            )
        return Shape((input.channels, self.embedding_dim))

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Vectors and their channels."""
        return (self.num_embeddings, self.embedding_dim)

    def weight_kind(self) -> tuple[bool, ...]:
        """As that of a Linear, whose weight it may be."""
        return True, False, False

    def params(self, inputs: Shapes) -> int:
        """num_embeddings x embedding_dim."""
        return self.num_embeddings * self.embedding_dim


def _wrong_features(field: str, features: int, input: Shape, hint: str) -> Refusal:
    noun = "feature" if input.channels == 1 else "features"
    where = f"{input} has" if input.spatial else "has"
    text = f"{field} is {features}, but the input {where} {input.channels} {noun}"
    return Refusal("SC205", text, hint, field)
