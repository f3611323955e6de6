"""The networks of a spec on both sides: each variant is run and compared, one at a time."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from shapecalc.analysis.budget import budgets
from shapecalc.check.runs import LARGE, LAYERS_OF_A_FAILURE, MAXIMUM_LAYERS_CHECKED
from shapecalc.diff.comparison import Comparison
from shapecalc.inference.work import Work
from shapecalc.limits import MAXIMUM_LAYERS_COMPARED
from shapecalc.problems.formatting import named
from shapecalc.problems.problem import Problem, Problems, SpecError
from shapecalc.review.reading import first_error, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapecalc.analysis.budget import Budget
    from shapecalc.analysis.summary import Summary
    from shapecalc.language.expectations import Expectation
    from shapecalc.review.reading import Reading

    Bounds = Mapping[str, Expectation]

NETWORK_KINDS = ("changed", "new", "deleted", "fixed")
"""What may have become of a network. One that is fixed failed on the old side."""

CHANGED, NEW, DELETED, FIXED = NETWORK_KINDS


class Network:
    """A network on both sides.

    spec: the path of its spec from the top of the repository.
    was: the old one, where it was renamed.
    kind: one of the above. before, after: None where there is none, or it failed.
    comparison: where there are both. old_budgets, budgets: of each side, the tightest first.
    """

    __slots__ = (
        *("after", "before", "budgets", "comparison", "kind", "old_budgets", "spec", "variant"),
        "was",
    )

    def __init__(
        self,
        pair: SpecPair,
        variant: str | None,
        kind: str,
        before: Summary | None,
        after: Summary | None,
    ) -> None:
        self.spec = pair.path
        self.was = pair.was
        self.variant = variant
        self.kind = kind
        self.before = before
        self.after = after
        old, new = (pair.bounds(reading, variant) for reading in (pair.old, pair.new))
        self.comparison: Comparison | None = None
        if before is not None and after is not None:
            self.comparison = Comparison(before, after, new)
        self.old_budgets: list[Budget] = [] if before is None else budgets(old, before)
        self.budgets: list[Budget] = [] if after is None else budgets(new, after)

    @property
    def differs(self) -> bool:
        """Whether the network does, or what its budgets allow."""
        if self.comparison is None or self.comparison.differs:
            return True
        old, new = ({b.key: b.bound for b in side} for side in (self.old_budgets, self.budgets))
        return old != new


class Failure:
    """Why a spec, or some of its variants, could not be read or run.

    new: whether on the new side. said: what is wrong, with its place.
    variants: empty where none could be run.
    """

    __slots__ = ("new", "said", "spec", "variants")

    def __init__(self, spec: str, new: bool, said: str) -> None:
        self.spec = spec
        self.new = new
        self.said = said
        self.variants: list[str | None] = []


class SpecPair:
    """A spec as it was and as it is.

    old, new: at least one of them is a network. path, was: as those of a network.
    given: inputs and arguments of all runs, instead of those that the spec says.
    """

    __slots__ = ("_failures", "_layers", "given", "new", "old", "path", "was")

    def __init__(self, path: str, old: Reading, new: Reading, given: dict[str, Any]) -> None:
        self.path = path
        self.was: str | None = None
        self.old = old
        self.new = new
        self.given = given
        self._failures: dict[tuple[bool, str], Failure] = {}
        self._layers = 0

    @property
    def failures(self) -> list[Failure]:
        """What failed so far."""
        return list(self._failures.values())

    def networks(self, only: list[str] | None = None) -> Iterator[Network]:
        """Those that differ, each variant in the order of the new side. only: these variants."""
        if self.new.said is not None:
            self._fail(True, self.new.said)
            return
        if self.old.said is not None:
            self._fail(False, self.old.said)
        variants = dict.fromkeys([*self.new.variants, *self.old.variants])
        for variant in variants if only is None else [each for each in variants if each in only]:
            if self._layers > 2 * MAXIMUM_LAYERS_CHECKED:
                at = "" if variant is None else f" at variant {named(variant)}"
                why = "the earlier ones have too many layers together, or too many of them fail"
                self._fail(True, f"{self.path}: stopped{at}: {why}")
                return
            before = self._layers
            network = self._network(variant)
            if network is not None and network.differs:
                yield network
            del network
            if self._layers - before > LARGE:  # as after other runs: layers refer to one another
                gc.collect()

    def bounds(self, reading: Reading, variant: str | None) -> Bounds:
        """The budgets of a variant on a side; they speak of nothing that is given."""
        if self.given or reading.spec is None or variant not in reading.variants:
            return {}
        return reading.spec.expectations_of(variant).budget

    def _network(self, variant: str | None) -> Network | None:
        """The network of a variant; None where it fails, or did on the side that alone has it."""
        work = Work(MAXIMUM_LAYERS_COMPARED)
        after = self._run(self.new, variant, work)
        if isinstance(after, Problem):
            self._fail(True, told(after, self.path), [variant])
            return None
        before = self._run(self.old, variant, work)
        kind = CHANGED
        if isinstance(before, Problem):
            if after is None:
                return None
            self._fail(False, told(before, self.path), [variant])
            before, kind = None, FIXED
        elif before is None:
            kind = NEW if self.old.said is None else FIXED
        elif after is None:
            kind = DELETED
        return Network(self, variant, kind, before, after)

    def _run(self, reading: Reading, variant: str | None, work: Work) -> Summary | Problem | None:
        """The run of a variant on a side, why it fails, or None where there is no such variant."""
        if reading.spec is None or variant not in reading.variants:
            return None
        try:
            found = reading.spec.summary_within(work, variant=variant, help=False, **self.given)
        except SpecError as error:
            self._layers += LAYERS_OF_A_FAILURE
            return first_error(Problems(error.problems))
        self._layers += sum(1 for _ in found.walk())
        return found

    def _fail(self, new: bool, said: str, variants: Iterable[str | None] = ()) -> None:
        """Add a failure; what several variants have in common once."""
        found = self._failures.setdefault((new, said), Failure(self.path, new, said))
        found.variants.extend(variants)
