"""Places in pages: where CommonMark has a comment of its own, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shapecalc.text.commonmark import Lines
from shapecalc.text.page import places_in, rewritten

BEGIN = "<!-- shapecalc: a.yaml -->"
END = "<!-- /shapecalc -->"
PLACE = f"{BEGIN}\nold\n{END}"


def asked(page: str) -> list[str]:
    places, wrong = places_in(page.encode())
    assert wrong == []
    return [place.asked.strip() for place in places]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_a_place_is_written_with_the_line_ends_of_its_page(end: str, last: bool) -> None:
    page = (f"a\n\n{PLACE}\n\nb\n\n{PLACE}" + "\n" * last).replace("\n", end).encode()
    places, wrong = places_in(page)
    assert wrong == []
    assert [(place.line, place.asked) for place in places] == [(3, " a.yaml "), (9, " a.yaml ")]
    new = rewritten(page, [(place, place.content(["层", "", "y"])) for place in places])
    made = f"{BEGIN}\n\n层\n\ny\n\n{END}"
    expected = f"a\n\n{made}\n\nb\n\n{made}" + "\n" * last
    assert new == expected.replace("\n", end).encode()


def test_what_is_outside_need_not_be_text() -> None:
    outside = b"\xef\xbb\xbf%b\n\xff\0\x85\n", b"\n\xe2\x80\xa8\xff"
    for before in outside[0] % b"", outside[0] % b"\n\r\n\r", b"\xef\xbb\xbf":
        page = before + PLACE.encode() + outside[1]
        ((place,), wrong) = places_in(page)
        assert wrong == []
        new = rewritten(page, [(place, place.content(["new"]))])
        assert new == page.replace(b"old\n", b"\nnew\n\n")


@pytest.mark.parametrize(
    "page",
    [
        f"```\n{PLACE}\n```",
        f"```md\n{PLACE}",
        f"   ~~~ `x`\n{PLACE}\n~~\n```\n   ~~~~  ",
        f"`````\n```\n{PLACE}\n```\n`````",
        f"- ```\n  {BEGIN}\n  old\n  {END}\n  ```",
        f"10. ~~~\n    {BEGIN}\n    {END}\n\n    ~~~",
        f"    {BEGIN}\n    {END}",
        f"\t{BEGIN}\n\t{END}",
        f"`{BEGIN}`\n`{END}`",
        f"text {BEGIN}\ntext {END}",
        f"> {BEGIN}\n> {END}",
        f"<!--\n{BEGIN}",
        f"<pre>\n{PLACE}\n</pre>",
        f"<script>\n\n{PLACE}\n\n</script>",
        "<!-- shapecalc -->\n<!-- /shapecalculator -->\n<!-- shapecalculator: a.yaml -->",
    ],
)
def test_code_and_the_like_is_no_place(page: str) -> None:
    assert asked(page) == []
    assert asked(f"{page}\n") == []


@pytest.mark.parametrize(
    "before",
    [
        "text\n",
        "```\n```\n",
        "```\n    ```\n```\n",
        "``` a`b\n",
        "- ```\n\n",
        "1. ~~~\n   x\n",
        "> ```\n",
        "<!-- x -->\n",
        "<!--\n\n-->\n",
        "<pre></pre>\n",
        "<details>\n<summary>x</summary>\n",
        "`unclosed\n",
        "- - - -\n",
        "- " * 1000 + "x\n",
    ],
)
def test_what_comes_before_a_place_is_over(before: str) -> None:
    assert asked(f"{before}{PLACE}\n") == ["a.yaml"]


@pytest.mark.parametrize("begin", ["- ", "1. x\n\n   ", "* x\n  - y\n\n    ", "  "])
def test_a_place_in_a_list_is_indented_as_its_comment(begin: str) -> None:
    indent = " " * len(begin.rpartition("\n")[2])
    page = f"{begin}{BEGIN}\n{indent}old\n{indent}{END}\n".encode()
    ((place,), wrong) = places_in(page)
    assert wrong == []
    new = rewritten(page, [(place, place.content(["| a |", "", "- b"]))])
    made = f"\n{indent}| a |\n\n{indent}- b\n\n"
    assert new.decode() == f"{begin}{BEGIN}\n{made}{indent}{END}\n"


def test_headings_are_below_the_one_that_the_page_has() -> None:
    page = f"{PLACE}\n## a\n```\n# x\n```\n- ### b\n\n{PLACE}\n#### c\n{PLACE}".encode()
    places, _ = places_in(page)
    written = [place.content(["# A", "", "## B", "#c", "### ", "| # |"]) for place in places]
    assert [text.decode().split("\n")[1:-2] for text in written] == [
        ["# A", "", "## B", "#c", "### ", "| # |"],
        ["#### A", "", "##### B", "#c", "###### ", "| # |"],
        ["##### A", "", "###### B", "#c", "###### ", "| # |"],
    ]
    again = rewritten(page, zip(places, written, strict=True))
    assert [place.level for place in places_in(again)[0]] == [0, 3, 4]


@pytest.mark.parametrize(
    ("page", "line", "said"),
    [
        (f"x\n{BEGIN}\ny", 2, "no <!-- /shapecalc --> after it"),
        (f"{BEGIN}\n```\n{END}\n```", 1, "no <!-- /shapecalc --> after it"),
        (f"x\n\n{END}", 3, "without a <!-- shapecalc: SPEC --> before it"),
        (f"{BEGIN}\n{PLACE}\n", 2, "begins on line 1 must end before another"),
        (f"{BEGIN}\n<!-- shapecalc: a.yaml\n-->\n{END}\n", 2, "on a line of its own"),
        (f"{BEGIN} x\n{END}\n", 1, "on a line of its own"),
        (f"{BEGIN}{END}\n", 1, "on a line of its own"),
        (f"{BEGIN}\n<!-- /shapecalc: a.yaml -->", 2, "nothing else is in this comment"),
        (f"- {BEGIN}\n{END}\n", 2, "indented as the comment on line 1 is"),
        (f"- {BEGIN}\nx\n\n  {END}\n", 4, "indented as the comment on line 1 is"),
    ],
)
def test_comments_that_do_not_fit(page: str, line: int, said: str) -> None:
    _, wrong = places_in(page.encode())
    assert [message for at, message in wrong if at == line and said in message]


def test_a_comment_that_is_not_text() -> None:
    _, wrong = places_in(b"<!-- shapecalc: \xff -->\n<!-- /shapecalc -->")
    assert wrong == [(1, "the comment is not UTF-8")]


# ------------------------------------------------------------------ by another parser

PARTS = (
    *(
        "",
        "text",
        "  ",
        "   ",
        "```",
        "````",
        "~~~",
        "```sh",
        "``` a`b",
        "> ",
        "# x",
        "| a |",
        "|---|",
    ),
    *(
        "<!-- x",
        "-->",
        "<pre>",
        "x</pre>",
        "<?x",
        "?>",
        "<![CDATA[",
        "]]>",
        "<!D",
        "`",
        "---",
        "_ _ _",
    ),
)
LISTS = ("- ", "* ", "1. ", "1)   ", "- ```", "    ", "\t", "* * *")


def pages(parts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Lines of parts, half of them with a comment at the end."""
    line = st.lists(st.sampled_from(parts), max_size=2).map("".join)
    return st.lists(st.one_of(line, line.map(lambda text: text + BEGIN)), max_size=8).map("\n".join)


def found(page: str) -> set[int]:
    lines = Lines()
    texts = [lines.text(line.encode()) for line in page.split("\n")]
    return {number for number, text in enumerate(texts) if text == BEGIN.encode()}


def found_by_markdown_it(page: str) -> set[int]:
    """The lines at which a block of HTML begins with the comment, but in quotes."""
    quotes = 0
    lines = set()
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(page):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "html_block" and token.content.lstrip().startswith(BEGIN) and not quotes:
            assert token.map is not None
            lines.add(token.map[0])
    return lines


@given(pages(PARTS))
@example(f"<!-- x\n{BEGIN}\n{BEGIN}")
def test_without_lists_the_places_are_those_of_another_parser(page: str) -> None:
    assert found(page) == found_by_markdown_it(page)


@given(pages((*PARTS, *LISTS)))
def test_with_lists_every_place_is_one_of_another_parser(page: str) -> None:
    """Not the other way round: a paragraph that goes on without indentation ends a list here."""
    assert found(page) <= found_by_markdown_it(page)
