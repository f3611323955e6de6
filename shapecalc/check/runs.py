"""The runs of a spec: without a variant, if that is possible, and of each variant."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from shapecalc.inference.work import Work
from shapecalc.limits import MAXIMUM_LAYERS
from shapecalc.problems.formatting import named
from shapecalc.problems.problem import Problem, Problems
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec

MAXIMUM_LAYERS_CHECKED = 4 * MAXIMUM_LAYERS
"""The maximum number of layers in all runs of a spec: a file can have thousands of variants."""

LAYERS_OF_A_FAILURE = MAXIMUM_LAYERS // 64
"""The number of layers that a failed run counts as."""


LARGE = 10_000
"""The layers of a network that is not left to the garbage collector's own time."""


class VariantRun:
    """A run of a spec.

    summary: None if it failed. problems: those of the run; what else is found may be added.
    """

    __slots__ = ("problems", "summary", "variant")

    def __init__(self, variant: str | None, summary: Summary | None, problems: Problems) -> None:
        self.variant = variant
        self.summary = summary
        self.problems = problems


def variants_to_run(spec: Spec) -> Iterator[str | None]:
    """None (without a variant), if that is possible, then each variant."""
    if not spec.variants or not any(argument.required for argument in spec.arguments.values()):
        yield None
    yield from spec.variants


def runs(
    spec: Spec, variants: Iterable[str | None], problems: Problems, **given: Any
) -> Iterator[VariantRun]:
    """The runs of variants, one at a time. given: of a run, as in `Spec.infer`.

    Stops where they have too many layers together, and adds that to the problems.
    """
    work = Work()
    layers = 0
    help = True  # sizes that do not fit are explained once: the other runs' are the same
    for variant in variants:
        if layers > MAXIMUM_LAYERS_CHECKED:
            problems.add(_unchecked(spec, variant))
            return
        found = Problems()
        summary = spec.infer(found, variant=variant, help=help, work=work, **given)
        count = LAYERS_OF_A_FAILURE if summary is None else sum(1 for _ in summary.walk())
        layers += count
        help = help and all(problem.axes is None for problem in found)
        run = VariantRun(variant, summary, found)
        del summary
        yield run
        del run
        if count > LARGE:  # its layers refer to one another: two such networks are too much
            gc.collect()


def _unchecked(spec: Spec, variant: str | None) -> Problem:
    """The problem of a variant that is not run, nor those after it."""
    variants = spec.node.values["variants"]
    assert isinstance(variants, MappingNode)
    assert variant is not None
    text = (
        f"stopped checking at variant {named(variant)}: the earlier ones have too many layers "
        "together, or too many of them fail"
    )
    place = variants.place_of_key(variant)
    return Problem("SC113", text, spec.source, place, "split the variants into several files")
