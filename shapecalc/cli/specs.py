"""`shapecalc specs`: the bundled specs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from shapecalc.cli import Command, completed
from shapecalc.cli.options import output_option

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command(
    "specs", cls=Command, short_help="List the bundled specs and their variants, or print one."
)
@click.argument("name", required=False, shell_complete=completed("bundled_names"))
@click.option("--copy", is_flag=True, help="Write it to NAME.yaml, which must not exist yet.")
@output_option
def command(name: str | None, copy: bool, output: str | None) -> None:
    """List the bundled specs by task: name, what it is, and the variants that can be named instead.

    With NAME, print the YAML of one.
    """
    if name is None:
        if copy or output is not None:
            raise click.UsageError("Missing argument 'NAME'.", click.get_current_context())
        from shapecalc.cli.say import say

        say(_lines())
        return
    if copy and output is not None:
        raise click.UsageError("--copy names the file itself: remove -o")
    from shapecalc.cli.output import write_bytes_to
    from shapecalc.text.files import load_bytes

    file = _file(name)
    base = os.path.basename(file)
    spec = base.removesuffix(".yaml")
    if copy:
        if os.path.lexists(base):
            raise click.UsageError(f"{base} exists already; -o names another file")
        output = base
    write_bytes_to(output, [load_bytes(file)], text=True)
    if name != spec:
        click.echo(f"{name} is a variant of {spec}", err=True)
    if copy:
        click.echo(f"wrote {base}", err=True)


def _file(name: str) -> str:
    """The file of a bundled spec or variant. Raises UsageError for another name."""
    from shapecalc import bundled
    from shapecalc.bundled import network_names
    from shapecalc.loading import load_bundled

    spec = load_bundled(name)
    if spec is None:
        from shapecalc.problems.formatting import shown
        from shapecalc.problems.suggestions import did_you_mean

        hint = did_you_mean(name, network_names()) or "`shapecalc specs` lists them"
        raise click.UsageError(f"no bundled spec {shown(name)}; {hint}")
    return bundled.file_of(spec.source.path)


def _lines() -> Iterator[str]:
    from shapecalc import bundled

    tasks, paths = bundled.tasks(), bundled.spec_paths()
    widest = max((len(name) for names in tasks.values() for name in names), default=0)
    for place, (task, names) in enumerate(tasks.items()):
        if place:
            yield ""
        yield f"{task}:"
        for name in names:
            about, variants = _told(paths[name])
            yield f"  {name:<{widest}}  {about}"
            if variants:
                yield f"  {'':<{widest}}  variants: {', '.join(variants)}"


def _told(path: str) -> tuple[str, list[str]]:
    """What a bundled spec says of itself, and its variants: nothing else of it is read."""
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.language.notes import in_language
    from shapecalc.problems.problem import Problems
    from shapecalc.text.files import load_bytes
    from shapecalc.text.source import Source
    from shapecalc.yaml.decode import decode
    from shapecalc.yaml.nodes import MappingNode
    from shapecalc.yaml.reader import read_yaml

    source, problems = decode(load_bytes(path), path), Problems()
    assert isinstance(source, Source)
    node = read_yaml(source, problems)
    assert isinstance(node, MappingNode)
    variants = node.values.get("variants")
    about = in_language(NodeReader(source, problems).note(node, "about"), "en")
    found = list(variants.values) if isinstance(variants, MappingNode) else []
    return about or str(node.values["name"]), found
