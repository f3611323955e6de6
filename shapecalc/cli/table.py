"""`shapecalc table`: the layer table in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import (
    color_option,
    column_keys,
    print_column_help,
    run_options,
    spec_argument,
    view_options,
)
from shapecalc.cli.output import document_lines, write
from shapecalc.cli.spec_argument import Given, read_spec_argument, say_warnings
from shapecalc.problems.formatting import some_of

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary


@click.command("table", cls=Command, short_help="Show the layer table in the terminal.")
@spec_argument(required=True)
@run_options
@view_options
@click.option(
    "--detail",
    "details",
    multiple=True,
    metavar="PATH",
    help="Also show the layers inside this block. Repeatable.",
)
@click.option(
    "--details",
    "all_details",
    is_flag=True,
    help="Also show the layers inside every top-level block.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Expand blocks N levels deep, as a tree.",
)
@click.option(
    "--top",
    metavar="FIGURE",
    shell_complete=completed("figures"),
    help="List only the layers with the highest FIGURE, such as macs.",
)
@click.option(
    "--rows", type=click.IntRange(min=1), help="Number of layers that --top lists; 10 by default."
)
@color_option
def command(
    spec: str,
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
    color: str,
) -> None:
    """Show the layer table of SPEC: a row for each layer or block, and the totals."""
    if columns == "help":
        print_column_help(language, layout)
        return
    if top is not None and (depth or details or all_details):
        raise click.UsageError("--top cannot be combined with --depth or --detail")
    if rows is not None and top is None:
        raise click.UsageError("--rows needs --top")
    keys = column_keys(columns)
    given = Given(inputs, settings, layout)
    summary = given.summary(read_spec_argument(spec), variant, batch, dtype, fuse)
    from shapecalc.tables.document import Options, blocks, document, top_document

    wanted = [_detail(summary, path) for path in details]
    if all_details:
        wanted += blocks(summary)
    options = Options(language, layout, keys, wanted, depth)
    shown = (
        document(summary, options)
        if top is None
        else top_document(summary, options, _figure(top), rows or 10)
    )
    write(document_lines(shown, sys.stdout, color), sys.stdout, color)
    say_warnings([(summary, spec)], given, color)


def _figure(key: str) -> str:
    """The key of a figure that --top names. Raises UsageError where it is none."""
    from shapecalc.problems.suggestions import did_you_mean
    from shapecalc.tables.columns import COLUMNS

    figures = [column.key for column in COLUMNS if column.figure]
    if key not in figures:
        hint = did_you_mean(key, figures) or "figures: " + ", ".join(figures)
        raise click.UsageError(f"--top needs a figure with a total, not {key!r}; {hint}")
    return key


def _detail(summary: Summary, path: str) -> str:
    """The path of a block that --detail names. Raises UsageError where there is none."""
    paths = [node.path for node, _ in summary.walk() if node.children]
    if path in paths:
        return path
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(path, paths) or (
        "blocks: " + some_of(paths) if paths else "no layer here has layers inside"
    )
    raise click.UsageError(f"unknown block {path!r}; {hint}")
