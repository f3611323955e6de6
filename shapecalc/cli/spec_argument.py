"""What SPEC on a command line means, and the summary that the options ask of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from shapecalc.problems.problem import Problems

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec


def split_variant(text: str) -> tuple[str, str | None]:
    """A spec's name and the variant after its last `@`, where it has one."""
    name, at, variant = text.rpartition("@")
    if at and name and "/" not in variant and not os.path.isfile(text):
        return name, variant
    return text, None


def read_spec_argument(text: str) -> Spec:
    """The spec after SPEC: a path, `-`, or a bundled name, each with a variant after an `@`.

    Raises SpecError for what is in it, OSError where it cannot be read, UsageError where
    nothing is called so.
    """
    name, variant = split_variant(text)
    spec = _read(name)
    if variant is not None:
        if variant not in spec.variants:
            from shapecalc.problems.suggestions import did_you_mean

            known = ", ".join(spec.variants) or "none"
            hint = did_you_mean(variant, spec.variants) or f"it has {known}"
            raise click.UsageError(f"{name} has no variant {variant!r}; {hint}")
        return spec.replaced(default_variant=variant)
    return spec


def _read(name: str) -> Spec:
    from shapecalc.loading import is_bundled_name, load_bundled, load_data
    from shapecalc.text.files import load_bytes, read_standard_input

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
        text = f"no such file: {name!r}; the bundled spec is called {stem}"
        raise click.UsageError(text) from None
    return load_data(data, name)


def _unknown(name: str) -> str:
    from shapecalc.loading import names_and_variants
    from shapecalc.problems.formatting import shown
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(name, names_and_variants())
    return f"no such file or bundled spec: {shown(name)}; " + (
        hint or "`shapecalc specs` lists the bundled ones"
    )


def summarize(
    spec: Spec,
    input: str | None,
    settings: tuple[str, ...],
    variant: str | None,
    batch: int = 1,
    dtype: str = "float32",
) -> Summary:
    """The summary that the options ask for.

    Raises SpecError for what is wrong with the spec, UsageError for what is wrong with them.
    """
    from shapecalc.problems.problem import SpecError

    arguments: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set needs NAME=VALUE, not {setting!r}")
        arguments[name.strip()] = _value(setting, text)
    try:
        return spec.summary(input, arguments, variant, batch, dtype)
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
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.text.source import Source
    from shapecalc.yaml.reader import read_yaml

    problems = Problems()
    source = Source("--set", text)
    value = NodeReader(source, problems).value(read_yaml(source, problems), 0)
    if problems:
        raise click.UsageError(f"--set {setting}: {problems.listed()[0].message}")
    return value
