"""`shapecalc import`: a spec from a file of another program."""

from __future__ import annotations

import sys

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import output_option

HELP = """Write the network in FILE as a spec: from Keras, ONNX, Darknet or Caffe.

\b
Keras    .json, .keras, TensorFlow.js; .h5 with shapecalc[keras]
ONNX     .onnx, opsets up to 28, also quantized; weights are not read
Darknet  .cfg
Caffe    .prototxt

What FILE is is told by its content. Every command that takes SPEC takes such a file, too. The
layers have the file's names; equal structure becomes blocks with arguments, which --flat leaves as
it is. What the file says of its own shapes and parameters is held, and written as `expect`; the
spec is run, and compared with the file's layers, before it is written.

A layer that the language does not have ends the import, with where it is in FILE: nothing is
guessed. --partial writes what is before it; --custom writes it as a Custom layer, with the figures
that the file states.
"""


@click.command(
    "import", cls=Command, help=HELP, short_help="Write a spec from Keras, ONNX, Darknet or Caffe."
)
@click.argument("file", shell_complete=completed("files"))
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="[NAME=]SHAPE",
    help="Input shape, such as 224x224x3, where FILE leaves it open. Repeatable.",
)
@click.option(
    "--layout",
    type=click.Choice(["hwc", "chw"]),
    default="hwc",
    help="Whether --input has channels last or first.",
)
@click.option("--flat", "is_flat", is_flag=True, help="Write a layer a line, without blocks.")
@click.option("--partial", is_flag=True, help="Import up to the first layer that cannot be said.")
@click.option("--custom", is_flag=True, help="Write layers that cannot be said as Custom.")
@output_option
def command(
    file: str,
    inputs: tuple[str, ...],
    layout: str,
    is_flat: bool,
    partial: bool,
    custom: bool,
    output: str | None,
) -> None:
    """Write a spec of the network in a file."""
    from shapecalc.check.formats import full
    from shapecalc.cli.output import refuse_inputs, write, write_to
    from shapecalc.cli.spec_argument import Given
    from shapecalc.loading import import_file
    from shapecalc.text.files import refuse_leading_out

    refuse_leading_out(file)
    refuse_inputs(output, [file])
    given = Given(inputs, (), layout).input()
    imported = import_file(file, given, is_flat=is_flat, partial=partial, custom=custom)
    if imported.unused is not None:
        raise click.UsageError(f"--input: {imported.unused}")
    write_to(output, imported.text.splitlines(), "never")
    write([imported.agreement, *imported.network.remarks], sys.stderr)
    if imported.stopped is not None:
        write([full.message("warning", f"only a part: {imported.stopped.message}")], sys.stderr)
