"""Products of matrices that are both computed."""

from __future__ import annotations

from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.joining import differ, stretch
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes


class MatMul(Layer, names="MatMul"):
    """The matrix product of two tensors, as of queries and keys in attention.

    Output: `...xLxN` of `...xLxK` and `...xKxN`, as shapes are written. Leading sizes that are 1,
    or not there, stretch to those of the other input. A vector is one row as the first input, or
    one column as the second, and the output has none of it.
    MACs: the elements of the output times K; none where the second input is a vector, a product
    that PyTorch's counter leaves out.
    Refused: inner sizes that differ, leading sizes that neither are equal nor stretch, two vectors.
    The receptive field behind it is unknown, where a position is left.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
    """

    input_count = (2, 2)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The product. Raises Refusal SC209."""
        first, second = inputs
        inner = second[-2] if second.spatial else second[-1]
        if first.channels != inner:
            rule = "matmul sums over the channels of the first and the last position of the second"
            raise differ(
                rule, inputs, 2, f"they must be equal, but are {first.channels} and {inner}"
            )
        one, other = first[:-2], second[:-2]
        more = len(one) - len(other)
        one, other = (1,) * -more + one, (1,) * more + other
        if not stretch(one, other):
            rule = "matmul needs leading sizes that are equal or 1"
            hint = f"{first.channels} and {inner} must be equal: Transpose one of them, perhaps"
            raise differ(rule, inputs, 2, hint)
        one, other = first[:-2], second[:-2]
        more = len(one) - len(other)
        one, other = (1,) * -more + one, (1,) * more + other
        if not stretch(one, other):
            rule = "matmul needs leading sizes that are equal or 1"
            raise differ(rule, inputs, 2, "add a Reshape with sizes of 1, which stretch")
        sizes = (*map(max, one, other), *first.spatial[-1:], *second[-1:] * bool(second.spatial))
        if not sizes:
            text = "the product of two vectors is a number, which has no shape"
            raise Refusal("SC209", text, f"a Reshape to 1x{first} makes a row of a vector")
        return (Shape(sizes),)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The elements of the output, times the size that is summed over."""
        return outputs[0].elements * inputs[0].channels if inputs[1].spatial else 0

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown, where a position is left."""
        return None if output.spatial else super().footprint(input, output)
