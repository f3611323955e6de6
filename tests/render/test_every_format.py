"""A column, a layer type and a block that are new are in every format, with no line changed there.

A program declares the column and the type where the others are declared, before anything reads
them, and exports a network that uses both. None takes long for it, either.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from running import program

import shapecalc
from shapecalc.render.exporters import DOCUMENT, DRAWING, EXPORTERS, SUMMARY, TABLE, Exporter
from shapecalc.tables.document import Options

BLOCK = """
name: New
input: 8x8x3
blocks:
  Wobble:
    layers:
      - {name: wobble_conv, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
      - {name: wobble_relu, type: ReLU}
layers:
  - {name: first_wobble, type: Wobble}
"""

TYPE = BLOCK + "  - {name: swoosh, type: Swoosh, amount: 7}\n"

DECLARE = """
import json, sys
from shapecalc.tables import columns, table
from shapecalc.text.words import LANGUAGES, words_of

swing = table.Column(
    "swing", lambda node, view: 1_000_003 * (1 + node.params), unit=table.COUNT, default=True
)
columns.COLUMNS = (*columns.COLUMNS, swing)
columns.BY_KEY["swing"] = swing
for language in LANGUAGES:
    words_of(language).columns["swing"] = ("Swing", "how much it swings")

from shapecalc import layers
from shapecalc.layers.base import Elementwise
from shapecalc.layers.fields import Count

class Swoosh(Elementwise, names="Swoosh"):
    '''What nobody has thought of.'''
    amount = Count("how much")

    def macs(self, inputs, outputs):
        return outputs[0].elements

layers._FAMILY_OF["Swoosh"] = "activation"
layers._found["Swoosh"] = layers.TYPES["Swoosh"]

from click.testing import CliRunner
from shapecalc.cli import cli

found = {}
for name, words in json.loads(sys.argv[1]).items():
    result = CliRunner().invoke(cli, words)
    problems = [each.message for each in getattr(result.exception, "problems", ())]
    found[name] = [not result.exit_code, result.stdout, result.stderr + "".join(problems)]
print(json.dumps(found))
"""

TERMINAL = "a terminal"

SHOWN = {DOCUMENT, TABLE, SUMMARY, DRAWING}
"""The sources of formats that show figures. Those of code have the layers alone."""

FORMATS = [TERMINAL, *EXPORTERS]
WITH_FIGURES = [TERMINAL, *(each.name for each in EXPORTERS.values() if each.source in SHOWN)]


def command(name: str, path: str) -> list[str]:
    """What shows every layer, with the column where columns are chosen."""
    if name == TERMINAL:
        return ["table", path, "--depth", "2"]
    exporter: Exporter = EXPORTERS[name]
    words = ["export", path, "--to", name]
    if exporter.source == SUMMARY or "columns" in exporter.without:
        return words
    words += ["--columns", "name,type,swing"]
    return words if "depth" in exporter.without else [*words, "--depth", "2"]


Written = dict[str, tuple[bool, str, str]]
"""Of each format: whether it was written, what, and what was said."""


def exported(spec: str, folder: Path) -> Written:
    path = folder / "new.yaml"
    path.write_text(spec, encoding="utf-8")
    asked = json.dumps({name: command(name, str(path)) for name in FORMATS})
    code = DECLARE.replace("sys.argv[1]", repr(asked))
    return {name: tuple(each) for name, each in json.loads(program(code).out).items()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return exported(TYPE, tmp_path_factory.mktemp("type"))


@pytest.fixture(scope="module")
def without_type(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return exported(BLOCK, tmp_path_factory.mktemp("block"))


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_a_new_column_is_in_every_format_with_figures(name: str, written: Written) -> None:
    done, text, said = written[name]
    assert done, said
    assert "swing" in text.lower()
    params = {"first_wobble": 112, "swoosh": 0}
    for figure in (1_000_003 * (1 + each) for each in params.values()):
        assert str(figure) in text.replace(",", ""), name


@pytest.mark.parametrize("name", FORMATS)
def test_a_new_type_is_in_every_format_or_refused_by_its_name(name: str, written: Written) -> None:
    done, text, said = written[name]
    if name in WITH_FIGURES:
        assert done, said
    if done:
        assert "Swoosh" in text
    else:
        assert "Swoosh" in said
        assert "swoosh" in said
        assert text == ""


@pytest.mark.parametrize("name", FORMATS)
def test_a_new_block_is_in_every_format(name: str, without_type: Written) -> None:
    done, text, said = without_type[name]
    assert done, said
    assert "wobble_conv" in text.replace("\\_", "_")
    if name in WITH_FIGURES:
        assert "Wobble" in text


LAYERS = 2_000

LARGE = "name: Large\ninput: 64x64x8\nlayers:\n" + "".join(
    f"  - {{name: conv{index}, type: Conv2d, out_channels: {8 + index % 3}, kernel_size: 1}}\n"
    for index in range(LAYERS)
)


def seconds(exporter: Exporter) -> float:
    """The processor time of an export of a large network, of several the least."""
    found = []
    for _ in range(3):
        began = time.process_time()
        summary = shapecalc.loads(LARGE).summary()
        assert sum(1 for _ in exporter.export(summary, Options(depth=9))) > LAYERS
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("name", EXPORTERS)
def test_no_format_takes_twice_as_long_as_json(name: str) -> None:
    assert seconds(EXPORTERS[name]) < 2 * seconds(EXPORTERS["json"])
