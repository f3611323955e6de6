"""Edits of single numbers in the bundled specs: whatever changes a figure is caught."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from shapecalc import bundled
from shapecalc.check import lock
from shapecalc.check.check import Checked, check
from shapecalc.text.source import Source

EDITS = 300

NUMBER = re.compile(r"""(?<![\w.#"-])\d+(?![\w."])""")


def numbers(text: str) -> list[re.Match[str]]:
    """The integers of a spec outside of its comments."""
    found = []
    for number in NUMBER.finditer(text):
        line_start = text.rfind("\n", 0, number.start()) + 1
        if "#" not in text[line_start : number.start()]:
            found.append(number)
    return found


def figures(checked: Checked) -> list[str]:
    """Every layer's shapes and costs in every run, as a lock says them."""
    return list(lock.lines(checked))


def edits() -> list[tuple[str, str, str]]:
    """The name of a spec, what was edited, and the text that results."""
    choose = random.Random(20150917)
    texts = {name: Path(bundled.path(name)).read_text(encoding="utf-8") for name in bundled.names()}
    found = []
    for _ in range(EDITS):
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


def test_every_edit_that_changes_a_figure_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    originals = {
        name: figures(check(Source(name, Path(bundled.path(name)).read_text(encoding="utf-8"))))
        for name in bundled.names()
    }
    changed, missed = 0, []
    for name, edit, text in edits():
        checked = check(Source(name, text))
        if checked.failed and not checked.runs:
            changed += 1  # it no longer runs at all
        elif figures(checked) != originals[name]:
            changed += 1
            if not checked.failed:
                missed.append(f"{name}, {edit}")
    with capsys.disabled():
        print(f"\n{EDITS} edits, {changed} of them change a figure, {len(missed)} go unnoticed")
    assert changed > EDITS // 3
    assert missed == []
