"""`shapecalc explain`: the arithmetic behind each figure, with the numbers put in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import (
    basis_options,
    color_option,
    output_option,
    refuse_options,
    run_options,
    settings_option,
)
from shapecalc.cli.output import encoding_of, refuse_inputs, terminal_width, write_to
from shapecalc.cli.spec_argument import Given, read_spec_argument, say_warnings, split_variant
from shapecalc.limits import MAXIMUM_EXPLAINED
from shapecalc.render.exporters import EXPLANATION_FORMATS
from shapecalc.text.formats import described

if TYPE_CHECKING:
    from shapecalc.analysis.explanation import Explanation
    from shapecalc.analysis.reductions import Savings
    from shapecalc.analysis.summary import Summary

HELP = f"""Explain how each figure of SPEC comes about: the formula, and the arithmetic.

LAYER is the path of a layer or a block, such as inception3a.branch1.conv; a block is explained with
everything inside it. Without any, all layers are explained, and the totals.

{described(EXPLANATION_FORMATS.values())}
"""


@click.command("explain", cls=Command, help=HELP, short_help="Explain how each figure comes about.")
@click.argument("spec", shell_complete=completed("specs"))
@click.argument("layers", nargs=-1, metavar="[LAYER...]", shell_complete=completed("layer_paths"))
@run_options
@basis_options
@click.option(
    "--without-reductions",
    "without",
    is_flag=True,
    help="Show instead what the 1x1 reductions of blocks save: convolutions of stride 1 to "
    "fewer channels that only larger convolutions take, but for norms and activations between, or "
    "that end a branch after a pool, all within the block. LAYER is then a block; all blocks at "
    "the top by default.",
)
@click.option(
    "--to",
    type=click.Choice(list(EXPLANATION_FORMATS)),
    default=next(iter(EXPLANATION_FORMATS)),
    help=f"Format; {next(iter(EXPLANATION_FORMATS))} by default.",
)
@output_option
@settings_option("language")
@color_option
def command(
    spec: str,
    layers: tuple[str, ...],
    inputs: tuple[str, ...],
    settings: tuple[str, ...],
    variant: str | None,
    language: str,
    layout: str,
    batch: int,
    dtype: str,
    fuse: bool,
    without: bool,
    to: str,
    output: str | None,
    color: str,
) -> None:
    """Write the explanation of a network, or of some of its layers."""
    refuse_inputs(output, [split_variant(spec)[0]])
    if without:
        text = "--without-reductions compares what is not fused"
        refuse_options(click.get_current_context(), {"fuse"}, text)
    given = Given(inputs, settings, layout)
    summary = given.summary(read_spec_argument(spec, given.input()), variant, batch, dtype, fuse)
    refuse_inputs(output, {node.item.source.path for node, _ in summary.walk()})
    from shapecalc.tables.document import Options

    options = Options(language, layout, encoding=encoding_of(output))
    told = _savings(summary, layers) if without else _explanation(summary, layers)
    room: list[Any] = [options]
    if to == "text" and output is None and sys.stdout.isatty():
        room.append(terminal_width(sys.stdout))
    write_to(output, EXPLANATION_FORMATS[to].lines(told, *room), color)
    say_warnings([(summary, spec)], given, color)


def _explanation(summary: Summary, paths: tuple[str, ...]) -> Explanation:
    """The explanation of the layers of these paths, those of blocks with everything inside, each
    once, in order; of all without any path. Raises UsageError for an unknown path, or too many."""
    from shapecalc.analysis.explanation import Explanation

    inside = _require_known(summary, paths)
    nodes = [node for node, _ in summary.walk() if not paths or f"{node.path}.".startswith(inside)]
    told = Explanation(summary, nodes, not paths)
    if told.size > MAXIMUM_EXPLAINED:
        text = f"explain takes at most {MAXIMUM_EXPLAINED:,} layers at once, and their inputs"
        raise click.UsageError(f"{text}; name the layers or blocks to explain")
    return told


def _savings(summary: Summary, paths: tuple[str, ...]) -> Savings:
    """What the reductions of the blocks of these paths save, or of all at the top. Raises
    UsageError for an unknown path, and for a block that cannot be run without them."""
    from shapecalc.analysis.reductions import Savings
    from shapecalc.problems.problem import Refusal

    inside = _require_known(summary, paths)
    nodes = [node for node in summary.items if not paths]
    taken = ""
    for node, _ in summary.walk():
        path = f"{node.path}."
        if paths and path.startswith(inside) and not (taken and path.startswith(taken)):
            taken = path  # what is inside it is a part of it
            nodes.append(node)
    try:
        return Savings(summary, nodes)
    except Refusal as refusal:
        text = f"a block cannot be run without its 1x1 reductions: {refusal.message}"
        raise click.UsageError(text) from None


def _require_known(summary: Summary, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The beginnings of the paths of what is chosen: a layer, a block, or all repeats of either.

    Raises UsageError for a path of nothing.
    """
    known = [f"{node.path}." for node, _ in summary.walk()] if paths else []
    for path in paths:
        if not any(each.startswith(f"{path}.") for each in known):
            from shapecalc.problems.suggestions import did_you_mean

            hint = did_you_mean(path, [each[:-1] for each in known])
            text = f"unknown layer {path!r}"
            raise click.UsageError(f"{text}; {hint or '`shapecalc table --depth 9` shows them'}")
    return tuple(f"{path}." for path in paths)
