"""`shapecalc import`, and files of other programs in every command that takes a spec."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import pytest
from running import run

import shapecalc
from shapecalc.importers import converting
from shapecalc.importers.network import ImportedNetwork
from shapecalc.importers.writing import SpecText, flat_spec
from shapecalc.problems.problem import SpecError
from shapecalc.render.exporters import EXPORTERS
from shapecalc.text.source import ConvertedSource, Source

CONV = "[convolutional]\nfilters={}\nsize=3\npad=1\nbatch_normalize=1\nactivation=relu\n"
SMALL = "[net]\nwidth=16\nheight=16\nchannels=3\n" + CONV.format(4) + CONV.format(8) + "[avgpool]\n"
ROWS = [3 * 4 * 9 + 2 * 4, 4 * 8 * 9 + 2 * 8]
"""The parameters of its convolutions with their norms."""

UNKNOWN = SMALL + "[capsule]\nsize=3\n"
OPEN = SMALL.replace("width=16\nheight=16\n", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("small.cfg", SMALL), ("unknown.cfg", UNKNOWN), ("open.cfg", OPEN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_spec_is_written_and_loads_as_the_network(folder: Path) -> None:
    done = run("import", "small.cfg", folder=folder)
    assert done.status == 0
    summary = shapecalc.loads(done.out).summary()
    assert summary.params == sum(ROWS)
    assert summary.output == (1, 1, 8)
    assert summary.name == "small"
    assert summary.params == shapecalc.load(folder / "small.cfg").summary().params
    written = run("import", "small.cfg", "-o", "small.yaml", folder=folder)
    assert (written.status, written.out, written.err) == (0, "", done.err)
    assert (folder / "small.yaml").read_text("utf-8") == done.out
    assert run("check", "small.yaml", "--strict", folder=folder).status == 0


def test_a_file_is_not_written_over_itself(folder: Path) -> None:
    done = run("import", "small.cfg", "-o", "small.cfg", folder=folder)
    assert done.status == 2
    assert (folder / "small.cfg").read_text("utf-8") == SMALL


def test_flat_has_a_line_for_each_layer(folder: Path) -> None:
    done = run("import", "small.cfg", "--flat", folder=folder)
    assert done.out.count("type: ") == len(list(shapecalc.loads(done.out).summary().layers)) == 7
    assert "ConvNormActivation" not in done.out


def test_what_cannot_be_said_ends_the_import_with_its_place(folder: Path) -> None:
    for command in ("import", "table", "check"):
        done = run(command, "unknown.cfg", folder=folder)
        assert done.status == 1
        said = done.out + done.err
        assert "error[SC502]" in said
        line = SMALL.count("\n") + 1
        assert f"unknown.cfg:{line}:1" in said
    done = run("import", "unknown.cfg", "--partial", folder=folder)
    assert done.status == 0
    assert "only a part" in done.err
    assert "# Only a part: " in done.out
    assert shapecalc.loads(done.out).summary().params == sum(ROWS)
    assert run("import", "unknown.cfg", "--custom", folder=folder).status == 1


def test_what_a_file_leaves_open_is_given(folder: Path) -> None:
    for command in ("import", "table", "check", "summary", "explain", "export"):
        options = ["--to", "csv"] if command == "export" else []
        done = run(command, "open.cfg", *options, folder=folder)
        assert done.status == 1
        assert "error[SC504]" in done.out + done.err
        given = ["--input", "8x8x3"]
        done = run(command, "open.cfg", *options, *given, folder=folder)
        assert done.status == 0, done.err
        if command != "import":
            continue
        assert shapecalc.loads(done.out).summary().inputs == {"input": (8, 8, 3)}
        done = run("import", "open.cfg", "--input", "3x8x8", "--layout", "chw", folder=folder)
        assert shapecalc.loads(done.out).summary().inputs == {"input": (8, 8, 3)}
    done = run("diff", "open.cfg", "small.cfg", "--input", "8x8x3", folder=folder)
    assert done.status == 0
    assert "No difference" in done.out


@pytest.mark.parametrize("command", ["table", "check", "explain", "summary", "import"])
def test_standard_input_may_be_one(command: str, folder: Path) -> None:
    done = run(command, "-", folder=folder, given=SMALL.encode())
    assert done.status == 0, done.err


@pytest.mark.parametrize("to", EXPORTERS)
def test_every_format_is_exported_from_one(to: str, folder: Path) -> None:
    done = run("export", "small.cfg", "--to", to, "-o", "out", folder=folder)
    assert done.status == 0, done.err
    assert (folder / "out").stat().st_size > 100


def test_one_is_locked_and_compared(folder: Path) -> None:
    assert run("check", "small.cfg", "--lock", folder=folder).status == 0
    assert run("check", "small.cfg", folder=folder).status == 0
    (folder / "small.cfg").write_text(SMALL.replace("filters=4", "filters=6"), encoding="utf-8")
    done = run("check", "small.cfg", folder=folder)
    assert done.status == 1
    assert "out_channels 4 -> 6" in done.out + done.err
    before = (folder / "small.cfg").read_bytes()
    run("check", "small.cfg", "--fix", folder=folder)
    assert (folder / "small.cfg").read_bytes() == before


BIASED = """\
layer { name: "%(name)s" type: "Convolution" bottom: "%(of)s" top: "%(name)s"
  convolution_param { num_output: 8 kernel_size: 1 } }
layer { name: "%(name)s/bn" type: "BatchNorm" bottom: "%(name)s" top: "%(name)s" }
layer { name: "%(name)s/scale" type: "Scale" bottom: "%(name)s" top: "%(name)s"
  scale_param { bias_term: true } }
layer { name: "%(name)s/tanh" type: "TanH" bottom: "%(name)s" top: "%(name)s" }
"""


@pytest.mark.parametrize("count", [1, 8])
def test_what_is_wrong_has_its_place_in_the_file(count: int, folder: Path) -> None:
    text = "input: 'data' input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }\n"
    names = ["data", *(f"conv{number}" for number in range(count))]
    for of, name in itertools.pairwise(names):
        text += BIASED % {"name": name, "of": of}
    (folder / "biased.prototxt").write_text(text, encoding="utf-8")
    done = run("check", "biased.prototxt", folder=folder)
    assert " --> biased.prototxt:2:7\n" in done.out
    assert '2 | layer { name: "conv0" type: "Convolution"' in done.out
    lines = text.splitlines()
    report = json.loads(run("check", "biased.prototxt", "--format", "json", folder=folder).out)
    assert report["problems"]
    for problem in report["problems"]:
        assert problem["code"] == "SC403"
        assert '"Convolution"' in lines[problem["line"] - 1]
        assert problem["fix"] is None
    sarif = json.loads(run("check", "biased.prototxt", "--format", "sarif", folder=folder).out)
    assert all("fixes" not in result for each in sarif["runs"] for result in each["results"])
    explained = run("explain", "biased.prototxt", folder=folder).out
    assert "biased.prototxt:2\n" in explained
    ignored = text.replace('top: "conv0"\n', 'top: "conv0"  # shapecalc: ignore[SC403]\n', 1)
    (folder / "biased.prototxt").write_text(ignored, encoding="utf-8")
    done = run("check", "biased.prototxt", "--strict", folder=folder)
    assert done.status == 0


def test_a_file_without_lines_has_one_place(folder: Path) -> None:
    text = "name: a\nlayers: []\n"
    source = ConvertedSource("a.onnx", text, Source("a.onnx", ""), {1: 5, 2: 9})
    assert not source.has_lines
    assert [source.position(offset) for offset in (0, 12)] == [(1, 1), (1, 1)]


def test_what_is_no_such_file_is_told(folder: Path) -> None:
    (folder / "spec.yaml").write_text("input: 8x8x3\nlayers: [{type: ReLU}]\n", encoding="utf-8")
    done = run("import", "spec.yaml", folder=folder)
    assert done.status == 1
    assert "error[SC503]" in done.err
    done = run("import", "-", folder=folder, given=b"input: 8x8x3\nlayers: [{type: ReLU}]\n")
    assert done.status == 1
    assert run("import", "nowhere.onnx", folder=folder).status == 2


def test_what_is_there_is_read_only_where_it_is_meant(folder: Path) -> None:
    outside = folder.parent / "outside.cfg"
    outside.write_text(SMALL, encoding="utf-8")
    (folder / "link.cfg").symlink_to(outside)
    (folder / "folder.onnx").mkdir()
    for name in ("empty.onnx", "empty.cfg", "empty.keras"):
        (folder / name).touch()
    for command in ("import", "table", "check"):
        assert run(command, "link.cfg", folder=folder).status == 2
        for name in ("empty.onnx", "empty.cfg", "empty.keras"):
            done = run(command, name, folder=folder)
            assert done.status == 1
            assert "error[SC" in done.err + done.out
    assert run("import", "folder.onnx", folder=folder).status == 2


def other(network: ImportedNetwork) -> SpecText:
    """A spec of another network: its last layer is gone."""
    written = flat_spec(network)
    written.layers.pop()
    written.outputs = []
    return written


def test_a_spec_that_is_another_network_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.fspath(folder / "small.cfg")
    monkeypatch.setattr(converting, "folded_spec", other)
    text = shapecalc.load(path).source.text
    assert "# Not folded into blocks" in text
    assert shapecalc.loads(text).summary().params == sum(ROWS)
    monkeypatch.setattr(converting, "flat_spec", other)
    with pytest.raises(SpecError) as caught:
        shapecalc.load(path)
    (problem,) = caught.value.problems
    assert problem.code == "SC505"
    assert "a fault of shapecalc's own" in problem.message


def test_the_json_of_one_names_it(folder: Path) -> None:
    done = run("export", "small.cfg", "--to", "json", folder=folder)
    assert json.loads(done.out)["name"] == "small"
