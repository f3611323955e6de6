"""The command line: a file a command, each imported when it is called.

`table`, `check`, `diff`, `export`, `layers`, `specs`, `schema` and `explain_code` are the
commands. `options` are those that several take, `spec_argument` is what SPEC means, `completion`
what the shell completes, `output` where output goes, `say` how reference is printed.
"""

from __future__ import annotations

from importlib import import_module

import click

from shapecalc.version import __version__

COMMANDS = ("table", "check", "diff", "export", "layers", "specs", "schema", "explain-code")


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module("shapecalc.cli." + cmd_name.replace("-", "_"))
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises UsageError, with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from shapecalc.problems.suggestions import did_you_mean

            hint = did_you_mean(args[0], COMMANDS) or "commands: " + ", ".join(COMMANDS)
            ctx.fail(f"no such command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Layer tables of convolutional networks: shapes, parameters, multiply-accumulates.

    SPEC is a YAML file, - for standard input, or the name of a bundled spec, such as
    googlenet-stem or resnet50; SPEC@VARIANT is a variant of it. Try: shapecalc table
    googlenet-stem
    """
