"""`shapecalc schema`: the JSON schema of the language, for editors."""

from __future__ import annotations

import sys

import click


@click.command("schema", short_help="Write the JSON schema of the language, for editors.")
def command() -> None:
    """Write the JSON schema (draft-07) of specs and of files of blocks to standard output."""
    import json

    from shapecalc.reference.schema import schema
    from shapecalc.render.json import encodable

    text = json.dumps(schema(), indent=1, ensure_ascii=False)
    sys.stdout.write(encodable(text, sys.stdout.encoding) + "\n")
