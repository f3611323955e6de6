"""What is exported of every bundled network, in every language, says what its summary does."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from lines import texts
from markdown_it import MarkdownIt
from networks import NETWORKS, summary_of

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.inference.inferred import InferredLayer
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.github_width import BETWEEN
from shapecalc.tables.columns import DOCUMENT, NAMED_AXES
from shapecalc.tables.document import Options, document
from shapecalc.text.words import LANGUAGES, words_of

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")

every_network = pytest.mark.parametrize(("name", "variant"), NETWORKS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def page(summary: Summary, options: Options) -> str:
    return "\n".join(texts(EXPORTERS["markdown"].export(summary, options)))


def headings(markdown: str) -> list[str]:
    return re.findall(r"^#+ (.*)", markdown, re.MULTILINE)


def tables(markdown: str) -> Iterator[list[list[str]]]:
    """The cells of each table as they are shown, its headings first."""
    cells: list[list[str]] = []
    tokens = PARSER.parse(markdown)
    for token, inner in pairwise(tokens):
        if token.type == "tr_open":
            cells.append([])
        elif token.type in ("th_open", "td_open"):
            shown = "".join(child.content for child in inner.children or [] if child.type == "text")
            cells[-1].append(shown.replace("\u2011", "-"))
        elif token.type == "table_close":
            yield cells
            cells = []


@every_network
@every_language
def test_no_heading_stands_twice_and_no_kind_of_block(
    name: str, variant: str | None, language: str
) -> None:
    summary = summary_of(name, variant)
    markdown = page(summary, Options(language))
    found = headings(markdown)
    assert len(found) == len(set(found))
    assert found[0] == summary.title
    blocks = {
        node.item.block
        for node, _ in summary.walk()
        if node.children and hasattr(node.item, "block")
    }
    others = [node for node in summary.items if node.children and not hasattr(node.item, "block")]
    assert len(found) - 1 - 2 * (summary.columns is not None) == len(blocks) + len(others)


@every_network
@every_language
def test_what_is_in_the_table_is_on_the_page(name: str, variant: str | None, language: str) -> None:
    summary = summary_of(name, variant)
    (table, *_) = document(summary, Options(language)).tables
    (header, *rows), *_ = tables(page(summary, Options(language)))
    words = words_of(language)
    said = {words.heading(key) for key in ("input", "in_channels", "out_channels")}
    for full, shown in zip(table.texts(False), rows, strict=True):
        given: dict[str, str] = {}
        for heading, cell in zip(header, shown, strict=True):
            several = heading.split(BETWEEN)
            parts = cell.split(BETWEEN) if cell != "-" else ["-"] * len(several)
            given.update(zip(several, parts, strict=True))
        full_row = dict(zip(table.headings, full, strict=True))
        assert {key: full_row[key] for key in given} == given
        assert full_row.keys() - given.keys() <= said
    assert summary.columns is None or header == table.headings


@pytest.mark.parametrize("name", ["resnet50", "googlenet-stem"])
@every_language
def test_columns_are_explained_where_that_is_asked_for(name: str, language: str) -> None:
    summary = shapecalc.load(name).summary()
    words = words_of(language)
    explained = headings(page(summary, Options(language, explain=True)))
    assert explained[-1] == words.explanations
    printed = DOCUMENT in (summary.columns or ())
    assert (words.explanations in headings(page(summary, Options(language)))) == printed


def test_only_columns_that_are_there_are_explained() -> None:
    markdown = page(shapecalc.load("resnet50").summary(), Options(explain=True))
    told = markdown.partition("\n## Columns\n")[2]
    assert re.findall(r"^- ([^:]*):", told, re.MULTILINE) == [
        *("Layer", "Type", "Output", "Kernel", "Stride", "Padding", "Params", "MACs")
    ]


def test_the_page_begins_with_what_the_network_is() -> None:
    summary = shapecalc.load("resnet50").summary()
    assert page(summary, Options(source="Source: x.yaml")).splitlines()[:7] == [
        *("# ResNet (resnet50)", ""),
        *("Residual networks, plain, wide and in groups (He et al. 2016).", ""),
        *("Source: x.yaml", ""),
        "| Layer | Type | Output | Kernel / Stride / Padding | Params | MACs |",
    ]


def test_details_that_are_asked_for_are_those_of_the_page() -> None:
    summary = shapecalc.load("resnet50").summary()
    details = Options(details=["layer4.0.downsample", "layer2.0"])
    assert headings(page(summary, details))[1:] == [
        *("Bottleneck (layer2.0)", "Conv2d + BatchNorm2d (layer4.0.downsample)")
    ]
    assert len(headings(page(summary, Options(depth=2)))) == 1
    top = headings(page(summary, Options(top="macs")))
    assert top == ["ResNet (resnet50): layers with the highest MACs"]


def csv_rows(summary: Summary, options: Options) -> list[dict[str, str]]:
    return list(csv.DictReader(texts(EXPORTERS["csv"].export(summary, options))))


FIGURES: dict[str, Callable[[InferredLayer], int]] = {
    "params": lambda node: node.params,
    "buffers": lambda node: node.buffers,
    "macs": lambda node: node.macs,
    "flops": lambda node: node.flops,
    "weight_bytes": lambda node: node.weights,
    "activation_bytes": lambda node: node.memory,
}


def sizes(node: InferredLayer) -> dict[str, str]:
    found: dict[str, str] = {}
    for side, shape in (("in", node.input), ("out", node.output)):
        axes = {1: ["length"], 2: ["height", "width"], 3: ["depth", "height", "width"]}
        if shape is not None:
            named = zip(axes.get(len(shape.spatial), []), shape, strict=False)
            found.update((f"{side}_{axis}", str(size)) for axis, size in named)
            found[f"{side}_channels"] = str(shape.channels)
    return found


@every_network
def test_csv_reads_back_as_the_figures_of_every_layer(name: str, variant: str | None) -> None:
    summary = summary_of(name, variant)
    *rows, total = csv_rows(summary, Options(totals=True))
    for row, layer in zip(rows, summary.layers, strict=True):
        assert (row["path"], row["type"].partition(" ")[0] != "") == (layer.path, True)
        assert {key: row[key] for key in FIGURES} == {
            key: str(figure(layer)) for key, figure in FIGURES.items()
        }
        assert row["alive"] == str(summary.alive(layer))
        axes = [key for key in row if key.partition("_")[2] in (*NAMED_AXES, "channels")]
        assert {key: row[key] for key in axes if row[key]} == sizes(layer)
    assert total["path"] == "Total"
    own = {"weight_bytes": "weights", "activation_bytes": "memory"}
    assert {key: total[key] for key in FIGURES} == {
        key: str(getattr(summary, own.get(key, key))) for key in FIGURES
    }
    for key in ("params", "buffers", "macs", "flops", "weight_bytes"):
        assert sum(int(row[key]) for row in rows) == int(total[key])


@every_network
@every_language
def test_the_headings_of_csv(name: str, variant: str | None, language: str) -> None:
    first = texts(EXPORTERS["csv"].export(summary_of(name, variant), Options(language)))[0]
    keys = list(csv_rows(summary_of(name, variant), Options())[0])
    words = words_of(language)
    expected = keys if language == "en" else [words.heading(key) for key in keys]
    assert next(csv.reader([first])) == expected
