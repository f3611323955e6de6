"""The command line: a file a command, each imported when it is called.

`table`, `calc`, `explain`, `check`, `diff`, `summary`, `export`, `import_`, `layers`, `specs`,
`schema`, `docs` and `explain_code` are the commands. `options` are those that several take,
`spec_argument` is what SPEC means, `asked` what of it is shown, `fix` what a check fixes, `review`
what `diff --git` writes, `into` how an export goes into a page, `completion` what the shell
completes, `bash_completion` how bash asks for it, `output` where output goes, `say` how reference
is printed, `hook` what pre-commit runs. `project` finds the settings of a project, `pyproject`
reads those in TOML, and `project_values` is what they may be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    *("table", "calc", "explain", "check", "diff", "summary", "export", "import"),
    *("layers", "specs", "schema", "explain-code", "docs"),
)

_MODULES = {"import": "import_"}
"""The modules of commands whose names are words of Python."""


def _telling(names: list[str], text: Callable[[click.Context], str], about: str) -> click.Option:
    """An option that prints a text and ends the command.

    Its help is not translated, as nothing else here is: for that, click would import `locale` and
    look for catalogues of messages whenever a command is made.
    """

    def tell(context: click.Context, option: click.Parameter, asked: bool) -> None:
        if asked and not context.resilient_parsing:
            click.echo(text(context), color=context.color)
            context.exit()

    return click.Option(
        names, is_flag=True, is_eager=True, expose_value=False, callback=tell, help=about
    )


def _version(context: click.Context) -> str:
    from shapecalc.version import __version__

    return f"shapecalc {__version__}"


def completed(what: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """What completes a value in a shell: a function of `completion`, imported when one asks."""

    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[Any]:
        completion = import_module("shapecalc.cli.completion")
        values: list[Any] = getattr(completion, what)(context, parameter, begun)
        return [value for value in values if completion.is_plain(value)]

    return complete


def collect_garbage() -> None:
    """For a command that reads many specs: they leave much after, in circles that only a
    collection finds. Other commands read one or two and run without it.
    """
    import gc

    gc.set_threshold(100_000, 2, 2)
    gc.enable()


HELP = _telling(["-h", "--help"], click.Context.get_help, "Show this message and exit.")
VERSION = _telling(["--version"], _version, "Show the version and exit.")


class Command(click.Command):
    """What every command is: click's, with the option for help that is made above."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what a file name out of a list may look like: -o with its value attached."""
        if any("-o" in parameter.opts for parameter in self.params):
            options = args[: args.index("--")] if "--" in args else args
            for word in options:
                if word.startswith("-o") and word != "-o":
                    ctx.fail(f"write -o and its value apart, not {word!r}; a file name follows --")
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that prints the help, unless the context is of words in a file."""
        return HELP if ctx.help_option_names else None


class Commands(Command, click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"shapecalc.cli.{_MODULES.get(name, name)}")
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


@click.group(cls=Commands, params=[VERSION])
def cli() -> None:
    """Layer tables of convolutional networks: shapes, parameters, multiply-accumulates.

    SPEC is a YAML file, one of Keras, ONNX, Darknet or Caffe, - for standard input, or the name of
    a bundled spec, such as googlenet-stem or resnet50; SPEC@VARIANT is a variant of it. Try:
    shapecalc table googlenet-stem
    """
