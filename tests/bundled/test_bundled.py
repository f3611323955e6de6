"""The bundled specs and blocks: each keeps its word, and each name means one network."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shapecalc import bundled
from shapecalc.check.check import check
from shapecalc.loading import load_bundled
from shapecalc.problems.problem import SpecError
from shapecalc.rules.selection import selected
from shapecalc.shapes.shape import Shape
from shapecalc.text.source import Source
from shapecalc.text.words import LANGUAGES

SPECS = bundled.spec_names()
BLOCKS = bundled.block_names()

OF_ONE_SIZE = {
    "bert": "SC209: embeddings: add needs sizes that are equal or 1",
    "c3d": "SC205: fc6: in_features",
    "crnn": "SC210: sequence: ",
    "dcgan": "SC115: {shape} has {shape} channels: the spec's own input is 100",
    "deepspeech2": "SC210: sequence: ",
    "eegnet": "SC205: dense: in_features",
    "gpt2": "SC209: add: add needs sizes that are equal or 1",
    "googlenet-paper": "SC205: fc: in_features",
    "efficientformer": "SC209: attention4.0.attention: attention needs axes that are",
    "lenet5": "SC205: F6: in_features",
    "levit": "SC209: stage1.0.attention: attention needs axes that are",
    "mlp_mixer": "SC205: mixer.0.tokens1: in_features",
}
"""The bundled specs that are made for one size of input, and what they say to a larger one."""

OF_EVEN_HALVES = {"dla", "hrnet", "maxvit", "pix2pix", "yolov3", "yolov3-tiny"}
"""The bundled specs that join what was halved and doubled again with what was not, or that windows
must fill: SC209 or SC210 where a half is not even, as at three halves of their own size."""

POSITIONS = {"pos_embedding", "spatial", "temporal", "distances"}
"""The layers with numbers for the positions of their input: a larger one has more."""


@pytest.mark.parametrize("name", SPECS)
def test_a_bundled_spec_keeps_its_word_and_raises_no_warning(name: str) -> None:
    path = Path(bundled.spec_paths()[name])
    checked = check(Source(path.name, path.read_text(encoding="utf-8")))
    assert [str(problem) for problem in selected(checked.problems, [], [])] == []
    assert checked.succeeded


def test_every_file_is_a_spec_in_the_folder_of_a_task_and_a_name_is_in_one_only() -> None:
    files = [path for path in Path(bundled.folder()).rglob("*") if path.is_file()]
    tasks = [(task, name) for task, names in bundled.tasks().items() for name in names]
    assert sorted((path.parent.name, path.name) for path in files) == sorted(
        (task, f"{name}.yaml") for task, name in tasks
    )
    assert sorted(name for _, name in tasks) == bundled.spec_names()


@pytest.mark.parametrize("name", SPECS)
def test_a_bundled_spec_says_what_it_is_and_where_it_is_from(name: str) -> None:
    spec = load_bundled(name)
    assert spec is not None
    assert spec.about is not None
    assert set(spec.about) == set(LANGUAGES)
    assert Path(bundled.spec_paths()[name]).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_bundled_block_says_what_it_is_and_where_it_is_from(name: str) -> None:
    path = Path(bundled.BLOCKS_FOLDER) / f"{name}.yaml"
    block = path.read_text(encoding="utf-8")
    assert block.startswith("# ")
    assert f"\nblock: {name}\n" in block
    assert "\nabout:\n  en: " in block
    assert "\n  zh: " in block


def test_names_are_told_by_the_texts_alone() -> None:
    loaded = {name: load_bundled(name) for name in SPECS}
    variants = [each for spec in loaded.values() if spec is not None for each in spec.variants]
    assert bundled.network_names() == [*SPECS, *variants]


def test_a_name_means_one_network() -> None:
    """A variant may have the name of its own file where it is what the file is without one."""
    meanings: Counter[str] = Counter(SPECS)
    for name in SPECS:
        spec = load_bundled(name)
        assert spec is not None
        restated = spec.variants[name].arguments if name in spec.variants else {}
        assert all(spec.arguments[each].default == value for each, value in restated.items())
        meanings.update(variant for variant in spec.variants if variant != name)
    assert [name for name, count in meanings.items() if count > 1] == []


@pytest.mark.parametrize("name", SPECS)
def test_a_larger_input_is_refused_or_leaves_all_but_positions_alone(name: str) -> None:
    spec = load_bundled(name)
    assert spec is not None
    flags = [argument.name for argument in spec.arguments.values() if argument.kind == "flag"]
    runs: list[tuple[str | None, dict[str, bool]]] = [(variant, {}) for variant in spec.variants]
    runs += [(variant, {flag: True}) for variant in spec.variants for flag in flags]
    for variant, arguments in runs or [(None, {}), *((None, {flag: True}) for flag in flags)]:
        own = spec.summary(variant=variant, arguments=arguments)
        if len(own.inputs) > 1:  # of which other tests have others
            continue
        *sizes, channels = own.layers[0].inputs[0]
        for numerator, denominator in ((2, 1), (3, 2)):
            larger = [size * numerator // denominator for size in sizes]
            shape = Shape((*larger, channels) if sizes else (channels * numerator // denominator,))
            if name in OF_EVEN_HALVES and denominator == 2:
                with pytest.raises(SpecError, match=r"SC209|SC210"):
                    spec.summary(str(shape), variant=variant, arguments=arguments)
                continue
            if name not in OF_ONE_SIZE:
                summary = spec.summary(str(shape), variant=variant, arguments=arguments)
                learned = [
                    sum(layer.params for layer in each.layers if layer.name not in POSITIONS)
                    for each in (summary, own)
                ]
                assert learned[0] == learned[1]
                continue
            with pytest.raises(SpecError) as caught:
                spec.summary(str(shape), variant=variant, arguments=arguments)
            said = [f"{problem.code}: {problem.message}" for problem in caught.value.problems]
            refusal = OF_ONE_SIZE[name].format(shape=shape)
            assert [text for text in said if text.startswith(refusal)]
            assert all(text[:3] == refusal[:3] for text in said)


def test_auxiliary_heads_are_of_one_size_too() -> None:
    """At 240x240 the last pool of GoogLeNet still outputs 1x1, but those of its heads 5x5."""
    spec = load_bundled("googlenet-paper")
    assert spec is not None
    assert spec.summary("240x240x3").params == spec.summary().params
    with pytest.raises(SpecError) as caught:
        spec.summary("240x240x3", arguments={"aux": True})
    said = [f"{problem.code}: {problem.message}" for problem in caught.value.problems]
    text = f"fc1: in_features is {4 * 4 * 128}, but the input has {5 * 5 * 128} features"
    assert said == [f"SC205: aux1.{text}"]  # the second head's is the same line of the block
