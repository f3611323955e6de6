"""The nearest known word, which a message suggests for an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

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
    return None if found is None else f"did you mean '{found}'?"
