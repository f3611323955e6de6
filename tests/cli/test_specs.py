"""Bundled specs as files: printed as they are, and copied to start from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import in_terminal, run

from shapecalc import bundled
from shapecalc.__main__ import main


@pytest.mark.parametrize("name", bundled.spec_names())
def test_a_bundled_spec_is_printed_as_its_file_is(
    name: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.argv", ["shapecalc", "specs", name])
    assert main() == 0
    assert capfdbinary.readouterr() == (Path(bundled.spec_paths()[name]).read_bytes(), b"")


def test_the_list_has_a_heading_for_each_task(tmp_path: Path) -> None:
    lines = run("specs", folder=tmp_path).out.splitlines()
    listed: dict[str, list[str]] = {}
    for line in filter(None, lines):
        if not line.startswith(" "):
            listed[line.removesuffix(":")] = names = []
        elif not line.startswith("   "):
            names.append(line.split()[0])
    assert listed == bundled.tasks()
    assert "  variants: vgg11, vgg11_bn, vgg13, " in "\n".join(lines)


def test_a_variant_is_printed_with_its_spec(tmp_path: Path) -> None:
    done = run("specs", "resnet50", folder=tmp_path)
    assert done.out == Path(bundled.spec_paths()["resnet"]).read_text(encoding="utf-8")
    assert (done.status, done.err) == (0, "resnet50 is a variant of resnet\n")
    variables = {"PYTHONIOENCODING": "ascii"}  # a spec in a pipe is UTF-8 whatever the locale
    assert run("specs", "resnet50", folder=tmp_path, variables=variables).out == done.out


def test_a_terminal_gets_it_too(tmp_path: Path) -> None:
    done = in_terminal("specs", "vgg", folder=tmp_path, width=80)
    assert done.out == Path(bundled.spec_paths()["vgg"]).read_text(encoding="utf-8")


def test_every_copy_passes_its_check(tmp_path: Path) -> None:
    """In a folder of its own: the blocks that a spec uses are those of the package."""
    for name in bundled.spec_names():
        (tmp_path / f"{name}.yaml").write_bytes(Path(bundled.spec_paths()[name]).read_bytes())
    done = run("check", ".", "--strict", folder=tmp_path, seconds=60)
    assert (done.status, done.out) == (0, "")


def test_a_copy_is_never_written_over_a_file(tmp_path: Path) -> None:
    done = run("specs", "resnet50", "--copy", folder=tmp_path)
    assert done == (0, "", "resnet50 is a variant of resnet\nwrote resnet.yaml\n")
    copy = tmp_path / "resnet.yaml"
    assert copy.read_bytes() == Path(bundled.spec_paths()["resnet"]).read_bytes()
    table = run("table", "resnet.yaml@resnet50", folder=tmp_path)
    assert table.out == run("table", "resnet50", folder=tmp_path).out
    copy.write_text("mine", encoding="utf-8")
    (tmp_path / "vgg.yaml").symlink_to("nothing")
    for name in ("resnet", "vgg"):
        done = run("specs", name, "--copy", folder=tmp_path)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {name}.yaml exists already; -o names another file")
    assert copy.read_text(encoding="utf-8") == "mine"
    assert sorted(os.listdir(tmp_path)) == ["resnet.yaml", "vgg.yaml"]


def test_the_output_option_names_the_file(tmp_path: Path) -> None:
    assert run("specs", "vgg", "-o", "mine.yaml", folder=tmp_path) == (0, "", "")
    assert (tmp_path / "mine.yaml").read_bytes() == Path(bundled.spec_paths()["vgg"]).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resnet5"], "no bundled spec 'resnet5'; did you mean 'resnet50'?"),
        (["../configs/vgg"], "no bundled spec '../configs/vgg'; `shapecalc specs` lists them"),
        (["vgg.yaml"], "no bundled spec 'vgg.yaml'"),
        (["--copy"], "Missing argument 'NAME'"),
        (["-o", "a.yaml"], "Missing argument 'NAME'"),
        (["vgg", "--copy", "-o", "a.yaml"], "--copy names the file itself: remove -o"),
    ],
)
def test_what_cannot_be_printed_is_misuse(words: list[str], said: str, tmp_path: Path) -> None:
    done = run("specs", *words, folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {said}")
    assert os.listdir(tmp_path) == []
