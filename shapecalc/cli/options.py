"""The options that several commands take, and what they come to: a summary, and its view."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shapecalc.cli import completion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapecalc.spec import Spec
    from shapecalc.summary import Summary

DTYPES = ("float64", "float32", "float16", "bfloat16", "float8", "int64", "int32", "int16", "int8")
"""The types of `shapecalc.memory.BYTES`."""

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
        help="Whether to colour; auto: on a terminal.",
    )(command)


def spec_options(command: F) -> F:
    """SPEC, and how it is run."""
    for option in reversed(
        (
            click.argument("spec", shell_complete=completion.specs),
            click.option("--input", metavar="SHAPE", help="Another input, such as 299x299x3."),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="NAME=VALUE",
                shell_complete=completion.arguments,
                help="Set an argument of the network, such as width=0.5. Repeatable.",
            ),
            click.option(
                "--variant",
                metavar="NAME",
                shell_complete=completion.variants,
                help="A variant that the spec names.",
            ),
        )
    ):
        command = option(command)
    return command


def view_options(command: F) -> F:
    """What of it is shown, and in which words."""
    for option in reversed(
        (
            click.option(
                "--columns",
                metavar="KEYS",
                shell_complete=completion.columns,
                help="Columns by key, joined by commas; `help` lists them.",
            ),
            click.option(
                "--lang",
                "language",
                type=click.Choice(["en", "zh"]),
                default="en",
                help="Language of headings, kinds and notes.",
            ),
            click.option(
                "--layout",
                type=click.Choice(["hwc", "chw"]),
                default="hwc",
                help="Shapes with the channels last or first.",
            ),
            click.option(
                "--batch",
                type=click.IntRange(min=1, max=2**31),
                default=1,
                help="Inputs that run at once: costs of running scale with it.",
            ),
            click.option(
                "--dtype",
                type=click.Choice(DTYPES),
                default="float32",
                help="Type of a number, for the columns in bytes.",
            ),
        )
    ):
        command = option(command)
    return command


def split_variant(text: str) -> tuple[str, str | None]:
    """A spec's name and the variant behind its last `@`, where it has one."""
    name, at, variant = text.rpartition("@")
    if at and name and "/" not in variant and not os.path.isfile(text):
        return name, variant
    return text, None


def read_spec_argument(text: str) -> Spec:
    """The spec behind SPEC: a path, `-`, or a bundled name, each with a variant behind an `@`.

    Raises SpecError for what is in it, OSError where it cannot be read, UsageError where
    nothing is called so.
    """
    name, variant = split_variant(text)
    spec = _read(name)
    if variant is not None:
        if variant not in spec.variants:
            from shapecalc.suggestions import did_you_mean

            known = ", ".join(spec.variants) or "none"
            hint = did_you_mean(variant, spec.variants) or f"it has {known}"
            raise click.UsageError(f"{name} has no variant {variant!r}; {hint}")
        spec.default_variant = variant
    return spec


def _read(name: str) -> Spec:
    from shapecalc.loading import is_bundled_name, load_bundled, load_data
    from shapecalc.text import load_bytes, read_standard_input

    if name == "-":
        return load_data(read_standard_input(), "<stdin>")
    if is_bundled_name(name):
        spec = load_bundled(name)
        if spec is None:
            raise click.UsageError(_unknown(name))
        return spec
    try:
        data = load_bytes(name)
    except FileNotFoundError:
        stem = os.path.basename(name).removesuffix(".yaml")
        if not is_bundled_name(stem) or load_bundled(stem) is None:
            raise
        text = f"there is no file {name!r}; {stem} alone is the bundled spec"
        raise click.UsageError(text) from None
    return load_data(data, name)


def _unknown(name: str) -> str:
    from shapecalc.fields import shown
    from shapecalc.loading import names_and_variants
    from shapecalc.suggestions import did_you_mean

    hint = did_you_mean(name, names_and_variants())
    return f"there is no file or bundled spec {shown(name)}; " + (
        hint or "`shapecalc specs` lists the bundled ones"
    )


def summarize(
    spec: Spec, input: str | None, settings: tuple[str, ...], variant: str | None
) -> Summary:
    """The summary that the options ask for.

    Raises SpecError for what is wrong with the spec, UsageError for what is wrong with them.
    """
    from shapecalc.problems import SpecError

    arguments: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes NAME=VALUE, not {setting!r}")
        arguments[name.strip()] = _value(setting, text)
    try:
        return spec.summary(input=input, arguments=arguments, variant=variant)
    except SpecError as error:
        outside = [problem for problem in error.problems if problem.code == "SC115"]
        if outside:
            problem = outside[0]
            raise click.UsageError(
                problem.message + (f"; {problem.hint}" if problem.hint else "")
            ) from None
        raise


def _value(setting: str, text: str) -> Any:
    """A value as a spec would read it."""
    from shapecalc.problems import Problem
    from shapecalc.reading import Reader
    from shapecalc.source import read
    from shapecalc.text import Source

    problems: list[Problem] = []
    source = Source("--set", text)
    value = Reader(source, problems).value(read(source, problems), 0)
    if problems:
        raise click.UsageError(f"--set {setting}: {problems[0].message}")
    return value


def column_keys(text: str | None) -> list[str] | None:
    """The keys behind --columns. Raises UsageError for an unknown one."""
    if text is None:
        return None
    from shapecalc.columns import BY_KEY
    from shapecalc.suggestions import did_you_mean

    keys = [key.strip() for key in text.split(",") if key.strip()]
    for key in keys:
        if key not in BY_KEY:
            hint = did_you_mean(key, BY_KEY) or "columns: " + ", ".join(BY_KEY)
            raise click.UsageError(f"there is no column {key!r}; {hint}")
    if not keys:
        raise click.UsageError("--columns takes at least one key")
    return keys


def column_help(language: str, layout: str) -> Iterator[str]:
    """Every column with its explanation, a line each."""
    from shapecalc.columns import COLUMNS
    from shapecalc.document import WORDS

    words = WORDS[language]
    widest = max(len(column.key) for column in COLUMNS)
    for column in COLUMNS:
        about = column.abouts[language].format(layout=words[layout], name=words["network"])
        yield f"{column.key:<{widest}}  {about}"
