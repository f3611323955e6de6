"""The nearest known word: what a message offers for one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_WORD = 64
"""Characters; a longer word is only looked up without regard to case."""

MAXIMUM_CANDIDATES = 64
"""Known words that are compared in full: the likeliest by first letter and length."""

LEAST_RATIO = 0.6
"""The part that two words must have in common, by difflib's measure."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word` (never `word` itself), or None where none is near.

    A word that differs only in case comes before all others; of equally near ones, the
    alphabetically first is taken, so that the order of `known` does not matter.
    """
    folded = word.casefold()
    others = [(other.casefold(), other) for other in known if other != word]
    same = [other for key, other in others if key == folded]
    if same:
        return min(same)
    length = len(folded)
    if length > LONGEST_WORD:
        return None
    # The ratio is at most 2 * shorter / (shorter + longer), which the lengths alone tell.
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
    """A hint such as "did you mean 'padding'?", or None where no known word is near."""
    found = nearest(word, known)
    return None if found is None else f"did you mean '{found}'?"
