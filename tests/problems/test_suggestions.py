"""What is offered for a word that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.problems.suggestions import certain, did_you_mean, misspelled, nearest

FIELDS = ["out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("pading", "padding"),
        ("stirde", "stride"),
        ("kernel", "kernel_size"),
        ("channels", "out_channels"),
        ("group", "groups"),
        ("Bias", "bias"),
        ("padding", None),
        ("x", None),
        ("", None),
        ("p" * 10_000, None),
    ],
)
def test_nearest(word: str, wanted: str | None) -> None:
    assert nearest(word, FIELDS) == wanted


def test_a_word_that_differs_in_case_comes_first() -> None:
    assert nearest("conv2D", ["conv2", "Conv2d", "conv2DD", "CONV2D"]) == "CONV2D"


def test_the_alphabetically_first_of_equally_near_words_comes_first() -> None:
    assert nearest("conv_", ["conv2", "conv1", "conv3"]) == "conv1"


def test_long_words_are_compared_without_regard_to_case() -> None:
    assert nearest("P" * 10_000, ["p" * 10_000]) == "p" * 10_000


def test_the_words_may_come_but_once() -> None:
    assert nearest("pading", iter(FIELDS)) == "padding"


@given(st.text("abC", max_size=6), st.lists(st.text("abC", max_size=6)))
def test_the_order_of_the_known_words_does_not_matter(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert found == nearest(word, reversed(known)) == nearest(word, set(known))
    assert found is None or found in known
    assert found != word


def test_only_some_of_very_many_words_are_compared_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import difflib

    ratios = 0
    original = difflib.SequenceMatcher.quick_ratio

    def counted(self: difflib.SequenceMatcher[str]) -> float:
        nonlocal ratios
        ratios += 1
        return original(self)

    monkeypatch.setattr(difflib.SequenceMatcher, "quick_ratio", counted)
    assert nearest("layer_x", [f"layer_{number}" for number in range(5000)]) is not None
    assert ratios == 64


def test_did_you_mean() -> None:
    assert did_you_mean("pading", FIELDS) == "did you mean 'padding'?"
    assert did_you_mean("x", FIELDS) is None


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("pading", FIELDS, "padding"),
        ("padddding", FIELDS, None),
        ("stirde", FIELDS, "stride"),
        ("strides", FIELDS, "stride"),
        ("Kernel-Size", FIELDS, "kernel_size"),
        ("kernel", FIELDS, None),
        ("bais", FIELDS, "bias"),
        ("Conv2", ["Conv2d", "Conv1d"], "Conv2d"),
        ("Convd", ["Conv2d"], None),  # a digit is no letter
        ("Conv4d", ["Conv2d"], None),
        ("relu", ["ReLU", "ELU"], "ReLU"),
        ("xELU", ["CELU", "SELU"], None),
        ("conv_a", ["conv_b", "conv_c"], None),
        ("nulll", ["null"], None),
        ("po", ["p"], None),
        ("p" * 100, ["p" * 99], None),
        ("pading", [], None),
    ],
)
def test_certain(word: str, known: list[str], meant: str | None) -> None:
    assert certain(word, known) == meant


@given(st.text("abC_1", max_size=6), st.lists(st.text("abC_1", max_size=6)))
def test_what_is_certain_does_not_depend_on_the_order(word: str, known: list[str]) -> None:
    meant = certain(word, known)
    assert meant == certain(word, reversed(known)) == certain(word, set(known))
    assert meant is None or meant in known
    assert meant != word


def test_a_word_is_misspelled_where_the_hint_says_the_same() -> None:
    assert misspelled("pading", FIELDS, "did you mean 'padding'?") == ("pading", "padding")
    assert misspelled("pading", FIELDS, "leave it out") is None
    assert misspelled("pading", FIELDS, "did you mean 'padding'?", ["padding"]) is None
