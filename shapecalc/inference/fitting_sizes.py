"""Input sizes at which a network fits: found by running it, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from shapecalc.problems.problem import Problems
from shapecalc.shapes.shape import Shape

MAXIMUM_OFFSET = 512
"""How far from the size at hand others are tried, along an axis."""

MAXIMUM_LAYERS_RUN = 40_000
"""The layers of all runs together, about half a second: of larger networks, fewer are tried."""

FEWEST_RUNS = 8
"""The runs that there may be of any network."""

Trial = Callable[[Shape], "tuple[int, ...] | None"]
"""Runs a network on an input: the axes along which it does not fit, () for unknown; None if it
fits."""


class RunsLeft:
    """What is left of the runs of a search: of their layers, and of those that any network has."""

    def __init__(self) -> None:
        self._layers = MAXIMUM_LAYERS_RUN
        self._runs = FEWEST_RUNS

    def take(self, layers: int) -> None:
        """Charge a run of so many layers."""
        self._layers -= layers
        self._runs -= 1

    def __bool__(self) -> bool:
        return self._layers > 0 or self._runs > 0


def add_fitting_sizes(
    problems: Problems,
    inputs: dict[str, Shape],
    run: Callable[[dict[str, Shape], Problems], int],
    own: Shape | None = None,
) -> None:
    """Add the inputs that fit to the hint of the first problem of sizes.

    inputs: those at which the problems were found; all of the first one's sizes vary together.
    run: runs the network on other inputs, and says how many layers that were. own: the spec's own
    input, where another is given: it is told where none that is near fits.
    """
    first = next(problem for problem in problems if problem.axes is not None)
    shape = next(iter(inputs.values()))
    known = {(problem.code, problem.path, problem.place.offset) for problem in problems}

    def wrong(other: Shape) -> tuple[int, ...] | None:
        found = Problems()
        layers = run(
            {
                name: Shape((*other.spatial, each.channels))
                if each.spatial == shape.spatial
                else each
                for name, each in inputs.items()
            },
            found,
        )
        left.take(layers)
        axes = [problem.axes for problem in found if problem.axes is not None]
        if not axes:
            new = (each for each in found if each.severity == "error")
            if all((each.code, each.path, each.place.offset) in known for each in new):
                return None
        return () if () in axes or not axes else tuple(sorted({a for each in axes for a in each}))

    fitting: list[Shape] = []
    left = RunsLeft()
    for moving in _together(len(shape.spatial)):
        fitting = fitting or fitting_sizes(shape, wrong, left, moving)
        if first.axes:  # it is known which of them move
            break
    if not fitting and own is not None and len(own) == len(shape) and wrong(own) is None:
        fitting = [own]
    if fitting:
        several = ", ".join(map(str, fitting[:-1]))
        text = f"inputs of {several} and {fitting[-1]} fit" if several else f"{fitting[0]} fits"
        hint = first.hint or ""
        glue = "; or " if hint.startswith(("write ", "crop ")) else "; " if hint else ""
        first.hint = text + glue + hint


def _together(axes: int) -> Iterator[tuple[int, ...]]:
    """The axes that may move together where it is not known which of them do not fit."""
    yield tuple(range(axes))
    if axes > 2:
        yield axes - 2, axes - 1
    yield from ((axis,) for axis in range(axes) if axes > 1)


def fitting_sizes(
    input: Shape, run: Trial, left: RunsLeft, moving: tuple[int, ...] = ()
) -> list[Shape]:
    """The input nearest to one that does not fit, the nearest smaller and the two nearest larger.

    Each was run. Empty where none of those tried fits. left: what is left of the runs.
    moving: the axes that change where a run does not tell which do not fit.
    """
    found: dict[Shape, None] = {}
    nearest = _search(input, [_around(size) for size in input.spatial], run, left, moving)
    if nearest is None:
        return []
    found[nearest] = None
    for candidates in (
        [iter(range(size, 0, -1)) for size in input.spatial],
        [iter(range(size, size + MAXIMUM_OFFSET)) for size in input.spatial],
    ):
        fitting = _search(input, candidates, run, left, moving)
        if fitting is None:
            continue
        found[fitting] = None
    larger = max(found, key=lambda shape: shape.positions)
    beyond = [iter(range(size + 1, size + MAXIMUM_OFFSET)) for size in larger.spatial]
    further = _search(input, beyond, run, left, moving)
    if further is not None:
        found[further] = None
    return list(found)


def _around(size: int) -> Iterator[int]:
    """A size, then those ever farther from it, the larger of two equally far ones first."""
    pairs = ((size + far, size - far) for far in range(1, MAXIMUM_OFFSET))
    return chain((size,), (each for pair in pairs for each in pair if each > 0))


def _search(
    input: Shape,
    candidates: list[Iterator[int]],
    run: Trial,
    left: RunsLeft,
    moving: tuple[int, ...],
) -> Shape | None:
    """The first candidates along each axis at which a network fits; None where none does.

    Axes are independent: what does not fit along one does not, whatever the others are. So every
    run that fails moves on along the axes that it fails along, and no other.
    left: what is left of the runs.
    """
    sizes = [next(each, None) for each in candidates]
    while left and None not in sizes:
        shape = Shape((*(size for size in sizes if size is not None), input.channels))
        wrong = run(shape)
        if wrong is None:
            return shape
        own = [axis for axis in wrong if axis < len(sizes)]  # a layer may have made more axes
        for axis in own or moving or range(len(sizes)):
            sizes[axis] = next(candidates[axis], None)
    return None
