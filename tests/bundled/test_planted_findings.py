"""Findings that are planted in the bundled specs, and fixed: each text is again what it was."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import pytest
from fixing import fixed
from spec_folders import lock_text

from shapecalc import bundled, layers
from shapecalc.check.check import check
from shapecalc.language.keys import COMMON_KEYS
from shapecalc.problems.suggestions import folded
from shapecalc.text.source import Source

TYPES = {*layers.type_names(), *bundled.block_names()}
FIELDS = {
    field
    for found in map(layers.find_type, layers.type_names())
    if found is not None
    for field in found.fields
}
KNOWN = TYPES | FIELDS | set(COMMON_KEYS)
WORDS = re.compile(r"\b[a-zA-Z_]\w{2,}\b(?=:)|(?<=type: )\w{3,}")


def original(name: str) -> str:
    return Path(bundled.spec_paths()[name]).read_text(encoding="utf-8")


def figures(text: str) -> list[str]:
    """Every layer's shapes and costs in every run, as a lock says them."""
    return [line.partition(" -> ")[2] for line in lock_text(Source("spec.yaml", text)).splitlines()]


@cache
def original_figures(name: str) -> list[str]:
    return figures(original(name))


def misspelled(word: str, choose: random.Random) -> str:
    """A word with a letter too many, too few, another one, or two swapped."""
    at = choose.randrange(len(word))
    letter = choose.choice("abcdefghijklmnopqrstuvwxyz_")
    return choose.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        ]
    )


def code_words(text: str) -> list[re.Match[str]]:
    """The fields, types and keys of items in a text, outside of its comments."""
    return [
        found
        for found in WORDS.finditer(text)
        if found[0] in KNOWN and "#" not in text[text.rfind("\n", 0, found.start()) : found.start()]
    ]


def planted_words(count: int) -> list[tuple[str, str]]:
    """The name of a spec, and its text with a word misspelled, so many times."""
    choose = random.Random(20150917)
    known = {folded(word) for word in KNOWN}
    found: list[tuple[str, str]] = []
    while len(found) < count:
        name = choose.choice(bundled.spec_names())
        text = original(name)
        word = choose.choice(code_words(text))
        wrong = misspelled(word[0], choose)
        if folded(wrong) not in known:  # what differs in case alone is certainly the other
            found.append((name, text[: word.start()] + wrong + text[word.end() :]))
    return found


def hold_words(here: Path, count: int, least: float) -> None:
    """least: the share that becomes what it was. Every new spec draws other words."""
    mended = 0
    for name, planted in planted_words(count):
        after = fixed(here, planted)
        assert after in (planted, original(name))
        mended += after == original(name)
    assert mended > count * least


def test_a_misspelled_word_becomes_what_it_was_or_stays(here: Path) -> None:
    hold_words(here, 25, 0.8)


@pytest.mark.slow
def test_every_kind_of_misspelled_word_becomes_what_it_was_or_stays(here: Path) -> None:
    hold_words(here, 400, 0.9)


FALSE = re.compile(r"bias: false")


def biased() -> list[tuple[str, str]]:
    """The specs that write `bias: false`, each with half of these true, or away."""
    found = []
    choose = random.Random(7)
    for name in bundled.spec_names():
        text = original(name)
        if "bias: false" not in text:
            continue
        found.append((name, FALSE.sub(lambda each: choose.choice([each[0], "bias: true"]), text)))
        found.append((name, re.sub(r", bias: false(?=[,}])", "", text)))
    return found


def lines_apart(first: str, second: str) -> set[int]:
    """The lines in which two texts of as many lines differ."""
    both = zip(first.split("\n"), second.split("\n"), strict=True)
    return {number for number, (one, other) in enumerate(both, 1) if one != other}


@pytest.mark.parametrize(("name", "planted"), biased())
def test_a_redundant_bias_goes_and_nothing_else_changes(
    here: Path, name: str, planted: str
) -> None:
    after = fixed(here, planted)
    before = check(Source("spec.yaml", planted))
    reported = {problem.line for problem in before.problems if problem.code == "SC403"}
    assert lines_apart(planted, after) <= lines_apart(planted, original(name)) & reported
    lines = after.split("\n")
    left = [
        problem
        for problem in check(Source("spec.yaml", after)).problems
        if "# shapecalc: ignore" not in lines[problem.line - 1]
    ]
    assert [problem for problem in left if problem.edit and problem.code == "SC403"] == []
    if not left:
        assert figures(after) == original_figures(name)


@pytest.mark.parametrize("name", bundled.spec_names())
def test_totals_become_what_they_were(here: Path, name: str) -> None:
    text = original(name)
    planted = re.sub(r"(?<=params: )\d+", lambda found: f"{found[0]}1", text)
    assert (planted != text) == ("params: " in text)
    assert fixed(here, planted) == planted
    assert fixed(here, planted, expectations=True) == text
