"""The catalogue of problem codes: complete, true to its examples, and what the command says."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from click import Context
from click.testing import CliRunner
from spec_folders import lock_text

import shapecalc
from shapecalc.check import lock
from shapecalc.check.check import check
from shapecalc.check.codes import CODES
from shapecalc.check.lock_difference import LockComparison
from shapecalc.cli import cli
from shapecalc.cli.explain_code import command
from shapecalc.loading import read_source
from shapecalc.problems.codes import Code
from shapecalc.text.source import Source

PACKAGE = Path(shapecalc.__file__).parent
EXAMPLES = [code for code in CODES.values() if code.example]


def source_of(text: str) -> Source:
    """The text of a spec; that of a network in a text of another program. Raises SpecError."""
    with NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        return read_source(file.name, "spec.yaml")


def codes_of(text: str, locked: str | None = None) -> list[str]:
    try:
        source = source_of(text)
    except shapecalc.SpecError as error:
        return [problem.code for problem in error.problems]
    if locked is None:
        return [problem.code for problem in check(source).problems]
    comparison = lock.compared(lock_text(Source("spec.yaml", locked)), source)
    assert isinstance(comparison, LockComparison)
    problems = check(source, each=comparison.add).problems
    return [problem.code for problem in (*problems, comparison.problem()) if problem is not None]


def test_every_code_that_is_raised_is_in_the_catalogue_and_every_other_way_round() -> None:
    raised = {
        code
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "problems" / "codes"
        for code in re.findall(r'"(SC\d{3})"', path.read_text("utf-8"))
    }
    assert raised == CODES.keys()
    assert list(CODES) == sorted(CODES)


def test_only_what_no_check_of_a_text_finds_has_no_example() -> None:
    without = [code for code in CODES if not CODES[code].example]
    assert without == ["SC000", "SC211", "SC305", "SC306"]


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.code)
def test_an_example_gives_its_code_and_its_cure_gives_none(code: Code) -> None:
    locked = code.fix if code.code == "SC304" else None
    assert set(codes_of(code.example, locked)) == {code.code}
    assert codes_of(code.fix, locked) == []


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_the_command_explains_a_code(code: Code) -> None:
    result = CliRunner().invoke(cli, ["explain-code", code.code.lower()])
    assert result.exit_code == 0
    first, *others = result.output.splitlines()
    assert first == f"{code.code}: {code.title}"
    assert code.cause in " ".join(others)
    assert [line for line in others if line in ("Wrong:", "Right:")] == (
        ["Wrong:", "Right:"] if code.example else []
    )


def test_the_shell_completes_codes() -> None:
    (argument,) = command.params[:1]
    context = Context(command)
    assert [item.value for item in argument.shell_complete(context, "sc30")] == [
        code for code in CODES if code.startswith("SC30")
    ]


def test_the_command_lists_all_codes() -> None:
    result = CliRunner().invoke(cli, ["explain-code"])
    assert result.output.splitlines() == [
        f"{code.code}  {code.title}{' (fixable)' if code.fixable else ''}"
        for code in CODES.values()
    ]


@pytest.mark.parametrize(
    ("word", "hint"),
    [("SC404x", "did you mean 'SC404'?"), ("nothing", "`shapecalc explain-code` lists them")],
)
def test_an_unknown_code_is_misused_with_the_nearest(word: str, hint: str) -> None:
    result = CliRunner().invoke(cli, ["explain-code", word])
    assert result.exit_code == 2
    assert f"unknown code '{word}'; {hint}" in result.output
