"""`shapecalc check`: specs against their expectations, budgets and locks, for CI."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import click

from shapecalc.check.formats import FORMATS
from shapecalc.cli import Command, collect_garbage
from shapecalc.cli.options import (
    color_option,
    exclude_option,
    given_options,
    output_option,
    paths_argument,
    settings_option,
    wanted_paths,
)
from shapecalc.cli.output import refuse_inputs, said_skipped, write, write_error, write_to
from shapecalc.cli.spec_argument import Given
from shapecalc.text.display import printable
from shapecalc.text.formats import described

if TYPE_CHECKING:
    from shapecalc.check.report import Report

MOST_TOLD = 20
"""The runs of which it is told what is left of their budgets."""

WORTH_A_PROCESS = 2**20
"""The bytes of specs that keep another process busy for much longer than its start."""


HELP = f"""Check specs: files, folders, - for standard input, or bundled names.

Every variant of every spec is run. In folders, YAML files without a key of the language at the top
are skipped; a file that is named is always checked. The exit status is 1 for errors and failed
expectations, and with --strict for warnings; 2 for files that cannot be read, or if no spec is
found.

--fix writes the fixes that are certain into the files and what they import, and keeps comments and
layout: of misspelled keys, types and words, flags such as `yes`, integers such as 3.0, redundant
biases. What is left is reported; the exit status is 1 while there is any, warnings included.
--fix-expect also writes the totals that were found instead of those expected.
`shapecalc explain-code` lists the codes that can be fixed.

A lock beside a spec holds every layer's fields, inputs, outputs and costs. The first layer that
differs from it is reported; --lock --diff shows all of it, --lock accepts it. A lock that is named
means its spec, and a file of blocks brings what imports it, up to the root of the repository.

With --input or --set every spec is run with these instead of its own; its expectations, budgets
and lock are about its own, and not compared then.

Formats of the report:

{described(FORMATS.values())}
"""


@click.command(
    "check",
    cls=Command,
    help=HELP,
    short_help="Check specs, their expectations, budgets and locks.",
)
@paths_argument
@given_options
@exclude_option
@click.option(
    "--stdin-filename", metavar="NAME", help="File name to use in messages for standard input."
)
@click.option("--select", multiple=True, metavar="CODES", help="Report only these codes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option("--strict/--no-strict", help="Treat warnings as errors.")
@click.option("--lock", is_flag=True, help="Write NAME.lock beside each spec without errors.")
@click.option("--require-lock/--no-require-lock", help="Fail where a spec has no lock.")
@click.option("--fix", is_flag=True, help="Fix what is certain, such as misspelled fields.")
@click.option("--fix-expect", is_flag=True, help="As --fix; expected totals become those found.")
@click.option("--diff", is_flag=True, help="Show what --fix or --lock would change; write nothing.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Format of the report; full by default, github under GitHub Actions.",
)
@output_option
@click.option(
    "--also",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write the report in another format, too. Repeatable.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=0,
    help="Worker processes; 0 chooses automatically.",
)
@settings_option("paths", "exclude", "select", "ignore", "strict", "require-lock")
@color_option
def command(
    paths: tuple[str, ...],
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    exclude: tuple[str, ...],
    stdin_filename: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    lock: bool,
    require_lock: bool,
    fix: bool,
    fix_expect: bool,
    diff: bool,
    format_: str | None,
    output: str | None,
    also: tuple[str, ...],
    jobs: int,
    color: str,
) -> int:
    """Write the report of a check, and return its exit status."""
    from shapecalc.check import lock as locks
    from shapecalc.check.batch import COMPARED, REQUIRED, SHOWN, WRITTEN, Asked, check_all
    from shapecalc.check.report import CheckedFile, Report
    from shapecalc.check.spec_files import find_specs

    collect_garbage()
    asked = Asked(_codes("select", select), _codes("ignore", ignore))
    asked.lock = (SHOWN if diff else WRITTEN) if lock else REQUIRED if require_lock else COMPARED
    paths = wanted_paths(paths)
    found = find_specs(paths, exclude, stdin_filename, with_importers=True)
    others = _others(also)
    written = [path for path in (output, *(path for _, path in others)) if path not in (None, "-")]
    if len(set(map(os.path.abspath, written))) < len(written):
        raise click.UsageError("two reports would be written into one file")
    read = [file for file, _ in found.files]
    for path in written:
        refuse_inputs(path, [*read, *map(locks.path_of, read)])
    given = Given(inputs, settings)
    writing = "--lock" if lock else "--diff" if diff else "--fix" if fix or fix_expect else ""
    if diff and also:
        raise click.UsageError("--diff shows what would change; it writes no report for --also")
    if diff and lock and (fix or fix_expect):
        raise click.UsageError("--diff shows what --fix writes, or --lock, not both")
    if writing and given:
        raise click.UsageError(f"{writing} cannot be combined with --input or --set")
    if writing:
        for file, name in found.files:
            if file != name or file == "-":
                what = "standard input" if file == "-" else "bundled"
                raise click.UsageError(f"{writing} needs a file; {name} is {what}")
    asked.input, asked.arguments = given.input(), given.arguments()
    changed, unfixed = 0, False
    if fix or fix_expect or (diff and not lock):
        from shapecalc.cli.fix import fix_specs

        files = [file for file, _ in found.files if file not in found.importing]
        changed, unfixed = fix_specs(files, asked, fix_expect, diff, output, color)
    outcomes = check_all(found, asked, jobs or _jobs_that_pay([file for file, _ in found.files]))
    skipped = sum(each.skipped for each in outcomes)
    unread = [*found.unread, *(each.failure for each in outcomes if each.failure is not None)]
    report = Report(
        [each.file for each in outcomes if each.file is not None],
        [CheckedFile(path, asked.selected([locks.orphaned(path)])) for path in found.orphans],
        unread,
    )
    for message in unread:
        write_error(message, color)
    if not report.files and not unread:
        raise click.UsageError(f"no spec found in {', '.join(paths)}{said_skipped(skipped)}")
    chosen = FORMATS[format_ or _default_format()]
    errors, warnings = report.count("error"), report.count("warning")
    told = [each.lock for each in outcomes if each.lock is not None]
    fixes = f"{changed} {'would be ' * diff}fixed" if changed else ""
    if not (fix or fix_expect or diff):
        fixable = sum(bool(each.edit) and each.code != "SC302" for each in report.problems)
        fixes = f"{fixable} fixable with --fix" if fixable else ""
    if diff and lock:
        from shapecalc.cli.fix import show

        shown = [each.change for each in outcomes if each.change is not None]
        show(shown, output, color)
        changed = len(shown)
    elif not diff:
        write_to(output, chosen.lines(report), color)
        for name, file in others:
            write_to(file, FORMATS[name].lines(report), "never")
        told += [] if errors else _headroom(report)
    if diff or chosen.for_people:
        told.append(report.counted(fixes) + said_skipped(skipped))
        write(told, sys.stderr, color)
    elif skipped:
        write([said_skipped(skipped).removeprefix("; ")], sys.stderr, color)
    if unread:
        return 2
    fixing = fix or fix_expect
    left = errors or unfixed or ((strict or fixing) and warnings) or (diff and changed)
    return 1 if left else 0


def _headroom(report: Report) -> list[str]:
    """What is left of the budgets, a line for each network, those with the least first."""
    from shapecalc.analysis.budget import WORDS, headroom

    networks: dict[str, list[str]] = {}
    for name, budget in report.budgets:
        networks.setdefault(printable(name), []).append(f"{WORDS[budget.key]} {headroom(budget)}")
    lines = [f"{name}: {', '.join(left)}" for name, left in islice(networks.items(), MOST_TOLD)]
    if len(networks) > MOST_TOLD:
        lines.append(f"and {len(networks) - MOST_TOLD} more that have more left of their budgets")
    return lines


def _others(also: tuple[str, ...]) -> list[tuple[str, str]]:
    """The formats and files of --also. Raises UsageError."""
    found = []
    for text in also:
        name, _, file = text.partition("=")
        if name not in FORMATS or not file:
            raise click.UsageError(
                f"--also needs FORMAT=FILE, not {text!r}; the formats are {', '.join(FORMATS)}"
            )
        found.append((name, file))
    return found


def _codes(option: str, values: tuple[str, ...]) -> list[str]:
    """The codes after --select or --ignore. Raises UsageError for what is none."""
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    if not codes:
        return []
    from shapecalc.check.codes import refuse_unknown
    from shapecalc.problems.problem import Refusal

    for code in codes:
        try:
            refuse_unknown(code, ignored=option == "ignore")
        except Refusal as refusal:
            text = f"--{option}: {refusal.message}; {refusal.hint}"
            raise click.UsageError(text) from None
    return codes


def _jobs_that_pay(files: list[str]) -> int:
    """The processes for the files that are worth one each, as far as there are cores."""
    worth = 0
    for file in files:
        with suppress(OSError):
            worth += os.path.getsize(file)
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return min(cores, 1 + worth // WORTH_A_PROCESS)


def _default_format() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full"
