"""Edits of single numbers in the bundled specs: whatever changes a figure is caught."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import pytest
from spec_folders import lock_text

from shapecalc import bundled
from shapecalc.check.check import check
from shapecalc.text.source import Source

NUMBER = re.compile(r"""(?<![\w.#"-])\d+(?![\w."])""")


def numbers(text: str) -> list[re.Match[str]]:
    """The integers of a spec outside of its comments."""
    found = []
    for number in NUMBER.finditer(text):
        line_start = text.rfind("\n", 0, number.start()) + 1
        if "#" not in text[line_start : number.start()]:
            found.append(number)
    return found


def figures(lock: str) -> list[str]:
    """Every layer's shapes and costs in every run, as a lock says them."""
    return [line.partition(" -> ")[2] for line in lock.splitlines()]


def edits(count: int) -> list[tuple[str, str, str]]:
    """The name of a spec, what was edited, and the text that results, so many times."""
    choose = random.Random(20150917)
    texts = {
        name: Path(path).read_text(encoding="utf-8") for name, path in bundled.spec_paths().items()
    }
    found = []
    for _ in range(count):
        name = choose.choice(list(texts))
        text = texts[name]
        number = choose.choice(numbers(text))
        old = int(number[0])
        new = choose.choice([old + 1, max(old - 1, 0), 2 * old, old + 7])
        if new == old:
            new = old + 1
        line = text.count("\n", 0, number.start()) + 1
        mutated = text[: number.start()] + str(new) + text[number.end() :]
        found.append((name, f"line {line}: {old} became {new}", mutated))
    return found


@cache
def original(name: str) -> str:
    return lock_text(Source(name, Path(bundled.spec_paths()[name]).read_text(encoding="utf-8")))


@pytest.mark.parametrize("count", [15, pytest.param(300, marks=pytest.mark.slow)])
def test_every_edit_that_changes_a_figure_is_caught(count: int) -> None:
    changed, missed = 0, []
    for name, edit, text in edits(count):
        checked = check(Source(name, text))
        if checked.failed and not checked.succeeded:
            changed += 1  # it no longer runs at all
        elif figures(lock_text(Source(name, text))) != figures(original(name)):
            changed += 1
            if not checked.failed:
                missed.append(f"{name}, {edit}")
    assert changed > count // 3
    assert missed == []
