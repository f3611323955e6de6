"""The documentation that is printed page by page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from folders import TOP
from running import in_terminal, run

from shapecalc.expressions.values import FUNCTION_NAMES, INPUT_SIZES
from shapecalc.importers.kinds import FILE_KINDS
from shapecalc.importers.onnx.reading import NEWEST_OPSET
from shapecalc.language.arguments import KINDS
from shapecalc.language.expectations import EXPECTED
from shapecalc.language.keys import COMMON_KEYS, SPEC_KEYS
from shapecalc.reference.pages import page_names, page_text, page_titles
from shapecalc.text.display import width as cells

README = (TOP / "README.md").read_text(encoding="utf-8")


def test_the_list_has_every_page(tmp_path: Path) -> None:
    done = run("docs", folder=tmp_path)
    assert [line.split(maxsplit=1) for line in done.out.splitlines()] == [
        [name, title] for name, title in page_titles().items()
    ]


@pytest.mark.parametrize("name", page_names())
def test_a_page_is_printed_as_it_is_written(name: str, tmp_path: Path) -> None:
    done = run("docs", name, folder=tmp_path)
    assert (done.status, done.out, done.err) == (0, page_text(name), "")


@pytest.mark.parametrize("width", [30, 80, 100, 200])
@pytest.mark.parametrize("name", page_names())
def test_a_terminal_has_it_laid_out(name: str, width: int, tmp_path: Path) -> None:
    done = in_terminal("docs", name, folder=tmp_path, width=width)
    shown = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", done.out)
    assert done.status == 0
    assert page_titles()[name] in " ".join(shown.split())
    assert max(cells(line.rstrip()) for line in shown.splitlines()) <= min(width, 100)


def test_what_is_no_page_is_refused(tmp_path: Path) -> None:
    done = run("docs", "langauge", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "no page 'langauge'; did you mean 'language'?" in done.err


@pytest.mark.parametrize("name", page_names())
def test_the_readme_leads_to_it(name: str) -> None:
    path = f"shapecalc/reference/pages/{name}.md"
    assert f"[`shapecalc docs {name}`]({path})" in README
    assert (TOP / path).is_file()


@pytest.mark.parametrize(
    "word", [*SPEC_KEYS, *COMMON_KEYS, *KINDS, *EXPECTED, *FUNCTION_NAMES, *INPUT_SIZES]
)
def test_the_page_on_the_language_has_every_word_of_it(word: str) -> None:
    codes = " ".join(re.findall(r"`([^`]+)`", page_text("language")))
    assert re.search(rf"(?<![\w.]){word}(?!\w)", codes)


def test_the_page_on_files_has_what_is_read() -> None:
    page = page_text("files")
    listed = re.findall(r"^\| (\w+) \| ", page.replace("| program |", ""), re.MULTILINE)
    assert set(listed) == {kind.title for kind in FILE_KINDS if kind.module}
    assert f"opsets 1 to {NEWEST_OPSET}" in page
