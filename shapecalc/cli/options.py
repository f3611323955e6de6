"""The options that several commands take, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from shapecalc.cli import completed
from shapecalc.limits import MAXIMUM_BATCH
from shapecalc.text.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


DTYPES = (
    *("float64", "float32", "float16", "bfloat16", "float8"),
    *("int64", "int32", "int16", "int8", "int4", "uint8"),
)
"""The types of `shapecalc.shapes.dtypes.BITS`."""

F = TypeVar("F", bound="Callable[..., Any]")


def _remember_color(context: click.Context, option: click.Parameter, wish: str) -> str:
    """Tell `main` too, which prints what is wrong with a spec after the command has ended."""
    if isinstance(context.obj, dict):
        context.obj["color"] = wish
    return wish


def color_option(command: F) -> F:
    """Whether the output is coloured."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        callback=_remember_color,
        is_eager=True,
        help="Whether to use colour; auto: on a terminal.",
    )(command)


def output_option(command: F) -> F:
    """The file that is written instead of standard output."""
    return click.option(
        "-o",
        "--output",
        metavar="PATH",
        shell_complete=completed("files"),
        help="Output file; standard output by default.",
    )(command)


def paths_argument(command: F) -> F:
    """PATH, of those commands that take several, and folders."""
    return click.argument(
        "paths", nargs=-1, metavar="PATH...", required=False, shell_complete=completed("specs")
    )(command)


def wanted_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of the command line, or else of the project. Raises UsageError without any."""
    found = paths or tuple(project_setting("paths") or ())
    if not found:
        text = "Missing argument 'PATH...', and no paths in the project's settings."
        raise click.UsageError(text, click.get_current_context())
    return found


def settings_option(*keys: str) -> Callable[[F], F]:
    """The project's settings that a command takes, by their keys.

    Each is the default of the option of its name; those that are none have `project_setting`.
    There is no option that names a file of settings: what it could say, options can.
    """

    def read(context: click.Context, option: click.Parameter, isolated: bool) -> None:
        # the words in a page come with those of the command that writes it
        if isolated or context.resilient_parsing or context.default_map is not None:
            return
        from shapecalc.cli.project import project_settings

        color = context.obj.get("color") if isinstance(context.obj, dict) else None
        values = context.meta[_SETTINGS] = project_settings(keys, color)
        options = {key: value for key, value in values.items() if key not in NO_OPTIONS}
        context.default_map = {key.replace("-", "_"): value for key, value in options.items()}

    *others, last = keys
    settable = f"{', '.join(others)} and {last}" if others else last
    return click.option(
        "--isolated",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=read,
        help="Ignore the project's settings: those under [tool.shapecalc] in pyproject.toml, or in "
        f".shapecalc.yaml. They may set {settable}; options win.",
    )


NO_OPTIONS = ("paths", "columns")
"""The settings that are not the defaults of options: the paths are arguments, and the columns those
of specs that have none of their own."""

_SETTINGS = "shapecalc.settings"


def project_setting(key: str) -> Any:
    """A setting of the project, None where it has none."""
    return click.get_current_context().meta.get(_SETTINGS, {}).get(key)


def given_options(command: F) -> F:
    """What is given from outside instead of what a spec says."""
    for option in reversed(
        (
            click.option(
                "--input",
                "inputs",
                multiple=True,
                metavar="[NAME=]SHAPE",
                help="Input shape, such as 299x299x3 or left=299x299x3. Repeatable.",
            ),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="NAME=VALUE",
                shell_complete=completed("arguments"),
                help="Set an argument of the network, such as width=0.5. Repeatable.",
            ),
        )
    ):
        command = option(command)
    return command


def spec_argument(required: bool) -> Callable[[F], F]:
    """SPEC."""
    return click.argument("spec", required=required, shell_complete=completed("specs"))


def run_options(command: F) -> F:
    """How SPEC is run."""
    for option in reversed(
        (
            given_options,
            click.option(
                "--variant",
                metavar="NAME",
                shell_complete=completed("variants"),
                help="Variant of the spec.",
            ),
        )
    ):
        command = option(command)
    return command


def _known_dtype(context: click.Context, option: click.Parameter, text: str) -> str:
    """The text of --dtype. Raises BadParameter where it names no type."""
    if text not in DTYPES:
        from shapecalc.problems.problem import Refusal
        from shapecalc.shapes.dtypes import parse_data_types

        try:
            parse_data_types(text)
        except Refusal as refusal:
            hint = f"; {refusal.hint}" if refusal.hint else ""
            raise click.BadParameter(refusal.message + hint) from None
    return text


def columns_option(completion: str) -> Callable[[F], F]:
    """The columns that are shown. completion: the function that completes them."""
    return click.option(
        "--columns",
        metavar="KEYS",
        shell_complete=completed(completion),
        help="Comma-separated column keys; `help` lists them.",
    )


def view_options(command: F) -> F:
    """What of the layers is shown, in which words, and what the figures count for."""
    return columns_option("columns")(basis_options(command))


def basis_options(command: F) -> F:
    """In which words it is shown, and what the figures count for."""
    for option in reversed(
        (
            click.option(
                "--lang",
                "language",
                type=click.Choice(LANGUAGES),
                default="en",
                help="Language of headings, types and notes.",
            ),
            click.option(
                "--layout",
                type=click.Choice(["hwc", "chw"]),
                default="hwc",
                help="Print shapes, and read those of inputs, with channels last or first.",
            ),
            click.option(
                "--batch",
                type=click.IntRange(min=1, max=MAXIMUM_BATCH),
                default=1,
                help="Batch size; scales MACs, FLOPs and activation memory.",
            ),
            click.option(
                "--dtype",
                metavar="TYPE",
                default="float32",
                callback=_known_dtype,
                shell_complete=completed("dtypes"),
                help=f"Data type, for figures in bytes: {', '.join(DTYPES)}. Weights and "
                "activations may have their own, as in weights=int8,activations=float16. Bytes are "
                "rounded up for each output, and for the weights of each layer.",
            ),
            click.option(
                "--fuse",
                is_flag=True,
                help="Count as inference engines run: norms, activations and sums overwrite what "
                "they follow, if nothing else takes it; Flatten and Dropout copy nothing; a batch "
                "norm after a convolution or Linear is folded into its weights. Params stay.",
            ),
        )
    ):
        command = option(command)
    return command


def exclude_option(command: F) -> F:
    """What is left out of folders."""
    return click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="Glob to skip while walking folders; paths named explicitly are always checked. "
        "Repeatable.",
    )(command)


def part_options(command: F) -> F:
    """Which of the layers and blocks are shown."""
    for option in reversed(
        (
            click.option(
                "--detail",
                "details",
                multiple=True,
                metavar="PATH",
                help="Also show the layers inside this block. Repeatable.",
            ),
            click.option(
                "--details",
                "all_details",
                is_flag=True,
                help="Also show the layers inside every top-level block.",
            ),
            click.option(
                "--depth",
                type=click.IntRange(min=1),
                metavar="N",
                help="Expand blocks N levels deep, as a tree; in a drawing, as groups.",
            ),
            click.option(
                "--top",
                metavar="FIGURE",
                shell_complete=completed("figures"),
                help="List only the layers with the highest FIGURE, such as macs.",
            ),
            click.option(
                "--rows",
                type=click.IntRange(min=1),
                help="Number of layers that --top lists; 10 by default.",
            ),
            click.option(
                "--unfold",
                is_flag=True,
                help="Give each repeat a row, or a node, also where several are alike.",
            ),
        )
    ):
        command = option(command)
    return command


def refuse_options(context: click.Context, names: set[str], why: str) -> None:
    """Raises UsageError where any of these parameters was given."""
    from click.core import ParameterSource

    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name))
        if parameter.name in names and given is ParameterSource.COMMANDLINE:
            option = parameter.opts[-1] if isinstance(parameter, click.Option) else "SPEC"
            raise click.UsageError(f"{why}: remove {option}")


def column_keys(text: str | None, known: Collection[str] | None = None) -> list[str] | None:
    """The keys after --columns. Raises UsageError for an unknown one.

    known: the keys that there are; None for those of the layer table.
    """
    if text is None:
        return None
    from shapecalc.problems.suggestions import did_you_mean

    if known is None:
        from shapecalc.tables.columns import BY_KEY, SEVERAL

        known = [*BY_KEY, *SEVERAL]
    keys = [key.strip() for key in text.split(",") if key.strip()]
    for key in keys:
        if key not in known:
            hint = did_you_mean(key, known) or "columns: " + ", ".join(known)
            raise click.UsageError(f"unknown column {key!r}; {hint}")
    if not keys:
        raise click.UsageError("--columns needs at least one key")
    return keys


def print_column_help(language: str, layout: str) -> None:
    """Every column with its explanation, and the words for several, a line each."""
    from shapecalc.tables.columns import COLUMNS, SEVERAL
    from shapecalc.text.words import words_of

    words = words_of(language)
    told = {column.key: words.explanation(column.key, layout) for column in COLUMNS}
    say_columns({**told, **{word: ", ".join(keys) for word, keys in SEVERAL.items()}})


def say_columns(explained: dict[str, str]) -> None:
    """Explanations of columns by their keys, a line each."""
    from shapecalc.cli.say import say

    widest = max(map(len, explained))
    say(f"{key:<{widest}}  {text}" for key, text in explained.items())
