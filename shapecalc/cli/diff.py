"""`shapecalc diff`: what changed between two networks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import color_option, given_options
from shapecalc.cli.output import terminal_width, write
from shapecalc.cli.spec_argument import Given, read_spec_argument, say_warnings, split_variant
from shapecalc.diff import FORMATS, Room
from shapecalc.text.formats import described

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.work import Work
    from shapecalc.language.expectations import Expectations
    from shapecalc.spec import Spec

HELP = f"""Show what changed from OLD to NEW: layers, totals, and the remaining budget.

OLD and NEW are files, - for standard input, or bundled names. NAME@VARIANT is a variant of any
of them: nets/resnet.yaml@resnet50. Layers are matched by path, then by type and position.

With --git BASE, all specs of a repository that changed, or import a file that did, are compared
with what they were: every variant, also new, deleted and renamed ones. BASE is a revision, to which
the working tree is compared (but for files that git ignores); A..B; or A...B, which compares B with
the merge base of both. PATH is a file, a folder or FILE@VARIANT, and limits this to what changed
there and the specs that import it; all of the repository by default. Paths are shown from its top;
links are not followed.

Variants that change alike are one row, and those in which the same was edited share their details.
A spec of which only budgets changed has a row, one of which only comments, notes or expectations
changed has none. A spec that fails is listed with its first error; if that is on the new side, the
exit status is 1.

Formats:

{described(FORMATS.values())}
"""


@click.command(
    "diff",
    cls=Command,
    help=HELP,
    short_help="Show what changed between two specs, variants or revisions.",
)
@click.argument("specs", nargs=-1, metavar="OLD NEW | [PATH...]", shell_complete=completed("specs"))
@click.option(
    "--git",
    "base",
    metavar="BASE",
    help="Compare with a git revision: HEAD~1, main..topic, origin/main...HEAD.",
)
@given_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default=next(iter(FORMATS)),
    help=f"{next(iter(FORMATS))} by default.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@color_option
def command(
    specs: tuple[str, ...],
    base: str | None,
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    format_: str,
    exit_code: bool,
    color: str,
) -> int:
    """Write what changed, and return the exit status."""
    given = Given(inputs, settings)
    stream = sys.stdout
    room = Room(terminal_width(stream) if stream.isatty() else None, stream.encoding)
    if base is not None:
        from shapecalc.cli.review import write_review

        return write_review(base, specs, given, format_, room, exit_code, color)
    if len(specs) != 2:
        raise click.UsageError(f"diff needs two specs, OLD and NEW, not {len(specs)}")
    old, new = map(_Side, specs)
    known: dict[str, Spec] = {}
    before, after = _both(known, given, old, new)
    from shapecalc.diff.comparison import Comparison

    comparison = Comparison(before, after, None if given else new.expectations(known).budget)
    write(FORMATS[format_].lines(comparison, (old.label, new.label), room), stream, color)
    told = [(after, new.name)]
    if old.name != new.name:
        told.insert(0, (before, old.name))
    say_warnings(told, given, color)
    return 1 if exit_code and comparison.differs else 0


class _Side:
    """One of the two networks, by its name on the command line.

    label: what the output calls it.
    """

    def __init__(self, text: str) -> None:
        self.label = text
        self.name, self.variant = split_variant(text)

    def spec(self, known: dict[str, Spec], given: Given | None = None) -> Spec:
        """Its spec, read once where it is that of both sides.

        given: what a file of another program may leave open. Raises SpecError, OSError and
        UsageError.
        """
        if self.name not in known:
            known[self.name] = read_spec_argument(self.name, given and given.input())
        return known[self.name]

    def summary(self, known: dict[str, Spec], given: Given, work: Work) -> Summary:
        """Its network. Raises SpecError, OSError, and UsageError, which says which side it is."""
        spec = self.spec(known)
        try:
            return given.summary(spec, self.variant, work=work)
        except click.UsageError as error:
            message = f"{self.label}: {error.message}"
            if self.variant is None and spec.variants and not given:
                message += f"; it is written {self.name}@{next(iter(spec.variants))}"
            raise click.UsageError(message) from None

    def expectations(self, known: dict[str, Spec]) -> Expectations:
        """The expectations of its spec for this variant."""
        return self.spec(known).expectations_of(self.variant)


def _both(known: dict[str, Spec], given: Given, old: _Side, new: _Side) -> tuple[Summary, Summary]:
    """Both networks: of two large specs, the memory that their reading takes is free again before
    either runs, by what work a command may do. Raises SpecError with what is wrong with either.
    """
    from shapecalc.inference.work import Work
    from shapecalc.limits import MAXIMUM_LAYERS_COMPARED
    from shapecalc.problems.problem import Problems, SpecError

    problems = Problems()
    work = Work(MAXIMUM_LAYERS_COMPARED)
    found: list[Summary] = []
    read: list[_Side] = []
    for side in (old, new):
        try:
            side.spec(known, given)
            read.append(side)
        except SpecError as error:
            problems.extend(error.problems)
    for side in read:
        try:
            found.append(side.summary(known, given, work))
        except SpecError as error:
            problems.extend(error.problems)
    if problems:
        raise SpecError(problems)
    before, after = found
    return before, after
