"""`shapecalc specs`: the bundled specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("specs", cls=Command, short_help="List the bundled specs and their variants.")
def command() -> None:
    """List the bundled specs: name, what it is, and the variants that can be named instead."""
    from shapecalc.cli.say import say

    say(_lines())


def _lines() -> Iterator[str]:
    from shapecalc import bundled
    from shapecalc.language.notes import in_language
    from shapecalc.loading import load_bundled

    names = bundled.spec_names()
    widest = max(map(len, names), default=0)
    for name in names:
        spec = load_bundled(name)
        assert spec is not None
        about = in_language(spec.about, "en") or spec.name
        yield f"{name:<{widest}}  {about}"
        if spec.variants:
            yield f"{'':<{widest}}  variants: {', '.join(spec.variants)}"
