"""An input in PyTorch's order is told by every command, and no other is, of every bundled spec."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from shapecalc import bundled
from shapecalc.check.check import check
from shapecalc.cli import cli
from shapecalc.loading import load_bundled
from shapecalc.problems.problem import SpecError
from shapecalc.shapes.shape import Shape
from shapecalc.spec import Spec
from shapecalc.text.source import Source

SIDES = (224, 256, 320, 416, 512, 640)


def loaded(name: str) -> tuple[Spec, str | None, Shape]:
    """A bundled spec, a variant of it that can be run, and its own input."""
    spec = load_bundled(name)
    assert spec is not None
    variant = None
    if any(argument.required for argument in spec.arguments.values()):
        variant = next(iter(spec.variants))
    return spec, variant, spec.summary(variant=variant).input


def has_one_input(name: str) -> bool:
    """Whether a shape alone is its input: of several each is given with its name."""
    spec, variant, _ = loaded(name)
    return len(spec.summary(variant=variant).inputs) == 1


NAMES = list(filter(has_one_input, bundled.spec_names()))

SPATIAL = [name for name in NAMES if loaded(name)[2].spatial]

COMMANDS = {
    "table": ["table", "SPEC"],
    "export": ["export", "SPEC", "--to", "markdown"],
    "diff": ["diff", "SPEC", "SPEC"],
    "summary": ["summary", "SPEC"],
    "explain": ["explain", "SPEC"],
}


def printed(*words: str) -> str:
    """What a command prints, on both streams."""
    return CliRunner().invoke(cli, words).output


def says_so(spec: Spec, variant: str | None, shape: Shape | str) -> bool:
    """Whether the Python interface says of its first input that it may be meant otherwise."""
    name = next(iter(spec.summary(variant=variant).inputs))
    try:
        found = spec.summary({name: str(shape)}, variant=variant).warnings
    except SpecError as error:
        found = [problem for problem in error.problems if problem.code == "SC115"]
    return any(problem.code in ("SC115", "SC408") for problem in found)


@pytest.mark.parametrize("name", SPATIAL)
def test_channels_first_are_told(name: str) -> None:
    spec, variant, own = loaded(name)
    swapped = Shape(own.chw)
    batched = f"1x{swapped}"
    assert says_so(spec, variant, swapped)
    assert says_so(spec, variant, batched)
    label = name if variant is None else f"{name}@{variant}"
    for command in COMMANDS.values():
        for given in (str(swapped), batched):
            words = [label if word == "SPEC" else word for word in command]
            output = printed(*words, "--input", given)
            assert "channels last" in output or "batch" in output
            assert f"write {own}" in output
    source = Source(f"{name}.yaml", spec.source.text)
    codes = {problem.code for problem in check(source, input=str(swapped)).problems}
    assert codes & {"SC408", "SC115"}
    assert "channels last" in printed("check", name, "--input", str(swapped))


@pytest.mark.parametrize("name", NAMES)
def test_its_own_input_and_others_of_its_channels_are_not(name: str) -> None:
    spec, variant, own = loaded(name)
    larger = Shape((*(size * 3 // 2 for size in own.spatial), own.channels))
    shapes = [own, larger]
    if len(own.spatial) == 2:
        shapes += [Shape((side, side, own.channels)) for side in SIDES]
    for shape in shapes:
        assert not says_so(spec, variant, shape)
    assert not check(Source(f"{name}.yaml", spec.source.text)).failed
    for each in [variant, *spec.variants]:
        assert not spec.summary(variant=each).remarks


@pytest.mark.parametrize("name", SPATIAL)
def test_with_the_layout_of_pytorch_the_same_input_is_its_own(name: str) -> None:
    _, variant, own = loaded(name)
    label = name if variant is None else f"{name}@{variant}"
    plain = printed("table", label, "--layout", "chw")
    given = printed("table", label, "--layout", "chw", "--input", str(Shape(own.chw)))
    assert given.partition("see `")[0] == plain.partition("see `")[0]
