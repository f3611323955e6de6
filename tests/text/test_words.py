"""The words of each language: none is missing, none is left over."""

from __future__ import annotations

from string import Formatter

import pytest

from shapecalc import layers
from shapecalc.tables.columns import COLUMNS
from shapecalc.tables.overview import OVERVIEW_COLUMNS
from shapecalc.text.words import LANGUAGES, Words, words_of

ENGLISH = words_of("en")


def filled(text: str) -> set[str | None]:
    """The names of the braces of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def flat(words: Words) -> dict[str, str]:
    """Every word by a name of its own."""
    found = {}
    for slot in Words.__slots__:
        value = getattr(words, slot)
        if slot in ("language", "types"):
            continue
        if slot in ("columns", "overview", "totals"):
            found.update({f"{slot} {key}": heading for key, (heading, _) in value.items()})
            found.update({f"{slot} {key}, more": text for key, (_, text) in value.items()})
        elif isinstance(value, dict):
            found.update({f"{slot} {key}": text for key, text in value.items()})
        elif isinstance(value, tuple):
            found.update({f"{slot} {index}": text for index, text in enumerate(value)})
        else:
            found[slot] = value
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_words_of_every_column(language: str) -> None:
    words = words_of(language)
    assert words.language == language
    assert list(words.columns) == [column.key for column in COLUMNS]
    assert words.overview.keys() <= OVERVIEW_COLUMNS.keys() <= {*words.overview, *words.columns}
    assert words.types.keys() <= set(layers.type_names())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_words_of_english_with_the_same_braces(language: str) -> None:
    words, english = flat(words_of(language)), flat(ENGLISH)
    assert words.keys() == english.keys()
    assert all(words.values())
    assert {name: filled(text) for name, text in words.items()} == {
        name: filled(text) for name, text in english.items()
    }
