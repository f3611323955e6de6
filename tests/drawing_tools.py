"""Reads drawings as their own tools do, Graphviz and Mermaid of npm, and the edges of JSON.

Graphviz is found on the PATH, Mermaid with jsdom in a folder of NODE_PATH. What needs one is
skipped where it is not there, unless `--need-graphviz` or `--need-mermaid` is given.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from folders import TESTS
from lines import texts

from shapecalc.analysis.summary import Summary
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options

SECONDS = 600

GVPR = shutil.which("gvpr")
"""The program of Graphviz that reads graphs without laying them out."""

READ = r"""
BEG_G { if (!isAttr($G, "E", "label")) setDflt($G, "E", "label", "") }
N { printf("N\t%s\t%s\n", $.name, $.label) }
E { printf("E\t%s\t%s\t%s\n", $.tail.name, $.head.name, $.label) }
"""


class Drawn(NamedTuple):
    """What a tool found in a drawing: the label of each node by its name, and the edges, with what
    they say."""

    nodes: dict[str, str]
    edges: list[tuple[str, str, str]]


def mermaid_folder() -> Path | None:
    """The folder of npm's packages that has Mermaid."""
    folders = map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))
    there = shutil.which("node") is not None
    return next((each for each in folders if there and (each / "mermaid").is_dir()), None)


def need(tool: str, there: bool, request: pytest.FixtureRequest) -> None:
    """Skips a test of which the tool is not there, unless it has to be."""
    if not there and not request.config.getoption(f"need_{tool}"):
        pytest.skip(f"{tool} is not installed")


def read_dot(text: str) -> Drawn:
    """What Graphviz finds."""
    assert GVPR is not None, "Graphviz is not installed"
    done = subprocess.run(
        [GVPR, READ], input=text.encode(), capture_output=True, timeout=SECONDS, check=False
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    nodes = {row[1]: row[2] for row in rows if row[0] == "N"}
    return Drawn(nodes, [(row[1], row[2], row[3]) for row in rows if row[0] == "E"])


def read_mermaid(texts: Sequence[str]) -> list[Drawn]:
    """What Mermaid finds in each text."""
    folder = mermaid_folder()
    assert folder is not None, "Mermaid is not installed"
    command = ["node", str(TESTS / "mermaid.mjs"), str(folder)]
    given = json.dumps(texts).encode()
    done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode()
    drawn = []
    for found in json.loads(done.stdout):
        assert "error" not in found, found["error"]
        assert found["type"] == "flowchart-v2"
        assert [link for _, _, link in found["nodes"] if link is not None] == []
        nodes = {name: label for name, label, _ in found["nodes"]}
        drawn.append(Drawn(nodes, [tuple(edge) for edge in found["edges"]]))
    return drawn


def json_edges(summary: Summary) -> list[tuple[str, str, str]]:
    """The edges of JSON that lead to layers and joins: from what, to what, and which output of
    several."""
    content = json.loads("".join(texts(EXPORTERS["json"].export(summary, Options()))))
    known = {*summary.inputs, *(each["path"] for each in content["layers"])}
    found = []
    for each in content["layers"]:
        for source in each["from"] if "fields" in each else each.get("joined", ()):
            whole = source in known
            producer, _, output = (source, "", "") if whole else source.rpartition(".")
            found.append((producer, each["path"], output))
    return sorted(found)
