"""The walk of a folder skips what is none of the language's, and says how many; what is named is
checked, whatever it is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

from shapecalc.check.formats import FORMATS
from shapecalc.check.other_yaml import TELLING_KEYS, is_other_yaml
from shapecalc.language.imports import LIBRARY_KEYS
from shapecalc.language.keys import SPEC_KEYS
from shapecalc.problems.problem import Problems
from shapecalc.spec_reader import read_root
from shapecalc.text.source import Source

RIGHT = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\n"

OTHER = {
    "empty": "",
    "a comment": "# nothing\n",
    "null": "~\n",
    "text": "just text\n",
    "a number": "3\n",
    "a list": "- {input: 8x8x3, layers: []}\n",
    "an empty mapping": "{}\n",
    "a workflow": "name: CI\non: [push]\njobs:\n  a:\n    input: 8x8x3\n    steps: [{uses: x}]\n",
    "an environment": "name: env\nchannels: [conda-forge]\ndependencies: [python=3.11]\n",
    "a composition": "services: {web: {image: x}}\nvolumes: {}\nnetworks: {}\n",
    "a manifest": "apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {}}\nspec: {}\n",
    "several manifests": "kind: Pod\n---\nkind: Service\n---\ninput: 8x8x3\n",
    "a site with tags": "site_name: x\nplugins: !!python/name:x.y\n",
    "keys that are not text": "1: a\ntrue: b\n",
    "a template": "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n",
    "a broken one": "kind: Pod\nmetadata: [\n",
    "broken, and indented": "kind: Pod\nspec:\n  input: [\n  layers: [\n",
    "an output": "output: 3\nrun: train\n",
    "a name": "name: x\nabout: y\n",
}

OURS = {
    "whole": RIGHT,
    "no layers": "input: 8x8x3\n",
    "no input": "layers: []\n",
    "only a version": "shapecalc: 1\n",
    "only a budget": "name: x\nnet: []\nbudget: {params: 1M}\n",
    "misspelled layers": "name: x\nlayer: [{type: ReLU}]\n",
    "capital layers": "Layers: [{type: ReLU}]\n",
    "misspelled branches": "branchs: {a: []}\n",
    "misspelled input": "inputs: 8x8x3\n",
    "what Keras calls it": "input_shape: 8x8x3\n",
    "blocks": "blocks: {A: {layers: [{type: ReLU}]}}\n",
    "a block": "block: A\nlayers: [{type: ReLU}]\n",
    "a block of nothing": "block: A\n",
    "a merged key": "<<: {input: 8x8x3}\n",
    "not to its end": "input: 8x8x3\nlayers: [\n",
    "not from its start": "name: [\ninput: 8x8x3\nlayers: []\n",
    "in one line": "{input: 8x8x3, layers: [\n",
    "quoted": '"layers": [\n',
    "misspelled and broken": "name: x\nlayer: [\n",
    "after a mark": "\ufeffinput: [\n",
    "too deep": "layers: " + "[" * 101 + "]" * 101 + "\n",
    "too late": "name: x\nlayers: []\n---\nkind: Pod\n",
    "twice": "layers: []\nlayers: []\n",
}

EACH = pytest.mark.parametrize(
    ("text", "other"),
    [(text, True) for text in OTHER.values()] + [(text, False) for text in OURS.values()],
    ids=[*OTHER, *OURS],
)


@EACH
def test_what_is_skipped(text: str, other: bool) -> None:
    source = Source("a.yaml", text)
    root = read_root(source, Problems())
    assert is_other_yaml(root and root[0], source.text) is other


@pytest.mark.parametrize("key", sorted({*SPEC_KEYS, *LIBRARY_KEYS}))
def test_every_key_tells_but_those_that_any_file_may_have(key: str) -> None:
    root = read_root(Source("a.yaml", f"other: 1\n{key}: 1\n"), Problems())
    assert root is not None
    assert is_other_yaml(root[0], "") is (key in ("name", "about")) is (key not in TELLING_KEYS)


@EACH
def test_a_walk_skips_it_and_a_name_does_not(text: str, other: bool, tmp_path: Path) -> None:
    (tmp_path / "right.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "a.yml").write_text(text, encoding="utf-8")
    named = run("check", "nets/a.yml", folder=tmp_path)
    assert named.err.startswith("1 spec checked, ")
    assert "skipped" not in named.err
    walked = run("check", ".", folder=tmp_path)
    if other:
        assert named.status == 1
        said = "1 spec checked, no problems found; 1 other YAML file skipped\n"
        assert (walked.status, walked.out, walked.err) == (0, "", said)
        assert run("check", "nets", "nets/a.yml", folder=tmp_path) == named
        assert run("check", "nets/a.yml", "nets", folder=tmp_path) == named
        said = (
            "error: no spec found in nets; 1 other YAML file skipped (see shapecalc check --help)"
        )
        assert run("check", "nets", folder=tmp_path) == (2, "", said + "\n")
    else:
        assert (walked.status, walked.out) == (named.status, named.out.replace("nets/", "./nets/"))
        assert "skipped" not in walked.err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_what_is_in_another_encoding(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(f"{RIGHT}name: é\n".encode(encoding))
    (tmp_path / "b.yaml").write_bytes("name: é\nkind: Pod\n".encode(encoding))
    done = run("check", ".", "--format", "concise", folder=tmp_path)
    assert done.status == 1
    assert done.out.startswith("./a.yaml:")
    assert done.err == "1 spec checked, 1 error; 1 other YAML file skipped\n"
    assert run("check", "b.yaml", folder=tmp_path).status == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_are_counted(jobs: str, tmp_path: Path) -> None:
    for index in range(5):
        (tmp_path / f"other{index}.yaml").write_text("kind: Pod\n", encoding="utf-8")
        (tmp_path / f"spec{index}.yaml").write_text(RIGHT, encoding="utf-8")
    specs = [f"./spec{index}.yaml" for index in range(5)]
    said = "5 specs checked, no problems found; 5 other YAML files skipped\n"
    assert run("check", ".", "--jobs", jobs, folder=tmp_path, seconds=10) == (0, "", said)
    done = run("check", ".", "other0.yaml", "--format", "concise", folder=tmp_path)
    assert done.err.endswith("; 4 other YAML files skipped\n")
    assert done.out.startswith("./other0.yaml:1:1: error[SC102]")
    for format_ in FORMATS:
        done = run("check", ".", "--format", format_, folder=tmp_path)
        assert done.status == 0
        assert done.err.endswith("5 other YAML files skipped\n")
        assert done.out == run("check", *specs, "--format", format_, folder=tmp_path).out
    locked = run("check", ".", "--lock", folder=tmp_path)
    assert locked.status == 0
    assert sorted(path.name for path in tmp_path.glob("*.lock")) == [
        f"spec{index}.lock" for index in range(5)
    ]


def test_a_summary_skips_them_too(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("kind: Pod\n", encoding="utf-8")
    (tmp_path / "wide.yaml").write_bytes("kind: Pod\n".encode("utf-16"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "block.yaml").write_text("blocks: {}\n", encoding="utf-8")
    alone = run("summary", "spec.yaml", folder=tmp_path)
    done = run("summary", ".", folder=tmp_path)
    assert (done.status, done.err) == (0, "2 other YAML files skipped\n")
    assert len(done.out.splitlines()) == len(alone.out.splitlines())
    named = run("summary", ".", "other.yaml", folder=tmp_path)
    assert named.status == 1
    assert "unknown key 'kind' in the spec" in named.err
    assert "1 other YAML file skipped\n" in named.err
    (tmp_path / "spec.yaml").unlink()
    nothing = run("summary", ".", folder=tmp_path)
    said = "error: no spec found in .; 2 other YAML files skipped (see shapecalc summary --help)\n"
    assert nothing == (2, "", said)


def test_a_file_of_many_words_is_soon_skipped(tmp_path: Path) -> None:
    for name, text in {
        "keys": "".join(f"wayer{index}: 1\n" for index in range(9_999)),
        "broken": "".join(f"layout_{chr(97 + index % 26)}{index}: 1\n" for index in range(200_000)),
        "long": "a" * 4_000_000,
        "spaces": "{" + " " * 4_000_000,
        "lines": "{\n" * 1_000_000,
    }.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        done = run("check", ".", folder=tmp_path)
        assert done.status in (1, 2)
        (tmp_path / f"{name}.yaml").unlink()
