"""`shapecalc docs`: the pages of documentation."""

from __future__ import annotations

import sys

import click

from shapecalc.cli import Command, completed

_WIDEST = 100
"""The cells of a line that are read with ease."""


@click.command("docs", cls=Command, short_help="List the pages of documentation, or print one.")
@click.argument("page", required=False, shell_complete=completed("documentation"))
def command(page: str | None) -> None:
    """List the pages of documentation: the language, what the figures mean, limits, CI.

    With PAGE, such as language, print it: laid out in a terminal, in markdown otherwise.
    """
    from shapecalc.cli.say import say
    from shapecalc.reference import pages

    titles = pages.page_titles()
    if page is None:
        widest = max(map(len, titles))
        say(f"{name:<{widest}}  {title}" for name, title in titles.items())
        return
    if page not in titles:
        from shapecalc.problems.formatting import shown
        from shapecalc.problems.suggestions import did_you_mean

        hint = did_you_mean(page, titles) or "pages: " + ", ".join(titles)
        raise click.UsageError(f"no page {shown(page)}; {hint}")
    if not sys.stdout.isatty():
        sys.stdout.write(pages.page_text(page))
        return
    from shapecalc.cli.output import terminal_width
    from shapecalc.text.styles import write_markdown

    write_markdown(pages.page_text(page), sys.stdout, min(terminal_width(sys.stdout), _WIDEST))
