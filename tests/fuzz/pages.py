"""Fuzzes pages that are written into: markers among fences, lists, HTML and broken bytes.

    PYTHONPATH=tests python -m fuzz.pages --seconds 600

draws pages with Hypothesis, and a spec with names and notes that look like parts of a page. The
same `--seed` gives the same pages. The figures come at the end.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from hypothesis import strategies as st

from fuzz.drawing import hold_drawn, main
from shapecalc.cli import cli
from shapecalc.text.page import places_in, rewritten

BATCH = 250
"""The pages that are drawn between two looks at the clock."""

PARTS = (
    *(
        "",
        " ",
        "   ",
        "    ",
        "\t",
        "- ",
        "* ",
        "1. ",
        "10.  ",
        "> ",
        "# ",
        "text",
        "---",
        "| a | b |",
    ),
    *("```", "````", "~~~", "``` a`b", "~~~ `x", "`", "- ```", "1. ~~~", "\\", "&", "层", "\x00"),
    *("<!--", "-->", "<!-- x", "x -->", "<pre>", "</pre>", "<div>", "<script", "<?", "?>", "<!D"),
    *("<![CDATA[", "]]>", "shapecalc:", "/shapecalc", "<!-- shapecalc", "\u2028", "\x0b", "\x85"),
)

BYTES = (b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\0")

SPECS = ("a.yaml", "./a.yaml", "dcgan", "dcgan@nope", "wrong.yaml", "none.yaml", "page.md", "-", "")

RIGHT_OPTIONS = ("--columns name,output", "--lang zh", "--layout chw", "--batch 2")

OPTIONS = (
    *(
        "--columns name,output",
        "--columns nmae",
        "--columns help",
        "--lang zh",
        "--lang x",
        "--help",
    ),
    *("--input 64x64x3", "--input x", "--set n=1", "--variant x", "'"),
    *("-o a.md", "-oa.md", "--output=x", "--into page.md", "--check", "--to markdown", "--", "x"),
    *("--to csv", "\\", '"', "$(id)", "`id`", "-->", "-", "--depth 1", "--top macs", "层", "\0"),
)

SPEC = "input: 64x64x3\nname: {}\nabout: {}\nlayers: [{{name: {}, type: ReLU, note: {}}}]\n"

Draw = Any


@st.composite
def markers(draw: Draw) -> str:
    """Begin and end of a place, mostly with something between them."""
    spec = draw(st.sampled_from([*SPECS[:3]] * 20 + [*SPECS]))
    odd_ones = draw(st.integers(0, 9)) == 9
    options = draw(st.lists(st.sampled_from(OPTIONS if odd_ones else RIGHT_OPTIONS), max_size=2))
    indent = draw(st.sampled_from(["", "", "", "  ", "    ", "- "]))
    begin = f"{indent}<!-- shapecalc: {' '.join([spec, *options])} -->"
    end = f"{' ' * len(indent)}<!-- /shapecalc -->"
    return "\n".join([begin, *draw(st.lists(lines, max_size=2)), end])


lines = st.lists(st.sampled_from(PARTS), max_size=3).map("".join)


@st.composite
def pages(draw: Draw) -> bytes:
    """A page, its line ends mostly the same everywhere."""
    parts = draw(st.lists(st.one_of(lines, markers(), markers()), max_size=8))
    text = "\n".join(parts) + draw(st.sampled_from(["\n", ""]))
    page: bytes = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode()
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(page)))
        page = page[:at] + draw(st.sampled_from([*BYTES, b"\n", b"\r"])) + page[at:]
    mark: bytes = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return mark + page


odd = st.lists(
    st.sampled_from([*PARTS, "<!-- /shapecalc -->", "<!-- shapecalc: dcgan -->"]), max_size=4
)


def written(words: list[str]) -> str:
    """Words as a text in YAML, in quotes."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in "".join(words)) + '"'


class Written:
    """What was held: pages, those that could be written, and the places in them."""

    def __init__(self) -> None:
        self.executions = 0
        self.written = 0
        self.places = 0

    def __str__(self) -> str:
        return f"{self.executions} pages, {self.written} of them written, {self.places} places"


def hold_page(page: bytes, spec: str, held: Written) -> None:
    """Holds the command to its word for a page and a spec beside it, in the folder at hand."""
    Path("a.yaml").write_text(spec, encoding="utf-8")
    path = Path("page.md")
    path.write_bytes(page)
    held.executions += 1
    stale, shown = into("--check")
    assert path.read_bytes() == page
    status, _ = into()
    after = path.read_bytes()
    assert sorted(os.listdir()) == ["a.yaml", "page.md", "wrong.yaml"]
    if status:
        assert (stale, after) == (status, page)
        return
    assert stale == (page != after)
    assert bool(shown) == (page != after)
    before, problems = places_in(page)
    now, others = places_in(after)
    assert problems == others == []
    assert [place.asked for place in now] == [place.asked for place in before]
    assert without(after, now) == without(page, before)
    assert into("--check") == (0, "")
    assert into()[0] == 0
    assert path.read_bytes() == after
    held.written += 1
    held.places += len(now)


def without(page: bytes, places: list[Any]) -> bytes:
    """What is outside of the places of a page."""
    return rewritten(page, [(place, b"") for place in places])


def into(*options: str) -> tuple[int, str]:
    """The status of a run, and what it writes to standard output."""
    words = ["export", "--to", "markdown", "--into", "page.md", *options]
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    assert result.return_value in (0, 1, 2)
    return result.return_value, result.stdout


def fuzz_pages(
    first: int, seconds: float, batches: int | None = None, size: int = BATCH
) -> Written:
    """Holds pages until the time is over, or there have been so many batches of a size.

    Raises what fails, with the smallest page for which it does.
    """
    held = Written()

    def one(drawn: tuple[bytes, list[str]]) -> None:
        page, texts = drawn
        hold_page(page, SPEC.format(*texts), held)

    texts = st.lists(odd.map(written), min_size=4, max_size=4)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("wrong.yaml").write_text("input: 8x8x3\nlayers: [{type: Nope}]\n", encoding="utf-8")
        hold_drawn(st.tuples(pages(), texts), one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("pages", __doc__, fuzz_pages)
