"""`shapecalc export`: the layers of a network in a format for other programs and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.asked import what_is_asked
from shapecalc.cli.options import (
    output_option,
    part_options,
    print_column_help,
    refuse_options,
    run_options,
    settings_option,
    spec_argument,
    view_options,
)
from shapecalc.cli.output import encoding_of, refuse_inputs, write_bytes_to, write_to
from shapecalc.cli.spec_argument import say_remarks, say_warnings, spec_beside, split_variant
from shapecalc.render.exporters import EXPORTERS
from shapecalc.text.formats import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.cli.spec_argument import Given
    from shapecalc.tables.document import Options

HELP = f"""Write the layers of SPEC in a format.

{described(EXPORTERS.values())}

Markdown and LaTeX have a table for each kind of block, or for those of --detail. LaTeX compiles as
it is; it says at its top with which packages a document of one's own takes it in. CSV has a row for
each layer, or those of --depth, and the same columns for every network, headed by their keys in
English.

Mermaid and DOT draw the network, layers inside their blocks: as many levels as GitHub draws, which
is up to 500 edges and 50,000 characters, or those of --depth; --depth 1 is blocks alone. --columns
are the lines of a label. Repeats that are alike are drawn once; with --unfold, each is.

The module for PyTorch is plain torch.nn, and without arguments the network as exported.
Expressions, loops and notes stay; what a `when` of the network decides, and sizes that follow from
the input, are those of this run. Keras is functional Keras 3, and computes what PyTorch does, so
that weights can be carried over; where a spec has blocks with several inputs, networks as blocks,
patterns in `from`, or sizes in expressions, its layers are written one by one as they ran. What a
format cannot say is refused by the name of the layer, before anything is written.

With --into, SPEC and its options are those that a page in markdown has in comments. What stands
between each and its end is written anew; paths are relative to the page:

\b
  <!-- shapecalc: small.yaml --columns name,output,params -->
  <!-- /shapecalc -->
"""


@click.command(
    "export",
    cls=Command,
    help=HELP,
    short_help="Write the layers in a format for other programs and pages.",
)
@spec_argument(required=False)
@run_options
@view_options
@part_options
@click.option(
    "--explain-columns", "explain", is_flag=True, help="Explain the columns, in markdown and LaTeX."
)
@click.option("--totals", is_flag=True, help="End with a row of the totals, in CSV.")
@click.option("--to", "to", type=click.Choice(list(EXPORTERS)), required=True, help="Format.")
@output_option
@click.option(
    "--into",
    "pages",
    multiple=True,
    metavar="PAGE",
    shell_complete=completed("files"),
    help="Rewrite the places of a page in markdown instead. Repeatable.",
)
@click.option(
    "--check",
    "check",
    is_flag=True,
    help="Write no page; show what is stale in them, and exit with 1 if anything is.",
)
@settings_option("columns", "language")
def command(
    spec: str | None,
    to: str,
    output: str | None,
    pages: tuple[str, ...],
    check: bool,
    **options: Any,
) -> int:
    """Write the layers of a spec, or the places of pages."""
    if pages:
        from shapecalc.cli.into import rewrite

        context = click.get_current_context()
        own = set(context.params) - set(_OF_PAGES)
        refuse_options(context, own, "--into takes SPEC and its options from the page")
        if to != "markdown":
            raise click.UsageError(f"--into writes markdown, not {to}")
        return rewrite(pages, check, _lines_of_place)
    if check:
        raise click.UsageError("--check needs --into")
    if options["columns"] == "help":
        print_column_help(options["language"], options["layout"])
        return 0
    context = click.get_current_context()
    summary, given, asked, exported = _export(context, spec, spec, to, output, **options)
    if EXPORTERS[to].text:
        write_to(output, exported, "never")
    else:
        write_bytes_to(output, exported)
    say_remarks(asked.remarks)
    say_warnings([(summary, str(spec))], given)
    return 0


def _export(
    context: click.Context,
    spec: str | None,
    source: str | None,
    to: str,
    output: str | None,
    explain: bool,
    totals: bool,
    **asked: Any,
) -> tuple[Summary, Given, Options, Iterator[Any]]:
    """A summary, what was given for it, how it is shown, and what is written of it to `output`.

    source: what SPEC is called in it.
    """
    if spec is None:
        raise click.UsageError("Missing argument 'SPEC'.", click.get_current_context())
    exporter = EXPORTERS[to]
    refuse_options(context, set(exporter.without), f"--to {to} always has {exporter.always}")
    refuse_inputs(output, [split_variant(spec)[0]])
    summary, given, options = what_is_asked(spec, **asked)
    refuse_inputs(output, {node.item.source.path for node, _ in summary.walk()})
    options.explain, options.totals = explain, totals
    options.encoding = encoding_of(output)
    options.source = _called(spec, source or spec, options.language)
    return summary, given, options, exporter.export(summary, options)


def _called(spec: str, source: str, language: str) -> str | None:
    """Where a spec is, in a sentence; None for standard input."""
    from shapecalc.loading import is_bundled_name
    from shapecalc.text.words import words_of

    if spec == "-":
        return None
    words = words_of(language)
    bundled = is_bundled_name(split_variant(spec)[0])
    return (words.bundled if bundled else words.source).format(source)


_OF_PAGES = ("to", "pages", "check")
"""The parameters of the command that are given with `--into`."""


def _lines_of_place(page: str, words: list[str]) -> list[str]:
    """The lines that SPEC and options in a page ask for.

    Raises SpecError, OSError and UsageError.
    """
    defaults = {**(click.get_current_context().default_map or {}), "to": "markdown"}
    context = command.make_context("export", words, default_map=defaults, help_option_names=[])
    refuse_options(context, {*_OF_PAGES, "output", "isolated"}, "a page cannot set this")
    asked = {name: value for name, value in context.params.items() if name not in _OF_PAGES}
    spec = written_spec = asked.pop("spec")
    if spec is not None:
        if split_variant(spec)[0] == "-":
            raise click.UsageError("a page cannot name standard input")
        spec = spec_beside(page, spec)
    asked["output"] = page
    summary, given, _, lines = _export(context, spec, written_spec, "markdown", **asked)
    written = list(lines)
    say_warnings([(summary, str(spec))], given)
    return written
