"""The bundled specs and blocks: each keeps its word, and each name means one network."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shapecalc import bundled
from shapecalc.check.check import check
from shapecalc.loading import load_bundled
from shapecalc.rules.selection import selected
from shapecalc.text.source import Source
from shapecalc.text.words import LANGUAGES

SPECS = bundled.spec_names()
BLOCKS = bundled.block_names()


@pytest.mark.parametrize("name", SPECS)
def test_a_bundled_spec_keeps_its_word_and_raises_no_warning(name: str) -> None:
    path = Path(bundled.path(name))
    checked = check(Source(path.name, path.read_text(encoding="utf-8")))
    assert [str(problem) for problem in selected(checked.problems, [], [])] == []
    assert checked.runs


@pytest.mark.parametrize("name", SPECS)
def test_a_bundled_spec_says_what_it_is_and_where_it_is_from(name: str) -> None:
    spec = load_bundled(name)
    assert spec is not None
    assert spec.about is not None
    assert set(spec.about) == set(LANGUAGES)
    assert Path(bundled.path(name)).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_bundled_block_says_what_it_is_and_where_it_is_from(name: str) -> None:
    path = Path(bundled.BLOCKS_FOLDER) / f"{name}.yaml"
    block = path.read_text(encoding="utf-8")
    assert block.startswith("# ")
    assert f"\nblock: {name}\n" in block
    assert "\nabout:\n  en: " in block
    assert "\n  zh: " in block


def test_a_name_means_one_network() -> None:
    """A variant may have the name of its own file where it is what the file is without one."""
    meanings: Counter[str] = Counter(SPECS)
    for name in SPECS:
        spec = load_bundled(name)
        assert spec is not None
        assert name not in spec.variants or not spec.variants[name].arguments
        meanings.update(variant for variant in spec.variants if variant != name)
    assert [name for name, count in meanings.items() if count > 1] == []
