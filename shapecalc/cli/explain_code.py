"""`shapecalc explain-code`: the problem codes, each with its cause, an example and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command, completed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems.codes import Code


@click.command("explain-code", cls=Command, short_help="List the problem codes, or explain one.")
@click.argument("code", required=False, shell_complete=completed("codes"))
def command(code: str | None) -> None:
    """List the codes of problems; with CODE, such as SC204, its cause, an example and the fix.

    `shapecalc check --fix` fixes some problems of the codes that are listed as fixable.
    """
    from shapecalc.check.codes import CODES
    from shapecalc.cli.say import say

    if code is None:
        say(
            f"{known.code}  {known.title}{' (fixable)' if known.fixable else ''}"
            for known in CODES.values()
        )
        return
    found = CODES.get(code.upper()) or CODES.get(f"SC{code}")
    if found is None:
        from shapecalc.problems.suggestions import did_you_mean

        hint = did_you_mean(code.upper(), CODES) or "`shapecalc explain-code` lists them"
        raise click.UsageError(f"unknown code {code!r}; {hint}")
    say(_explained(found))


def _explained(code: Code) -> Iterator[str]:
    from shapecalc.text.display import visible

    yield f"{code.code}: {code.title}"
    yield ""
    yield code.cause
    if code.fixable:
        yield ""
        yield f"`shapecalc check --fix` fixes {code.fixable}."
    for heading, spec in (("Wrong:", code.example), ("Right:", code.fix)):
        if spec:
            yield ""
            yield heading
            yield ""
            yield from (f"  {visible(line)}" for line in spec.splitlines())
