"""`shapecalc layers`: the layer types and blocks, with their fields."""

from __future__ import annotations

import click

from shapecalc.cli import Command, completed


@click.command("layers", cls=Command, short_help="List the layer types and blocks, or explain one.")
@click.argument("type", required=False, shell_complete=completed("layer_types"))
def command(type: str | None) -> None:
    """List the layer types and blocks; with TYPE, its fields, defaults and formulas."""
    from shapecalc.cli.say import say
    from shapecalc.reference import layer_types as reference

    if type is None:
        say(reference.listing())
        return
    lines = reference.explain(type)
    if lines is None:
        from shapecalc.bundled import network_names
        from shapecalc.problems.suggestions import did_you_mean

        known = [*reference.all_names(), *network_names()]
        hint = did_you_mean(type, known) or "`shapecalc layers` lists them"
        raise click.UsageError(f"unknown layer type or block {type!r}; {hint}")
    say(lines)
