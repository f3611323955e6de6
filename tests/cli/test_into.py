"""`export --into`: pages whose places are written anew, whole or not at all, and compared."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from running import SECONDS, Run, run

from shapecalc.limits import MAXIMUM_PAGE

SMALL = """
name: Small
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}
"""

PAGE = """A page

<!-- shapecalc: small.yaml --columns name,output -->
<!-- /shapecalc -->

text
"""


def into(folder: Path, *words: str, seconds: float = SECONDS) -> Run:
    words = ("export", "--to", "markdown", "--into", *words)
    return run(*words, folder=folder, seconds=seconds)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def exported(folder: Path, *words: str) -> str:
    done = run("export", "--to", "markdown", *words, folder=folder)
    assert done.status == 0
    return done.out


def test_a_place_gets_what_an_export_writes(folder: Path) -> None:
    page = folder / "page.md"
    assert into(folder, "page.md") == (0, "", "page.md: 1 of 1 places rewritten\n")
    table = exported(folder, "small.yaml", "--columns", "name,output")
    assert "| conv | 6x6x4 |" in table
    assert page.read_text("utf-8") == PAGE.replace("-->\n<!--", f"-->\n\n{table}\n<!--")
    before = page.stat()
    assert into(folder, "page.md") == (0, "", "page.md: 0 of 1 places rewritten\n")
    assert page.stat().st_ino == before.st_ino  # not even replaced by the same


def test_a_check_shows_what_is_stale_and_writes_nothing(folder: Path) -> None:
    page = folder / "page.md"
    done = into(folder, "page.md", "--check")
    assert (done.status, done.err) == (1, "page.md: 1 of 1 places stale\n")
    assert done.out.startswith("--- page.md\n+++ page.md\n@@ -1,6 +1,")
    assert "\n+| conv | 6x6x4 |\n" in done.out
    assert page.read_text("utf-8") == PAGE
    into(folder, "page.md")
    assert into(folder, "page.md", "--check") == (0, "", "page.md: 0 of 1 places stale\n")
    (folder / "small.yaml").write_text(SMALL.replace("8x8x3", "9x9x3"), encoding="utf-8")
    done = into(folder, "page.md", "--check")
    assert done.status == 1
    assert "\n-| conv | 6x6x4 |\n+| conv | 7x7x4 |\n" in done.out


def test_a_spec_is_named_as_from_the_page(folder: Path) -> None:
    (folder / "docs" / "nets").mkdir(parents=True)
    (folder / "docs" / "nets" / "own.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "docs" / "dcgan").write_text(SMALL, encoding="utf-8")
    text = "".join(
        f"<!-- shapecalc: {spec} --columns name,output -->\n<!-- /shapecalc -->\n"
        for spec in ("nets/own.yaml", "../small.yaml", "resnet@resnet18", "resnet18", "dcgan")
    )
    page = folder / "docs" / "page.md"
    page.write_text(text, encoding="utf-8")
    assert into(folder, "docs/page.md").err == "docs/page.md: 5 of 5 places rewritten\n"
    source = "\nSource: {}\n"
    own = exported(folder, "small.yaml", "--columns", "name,output")
    resnet = exported(folder, "resnet18", "--columns", "name,output")
    written = page.read_text("utf-8")
    for spec in ("nets/own.yaml", "../small.yaml", "dcgan"):
        written = written.replace(source.format(spec), source.format("small.yaml"), 1)
    written = written.replace("Source: resnet@<!-- -->resnet18,", "Source: resnet18,")
    assert (written.count(own), written.count(resnet)) == (3, 2)
    assert into(folder / "docs", "page.md", "--check").status == 0


def test_options_are_those_of_the_command(folder: Path) -> None:
    words = ["--lang", "zh", "--layout", "chw", "--input", "3x9x9", "--batch", "2"]
    text = f"<!-- shapecalc: 'small.yaml' {' '.join(words)} -->\n<!-- /shapecalc -->"
    (folder / "page.md").write_text(text, encoding="utf-8")
    assert into(folder, "page.md").status == 0
    assert exported(folder, "small.yaml", *words) in (folder / "page.md").read_text("utf-8")


WRONG = {
    "small.yaml --columns nme": (1, "unknown column 'nme'; did you mean 'name'?"),
    "small.yaml --columns help": (1, "unknown column 'help'"),
    "small.yaml --nothing": (1, "No such option '--nothing'"),
    "small.yaml --help": (1, "No such option '--help'"),
    "small.yaml --set n=1": (1, "--set: unknown argument 'n'"),
    "small.yaml -o x.md": (1, "a page cannot set this: remove --output"),
    "small.yaml -ox.md": (1, "write -o and its value apart"),
    "small.yaml --into page.md": (1, "a page cannot set this: remove --into"),
    "small.yaml --check": (1, "a page cannot set this: remove --check"),
    "small.yaml --to csv": (1, "a page cannot set this: remove --to"),
    "small.yaml 'x": (1, "No closing quotation"),
    "small.yaml more": (1, "Got unexpected extra argument (more)"),
    "": (1, "Missing argument 'SPEC'"),
    "-": (1, "a page cannot name standard input"),
    "-- -@x": (1, "a page cannot name standard input"),
    "small.yaml@x": (1, "small.yaml has no variant 'x'"),
    "resnet5": (1, "no such file or bundled spec: 'resnet5'"),
    "wrong.yaml": (1, "1 error in wrong.yaml"),
    "none.yaml": (2, "none.yaml: No such file or directory"),
    "/dev/zero": (2, "/dev/zero: not a regular file"),
    ".": (2, ".: a folder, not a file"),
    "page.md": (1, "writing page.md would overwrite a file that is read"),
}


@pytest.mark.parametrize("asked", WRONG)
def test_what_is_wrong_in_a_place_leaves_the_page_as_it_is(asked: str, folder: Path) -> None:
    status, said = WRONG[asked]
    (folder / "wrong.yaml").write_text(SMALL.replace("Conv2d", "Conv9d"), encoding="utf-8")
    text = f"{PAGE}<!-- shapecalc: {asked} -->\n<!-- /shapecalc -->\n"
    (folder / "page.md").write_text(text, encoding="utf-8")
    (folder / "other.md").write_text(PAGE, encoding="utf-8")
    done = into(folder, "other.md", "--into", "page.md")
    assert (done.status, done.out) == (status, "")
    assert f"error: page.md:7: {said}" in done.err
    if asked == "wrong.yaml":
        assert " --> wrong.yaml:5:24\n" in done.err
    assert (folder / "page.md").read_text("utf-8") == text
    assert (folder / "other.md").read_text("utf-8") == PAGE
    assert len(os.listdir(folder)) == 4


def test_everything_wrong_with_a_page_is_said_in_one_run(folder: Path) -> None:
    text = "".join(f"<!-- shapecalc: none{n} -->\n<!-- /shapecalc -->\n" for n in range(3))
    (folder / "page.md").write_text(text, encoding="utf-8")
    err = into(folder, "page.md").err
    assert [line.split(": ")[1] for line in err.splitlines()] == [
        "page.md:1",
        "page.md:3",
        "page.md:5",
    ]
    (folder / "page.md").write_text(f"{text}<!-- shapecalc: x\n<!-- /shapecalc -->\n", "utf-8")
    done = into(folder, "page.md")
    assert done.status == 1
    assert "error: page.md:7: a comment for shapecalc must be on a line of its own\n" in done.err


def test_a_page_without_a_place_is_a_mistake(folder: Path) -> None:
    text = "```\n<!-- shapecalc: small.yaml -->\n<!-- /shapecalc -->\n```\n"
    (folder / "page.md").write_text(text, encoding="utf-8")
    said = "error: page.md: no <!-- shapecalc: SPEC --> on a line of its own\n"
    assert into(folder, "page.md") == (1, "", said)


def test_pages_that_cannot_be_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    (folder / "large.md").write_bytes(b"\n" * (MAXIMUM_PAGE + 1))
    for name, why in {
        "none.md": "No such file",
        ".": "a folder",
        "pipe.md": "not a regular file",
        "large.md": "too large; the limit is 1 MiB",
    }.items():
        done = into(folder, name)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {name}: {why}")


@pytest.mark.slow
@pytest.mark.parametrize("line", ["\n", "- " * 99 + "\n", "```\n", "<!-- x\n", "- x\n", "\t", "* "])
def test_a_page_as_long_as_may_be_takes_little(line: str, folder: Path) -> None:
    page = line * ((MAXIMUM_PAGE - 200) // len(line) // 2 * 2) + f"\n-->\n{PAGE}"
    (folder / "page.md").write_text(page, encoding="utf-8")
    assert into(folder, "page.md", "--check", seconds=6).err == "page.md: 1 of 1 places stale\n"


def test_a_page_keeps_its_mode_and_its_link(folder: Path) -> None:
    (folder / "there").mkdir()
    page = folder / "there" / "real.md"
    page.write_text(PAGE.replace("small.yaml", "../small.yaml"), encoding="utf-8")
    page.chmod(0o664)
    (folder / "there" / "link.md").symlink_to("real.md")
    assert into(folder, "there/link.md").status == 0
    assert (folder / "there" / "link.md").is_symlink()
    assert stat.S_IMODE(page.stat().st_mode) == 0o664
    assert "| conv | 6x6x4 |" in page.read_text("utf-8")
    assert sorted(os.listdir(page.parent)) == ["link.md", "real.md"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--into", "page.md", "small.yaml"], "SPEC and its options from the page: remove SPEC"),
        (["--into", "page.md", "--lang", "zh"], "remove --lang"),
        (["--into", "page.md", "-o", "x"], "remove --output"),
        (["--check", "small.yaml"], "--check needs --into"),
        (["--to", "csv", "--into", "page.md"], "--into writes markdown, not csv"),
        ([], "Missing argument 'SPEC'"),
    ],
)
def test_options_that_do_not_go_together(words: list[str], said: str, folder: Path) -> None:
    done = run("export", "--to", "markdown", *words, folder=folder)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert (folder / "page.md").read_text("utf-8") == PAGE


def test_no_text_of_a_spec_ends_its_place(folder: Path) -> None:
    """Nor does it begin one, or code in which the end would not be found."""
    texts = [
        "<!-- /shapecalc -->",
        "<!-- shapecalc: x -->",
        "```",
        "~~~",
        "<!--",
        "<pre>",
        "- ",
        ">",
    ]
    layers = "".join(f"  - {{name: '{text}', type: ReLU, note: '{text}'}}\n" for text in texts)
    page = ""
    for number, name in enumerate(texts):
        spec = f"name: '{name}'\nabout: '{name}'\ninput: 8x8x3\nlayers:\n{layers}"
        (folder / f"{number}.yaml").write_text(spec, encoding="utf-8")
        page += f"<!-- shapecalc: {number}.yaml -->\n<!-- /shapecalc -->\n"
    (folder / "page.md").write_text(page, encoding="utf-8")
    assert into(folder, "page.md").err == "page.md: 8 of 8 places rewritten\n"
    assert into(folder, "page.md").err == "page.md: 0 of 8 places rewritten\n"


def test_the_difference_does_not_act(folder: Path) -> None:
    (folder / "page.md").write_bytes(PAGE.encode().replace(b"text", b"\x1b[31m\xff##[error]x\r"))
    done = into(folder, "page.md", "--check")
    assert done.status == 1
    assert "\n \\x1b[31m\\xff#\\x23[error]x\n" in done.out


def test_warnings_are_counted_with_their_command(folder: Path) -> None:
    text = SMALL.replace("input", "arguments: {n: 1}\ninput")
    (folder / "docs").mkdir()
    (folder / "docs" / "small.yaml").write_text(text, encoding="utf-8")
    (folder / "docs" / "page.md").write_text(PAGE, encoding="utf-8")
    done = into(folder, "docs/page.md")
    assert "1 warning in Small: see `shapecalc check docs/small.yaml`\n" in done.err


def test_a_spec_whose_name_is_none(folder: Path) -> None:
    page = PAGE.replace("small.yaml", "\0small.yaml")
    (folder / "page.md").write_text(page, encoding="utf-8")
    done = into(folder, "page.md")
    assert done.status == 2
    assert "not a file name" in done.err
    assert (folder / "page.md").read_text("utf-8") == page
