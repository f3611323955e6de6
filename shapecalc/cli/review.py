"""`shapecalc diff --git`: what changed between two revisions of a repository."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from shapecalc.cli import collect_garbage
from shapecalc.cli.output import write
from shapecalc.cli.spec_argument import is_given, split_variant, tell_warnings

if TYPE_CHECKING:
    from shapecalc.cli.spec_argument import Given
    from shapecalc.diff import Room
    from shapecalc.review.repository import Repository
    from shapecalc.review.review import Review
    from shapecalc.review.sides import Side


_SHORT = 10
"""The characters of a commit's id that name a merge base."""


def write_review(
    base: str,
    paths: tuple[str, ...],
    given: Given,
    format_: str,
    room: Room,
    exit_code: bool,
    color: str,
) -> int:
    """Write what changed since BASE at the paths, and return the exit status."""
    from shapecalc.review import REVIEW_FORMATS
    from shapecalc.review.chosen import Chosen, nearest_folder
    from shapecalc.review.repository import Repository
    from shapecalc.review.review import Review

    collect_garbage()
    chosen = [(path, *_file_and_variant(path)) for path in paths]
    repository = Repository(nearest_folder(chosen[0][1] if chosen else os.curdir))
    try:
        old, new = _sides(base, repository)
        review = Review(old, new, Chosen(chosen, repository.top, (old, new)), _given(given))
        write(REVIEW_FORMATS[format_].lines(review, room), sys.stdout, color)
    finally:
        repository.close()
    _say_warnings(review, given, color)
    return 1 if review.fails or (exit_code and review.differs) else 0


def _file_and_variant(path: str) -> tuple[str, str | None]:
    """A path as it may be FILE@VARIANT. Raises UsageError for what can be no path."""
    if not path or "\0" in path:
        raise click.UsageError(f"--git needs paths, not {path!r}")
    return split_variant(path)


def _sides(base: str, repository: Repository) -> tuple[Side, Side]:
    """The two sides that BASE names. Raises OSError."""
    from shapecalc.review.sides import CommitSide, WorkingSide

    first, dots, second = base.partition("..")
    if not dots:
        old = CommitSide(repository, base, base, repository.commit(base))
        return old, WorkingSide(repository, old)
    merged = second.startswith(".")
    first, second = first or "HEAD", second.removeprefix(".") or "HEAD"
    old_commit, new_commit = repository.commit(first), repository.commit(second)
    new = CommitSide(repository, second, second, new_commit)
    if not merged:
        return CommitSide(repository, first, first, old_commit), new
    commit = repository.merge_base(old_commit, new_commit)
    called = commit[:_SHORT]
    label = f"{called} (merge base of {first} and {second})"
    return CommitSide(repository, label, called, commit), new


def _given(given: Given) -> dict[str, Any]:
    """What is given for all runs. Raises UsageError."""
    found = {"input": given.input(), "arguments": given.arguments()}
    return {key: value for key, value in found.items() if value}


def _say_warnings(review: Review, given: Given, color: str) -> None:
    """Say what may mislead: of what is given in full, of the specs of the working tree how many."""
    from shlex import join

    options = [word for text in given.inputs for word in ("--input", text)]
    options += [word for text in given.settings for word in ("--set", text)]
    told = []
    for path, (title, problems) in review.warnings.items():
        found = [each for each in problems.listed() if review.new.commit is None or is_given(each)]
        name = review.new.name(path).replace(os.sep, "/")
        told.append((title, found, join(["shapecalc", "check", name, *options])))
    tell_warnings(told, color)
