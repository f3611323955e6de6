"""`shapecalc export`: the layers of a network in a format for other programs and pages."""

from __future__ import annotations

import click

from shapecalc.cli import Command
from shapecalc.cli.options import (
    column_keys,
    output_option,
    print_column_help,
    spec_options,
    view_options,
)
from shapecalc.cli.output import encoding_of, refuse_inputs, write_bytes_to, write_to
from shapecalc.cli.spec_argument import Given, read_spec_argument, say_warnings, split_variant
from shapecalc.render.exporters import EXPORTERS, SUMMARY
from shapecalc.text.formats import described

HELP = f"""Write the layers of SPEC in a format.

{described(EXPORTERS.values())}
"""


@click.command(
    "export",
    cls=Command,
    help=HELP,
    short_help="Write the layers in a format for other programs and pages.",
)
@spec_options
@view_options
@click.option("--to", "to", type=click.Choice(list(EXPORTERS)), required=True, help="Format.")
@output_option
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
    to: str,
    output: str | None,
) -> None:
    """Write the layers of a spec."""
    if columns == "help":
        print_column_help(language, layout)
        return
    keys = column_keys(columns)
    exporter = EXPORTERS[to]
    if exporter.source == SUMMARY and keys is not None:
        raise click.UsageError(f"--to {to} always has every figure: remove --columns")
    refuse_inputs(output, [split_variant(spec)[0]])
    given = Given(inputs, settings, layout)
    summary = given.summary(read_spec_argument(spec), variant, batch, dtype, fuse)
    refuse_inputs(output, {node.item.source.path for node, _ in summary.walk()})
    from shapecalc.tables.document import Options

    options = Options(language, layout, keys, encoding=encoding_of(output))
    exported = exporter.export(summary, options)
    if exporter.text:
        write_to(output, exported, "never")
    else:
        write_bytes_to(output, exported)
    say_warnings([(summary, spec)], given)
