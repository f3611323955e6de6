"""What a spec may have together with all that it imports, and what a text may have alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from source_reading import outcome, places

import shapecalc
from shapecalc import limits
from shapecalc.check.check import check
from shapecalc.text.source import Source

MOST_KEYS, MOST_ANCHORS = limits.MAXIMUM_KEYS, limits.MAXIMUM_ANCHORS

NETWORK = "input: 8\nlayers: [{type: ReLU}]\n"


def keys(count: int) -> str:
    return "{" + ", ".join(f"k{index}: 1" for index in range(count)) + "}"


@pytest.mark.parametrize("text", ["{keys}", "[{keys}, 1]", "a: {keys}\nb: 1"])
def test_a_mapping_of_the_most_keys(text: str) -> None:
    assert outcome(text.replace("{keys}", keys(MOST_KEYS)))[1] == []
    value, problems = outcome(text.replace("{keys}", keys(MOST_KEYS + 1)))
    assert value is None
    assert [problem.code for problem in problems] == ["SC008"]
    assert problems[0].message == "too many keys in a mapping: the maximum is 10,000"
    line = text.replace("{keys}", keys(MOST_KEYS + 1)).splitlines()[0]
    assert problems[0].column == line.index(f"k{MOST_KEYS}:") + 1


def test_a_mapping_in_one_of_the_most_keys() -> None:
    inner, outer = keys(MOST_KEYS), keys(MOST_KEYS - 1)
    assert outcome(f"{outer[:-1]}, more: {inner}}}")[1] == []
    assert outcome(f"{{more: {inner}, {outer[1:]}")[1] == []
    assert places(outcome(f"{{more: {inner}, x: 1, {outer[1:]}")[1])[0][0] == "SC008"


def test_merging_counts_what_is_written() -> None:
    text = f"a: &a {keys(MOST_KEYS)}\nb: {{<<: *a, more: 1}}\n"
    assert outcome(text)[1] == []


@pytest.mark.parametrize("written", ["- &a{0} 1", "- &a{0} [1]", "- &a{0} {{b: 1}}"])
def test_a_text_of_the_most_anchors(written: str) -> None:
    lines = [written.format(index) for index in range(MOST_ANCHORS + 1)]
    assert outcome("\n".join(lines[:-1]))[1] == []
    assert places(outcome("\n".join(lines))[1]) == [("SC008", MOST_ANCHORS + 1, 3)]


def test_an_anchor_that_is_used_again_is_one() -> None:
    assert outcome("\n".join(["- &a 1"] * (MOST_ANCHORS + 1)))[1] == []


@pytest.mark.parametrize("letter", ["e", "\u00e9", "\u5377", "\U0001f600"])
def test_a_text_of_the_most_characters(letter: str) -> None:
    most = limits.MAXIMUM_BYTES if letter.isascii() else limits.MAXIMUM_WIDE
    text = "a: 1 #" + letter
    padded = text + "x" * (most - len(text))
    assert outcome(padded)[1] == []
    assert places(outcome(padded + "x")[1]) == [("SC008", 1, 1)]


IMPORTED = {
    "MAXIMUM_BYTES": (450, "# " + "x" * 300 + "\nblocks: {B0: {layers: [{type: ReLU}]}}\n"),
    "MAXIMUM_NODES": (40, "blocks: {B0: {layers: [{type: ReLU}, {type: ReLU}]}}\n"),
    "MAXIMUM_COPIES": (3, "blocks: {B0: {layers: [&a {type: ReLU}, *a, *a]}}\n"),
    "MAXIMUM_BLOCKS": (3, "blocks: {B0: {layers: []}, C0: {layers: []}}\n"),
}
"""A limit, lowered so that a network with one of these files fits and with two does not."""


@pytest.mark.parametrize("name", IMPORTED)
@pytest.mark.parametrize("nested", [False, True], ids=["side by side", "one in another"])
def test_imports_share_the_limit(
    name: str, nested: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, text = IMPORTED[name]
    second = text.replace("0", "1")
    monkeypatch.setattr(limits, name, most)
    (tmp_path / "a.yaml").write_text("import: b.yaml\n" + text if nested else text)
    (tmp_path / "b.yaml").write_text(second)
    spec = tmp_path / "n.yaml"
    spec.write_text("import: b.yaml\n" + NETWORK)
    assert shapecalc.load(spec).summary().params == 0
    spec.write_text(f"import: {'a.yaml' if nested else '[a.yaml, b.yaml]'}\n{NETWORK}")
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.load(spec)
    problem = caught.value.problems[0]
    assert problem.code == ("SC104" if name == "MAXIMUM_BLOCKS" else "SC008")
    assert Path(problem.path).name == "b.yaml" if nested else Path(problem.path).parent == tmp_path
    text = spec.read_text()
    again = check(Source(str(spec), text)).problems
    assert [each.code for each in again][:1] == [problem.code]
    spec.write_text("import: b.yaml\n" + NETWORK)  # another reading has room of its own
    assert shapecalc.load(spec).summary().params == 0


def test_no_more_is_loaded_when_the_bytes_are_used_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAXIMUM_BYTES", 1000)
    names = [f"b{index}.yaml" for index in range(20)]
    for index, name in enumerate(names):
        block = f"blocks: {{B{index}: {{layers: [{{type: ReLU}}]}}}}\n"
        (tmp_path / name).write_text(block + "#" * 400)
    source = Source(str(tmp_path / "n.yaml"), f"import: [{', '.join(names)}]\n{NETWORK}")
    loaded: list[str] = []
    load = Source.load_beside

    def counted(self: Source, path: str) -> bytes:
        loaded.append(path)
        return load(self, path)

    monkeypatch.setattr(Source, "load_beside", counted)
    assert [problem.code for problem in check(source).problems] == ["SC008"]
    assert len(loaded) == 2
