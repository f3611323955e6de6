"""Views and permutations as layers: the numbers come where Python's own loops put them."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shapecalc.importers.network import ImportedInput, Wire
from shapecalc.shapes.shape import Shape
from shapecalc.torch.laying_out import steps
from shapecalc.torch.values import Factor, TracedValue, channels_at, size_of


class Array:
    """Numbers in a shape, the last axis the fastest."""

    def __init__(self, shape: tuple[int, ...], numbers: list[int]) -> None:
        assert prod(shape) == len(numbers)
        self.shape = shape
        self.numbers = numbers

    def reshape(self, shape: tuple[int, ...]) -> Array:
        return Array(shape, self.numbers)

    def permute(self, order: tuple[int, ...]) -> Array:
        strides = [prod(self.shape[axis + 1 :]) for axis in range(len(self.shape))]
        shape = tuple(self.shape[axis] for axis in order)
        offsets = [0]
        for axis in order:
            offsets = [
                offset + place * strides[axis]
                for offset in offsets
                for place in range(self.shape[axis])
            ]
        return Array(shape, [self.numbers[offset] for offset in offsets])


def laid_out(array: Array, type: str, fields: dict[str, Any], shape: tuple[int, ...]) -> Array:
    """A layer that lays numbers out, as its documentation has it; channels first, no batch."""
    sizes = array.shape
    if type == "Permute":
        assert fields["dims"][0] == 0
        return array.permute(tuple(dim - 1 for dim in fields["dims"][1:]))
    if type == "Transpose":
        order = list(range(len(sizes)))
        one, other = fields["dim0"] - 1, fields["dim1"] - 1
        order[one], order[other] = other, one
        return array.permute(tuple(order))
    if type == "ChannelShuffle":
        groups = fields["groups"]
        split = array.reshape((groups, sizes[0] // groups, *sizes[1:]))
        return split.permute((1, 0, *range(2, len(sizes) + 1))).reshape(shape)
    if type == "PixelShuffle":
        factor = fields["upscale_factor"]
        split = array.reshape((sizes[0] // factor**2, factor, factor, *sizes[1:]))
        return split.permute((0, 3, 1, 4, 2)).reshape(shape)
    if type == "PixelUnshuffle":
        factor = fields["downscale_factor"]
        rows, columns = sizes[1] // factor, sizes[2] // factor
        split = array.reshape((sizes[0], rows, factor, columns, factor))
        return split.permute((0, 2, 4, 1, 3)).reshape(shape)
    assert type in ("Flatten", "Unflatten", "Reshape")
    return array.reshape(shape)


def other_sizes(sizes: tuple[int, ...], random: Random) -> tuple[int, ...]:
    """Sizes that a view may give: neighbours merged, one split, a 1 put in or left out."""
    found = list(sizes)
    how = random.randrange(4)
    place = random.randrange(1, len(found))
    if how == 0 and place + 1 < len(found):
        found[place : place + 2] = [found[place] * found[place + 1]]
    elif how == 1:
        divisors = [each for each in range(2, found[place]) if found[place] % each == 0]
        if divisors:
            first = random.choice(divisors)
            found[place : place + 1] = [first, found[place] // first]
    elif how == 2:
        found.insert(place, 1)
    elif 1 in found[1:] and len(found) > 2:
        found.pop(found.index(1, 1))
    return tuple(found) if len(found) < 7 else sizes


@given(st.randoms(use_true_random=True))
def test_what_is_laid_out_has_the_numbers_where_they_belong(random: Random) -> None:
    sizes = tuple(random.choice((1, 2, 3, 4, 6)) for _ in range(random.randint(1, 4)))
    wire = Wire(ImportedInput("x", Shape.from_chw(sizes)))
    batch = Factor(2)
    value = TracedValue.plain(wire, channels_at(1, len(sizes) + 1), batch)
    array = Array((2, *sizes), list(range(2 * prod(sizes))))
    for _ in range(random.randint(1, 5)):
        if random.random() < 0.5:
            shape = other_sizes(value.shape, random)
            viewed = value.viewed(shape)
            if viewed is None:
                break
            value, array = viewed, array.reshape(shape)
        else:
            places = (0, *random.sample(range(1, len(value.axes)), len(value.axes) - 1))
            moved = [value.axes[place] for place in places]
            value = TracedValue(wire, value.of, moved, batch)
            array = array.permute(places)
        assert value.shape == array.shape
    order = channels_at(random.randrange(1, len(value.axes)), len(value.axes))
    found = Array(sizes, list(range(prod(sizes))))
    wanted = array.permute((0, *order)).reshape((2, prod(sizes))).numbers[: prod(sizes)]
    for type, fields, axes in steps(value.of, [value.axes[axis] for axis in order]):
        found = laid_out(found, type, fields, tuple(map(size_of, axes)))
        assert found.shape == tuple(map(size_of, axes))
    assert found.shape == tuple(value.shape[axis] for axis in order)
    assert found.numbers == wanted


def test_a_view_that_no_factors_come_to() -> None:
    wire = Wire(ImportedInput("x", Shape.from_chw((6, 4))))
    value = TracedValue.plain(wire, (1, 2), Factor(2))
    assert value.viewed((2, 4, 6)) is None
    assert value.viewed((3, 2, 8)) is None  # the batch is not split
    mixed = value.viewed((4, 3, 4))
    assert mixed is not None
    assert not mixed.is_batched
