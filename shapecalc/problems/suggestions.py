"""The nearest known word, which a message suggests for an unknown one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

LONGEST_WORD = 64
"""The maximum length of a word, in characters; a longer one is only compared without case."""

MAXIMUM_CANDIDATES = 64
"""The maximum number of known words compared in full: the likeliest by first letter and length."""

LEAST_RATIO = 0.6
"""The minimum similarity of two words, as the ratio of difflib."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word` (never `word` itself), or None if none is near.

    A word that differs only in case comes first; of equally near ones, the alphabetically first
    is returned, so that the order of `known` does not matter.
    """
    folded = word.casefold()
    others = [(other.casefold(), other) for other in known if other != word]
    same = [other for key, other in others if key == folded]
    if same:
        return min(same)
    length = len(folded)
    if length > LONGEST_WORD:
        return None
    # The ratio is at most 2 * shorter / (shorter + longer), which needs only the lengths.
    candidates = sorted(
        (key[:1] != folded[:1], abs(len(key) - length), key, other)
        for key, other in others
        if 2 * min(len(key), length) >= LEAST_RATIO * (len(key) + length)
    )
    if not candidates:
        return None
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    best, best_ratio = None, 0.0
    for _, _, key, other in sorted(candidates[:MAXIMUM_CANDIDATES], key=lambda each: each[3]):
        matcher.set_seq1(key)
        if matcher.quick_ratio() < LEAST_RATIO:
            continue
        ratio = matcher.ratio()
        if ratio >= LEAST_RATIO and ratio > best_ratio:
            best, best_ratio = other, ratio
    return best


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint such as "did you mean 'padding'?", or None if no known word is near."""
    found = nearest(word, known)
    return None if found is None else suggestion(found)


def suggestion(word: str) -> str:
    """The hint that a word was meant."""
    return f"did you mean '{word}'?"


def misspelled(
    word: str, known: Iterable[str], hint: str | None, uncertain: Collection[str] = ()
) -> tuple[str, str] | None:
    """An unknown word and what it is to be, where a hint suggests what is certain.

    uncertain: the known words that are not to be written instead: a key that is there already, or
    names that somebody has made up, as another of theirs may be a letter off.
    """
    meant = certain(word, known)
    if meant is None or meant in uncertain or hint != suggestion(meant):
        return None
    return word, meant


LEAST_LENGTH = 3
"""The minimum length of two words of which one is certainly the other, misspelled."""

_PLAIN = re.compile(r"(?!(?:null|true|false)$)[^\W\d][\w.-]*", re.IGNORECASE)


def certain(word: str, known: Iterable[str]) -> str | None:
    """The one known word that an unknown one is, misspelled; None where that is not certain.

    It is the only one that is the same but for case, underscores and hyphens, or else the only one
    that is a letter off: one too many, too few, another one, or two of them swapped. A digit is no
    letter: `conv2` is no misspelled `conv1`, nor is `conv`.
    """
    if not LEAST_LENGTH <= len(word) <= LONGEST_WORD:
        return None
    others = [other for other in known if other != word and _PLAIN.fullmatch(other)]
    same = [other for other in others if folded(other) == folded(word)]
    found = same or [
        other
        for other in others
        if len(other) >= LEAST_LENGTH and _is_a_letter_off(word.casefold(), other.casefold())
    ]
    return found[0] if len(set(found)) == 1 else None


def folded(word: str) -> str:
    """A word without what is written differently: case, underscores and hyphens."""
    return word.casefold().replace("_", "").replace("-", "")


def _is_a_letter_off(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while word[start : start + 1] == other[start : start + 1] != "":
        start += 1
    first, second = word[start:], other[start:]
    if len(first) == len(second):
        swapped = first[:2] == second[1::-1] and first[2:] == second[2:]
        changed = first[:2] + second[:2] if swapped else first[:1] + second[:1]
        off = swapped or first[1:] == second[1:]
    else:
        longer, shorter = (first, second) if len(first) > len(second) else (second, first)
        changed = longer[:1]
        off = longer[1:] == shorter
    return off and not any(char.isdigit() for char in changed)
