"""`shapecalc table`: the layer table in the terminal."""

from __future__ import annotations

import sys
from typing import Any

import click

from shapecalc.cli import Command
from shapecalc.cli.options import (
    color_option,
    part_options,
    print_column_help,
    run_options,
    settings_option,
    spec_argument,
    view_options,
)
from shapecalc.cli.output import document_lines, write
from shapecalc.cli.spec_argument import say_warnings


@click.command("table", cls=Command, short_help="Show the layer table in the terminal.")
@spec_argument(required=True)
@run_options
@view_options
@part_options
@settings_option("columns", "language")
@color_option
def command(spec: str, color: str, **asked: Any) -> None:
    """Show the layer table of SPEC: a row for each layer or block, and the totals."""
    if asked["columns"] == "help":
        print_column_help(asked["language"], asked["layout"])
        return
    from shapecalc.cli.asked import what_is_asked

    summary, given, options = what_is_asked(spec, **asked)
    from shapecalc.tables.document import document

    lines = document_lines(document(summary, options), sys.stdout, color)
    write(lines, sys.stdout, color)
    say_warnings([(summary, spec)], given, color)
