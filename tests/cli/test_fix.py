"""`shapecalc check` with --fix, --fix-expect and --diff, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from running import Run, in_terminal, run

WRONG = """\
input: 8x8x3  # ::error::x
layers:
  - {type: Conv2d, out_chanels: 4, kernel_size: 3}  # keep
  - {type: Conv2d, out_channels: 4, kernel_size: 2, pading: 0}
"""
RIGHT = WRONG.replace("chanels", "channels").replace("pading", "padding")
HALF = WRONG.replace("chanels", "").replace("pading", "padding")
BIASED = """\
input: 8x8x3
expect: {params: 1}
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 3}
  - {type: BatchNorm2d}
"""
DIFFERENCE = """\
--- a.yaml
+++ a.yaml
@@ -1,4 +1,4 @@
 input: 8x8x3  # {}
 layers:
-  - {{type: Conv2d, out_chanels: 4, kernel_size: 3}}  # keep
-  - {{type: Conv2d, out_channels: 4, kernel_size: 2, pading: 0}}
+  - {{type: Conv2d, out_channels: 4, kernel_size: 3}}  # keep
+  - {{type: Conv2d, out_channels: 4, kernel_size: 2, padding: 0}}
"""


def check(folder: Path, *arguments: str, given: bytes = b"") -> Run:
    return run("check", "--format", "concise", *arguments, folder=folder, given=given)


def test_what_is_fixed_is_said_and_what_is_left_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    (tmp_path / "b.yaml").write_text(HALF)
    (tmp_path / "c.yaml").write_text(RIGHT)
    done = check(tmp_path, "--fix", "a.yaml", "b.yaml", "c.yaml")
    assert done == Run(
        1,
        "b.yaml:3:20: error[SC102] unknown field 'out_' in Conv2d\n",
        "a.yaml: 2 fixed\n3 specs checked, 1 error, 2 fixed\n",
    )
    assert (tmp_path / "a.yaml").read_text() == RIGHT
    assert check(tmp_path, "--fix", "a.yaml") == Run(0, "", "1 spec checked, no problems found\n")


def test_a_check_says_how_much_could_be_fixed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    _, _, err = check(tmp_path, "a.yaml")
    assert err == "1 spec checked, 2 errors, 2 fixable with --fix\n"
    (tmp_path / "a.yaml").write_text(BIASED)
    _, _, err = check(tmp_path, "a.yaml")
    assert err == "1 spec checked, 1 error, 1 warning, 1 fixable with --fix\n"


def test_a_difference_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(WRONG)
    summary = "1 spec checked, 2 errors, 2 would be fixed\n"
    assert check(tmp_path, "--diff", "a.yaml") == Run(1, DIFFERENCE.format("::error::x"), summary)
    assert check(tmp_path, "--diff", "a.yaml", "-o", "x.patch") == Run(1, "", summary)
    assert path.read_text() == WRONG
    subprocess.run(["patch", "-s", "-p0", "-i", "x.patch"], cwd=tmp_path, check=True)
    assert path.read_text() == RIGHT
    assert check(tmp_path, "--diff", "a.yaml") == Run(0, "", "1 spec checked, no problems found\n")


def test_patch_finds_a_file_with_spaces_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "my nets"
    folder.mkdir()
    (folder / "a b.yaml").write_text(WRONG)
    shown = in_terminal("check", "--diff", "my nets", folder=tmp_path, width=80, color=False).out
    assert shown.startswith("--- my nets/a b.yaml\n+++ my nets/a b.yaml\n@@")
    (tmp_path / "x.patch").write_text(check(tmp_path, "--diff", "my nets").out)
    subprocess.run(["patch", "-s", "-p0", "-i", "x.patch"], cwd=tmp_path, check=True)
    assert (folder / "a b.yaml").read_text() != WRONG
    assert check(tmp_path, "my nets").status == 0


def test_a_difference_does_nothing_to_who_reads_it(tmp_path: Path) -> None:
    text = WRONG.replace("::error::x", "x\r::error::y: 1  # ##[error]z \u202e")
    (tmp_path / "a.yaml").write_bytes(text.encode())
    _, out, _ = check(tmp_path, "--diff", "a.yaml")
    assert "\r\\x3a:error::y: 1  # #\\x23[error]z \u202e\n" in out
    check(tmp_path, "--diff", "a.yaml", "-o", "x.patch")
    patch = (tmp_path / "x.patch").read_bytes().decode()
    assert "# x\r::error::y: 1  # ##[error]z \u202e\n" in patch
    shown = in_terminal("check", "--diff", "a.yaml", folder=tmp_path, width=80).out
    assert "# x\\r::error::y: 1  # #\\x23[error]z \\u202e\n" in shown


def test_expectations_are_renewed_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(BIASED)
    done = check(tmp_path, "--fix", "--select", "SC102", "a.yaml")
    assert (done.status, path.read_text()) == (0, BIASED)
    done = check(tmp_path, "--fix", "a.yaml")
    unbiased = BIASED.replace("kernel_size: 3}", "kernel_size: 3, bias: false}")
    assert (done.status, path.read_text()) == (1, unbiased)
    done = check(tmp_path, "--fix-expect", "a.yaml")
    assert (done.status, path.read_text()) == (0, unbiased.replace("params: 1", "params: 116"))


def test_what_is_ignored_is_not_fixed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(BIASED)
    check(tmp_path, "--fix-expect", "--ignore", "SC4,SC3", "a.yaml")
    assert path.read_text() == BIASED
    ignored = BIASED.replace("size: 3}", "size: 3}  # shapecalc: ignore[SC403]")
    path.write_text(ignored)
    check(tmp_path, "--fix-expect", "a.yaml")
    assert path.read_text() == ignored.replace("params: 1", "params: 120")


def test_what_a_spec_imports_is_fixed_in_the_working_directory(tmp_path: Path) -> None:
    folder = tmp_path / "nets"
    folder.mkdir()
    block = "blocks: {Mine: {layers: [{type: RelU, nmae: a}]}}\n"
    (folder / "blocks.yaml").write_text(block)
    spec = "import: blocks.yaml\ninput: 8x8x3\nlayers: [{type: Mine, nmae: a}]\n"
    (folder / "a.yaml").write_text(spec)
    aside = tmp_path / "aside"
    aside.mkdir()
    status, _, err = check(aside, "--fix", "../nets/a.yaml")
    assert status == 1
    assert err == (
        "warning: ../nets/blocks.yaml: not fixed: it is outside of the working directory\n"
        "warning: ../nets/a.yaml: not fixed: it is outside of the working directory\n"
        "1 spec checked, 2 errors\n"
    )
    assert (folder / "a.yaml").read_text() == spec
    done = check(tmp_path, "--fix", "nets/a.yaml")
    fixed = "nets/blocks.yaml: 2 fixed\nnets/a.yaml: 1 fixed\n"
    assert done == Run(0, "", fixed + "1 spec checked, no problems found, 3 fixed\n")
    assert (folder / "blocks.yaml").read_text() == block.replace("RelU, nmae", "ReLU, name")
    assert (folder / "a.yaml").read_text() == spec.replace("nmae", "name")


def test_what_imports_a_file_that_is_fixed_is_left(tmp_path: Path) -> None:
    blocks = "blocks: {Mine: {layers: [{type: ReLU, nmae: a}]}}\n"
    spec = f"import: blocks.yaml\n{BIASED}".replace("params: 1}", "output: 6x6x4}")
    for name, text in {"blocks.yaml": blocks, "a.yaml": spec}.items():
        (tmp_path / name).write_text(text)
    status, out, err = check(tmp_path, "--fix", "blocks.yaml")
    assert (status, err.splitlines()[0]) == (1, "blocks.yaml: 1 fixed")
    assert "a.yaml:5:12: warning[SC403]" in out
    assert (tmp_path / "a.yaml").read_text() == spec


def test_what_is_elsewhere_in_the_repository_is_fixed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for folder in (top / ".git", top / "deep"):
        folder.mkdir(parents=True)
    for path in (top / "a.yaml", tmp_path / "b.yaml"):
        path.write_text(WRONG)
    status, _, err = check(top / "deep", "--fix", "../a.yaml", "../../b.yaml")
    assert status == 1
    assert err.startswith(
        "../a.yaml: 2 fixed\nwarning: ../../b.yaml: not fixed: it is outside of the repository\n"
    )
    assert (top / "a.yaml").read_text() == RIGHT
    assert (tmp_path / "b.yaml").read_text() == WRONG


def test_a_warning_that_could_not_be_fixed_is_told_by_the_status(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BIASED.replace("expect: {params: 1}\n", ""))
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    assert check(tmp_path, "link.yaml").status == 0
    assert check(tmp_path, "--fix", "link.yaml").status == 1
    assert check(tmp_path, "--fix", "a.yaml").status == 0


def test_a_link_is_not_written_and_a_mode_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(WRONG)
    path.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    status, _, err = check(tmp_path, "--fix", "link.yaml")
    assert status == 1
    assert err.startswith("warning: link.yaml: not fixed: not a regular file")
    assert path.read_text() == WRONG
    check(tmp_path, "--fix", "a.yaml")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    tmp_path.chmod(0o500)
    status, _, err = check(tmp_path, "--fix", "a.yaml")
    tmp_path.chmod(0o700)
    assert status == 1
    assert err.startswith("warning: a.yaml: not fixed: ")


@pytest.mark.parametrize("option", ["--fix", "--fix-expect", "--diff"])
def test_only_files_are_fixed_as_they_are_written(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    for words, reason in (
        (["-"], "needs a file; <stdin> is standard input"),
        (["vgg"], "needs a file; <shapecalc>/configs/classification/vgg.yaml is bundled"),
        (["a.yaml", "--input", "9x9x3"], "cannot be combined with --input or --set"),
    ):
        status, out, err = check(tmp_path, option, *words, given=WRONG.encode())
        assert (status, out) == (2, "")
        assert reason in err
    assert check(tmp_path, "--fix", "--diff", "--lock", "a.yaml").status == 2
    assert (tmp_path / "a.yaml").read_text() == WRONG


def test_a_lock_is_that_of_what_is_fixed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    assert check(tmp_path, "--fix", "--lock", "a.yaml").status == 0
    assert "kernel_size=3x3 8x8x3 -> 6x6x4 " in (tmp_path / "a.lock").read_text()


def test_programs_are_told_what_would_be_fixed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    first, second = json.loads(run("check", "a.yaml", "--format", "json", folder=tmp_path).out)[
        "problems"
    ]
    assert first["fix"] == {
        "text": "out_channels",
        "line": 3,
        "column": 20,
        "end_line": 3,
        "end_column": 31,
    }
    assert second["fix"]["text"] == "padding"
    out = run("check", "a.yaml", "--format", "sarif", folder=tmp_path).out
    (run_,) = json.loads(out)["runs"]
    assert run_["results"][0]["fixes"] == [
        {
            "description": {"text": "did you mean 'out_channels'?"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a.yaml"},
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": 3,
                                "startColumn": 20,
                                "endLine": 3,
                                "endColumn": 31,
                            },
                            "insertedContent": {"text": "out_channels"},
                        }
                    ],
                }
            ],
        }
    ]


def test_the_status_is_one_while_anything_is_left(tmp_path: Path) -> None:
    pool = "input: 8x8x3\nlayers: [{name: p, type: MaxPool2d, kernel_size: 3, stride: 3}]\n"
    (tmp_path / "a.yaml").write_text(pool)
    assert check(tmp_path, "a.yaml").status == 0
    for words in (["--fix"], ["--fix-expect"]):
        assert check(tmp_path, *words, "a.yaml").status == 1
        assert check(tmp_path, *words, "--ignore", "SC402", "a.yaml").status == 0
    (tmp_path / "a.yaml").write_text(RIGHT)
    assert check(tmp_path, "--fix", "a.yaml").status == 0
