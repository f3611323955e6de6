"""What the options of a command ask for: a summary, and what of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shapecalc.cli.options import column_keys, project_setting
from shapecalc.cli.spec_argument import Given, read_spec_argument

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options


def what_is_asked(
    spec: str,
    *,
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    variant: str | None,
    columns: str | None,
    language: str,
    layout: str,
    batch: int,
    dtype: str,
    fuse: bool,
    details: tuple[str, ...],
    all_details: bool,
    depth: int | None,
    top: str | None,
    rows: int | None,
    unfold: bool,
) -> tuple[Summary, Given, Options]:
    """The summary of SPEC, what was given for it, and how it is shown.

    Raises UsageError for options that do not go together, or name nothing.
    """
    if top is not None and (depth or details or all_details):
        raise click.UsageError("--top cannot be combined with --depth or --detail")
    if rows is not None and top is None:
        raise click.UsageError("--rows needs --top")
    keys = column_keys(columns)
    given = Given(inputs, settings, layout)
    read = read_spec_argument(spec, given.input())
    usual = project_setting("columns")
    if usual and read.columns is None:
        read = read.replaced(columns=usual)
    summary = given.summary(read, variant, batch, dtype, fuse)
    from shapecalc.tables.document import Options, blocks

    wanted = [_block(summary, path) for path in details]
    if all_details:
        wanted += blocks(summary)
    options = Options(language, layout, keys, wanted, depth, not unfold)
    if top is not None:
        options.top = _figure(top)
        options.rows = rows or options.rows
    return summary, given, options


def _figure(key: str) -> str:
    """The key of a figure that --top names. Raises UsageError where it is none."""
    from shapecalc.problems.suggestions import did_you_mean
    from shapecalc.tables.columns import COLUMNS

    figures = [column.key for column in COLUMNS if column.figure]
    if key not in figures:
        hint = did_you_mean(key, figures) or "figures: " + ", ".join(figures)
        raise click.UsageError(f"--top needs a figure with a total, not {key!r}; {hint}")
    return key


def _block(summary: Summary, path: str) -> str:
    """The path of a block that --detail names. Raises UsageError where there is none."""
    paths = [node.path for node, _ in summary.walk() if node.children]
    if path in paths:
        return path
    from shapecalc.problems.formatting import some_of
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(path, paths) or (
        "blocks: " + some_of(paths) if paths else "no layer here has layers inside"
    )
    raise click.UsageError(f"unknown block {path!r}; {hint}")
