"""LaTeX that compiles as it is, and that a document of one's own takes in: tables in the manner of
`booktabs`, as wide as the page at the most.

A table with more rows than a page has is a `longtable`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.render.github_width import BETWEEN, narrowed
from shapecalc.render.latex_text import breakable, has_chinese, in_latex, points
from shapecalc.text.display import printable
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.tables.document import Options
    from shapecalc.tables.table import Document, Table

_PACKAGES = ("array", "booktabs", "float", "graphicx", "longtable")

_ANY_SIZE = r"\ifdefined\pdftexversion\usepackage{fix-cm}\fi"
"""What lets letters be of any size, as the other engines do themselves."""

_ROWS = 40
"""The rows of the longest table that is not broken between pages."""

_WRAPPED = 160
"""The points of a column in which texts are wrapped, in letters of 10 points."""

_LINES = 25
"""The lines of such a text, at the most."""

_BETWEEN = 12
"""The points between two columns."""

_SMALLER = (
    r"\dimen2=\dimexpr1.56\dimen0-5.6pt\relax",
    r"\ifdim\dimen2<.73\dimen0 \dimen2=.73\dimen0 \fi",
    r"\ifdim\dimen0<10pt \fontsize{\dimen2}{1.2\dimen2}\selectfont\fi",
)
"""Letters of the size in \\dimen0, or smaller: those of Computer Modern are wider for their size, a
third at 5 points."""

_BOLD = 1.2
"""How much wider a bold text is, at the most."""


def lines(document: Document, options: Options) -> Iterator[str]:
    """The lines of a document, without their ends."""
    body = list(_body(document, options))
    chinese = any(map(has_chinese, body))
    packages = ",".join((*_PACKAGES, "ctex") if chinese else _PACKAGES)
    if chinese:
        yield "% !TeX program = xelatex"
        yield "% This compiles with xelatex and lualatex, which have fonts for Chinese."
    else:
        yield "% This compiles with pdflatex, xelatex and lualatex."
    yield "% A document of your own takes it in with \\input, and at its top"
    yield f"% \\usepackage{{standalone,{packages}}}"
    yield f"% {_ANY_SIZE}"
    yield r"\documentclass{article}"
    yield _ANY_SIZE
    yield r"\usepackage[margin=2cm]{geometry}"
    yield f"\\usepackage{{{packages}}}"
    yield r"\sloppy"
    yield r"\begin{document}"
    yield from body
    yield r"\end{document}"


def _body(document: Document, options: Options) -> Iterator[str]:
    def shown(text: str) -> str:
        return breakable(_visible(text, options))

    first, *others = [narrowed(table) for table in document.tables]
    labels = _labels(["", *(table.title for table in others)], document.title)
    yield f"\\section*{{\\raggedright {shown(document.title)}}}"
    for text in document.lead:
        yield from ("", shown(text))
    yield from _table(first, next(labels), document.printed, options)
    colon = words_of(first.language).colon
    yield from _items([shown(label + colon + text) for label, text in document.totals(False)])
    for table in others:
        if table.about is not None:
            yield from ("", shown(table.about))
        yield from _table(table, next(labels), document.printed, options)
    headings = set(BETWEEN.join(first.headings).split(BETWEEN))
    explained = [pair for pair in document.explanations if pair[0] in headings]
    if explained:
        yield from ("", f"\\section*{{\\raggedright {shown(document.explanations_title)}}}")
        yield from _items([shown(heading + colon + sentence) for heading, sentence in explained])


def _items(texts: Sequence[str]) -> Iterator[str]:
    yield from ("", r"\begin{itemize}")
    yield from (f"  \\item {text}" for text in texts)
    yield r"\end{itemize}"


def _labels(titles: Sequence[str], network: str) -> Iterator[str]:
    """What references call the tables of a network: none twice."""
    counts: dict[str, int] = {}
    for title in titles:
        words = re.findall(r"[a-z0-9]+", f"{network} {title}".lower())
        name = label = "tab:" + ("-".join(words)[:60] or "network")
        while label in counts:
            counts[name] += 1
            label = f"{name}-{counts[name]}"
        counts[label] = 1
        yield label


def _table(table: Table, label: str, printed: bool, options: Options) -> Iterator[str]:
    fit = _Fit(table, printed, options)
    title = breakable(_visible(table.title, options))
    caption = f"\\caption{{{title}}}\\label{{{label}}}"
    rows = _rows(table, fit, told_apart=not printed and not all(table.blocks), options=options)
    head = f"  \\toprule {next(rows)} \\midrule"
    if fit.long:
        yield from ("", r"\begingroup")
        yield f"\\dimen0={10 / fit.width:.5f}\\linewidth"
        yield from _SMALLER
        yield r"\setlength{\tabcolsep}{.6em}\setlength{\LTcapwidth}{\linewidth}"
        yield f"\\begin{{longtable}}{{{fit.columns}}}"
        yield f"  {caption}\\\\"
        yield head + r" \endfirsthead"
        yield head + r" \endhead"
        yield r"  \bottomrule \endfoot"
        yield from rows
        yield from (r"\end{longtable}", r"\endgroup")
    else:
        yield from ("", r"\begin{table}[H]", r"\centering", caption)
        yield r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
        yield f"\\begin{{tabular}}{{{fit.columns}}}"
        yield head
        yield from rows
        yield from (r"  \bottomrule", r"\end{tabular}}", r"\end{table}")


def _rows(table: Table, fit: _Fit, told_apart: bool, options: Options) -> Iterator[str]:
    """The headings, then the rows: names indented as they are nested, blocks told apart."""
    name = table.name_column()
    yield _row(fit.cells([_visible(heading, options) for heading in table.headings]))
    for index, texts in enumerate(_texts(table, options)):
        cells = fit.cells(texts)
        if told_apart and table.blocks[index]:
            cells[name] = f"\\textbf{{{cells[name]}}}"
        if table.depths and table.depths[index]:
            cells[name] = f"\\hspace*{{{table.depths[index]}em}}{cells[name]}"
        yield "  " + _row(cells)


def _row(cells: Sequence[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _texts(table: Table, options: Options) -> Iterator[list[str]]:
    """The cells of each row, visible."""
    for texts in table.texts(False):
        yield [_visible(text, options) for text in texts]


def _visible(text: str, options: Options) -> str:
    return printable(text, options.encoding, inside=True)


class _Fit:
    """How a table fits on a page.

    columns: how they are aligned. wrapped: whether their texts may be broken. width: that of the
    table in letters of 10 points, at the most. long: whether it has more rows than a page.
    """

    def __init__(self, table: Table, printed: bool, options: Options) -> None:
        widths = self._widths(table, options)
        # what has more lines than a page in a column gets a wider one, in smaller letters
        kept = [max(_WRAPPED, each / _LINES) if each > _WRAPPED else each for each in widths]
        self.wrapped = [width > _WRAPPED for width in widths]
        self.width = sum(kept) + _BETWEEN * len(kept)
        aligned = [column.numeric and not printed for column in table.columns]
        columns = map(_column, kept, self.wrapped, aligned)
        self.columns = f"@{{}}{''.join(columns)}@{{}}"
        self.long = len(table.rows) > _ROWS or (
            any(self.wrapped) and sum(self._heights(table, kept, options)) > _ROWS
        )

    def cells(self, texts: Sequence[str]) -> list[str]:
        """What LaTeX shows as the texts of a row."""
        return [
            breakable(text) if wrapped else in_latex(text)
            for text, wrapped in zip(texts, self.wrapped, strict=True)
        ]

    def _widths(self, table: Table, options: Options) -> list[float]:
        name = table.name_column()
        widths = [points(_visible(heading, options)) for heading in table.headings]
        for index, texts in enumerate(_texts(table, options)):
            found = list(map(points, texts))
            found[name] *= _BOLD
            if table.depths:
                found[name] += 10 * table.depths[index]
            widths = list(map(max, widths, found))
        return widths

    def _heights(self, table: Table, widths: Sequence[float], options: Options) -> Iterator[float]:
        """The lines of each row, at the most."""
        for texts in _texts(table, options):
            sizes = zip(map(points, texts), widths, strict=True)
            yield max(-(-1.5 * size // width) for size, width in sizes)


def _column(width: float, wrapped: bool, right: bool) -> str:
    if not wrapped:
        return "r" if right else "l"
    ragged = "left" if right else "right"
    return f">{{\\ragged{ragged}\\arraybackslash}}p{{{width / 10:.0f}em}}"
