"""What is said of the words of other frameworks: an answer that holds, not a word spelled alike."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import SPECS
from framework_names import NAMES

import shapecalc
from shapecalc import bundled, layers
from shapecalc.language.keys import COMMON_KEYS
from shapecalc.language.other_frameworks.answers import (
    FRAMEWORKS,
    key_hint,
    type_answers,
    type_hint,
)
from shapecalc.language.other_frameworks.keys import CANDIDATES, SENTENCES
from shapecalc.problems.suggestions import folded
from shapecalc.reference.layer_types import find_block

KNOWN = [*layers.type_names(), *bundled.block_names()]

INPUTS = ("4x4x1024", "16x1024", "4x4x4x256", "16384")
"""An input for every number of axes, of which each hint's layer accepts one."""

SNIPPET = re.compile(r"\{type: [^{}]*\}")
TYPE_LIKE = re.compile(r"\b(?:[A-Z][a-z]+[A-Z0-9]\w*|[A-Z]{2,}[a-z]\w*)\b")
NO_TYPES = {"PyTorch", "YOLO", "YAML", "TensorFlow", "MiB", "TEXT"}


def keys_of(name: str) -> tuple[str, ...]:
    """The keys that an item of a type or block may have."""
    found = layers.find_type(name)
    own = found.fields if found is not None else find_block(name).arguments
    return ("type", *own, *COMMON_KEYS)


def types_in(hint: str) -> list[str]:
    """What a hint names as types: suggested, in an item, or written like one."""
    suggested = re.findall(r"did you mean '(\w+)'\?", hint)
    return [*suggested, *re.findall(r"\{type: (\w+)", hint), *written_like_types(hint)]


def written_like_types(text: str) -> list[str]:
    """The words with capitals inside, or with a number of axes, and names after an article."""
    named = re.findall(r"\b(?:use|an?|or|and|see|with) ([A-Z]\w+)", text)
    return [word for word in (*TYPE_LIKE.findall(text), *named) if word not in NO_TYPES]


def loads(item: str) -> bool:
    """Whether an item of a hint loads on an input of some number of axes."""
    for shape in INPUTS:
        try:
            shapecalc.loads(f"input: {{a: {shape}, b: {shape}}}\nlayers: [{item}]").summary()
        except shapecalc.SpecError as error:
            if any(problem.code < "SC11" for problem in error.problems):
                return False  # whatever the input, it is not read
        else:
            return True
    return False


@pytest.mark.parametrize(
    ("framework", "name"),
    [(framework, name) for framework, names in NAMES.items() for name in names],
)
def test_a_name_of_a_framework_has_an_answer(framework: str, name: str) -> None:
    assert name in KNOWN or type_hint(name, KNOWN) is not None


def test_an_answer_is_the_same_however_a_framework_writes_the_word() -> None:
    for name in {name for names in NAMES.values() for name in names if name not in KNOWN}:
        for written in (name, name.upper(), f"nn.{name}", f"{name}(3, 3)"):
            assert type_hint(written, KNOWN) == type_hint(name, KNOWN)


def test_each_word_stands_once_and_is_no_type() -> None:
    words = [
        word
        for framework in FRAMEWORKS.values()
        for listed in framework.values()
        for word in listed.split()
    ]
    assert len(set(words)) == len(words)
    assert words == [folded(word) for word in words]
    assert not {folded(name) for name in KNOWN} & type_answers().keys()


@pytest.mark.parametrize("hint", sorted({*type_answers().values()}))
def test_an_answer_names_types_that_there_are_and_items_that_load(hint: str) -> None:
    assert "*" not in hint
    assert [name for name in types_in(hint) if name not in KNOWN] == []
    items = SNIPPET.findall(hint)
    for item in items:
        assert loads(item if "from:" in item else item.replace("}", ", from: a}")), item


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Cropping2D", "use a ZeroPad2d with negative padding, which crops: "),
        ("Cropping1D", "use a ZeroPad1d with negative padding, which crops: "),
        ("MaxUnpooling2D", "did you mean 'MaxUnpool2d'?"),
        ("SpectralNormalization", "write spectral_norm: true"),
        ("ConvBNReLU", "did you mean 'ConvNormActivation'?"),
        ("Scale", "use an Affine"),
        ("swapaxes", "did you mean 'Transpose'?"),
        ("movedim", "did you mean 'Permute'?"),
        ("View", "use a Reshape"),
        ("Squeeze", "use a Flatten, or a Reshape"),
        ("ReduceMean", "did you mean 'Mean'?"),
        ("max", "use an Amax for the largest along axes"),
        ("Std", "not in the language; a Mean has the same shapes"),
        ("sub", "did you mean 'Subtract'?"),
        ("Conv2DTranspose", "did you mean 'ConvTranspose2d'?"),
        ("AveragePool", "add the number of spatial dimensions: AvgPool1d, AvgPool2d, AvgPool3d"),
        ("ConvLSTM2D", "not in the language; see RNN, LSTM, GRU, MultiheadAttention"),
        ("SimpleRNN", "did you mean 'RNN'?"),
        ("Bidirectional", "write bidirectional: true in an RNN, LSTM or GRU"),
    ],
)
def test_words_are_answered_by_what_they_mean(name: str, hint: str) -> None:
    assert (type_hint(name, KNOWN) or "").startswith(hint)


def test_a_block_of_the_spec_comes_before_the_words_of_others() -> None:
    assert type_hint("mean", ["Mean"]) == "did you mean 'Mean'?"


@pytest.mark.parametrize("name", KNOWN)
def test_a_key_is_answered_with_one_that_the_type_has(name: str) -> None:
    known = keys_of(name)
    for word in {*CANDIDATES, *SENTENCES} - {folded(key) for key in known}:
        meant, hint = key_hint(word, known)
        assert meant is None or meant in known
        assert (meant is None) or hint == f"did you mean '{meant}'?"
        if meant is None and hint is not None:
            for key in re.findall(r"write (?!the |input:)(\w+)", hint):
                assert key in known, hint


def test_the_words_of_keys_are_folded_and_what_they_mean_is_a_key_of_some_type() -> None:
    words = {*CANDIDATES, *SENTENCES}
    assert words == {folded(word) for word in words}
    every = {key for name in KNOWN for key in keys_of(name)}
    meant = {key for keys in CANDIDATES.values() for key in keys}
    meant |= {needed for answers in SENTENCES.values() for needed, _ in answers if needed}
    assert meant <= every


def test_the_items_in_hints_for_keys_load() -> None:
    for answers in SENTENCES.values():
        for _, sentence in answers:
            for item in SNIPPET.findall(sentence):
                assert loads(item.replace("}", ", from: a}")), item
            assert [name for name in types_in(sentence) if name not in KNOWN] == []


@pytest.mark.parametrize(
    ("type", "key", "meant"),
    [
        ("Conv2d", "filters", "out_channels"),
        ("Linear", "units", "out_features"),
        ("Linear", "out_channels", "out_features"),
        ("BasicBlock", "channels", "planes"),
        ("BatchNorm2d", "channels", "num_features"),
        ("GroupNorm", "groups", "num_groups"),
        ("Dropout", "rate", "p"),
        ("Conv2d", "rate", "dilation"),
        ("Conv2d", "num_output", "out_channels"),
        ("MaxPool2d", "pool_size", "kernel_size"),
        ("Conv2d", "pad", "padding"),
        ("Conv2d", "in_planes", "in_channels"),
        ("Linear", "in_planes", "in_features"),
        ("Conv2d", "features", "out_channels"),
        ("Upsample", "stride", "scale_factor"),
        ("Embedding", "input_dim", "num_embeddings"),
        ("ReLU", "filters", None),
        ("Fire", "in_planes", None),
        ("Bottleneck", "channels", None),
        ("LPPool2d", "p", "norm_type"),
        ("LayerNorm", "axis", None),
        ("LocalResponseNorm", "kernel", None),
        ("LocalResponseNorm", "depth_radius", None),
        ("Flatten", "axis", "start_dim"),
        ("StochasticDepth", "survival_prob", None),
        ("InvertedResidualStage", "stride", None),
    ],
)
def test_a_key_means_what_the_type_has(type: str, key: str, meant: str | None) -> None:
    assert key_hint(key, keys_of(type))[0] == meant


def hint_texts() -> Iterator[str]:
    """The texts of the package that hints are made of: no docstrings."""
    for folder in ("layers", "language", "inference", "shapes", "expressions"):
        for path in (Path(shapecalc.__file__).parent / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            inside = {
                id(part)
                for node in ast.walk(tree)
                if isinstance(node, ast.JoinedStr)
                for part in node.values
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "1"
                        for part in node.values
                    )
                elif (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and id(node) not in docstrings | inside
                ):
                    yield node.value


def test_what_is_written_like_a_type_in_a_message_is_one() -> None:
    goldens = [
        line
        for path in (SPECS / "err").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if " = help: " in line
    ]
    texts = [text for text in hint_texts() if re.search(r"\b(use|write|with) ", text)]
    assert len(goldens) > 100
    assert len(texts) > 100
    unknown = {
        word for text in (*goldens, *texts) for word in written_like_types(text.replace("*", "2d"))
    } - {*KNOWN, "Sequential"}
    assert unknown == set()
