"""`shapecalc calc`: layers in PyTorch's call syntax, on the command line or pasted."""

from __future__ import annotations

import sys
from copy import copy
from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import (
    color_option,
    column_keys,
    output_option,
    print_column_help,
    project_setting,
    refuse_options,
    settings_option,
    view_options,
)
from shapecalc.cli.output import document_lines, terminal_width, write, write_to
from shapecalc.cli.spec_argument import INPUT_ARGUMENT, Given, say_remarks, tell_warnings
from shapecalc.limits import MAXIMUM_EXPLAINED
from shapecalc.problems.problem import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options
    from shapecalc.text.source import Source
    from shapecalc.text.styles import Line

HELP = """Show the layer table of LAYERs, in PyTorch's call syntax, for an input of a shape, and the
arithmetic of every figure, unless columns are asked for.

\b
  shapecalc calc 224x224x3 "Conv2d(3, 64, kernel_size=7, stride=2, padding=3)" "MaxPool2d(3, 2, 1)"

INPUT has the channels last. Arguments have PyTorch's order, in which the input channels come first;
LazyConv2d(64, 7) and Conv2d(out_channels=64, kernel_size=7) leave them out. A LAYER may also be an
nn.Sequential(...), lines of code such as self.conv1 = nn.Conv2d(...), or what print() shows of a
Sequential; - reads it from standard input. Nothing of it is run.
"""

_OF_TABLES = {"columns", "language", "batch", "dtype", "fuse"}
"""The parameters that say what of a table is shown."""


@click.command(
    "calc",
    cls=Command,
    help=HELP,
    short_help="Show the layer table of layers in PyTorch's call syntax.",
)
@click.argument("input", metavar=INPUT_ARGUMENT)
@click.argument(
    "layers",
    nargs=-1,
    required=True,
    metavar="LAYER...",
    shell_complete=completed("called_types"),
)
@view_options
@click.option("--to", "to", type=click.Choice(["yaml"]), help="Write the spec instead.")
@output_option
@settings_option("columns", "language")
@color_option
def command(
    input: str,
    layers: tuple[str, ...],
    columns: str | None,
    language: str,
    layout: str,
    batch: int,
    dtype: str,
    fuse: bool,
    to: str | None,
    output: str | None,
    color: str,
) -> None:
    """Show the table of layers, or write their spec."""
    if columns == "help":
        print_column_help(language, layout)
        return
    if output is not None and to is None:
        raise click.UsageError("-o needs --to yaml")
    if to is not None:
        refuse_options(click.get_current_context(), _OF_TABLES, f"--to {to} writes the spec alone")
    keys = column_keys(columns)
    given = Given((input,), (), layout, INPUT_ARGUMENT)
    from shapecalc.limits import MAXIMUM_NESTING
    from shapecalc.loading import load_calls
    from shapecalc.tables.document import Options, document

    spec = load_calls(_source(layers), given.input())
    summary = given.summary(spec, None, batch, dtype, fuse)
    if to is not None:
        from shapecalc.language.spec_text import spec_lines

        write_to(output, spec_lines(spec.name, summary.input, spec.node.values["layers"]), color)
    else:
        keys = keys or project_setting("columns")
        options = Options(language, layout, keys, [], MAXIMUM_NESTING)
        write(document_lines(document(summary, options), sys.stdout, color), sys.stdout, color)
        if columns is None:
            write(_arithmetic(summary, options), sys.stdout, color)
    check = "shapecalc calc ... --to yaml | shapecalc check -"
    unshown = list(_unshown(summary))
    if unshown:
        from shapecalc.check.formats import full

        write(full.problem_lines(unshown), sys.stderr, color)
    tell_warnings([(summary.title, summary.warnings, check)], color)


def _arithmetic(summary: Summary, options: Options) -> Iterator[Line]:
    """How the figures of the layers come about, or a remark where there are too many."""
    from shapecalc.analysis.explanation import Explanation
    from shapecalc.render.explained import lines

    told = Explanation(summary, summary.layers, False)
    if told.size > MAXIMUM_EXPLAINED:
        say_remarks([f"the arithmetic is shown of at most {MAXIMUM_EXPLAINED:,} layers"])
        return
    yield ""
    yield from lines(told, options, terminal_width(sys.stdout) if sys.stdout.isatty() else None)


def _unshown(summary: Summary) -> Iterator[Problem]:
    """Where an argument that print() does not show may make it another output."""
    from shapecalc.language.calls.parameters import UNSHOWN, stem

    for layer in summary.layers:
        argument = UNSHOWN.get(stem(layer.type))
        node = layer.item.node
        place = node.place_of_key("name")
        if argument is None or layer.layer is None or node.source.text[place] != "(":
            continue
        other = copy(layer.layer)
        setattr(other, argument, True)
        try:
            (output,) = other.infer(layer.inputs)
        except Refusal:
            continue
        if output != layer.output:
            yield Problem(
                "SC402",
                f"{layer.path}: print() does not show {argument}: if it is True, the output is "
                f"{output}, not {layer.output}",
                node.source,
                node.start,
                f"give the layer as a call, with {argument}=True, if it has that",
                severity="warning",
            )


def _source(layers: tuple[str, ...]) -> Source:
    """The text of the layers: a line each, or standard input. Raises OSError, SpecError."""
    from shapecalc.problems.problem import Problem, SpecError
    from shapecalc.text.source import Source

    if layers != ("-",):
        return Source("LAYER", "\n".join(layers))
    from shapecalc.text.files import read_standard_input
    from shapecalc.yaml.decode import decode

    source = decode(read_standard_input(), "<stdin>")
    if isinstance(source, Problem):
        raise SpecError([source])
    return source
