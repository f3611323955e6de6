"""`shapecalc schema`: the JSON schema of the language, for editors."""

from __future__ import annotations

import sys

import click

from shapecalc.cli import Command


@click.command(
    "schema", cls=Command, short_help="Write the JSON schema of the language, for editors."
)
def command() -> None:
    """Write the JSON schema (draft-07) of specs and of files of blocks to standard output."""
    from json import dumps

    from shapecalc.reference.schema import schema
    from shapecalc.text.json_lines import needs_ascii

    text = dumps(schema(), indent=1, ensure_ascii=needs_ascii(sys.stdout.encoding))
    sys.stdout.write(text + "\n")
