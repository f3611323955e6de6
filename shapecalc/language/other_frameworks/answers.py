"""The answer for an unknown type or key: what is known of the word, whatever is spelled alike.

A word is looked up without case, underscores and hyphens.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from shapecalc.language.other_frameworks import (
    caffe,
    common,
    darknet,
    keras,
    onnx,
    pytorch,
    tensorflow,
)
from shapecalc.language.other_frameworks.keys import CANDIDATES, SENTENCES
from shapecalc.limits import MAXIMUM_WORDS
from shapecalc.problems.suggestions import folded, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FRAMEWORKS: dict[str, Mapping[str, str]] = {
    "common": common.WORDS,
    "pytorch": pytorch.WORDS,
    "keras": keras.WORDS,
    "caffe": caffe.WORDS,
    "onnx": onnx.WORDS,
    "tensorflow": tensorflow.WORDS,
    "darknet": darknet.WORDS,
}
"""The words of each framework by what is said of them: the name of a type, or a hint. `*` stands
for 1d, 2d and 3d: `Conv*` is the type of as many axes as the word, or a choice of all three."""

AXES = ("1d", "2d", "3d")


@cache
def type_answers() -> dict[str, str]:
    """The hint for each folded name of a type."""
    found = {}
    for words_by_meaning in FRAMEWORKS.values():
        for meaning, words in words_by_meaning.items():
            for word in words.split():
                for axes in AXES if "*" in word else ("",):
                    found[word.replace("*", axes)] = _hint(meaning, axes)
    return found


def _hint(meaning: str, axes: str) -> str:
    if " " in meaning:
        return meaning.replace("*", axes)
    if "*" in meaning and not axes:
        return _choice([meaning.replace("*", each) for each in AXES])
    return suggestion(meaning.replace("*", axes))


def _choice(names: list[str]) -> str:
    return f"add the number of spatial dimensions: {', '.join(names)}"


def type_hint(name: str, known: Iterable[str]) -> str | None:
    """The hint for an unknown type; None where nothing is known of the word.

    known: the types and blocks that there are.
    """
    bare = name.partition("(")[0].rpartition(".")[2]  # nn.ReLU(inplace=True)
    word = folded(bare)
    by_axes = []
    for other in islice(known, MAXIMUM_WORDS):
        same = folded(other)
        if same == word:
            return suggestion(other)
        if same[:-2] == word and other.endswith(AXES):
            by_axes.append(other)
    if word in type_answers():
        return type_answers()[word]
    return _choice(by_axes) if len(by_axes) > 1 else None


def key_hint(key: str, known: tuple[str, ...]) -> tuple[str | None, str | None]:
    """What an unknown key was meant as, and the hint; None for either that is not known.

    known: the keys that the mapping may have. What is meant is one of them.
    """
    word = folded(key)
    for other in known:
        if folded(other) == word:
            return other, suggestion(other)
    answers = SENTENCES.get(word, ())
    for needed, sentence in answers:
        if needed in known:
            return None, sentence
    for meant in CANDIDATES.get(word, ()):
        if meant in known:
            return meant, suggestion(meant)
    if "from" in known:  # an item
        for needed, sentence in answers:
            if not needed:
                return None, sentence
    return None, None
