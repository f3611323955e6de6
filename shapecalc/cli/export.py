"""`shapecalc export`: the layer table as a document for other programs and pages."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from shapecalc.cli.options import column_help, column_keys, spec_options, view_options
from shapecalc.cli.say import say
from shapecalc.cli.spec_argument import read_spec_argument, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.inference.summary import Summary
    from shapecalc.tables.document import Options

FORMATS = ("markdown", "json", "csv")
"""The formats, each a module of shapecalc.render."""


@click.command("export", short_help="Write the layer table as markdown, JSON or CSV.")
@spec_options
@view_options
@click.option("--to", "to", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option("-o", "--output", type=click.Path(), help="A file; without it, standard output.")
def command(
    spec: str,
    input: str | None,
    settings: tuple[str, ...],
    variant: str | None,
    columns: str | None,
    language: str,
    layout: str,
    batch: int,
    dtype: str,
    to: str,
    output: str | None,
) -> None:
    """Write the layers of SPEC in a format.

    Markdown is the whole document: the layer table, a table for each block with branches, the
    explanation of the columns, the totals. JSON is the whole summary. CSV is the layer table.
    """
    if columns == "help":
        say(column_help(language, layout))
        return
    keys = column_keys(columns)
    if to == "json" and keys is not None:
        raise click.UsageError("--to json has every figure: leave --columns out")
    summary = summarize(read_spec_argument(spec), input, settings, variant)
    from shapecalc.tables.document import Options

    lines = _lines(
        summary, Options(language, layout, keys, explain=True, batch=batch, dtype=dtype), to
    )
    if output is None or output == "-":
        if to == "json":
            from shapecalc.render.json import encodable

            lines = (encodable(line, sys.stdout.encoding) for line in lines)
        sys.stdout.writelines(line + "\n" for line in lines)
    else:
        from shapecalc.text.atomic_write import write_atomically

        write_atomically(output, (line + "\n" for line in lines))


def _lines(summary: Summary, options: Options, to: str) -> Iterator[str]:
    """The lines of the format."""
    if to == "json":
        from shapecalc.render import json

        return json.lines(summary, options)
    from shapecalc.tables.document import blocks_with_branches, document

    if to == "markdown":
        options.details = blocks_with_branches(summary)
    lines: Iterator[str] = import_module(f"shapecalc.render.{to}").lines(document(summary, options))
    return lines
