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
    from collections.abc import Callable

    from shapecalc.analysis.summary import Summary
    from shapecalc.language.expectations import Expectations
    from shapecalc.spec import Spec

HELP = f"""Show what changed from OLD to NEW: layers, totals, and the remaining budget.

OLD and NEW are files, - for standard input, or bundled names. NAME@VARIANT is a variant of any
of them: configs/resnet.yaml@resnet50. With --git REV, one file is compared with that
revision of it, its imports included: shapecalc diff --git HEAD~1 nets/small.yaml

Layers are matched by path, then by type and position.

Formats:

{described(FORMATS.values())}
"""


@click.command(
    "diff",
    cls=Command,
    help=HELP,
    short_help="Show what changed between two specs, variants or revisions.",
)
@click.argument(
    "specs", nargs=-1, metavar="OLD NEW", required=True, shell_complete=completed("specs")
)
@click.option(
    "--git",
    "revision",
    metavar="REV",
    help="Compare one file with its git revision, such as HEAD~1 or origin/main.",
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
    revision: str | None,
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    format_: str,
    exit_code: bool,
    color: str,
) -> int:
    """Write what changed, and return the exit status."""
    if len(specs) != (2 if revision is None else 1):
        needed = "two specs, OLD and NEW" if revision is None else "one file with --git"
        raise click.UsageError(f"diff needs {needed}, not {len(specs)}")
    old, new = _Side(specs[0], revision), _Side(specs[-1])
    known: dict[str, Spec] = {}
    given = Given(inputs, settings)
    before, after = _both(lambda side: side.summary(known, given), old, new)
    from shapecalc.diff.comparison import Comparison

    comparison = Comparison(before, after, None if given else new.expectations(known).budget)
    stream = sys.stdout
    room = Room(terminal_width(stream) if stream.isatty() else None, stream.encoding)
    write(FORMATS[format_].lines(comparison, (old.label, new.label), room), stream, color)
    told = [(after, new.name)]
    if revision is None and old.name != new.name:
        told.insert(0, (before, old.name))
    say_warnings(told, given, color)
    return 1 if exit_code and comparison.differs else 0


class _Side:
    """One of the two networks, by its name on the command line.

    label: what the output calls it.
    """

    def __init__(self, text: str, revision: str | None = None) -> None:
        self.revision = revision
        self.label = text if revision is None else f"{revision}:{text}"
        self.name, self.variant = split_variant(text)

    def spec(self, known: dict[str, Spec]) -> Spec:
        """Its spec, read once where it is that of both sides.

        Raises SpecError, OSError and UsageError.
        """
        if self.revision is not None:
            from shapecalc.diff.revision import load_at
            from shapecalc.loading import is_bundled_name

            if self.name == "-" or is_bundled_name(self.name):
                raise click.UsageError(f"--git needs the path of a file, not {self.name!r}")
            return load_at(self.revision, self.name)
        if self.name not in known:
            known[self.name] = read_spec_argument(self.name)
        return known[self.name]

    def summary(self, known: dict[str, Spec], given: Given) -> Summary:
        """Its network. Raises SpecError, OSError, and UsageError, which says which side it is."""
        from shapecalc.inference.work import Work
        from shapecalc.limits import MAXIMUM_LAYERS_COMPARED

        spec = self.spec(known)
        try:
            return given.summary(spec, self.variant, work=Work(MAXIMUM_LAYERS_COMPARED))
        except click.UsageError as error:
            message = f"{self.label}: {error.message}"
            if self.variant is None and spec.variants and not given:
                message += f"; it is written {self.name}@{next(iter(spec.variants))}"
            raise click.UsageError(message) from None

    def expectations(self, known: dict[str, Spec]) -> Expectations:
        """The expectations of its spec for this variant."""
        return self.spec(known).expectations_of(self.variant)


def _both(summary: Callable[[_Side], Summary], old: _Side, new: _Side) -> tuple[Summary, Summary]:
    """Both networks. Raises SpecError with what is wrong with either."""
    from shapecalc.problems.problem import Problems, SpecError

    found: list[Summary] = []
    problems = Problems()
    for side in (old, new):
        try:
            found.append(summary(side))
        except SpecError as error:
            problems.extend(error.problems)
    if problems:
        raise SpecError(problems)
    before, after = found
    return before, after
