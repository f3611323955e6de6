"""`shapecalc summary`: a row a network and variant, the page that teams keep of theirs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from shapecalc.cli import Command, collect_garbage, completed
from shapecalc.cli.options import (
    basis_options,
    color_option,
    column_keys,
    columns_option,
    exclude_option,
    given_options,
    output_option,
    paths_argument,
    say_columns,
    settings_option,
    wanted_paths,
)
from shapecalc.cli.output import (
    document_lines,
    encoding_of,
    refuse_inputs,
    said_skipped,
    write,
    write_error,
    write_to,
)
from shapecalc.cli.spec_argument import (
    Given,
    check_command,
    is_given,
    read_spec_argument,
    require_variant,
    split_variant,
    tell_warnings,
)
from shapecalc.render.exporters import OVERVIEW_FORMATS, ROWS, TABLE
from shapecalc.text.formats import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.problems.problem import Problem, Problems
    from shapecalc.spec import Spec
    from shapecalc.tables.overview import OverviewRow
    from shapecalc.text.styles import Line

HELP = f"""Summarize networks, a row for each variant.

PATH is a file, a folder, - for standard input, or a bundled name; SPEC@VARIANT is a variant of
any of them. The rows of a spec are the runs of `shapecalc check`; files of blocks have none, nor
have files in folders without a key of the language at the top.

Budgets are for one input at float32, as the spec states them.

{described(OVERVIEW_FORMATS.values())}
"""


@click.command(
    "summary", cls=Command, help=HELP, short_help="Summarize networks, a row for each variant."
)
@paths_argument
@given_options
@exclude_option
@columns_option("overview_columns")
@click.option(
    "--sort",
    metavar="COLUMN",
    shell_complete=completed("overview_column"),
    help="Sort by a column: names from a to z, figures from the highest, budgets from the "
    "tightest. In the order of the paths by default.",
)
@basis_options
@click.option(
    "--to",
    type=click.Choice(list(OVERVIEW_FORMATS)),
    default=next(iter(OVERVIEW_FORMATS)),
    help=f"Format; {next(iter(OVERVIEW_FORMATS))} by default.",
)
@output_option
@settings_option("paths", "exclude", "language")
@color_option
def command(
    paths: tuple[str, ...],
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    exclude: tuple[str, ...],
    columns: str | None,
    sort: str | None,
    language: str,
    layout: str,
    batch: int,
    dtype: str,
    fuse: bool,
    to: str,
    output: str | None,
    color: str,
) -> int:
    """Write the rows of the networks at the paths, and return the exit status."""
    from shapecalc.tables.document import Options
    from shapecalc.tables.overview import OVERVIEW_COLUMNS, explanations, overview, sorted_rows

    if columns == "help":
        say_columns(explanations(language, layout))
        return 0
    paths = wanted_paths(paths)
    options = Options(
        language, layout, column_keys(columns, OVERVIEW_COLUMNS), encoding=encoding_of(output)
    )
    chosen = OVERVIEW_FORMATS[to]
    if chosen.source == ROWS and columns is not None:
        raise click.UsageError(f"--to {to} always has every figure: remove --columns")
    if sort is not None and column_keys(sort, OVERVIEW_COLUMNS) != [sort]:
        raise click.UsageError(f"--sort needs one column, not {sort!r}")
    from shapecalc.inference.basis import basis_for

    collect_garbage()
    reading = _Reading(Given(inputs, settings, layout), (batch, dtype, fuse), output, color)
    rows = list(reading.rows(_named(paths, exclude, reading)))
    skipped = said_skipped(reading.skipped)
    if not rows and not reading.status:
        raise click.UsageError(f"no spec found in {', '.join(paths)}{skipped}")
    if skipped:
        write([skipped.removeprefix("; ")], sys.stderr, color)
    if sort is not None:
        rows = sorted_rows(rows, sort)
    if not rows and to == "table":
        return reading.status
    basis = basis_for(batch, dtype, fuse)
    lines: Iterator[Line]
    if chosen.source == ROWS:
        lines = chosen.lines(rows, options, basis)
    else:
        shown = overview(rows, options, basis)
        if chosen.source == TABLE:
            lines = chosen.lines(shown.tables[0], options)
        elif to == "markdown":
            lines = chosen.lines(shown, options)
        elif output is None or output == "-":
            lines = document_lines(shown, sys.stdout, color)
        else:
            lines = chosen.lines(shown)
    write_to(output, lines, color)
    return reading.status


class _Named:
    """A file that is named. walked: whether it was only found in a folder. variants: those that
    are named; None for all its runs."""

    __slots__ = ("file", "name", "variants", "walked")

    def __init__(self, file: str, name: str) -> None:
        self.file = file
        self.name = name
        self.walked = True
        self.variants: list[str] | None = []


def _named(paths: tuple[str, ...], exclude: tuple[str, ...], reading: _Reading) -> list[_Named]:
    """The files at the paths, in their order, each once.

    Raises UsageError for a variant of a folder, and for an unknown name or variant.
    """
    import os

    from shapecalc.check.spec_files import find_specs
    from shapecalc.loading import is_bundled_name

    named: dict[str, _Named] = {}
    for path in paths:
        name, variant = split_variant(path)
        if variant is not None and os.path.isdir(name):
            raise click.UsageError(f"{path}: a folder has no variants")
        if is_bundled_name(name) and name != "-":
            variant = variant or read_spec_argument(name).default_variant
        found = find_specs([name], exclude)
        for message in found.unread:
            reading.fail(message)
        for file, shown in found.files:
            key = file if file == "-" else os.path.realpath(file)
            one = named.setdefault(key, _Named(file, shown))
            one.walked &= file in found.walked
            if variant is None:
                one.variants = None
            elif one.variants is not None and variant not in one.variants:
                one.variants.append(variant)
    return list(named.values())


class _Reading:
    """Makes rows of specs, one spec at a time, and says what is wrong with any.

    status: the exit status that follows: 1 where a spec is wrong, 2 where one cannot be read.
    skipped: the number of files in folders that are none of ours.
    """

    def __init__(
        self, given: Given, basis: tuple[int, str, bool], output: str | None, color: str
    ) -> None:
        self.given = given
        self.output = output
        self.color = color
        batch, dtype, fuse = basis
        self.basis: dict[str, Any] = {"batch": batch, "dtype": dtype, "fuse": fuse}
        self.status = 0
        self.skipped = 0
        self._told: set[tuple[str, int, str, str]] = set()
        self._input = given.input()
        self._arguments = given.arguments()

    def fail(self, message: str) -> None:
        """Say that something cannot be read."""
        write_error(message, self.color)
        self.status = 2

    def rows(self, named: list[_Named]) -> Iterator[OverviewRow]:
        """The rows of all specs that are not wrong."""
        refuse_inputs(self.output, [one.file for one in named])
        for one in named:
            try:
                yield from self._rows(one)
            except OSError as error:
                from shapecalc.problems.problem import reason

                self.fail(f"{error.filename or one.name}: {reason(error)}")

    def _rows(self, one: _Named) -> Iterator[OverviewRow]:
        """The rows of a spec; none for a file of blocks, and for one that is wrong.

        Raises OSError, and UsageError where it has not the variants that are named.
        """
        from shapecalc.analysis.budget import budgets
        from shapecalc.check.runs import runs, variants_to_run
        from shapecalc.problems.causes import Causes
        from shapecalc.problems.problem import Problems
        from shapecalc.tables.overview import OverviewRow

        spec, problems = self._spec(one)
        wrong = problems.failed
        if spec is None:
            self._say(problems.listed())
            return
        label = _label(one.name)
        for variant in one.variants or ():
            require_variant(spec, label, variant)
        causes = Causes()
        warnings = Problems()
        summary = None
        variants = variants_to_run(spec) if one.variants is None else one.variants
        options = {"input": self._input, "arguments": self._arguments, **self.basis}
        for run in runs(spec, variants, problems, **options):
            causes.add(run.variant, run.problems)
            if run.summary is None or run.problems.failed or wrong:
                if not run.problems and not wrong:
                    problems.add(spec.unknown_output())
                continue
            summary = run.summary
            if self.output is not None:
                refuse_inputs(self.output, {node.item.source.path for node, _ in summary.walk()})
            warnings.extend(summary.warnings)
            expected = None if self.given else spec.expectations_of(run.variant).budget
            held = self._as_written(spec, summary) if expected else summary
            yield OverviewRow(label, summary, budgets(expected or {}, held))
        problems.extend(causes.problems())
        self._say(problems.listed())
        if summary is not None:
            self._warn(spec.name, warnings.listed(), check_command(summary, one.name, self.given))

    def _spec(self, one: _Named) -> tuple[Spec | None, Problems]:
        """The spec of a file and its problems; None for a file of blocks, for one that is skipped,
        and where the problems say why."""
        from shapecalc.check.other_yaml import is_other_yaml, source_to_check
        from shapecalc.language.keys import is_block_file
        from shapecalc.problems.problem import Problems, SpecError
        from shapecalc.spec_reader import read_root, spec_of
        from shapecalc.yaml.nodes import MappingNode

        try:
            source = source_to_check(one.file, one.name, one.walked, self.given.input())
        except SpecError as error:
            return None, Problems(error.problems)
        if source is None:
            self.skipped += 1
            return None, Problems()
        problems = Problems()
        root = read_root(source, problems)
        if one.walked and is_other_yaml(root and root[0], source.text):
            self.skipped += 1
            return None, Problems()
        if root is None or (isinstance(root[0], MappingNode) and is_block_file(root[0])):
            return None, problems
        return spec_of(*root), problems

    def _as_written(self, spec: Spec, summary: Summary) -> Summary:
        """The run by which its budgets are held: for one input at float32, nothing fused."""
        if self.basis == {"batch": 1, "dtype": "float32", "fuse": False}:
            return summary
        return spec.summary(variant=summary.variant)

    def _say(self, problems: list[Problem]) -> None:
        """Say what is wrong with a spec."""
        if not problems:
            return
        from shapecalc.check.formats import full

        self.status = max(self.status, 1)
        write([*full.problem_lines(problems), full.summary_line(problems)], sys.stderr, self.color)

    def _warn(self, title: str, warnings: list[Problem], command: str) -> None:
        """Say what may mislead in a spec; of what is given, what is not said yet."""
        said = [each for each in warnings if not (is_given(each) and each.key in self._told)]
        self._told.update(each.key for each in said if is_given(each))
        tell_warnings([(title, said, command)], self.color)


def _label(name: str) -> str:
    """What a command line calls a spec, by what messages call its file."""
    import os

    from shapecalc import bundled

    if bundled.is_bundled(name):
        return os.path.basename(name).removesuffix(".yaml")
    return name
