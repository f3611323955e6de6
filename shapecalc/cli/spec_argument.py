"""What SPEC on a command line means, and the summary that the options ask of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from shapecalc.problems.problem import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.work import Work
    from shapecalc.spec import Spec


INPUT_ARGUMENT = "INPUT"
"""What messages call the argument of `calc` that is a shape."""


def split_variant(text: str) -> tuple[str, str | None]:
    """A spec's name and the variant after its last `@`, where it has one."""
    name, at, variant = text.rpartition("@")
    if at and name and not {"/", os.sep} & set(variant) and not os.path.isfile(text):
        return name, variant
    return text, None


def spec_beside(page: str, text: str) -> str:
    """SPEC as a page says it, which is in a folder of its own, for the folder at hand."""
    from shapecalc.loading import is_bundled_name

    path = os.path.join(os.path.dirname(page), text)
    named = is_bundled_name(split_variant(text)[0]) and not os.path.exists(split_variant(path)[0])
    return text if named else path


def read_spec_argument(text: str, given: object = None) -> Spec:
    """The spec after SPEC: a path, `-`, or a bundled name, each with a variant after an `@`.

    given: shapes of inputs, for a file of another program that leaves them open. Raises SpecError
    for what is in it, OSError where it cannot be read, UsageError where nothing is called so.
    """
    name, variant = split_variant(text)
    spec = _read(name, given)
    if variant is not None:
        require_variant(spec, name, variant)
        return spec.replaced(default_variant=variant)
    return spec


def require_variant(spec: Spec, name: str, variant: str) -> None:
    """Raises UsageError where a spec of a name has no such variant."""
    if variant in spec.variants:
        return
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(variant, spec.variants) or f"it has {', '.join(spec.variants) or 'none'}"
    raise click.UsageError(f"{name} has no variant {variant!r}; {hint}")


def _read(name: str, given: object) -> Spec:
    from shapecalc.loading import is_bundled_name, load_bundled, load_file, load_source, read_source
    from shapecalc.text.files import refuse_leading_out

    if name == "-":
        return load_source(read_source(name, "<stdin>", given))
    if is_bundled_name(name):
        spec = load_bundled(name)
        if spec is None:
            raise click.UsageError(_unknown(name))
        return spec
    refuse_leading_out(name)
    try:
        return load_file(name, given)
    except FileNotFoundError:
        stem = os.path.basename(name).removesuffix(".yaml")
        if not is_bundled_name(stem) or load_bundled(stem) is None:
            raise
        text = f"no such file: {name!r}; the bundled spec is called {stem}"
        raise click.UsageError(text) from None


def _unknown(name: str) -> str:
    from shapecalc.bundled import network_names
    from shapecalc.problems.formatting import shown
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(name, network_names())
    return f"no such file or bundled spec: {shown(name)}; " + (
        hint or "`shapecalc specs` lists the bundled ones"
    )


class Given:
    """What the options give instead of what a spec says: shapes of inputs, values of arguments.

    inputs, settings: as they are written, `[NAME=]SHAPE` and `NAME=VALUE`.
    layout: the order of the sizes in `inputs`. option: what the command line calls them.
    """

    __slots__ = ("inputs", "layout", "option", "settings")

    def __init__(
        self,
        inputs: tuple[str, ...],
        settings: tuple[str, ...],
        layout: str = "hwc",
        option: str = "--input",
    ) -> None:
        self.inputs = inputs
        self.settings = settings
        self.layout = layout
        self.option = option

    def __bool__(self) -> bool:
        return bool(self.inputs or self.settings)

    def input(self) -> Any:
        """The shape, or the shapes by name; None without one. Raises UsageError."""
        from shapecalc.language.given import GivenShape

        shapes: dict[str, GivenShape] = {}
        for text in self.inputs:
            name, equals, shape = (part.strip() for part in text.rpartition("="))
            if not name and (equals or len(self.inputs) > 1):
                raise click.UsageError(
                    f"{self.option}: {text!r} needs the name of its input, as in NAME={shape}"
                )
            if name in shapes:
                raise click.UsageError(f"{self.option}: {name!r} is given twice")
            shapes[name] = GivenShape(shape, self.option, self.layout, name)
        return shapes.get("", shapes) if shapes else None

    def arguments(self) -> dict[str, Any]:
        """The values of arguments by name. Raises UsageError."""
        from shapecalc.language.given import GivenArguments

        arguments = GivenArguments()
        arguments.option = "--set"
        for setting in self.settings:
            name, equals, text = setting.partition("=")
            if not equals:
                raise click.UsageError(f"--set needs NAME=VALUE, not {setting!r}")
            arguments[name.strip()] = _value(setting, text)
        return arguments

    def summary(
        self,
        spec: Spec,
        variant: str | None,
        batch: int = 1,
        dtype: str = "float32",
        fuse: bool = False,
        work: Work | None = None,
    ) -> Summary:
        """The summary that the options ask for. work: that it may do; None for that of any run.

        Raises SpecError for what is wrong with the spec, UsageError for what is wrong with them.
        """
        from shapecalc.problems.problem import SpecError

        try:
            return spec.summary_within(
                work,
                input=self.input(),
                arguments=self.arguments(),
                variant=variant,
                batch=batch,
                dtype=dtype,
                fuse=fuse,
            )
        except SpecError as error:
            for problem in error.problems:
                if problem.code == "SC115":
                    raise click.UsageError(_of_option(problem)) from None
            raise


def _of_option(problem: Problem) -> str:
    """A problem with what an option gives, in a line."""
    option = f"{problem.path}: " if is_given(problem) else ""
    return f"{option}{problem.message}" + (f"; {problem.hint}" if problem.hint else "")


def say_warnings(
    summaries: list[tuple[Summary, str]], given: Given, color: str | None = None
) -> None:
    """Say on standard error what may mislead: in full what is given, of the rest how many.

    summaries: each with the name under which `shapecalc check` lists the rest.
    """
    tell_warnings(
        [
            (summary.title, summary.warnings, check_command(summary, name, given))
            for summary, name in summaries
        ],
        color,
    )


def say_remarks(remarks: Sequence[str]) -> None:
    """Say on standard error what a format could not show as it was asked for."""
    if remarks:
        import sys

        from shapecalc.check.formats import full
        from shapecalc.cli.output import write

        write([full.message("warning", text) for text in remarks], sys.stderr)


def tell_warnings(
    warnings: Sequence[tuple[str, Sequence[Problem], str]], color: str | None = None
) -> None:
    """Say what may mislead: in full what is given, of the rest how many, as `check` reports them.

    warnings: the title of each network, what was found, and the command that lists it.
    """
    if not any(found for _, found, _ in warnings):
        return
    import sys

    from shapecalc.check.formats import full
    from shapecalc.cli.options import project_setting
    from shapecalc.cli.output import write
    from shapecalc.rules.selection import selected
    from shapecalc.text.styles import TEXT, WARNING

    codes = project_setting("select") or (), project_setting("ignore") or ()

    outside = Problems(each for _, found, _ in warnings for each in found if is_given(each))
    lines = list(full.problem_lines(outside.listed()))
    for title, found, command in warnings:
        others = len(selected((each for each in found if not is_given(each)), *codes))
        if others:
            count = "1 warning" if others == 1 else f"{others} warnings"
            lines.append([(count, WARNING), (f" in {title}: see `{command}`", TEXT)])
    write(lines, sys.stderr, color)


def is_given(problem: Problem) -> bool:
    """Whether a problem is about an option, or the INPUT of `calc`."""
    return problem.path.startswith("--") or problem.path == INPUT_ARGUMENT


def check_command(summary: Summary, name: str, given: Given) -> str:
    """The command that lists the warnings of a summary."""
    from shlex import join

    words = ["shapecalc", "check", split_variant(name)[0].replace(os.sep, "/")]
    for input, shape in summary.inputs.items() if given.inputs else ():
        words += ["--input", str(shape) if len(summary.inputs) == 1 else f"{input}={shape}"]
    for setting in given.settings:
        words += ["--set", setting]
    return join(words)


def _value(setting: str, text: str) -> Any:
    """A value as a spec would read it."""
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.text.source import Source
    from shapecalc.yaml.reader import read_yaml

    problems = Problems()
    source = Source("--set", text)
    value = NodeReader(source, problems).value(read_yaml(source, problems), 0)
    if problems:
        raise click.UsageError(f"--set {setting}: {problems.listed()[0].message}")
    return value
