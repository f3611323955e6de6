"""What `diff --git` shows of specs that changed, appeared, disappeared, moved, or fail."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from git_repository import commit, git, needs_git, write
from markdown_it import MarkdownIt
from running import Run, in_terminal, run

from shapecalc.cli import cli
from shapecalc.limits import MAXIMUM_BYTES
from shapecalc.review import REVIEW_FORMATS
from shapecalc.review.markdown import LONGEST_COMMENT
from shapecalc.text.display import width

pytestmark = needs_git

SMALL = """
name: Small
input: 8x8x3
arguments: {channels: 4}
variants:
  thin: {arguments: {channels: 2}}
  wide: {arguments: {channels: 16}, budget: {params: 500, macs: 20K}}
  again: {arguments: {channels: 16}, budget: {params: 500, macs: 20K}}
layers:
  - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 3}
  - {name: relu, type: ReLU}
budget: {params: 200}
"""
PADDED = SMALL.replace("kernel_size: 3", "kernel_size: 3, padding: 1")
PLAIN = """
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}
  - {name: relu, type: ReLU}
  - {name: second, type: Conv2d, out_channels: 4, kernel_size: 3}
"""
GELU = PLAIN.replace("ReLU", "GELU")
WRONG = PLAIN.replace("out_channels: 4, ", "")
BLOCKS = """
blocks:
  Unit: {layers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}]}
"""
IMPORTING = "import: [IMPORTED]\ninput: 8x8x3\nlayers: [{name: unit, type: Unit}]\n"


def diff(*arguments: str, folder: Path, seconds: float = 2.0) -> Run:
    return run("diff", "--git", *arguments, folder=folder, seconds=seconds)


def found(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What JSON has of the changes."""
    words = ["diff", "--git", *(arguments or ("HEAD",)), "--format", "json"]
    with chdir(folder):
        result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert result.exception is None, result.exception
    assert result.return_value == status, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def kinds(content: dict[str, Any]) -> dict[str, str]:
    """What became of each network, by its name."""
    return {
        each["spec"] + (f"@{each['variant']}" if each["variant"] else ""): each["kind"]
        for each in content["networks"]
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    commit(tmp_path, {"nets/small.yaml": SMALL, "nets/plain.yaml": PLAIN, "mkdocs.yml": "site: x"})
    return tmp_path


TABLE = """\
HEAD -> working tree
Over budget: nets/small.yaml@wide (MACs by 38.3%), nets/small.yaml@again (MACs by 38.3%); \
4 networks changed

Networks
  network                       params          MACs          peak bytes          budget left
~ nets/small.yaml                  112  same   6,912  +77.8%       2,048  +52.4%  \
params 44.0% left
~ nets/small.yaml@thin              56  same   3,456  +77.8%       1,280  +21.2%
~ nets/small.yaml@wide, @again     448  same  27,648  +77.8%       8,192  +77.8%  \
MACs over by 38.3% (was 22.2% left)

nets/small.yaml
The same was edited in @thin, @wide and @again.
Params same, MACs +77.8%, within budget

                old    new  change
input         8x8x3  8x8x3
output        6x6x4  8x8x4
params          112    112    same
MACs          3,888  6,912  +3,024  +77.8%
output bytes  1,152  2,048    +896  +77.8%
peak bytes    1,344  2,048    +704  +52.4%

budget  at most
params      200  ok  88 left (44.0%)

Changes
~ conv  padding 0 -> 1, output 6x6x4 -> 8x8x4, MACs 3,888 -> 6,912

Downstream
> relu  input and output 6x6x4 -> 8x8x4

1 changed, 1 downstream, 0 unchanged.

MACs are multiply-accumulates of convolutions and matrix products, without bias, normalization, \
activation and pooling.
Bytes are those of one input at float32.
"""


def test_a_table(repository: Path) -> None:
    write(repository, {"nets/small.yaml": PADDED})
    for words in ([], ["nets"], ["nets/small.yaml"], ["nets/plain.yaml", "nets/small.yaml"]):
        result = diff("HEAD", *words, folder=repository)
        assert (result.status, result.out, result.err) == (0, TABLE, "")


CHANGES: dict[str, tuple[Mapping[str, str | None], dict[str, str]]] = {
    "nothing": ({}, {}),
    "a comment": ({"nets/plain.yaml": PLAIN + "# x\n"}, {}),
    "an expectation": ({"nets/plain.yaml": PLAIN + "expect: {params: 260}\n"}, {}),
    "what is no spec": (
        {"mkdocs.yml": "site: y", "new.yml": "a: b", "no.yaml": "{{ x"},
        {},
    ),
    "an edit": ({"nets/plain.yaml": GELU}, {"nets/plain.yaml": "changed"}),
    "a budget alone": (
        {"nets/plain.yaml": PLAIN + "budget: {params: 9K}\n"},
        {"nets/plain.yaml": "changed"},
    ),
    "a new file": ({"nets/a.yaml": PLAIN}, {"nets/a.yaml": "new"}),
    "a deleted file": ({"nets/plain.yaml": None}, {"nets/plain.yaml": "deleted"}),
    "a renamed file": ({"nets/plain.yaml": None, "to.yaml": PLAIN}, {}),
    "a file renamed and edited": (
        {"nets/plain.yaml": None, "nets/to.yaml": GELU},
        {"nets/to.yaml": "changed"},
    ),
    "another file of the name": (
        {"nets/plain.yaml": None, "to.yaml": SMALL.replace("  again", "  more")},
        {
            "nets/plain.yaml": "deleted",
            **dict.fromkeys(("to.yaml", "to.yaml@thin", "to.yaml@wide", "to.yaml@more"), "new"),
        },
    ),
    "a new variant": (
        {"nets/small.yaml": SMALL.replace("  thin", "  thick: {arguments: {channels: 9}}\n  thin")},
        {"nets/small.yaml@thick": "new"},
    ),
    "a variant called otherwise": (
        {"nets/small.yaml": SMALL.replace("  again", "  more")},
        {"nets/small.yaml@more": "new", "nets/small.yaml@again": "deleted"},
    ),
    "a hidden folder": ({".hidden/a.yaml": PLAIN, "nets/.a.yaml": PLAIN}, {}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_shown_of_a_change(change: str, repository: Path) -> None:
    """In the working tree, and committed: with dots, and where the base has moved on since."""
    files, expected = CHANGES[change]
    write(repository, files)
    assert kinds(found(repository)) == expected
    commit(repository, {})
    assert kinds(found(repository, "HEAD~1..HEAD")) == expected
    git(repository, "checkout", "--quiet", "-b", "topic")
    git(repository, "checkout", "--quiet", "-b", "base", "HEAD~1")
    commit(repository, {"nets/moved-on.yaml": PLAIN})
    assert kinds(found(repository, "base...topic")) == expected


def test_folders_that_are_hidden_or_gone_may_be_named(repository: Path) -> None:
    write(repository, {".hidden/a.yaml": PLAIN, ".hidden/.b.yaml": PLAIN})
    assert kinds(found(repository, "HEAD", ".hidden")) == {".hidden/a.yaml": "new"}
    assert kinds(found(repository, "HEAD", ".hidden/.b.yaml")) == {".hidden/.b.yaml": "new"}
    shutil.rmtree(repository / ".hidden")
    shutil.rmtree(repository / "nets")
    gone = kinds(found(repository, "HEAD", "nets/plain.yaml", "nets/small.yaml@thin"))
    assert gone == {"nets/plain.yaml": "deleted", "nets/small.yaml@thin": "deleted"}
    assert len(kinds(found(repository, "HEAD", "nets"))) == 5


@pytest.mark.parametrize(
    ("change", "status"),
    [
        *(("nothing", 0), ("a comment", 0), ("an edit", 1)),
        *(("a new file", 1), ("a deleted file", 1), ("a renamed file", 1)),
    ],
)
def test_exit_code(change: str, status: int, repository: Path) -> None:
    write(repository, CHANGES[change][0])
    for format_ in REVIEW_FORMATS:
        words = ("HEAD", "--format", format_)
        assert diff(*words, folder=repository).status == 0
        assert diff(*words, "--exit-code", folder=repository).status == status


def test_renames(repository: Path) -> None:
    write(repository, {"nets/plain.yaml": None, "to.yaml": GELU})
    write(repository, {"nets/small.yaml": None, "moved.yaml": SMALL})
    content = found(repository)
    assert [(each["was"], each["spec"]) for each in content["networks"]] == [
        ("nets/plain.yaml", "to.yaml")
    ]
    assert content["renamed"] == [{"old": "nets/small.yaml", "new": "moved.yaml"}]
    for path in ("to.yaml", "nets/plain.yaml"):
        lines = diff("HEAD", path, folder=repository).out.splitlines()
        assert lines[1] == "1 network changed"
        assert lines[5].startswith("~ nets/plain.yaml -> to.yaml     260  same")
        assert "~ relu  ReLU -> GELU" in lines
    for path in ("moved.yaml", "nets/small.yaml"):
        result = diff("HEAD", path, folder=repository)
        assert result.out.endswith("\n1 spec renamed\n\nRenamed\n= nets/small.yaml -> moved.yaml\n")


def test_a_spec_that_became_a_file_of_blocks_and_the_other_way_round(repository: Path) -> None:
    commit(repository, {"blocks.yaml": BLOCKS})
    write(repository, {"nets/plain.yaml": BLOCKS, "blocks.yaml": PLAIN})
    assert kinds(found(repository)) == {"nets/plain.yaml": "deleted", "blocks.yaml": "new"}


@pytest.mark.parametrize("side", ["old", "new"])
def test_imports(side: str, repository: Path) -> None:
    """Through another file, which imports what changed on one side alone."""
    commit(
        repository,
        {
            "a.yaml": IMPORTING.replace("IMPORTED", "lib/all.yaml").replace("Unit", "All"),
            "lib/b.yaml": IMPORTING.replace("IMPORTED", "more/unit.yaml"),
            "lib/all.yaml": "import: [more/unit.yaml]\nblocks: {All: {layers: [{type: Unit}]}}\n",
            "lib/more/unit.yaml": BLOCKS,
            "other.yaml": IMPORTING.replace("IMPORTED", "lib/other.yaml"),
            "lib/other.yaml": BLOCKS,
        },
    )
    unit = BLOCKS.replace("kernel_size: 3", "kernel_size: 5")
    if side == "new":
        write(repository, {"lib/more/unit.yaml": unit})
    else:
        commit(repository, {"lib/more/unit.yaml": unit})
        write(repository, {"lib/more/unit.yaml": BLOCKS})
    for words in ([], ["lib/more"], ["lib/more/unit.yaml"], ["a.yaml", "lib"]):
        content = found(repository, "HEAD", *words)
        assert kinds(content) == {"a.yaml": "changed", "lib/b.yaml": "changed"}
        assert content["imports"] == {"lib/more/unit.yaml": ["a.yaml", "lib/b.yaml"]}
    assert kinds(found(repository, "HEAD", "a.yaml")) == {"a.yaml": "changed"}
    assert kinds(found(repository, "HEAD", "lib/other.yaml", "nets")) == {}
    lines = diff("HEAD", folder=repository).out.splitlines()
    assert lines[3:5] == ["Imports", "~ lib/more/unit.yaml  imported by a.yaml, lib/b.yaml"]


def test_what_fails_does_not_stop_the_others(repository: Path) -> None:
    commit(repository, {"was.yaml": WRONG, "both.yaml": WRONG})
    budget = "{arguments: {channels: 9}}"
    files = {
        "both.yaml": WRONG + "# x\n",
        "was.yaml": PLAIN,
        "nets/plain.yaml": WRONG,
        "new.yaml": WRONG,
        "unreadable.yaml": "layers: [",
        "nets/small.yaml": PADDED.replace("thin: {arguments: {channels: 2}}", f"thin: {budget}")
        .replace("relu, type: ReLU", "relu, type: ReLU, when: channels != 16")
        .replace("- {name: relu", "- {name: g, type: Conv2d, out_channels: 8, kernel_size: 1, "
                 "groups: 4}\n  - {name: relu"),
    }  # fmt: skip
    write(repository, files)
    content = found(repository, status=1)
    assert kinds(content) == {
        "was.yaml": "fixed",
        **dict.fromkeys(
            ("nets/small.yaml", "nets/small.yaml@wide", "nets/small.yaml@again"), "changed"
        ),
    }
    failures = {(each["spec"], each["side"]): each for each in content["failures"]}
    assert set(failures) == {
        ("was.yaml", "old"),
        *((name, "new") for name in files if name != "was.yaml"),
    }
    assert failures["was.yaml", "old"]["message"] == (
        "HEAD:./was.yaml:4:24: error[SC103] conv: missing out_channels in Conv2d"
    )
    assert failures["nets/small.yaml", "new"]["variants"] == ["thin"]
    text = diff("HEAD", folder=repository)
    assert text.status == 1
    lines = text.out.splitlines()
    assert lines[1] == "5 specs fail; over budget: nets/small.yaml@wide (MACs by 48.5%), " \
        "nets/small.yaml@again (MACs by 48.5%); 3 networks changed, 1 fixed"  # fmt: skip
    assert lines[3] == "Failures"
    assert "! nets/plain.yaml:4:24: error[SC103] conv: missing out_channels in Conv2d" in lines
    assert any(line.endswith(" (variants: thin)") for line in lines)
    assert any(line.startswith("~ was.yaml (fixed) ") for line in lines)


def test_what_fails_in_several_specs_is_said_once(repository: Path) -> None:
    importing = IMPORTING.replace("IMPORTED", "lib/unit.yaml")
    specs = {f"s{at}.yaml": importing for at in range(7)}
    commit(repository, {"lib/unit.yaml": BLOCKS, "wrong.yaml": WRONG, **specs})
    write(repository, {"lib/unit.yaml": BLOCKS.replace("out_channels", "out"), "wrong.yaml": PLAIN})
    lines = diff("HEAD", folder=repository).out.splitlines()
    assert lines[1] == "7 specs fail; 1 network fixed"
    first, last = lines[lines.index("Failures") + 1 : lines.index("Networks") - 1]
    assert first.startswith("! lib/unit.yaml:")
    assert first.endswith(" (in s0.yaml, s1.yaml, s2.yaml, s3.yaml, s4.yaml and 2 more)")
    assert last.startswith("! HEAD:./wrong.yaml:")
    assert len(found(repository, status=1)["failures"]) == 8


def test_a_spec_that_failed_and_is_gone_is_a_difference(repository: Path) -> None:
    commit(repository, {"wrong.yaml": WRONG})
    (repository / "wrong.yaml").unlink()
    assert diff("HEAD", folder=repository).out.splitlines()[1] == "1 spec failed before"


def test_files_that_cannot_be_read(repository: Path) -> None:
    commit(repository, {"was.yaml": PLAIN})
    (repository / "was.yaml").write_bytes(b"\xff" + PLAIN.encode())
    (repository / "new.yaml").write_bytes(PLAIN.encode("utf-16"))
    (repository / "large.yaml").write_bytes(b"#" * (MAXIMUM_BYTES + 1))
    failures = {each["spec"]: each["message"] for each in found(repository, status=1)["failures"]}
    assert failures == {
        "was.yaml": "was.yaml:1:1: error[SC001] invalid UTF-8: byte 0xff",
        "new.yaml": "new.yaml:1:1: error[SC001] expected UTF-8, got UTF-16",
        "large.yaml": "large.yaml: too large; the limit is 32 MiB",
    }


def test_not_all_of_too_many_variants_that_fail_are_run(repository: Path) -> None:
    variants = "".join(f"  v{at}: {{arguments: {{channels: {at}}}}}\n" for at in range(4, 3000))
    spec = SMALL.replace("variants:\n", f"variants:\n{variants}")
    commit(repository, {"many.yaml": spec})
    grouped = spec.replace("kernel_size: 3", "kernel_size: 3, groups: channels")
    write(repository, {"many.yaml": grouped})
    *failures, last = found(repository, status=1)["failures"]
    assert len(failures) == 512
    assert re.match(r"many.yaml: stopped at variant v\d+: the earlier ones have", last["message"])


def test_variants_that_are_named(repository: Path) -> None:
    write(repository, {"nets/small.yaml": PADDED})
    path = "nets/small.yaml"
    for words, expected in (
        ([f"{path}@thin"], [f"{path}@thin"]),
        ([f"{path}@thin", f"{path}@wide", "nets/plain.yaml"], [f"{path}@thin", f"{path}@wide"]),
        ([f"{path}@thin", path], [path, *(f"{path}@{name}" for name in ("thin", "wide", "again"))]),
        (
            [f"{path}@thin", "nets"],
            [path, *(f"{path}@{name}" for name in ("thin", "wide", "again"))],
        ),
    ):
        assert list(kinds(found(repository, "HEAD", *words))) == expected


def test_one_that_failed_before_alone_leaves_the_exit_status(repository: Path) -> None:
    commit(repository, {"nets/plain.yaml": WRONG})
    write(repository, {"nets/plain.yaml": PLAIN})
    content = found(repository)
    assert kinds(content) == {"nets/plain.yaml": "fixed"}
    assert [each["side"] for each in content["failures"]] == ["old"]


def test_what_is_given_is_given_to_all(repository: Path) -> None:
    write(repository, {"nets/small.yaml": PADDED, "nets/plain.yaml": GELU})
    content = found(repository, "HEAD", "--input", "9x9x3")
    assert {tuple(each["new"]["input"]) for each in content["networks"]} == {(9, 9, 3)}
    assert all(each["budgets"] == [] == [*each["bounds"]] for each in content["networks"])
    content = found(repository, "HEAD", "--set", "channels=5", status=1)
    assert {each["new"]["output"][-1] for each in content["networks"]} == {5}
    assert [each["message"] for each in content["failures"]] == [
        "nets/plain.yaml: error[SC115] --set: unknown argument 'channels'"
    ]
    for words in (["--input", "=9"], ["--set", "a"]):
        assert diff("HEAD", *words, folder=repository).status == 2


def test_warnings_are_counted_by_spec(repository: Path) -> None:
    odd = PADDED.replace("kernel_size: 3", "kernel_size: 1")
    write(repository, {"nets/small.yaml": odd, "nets/plain.yaml": GELU})
    result = diff("HEAD", folder=repository / "nets")
    assert result.err == "1 warning in Small: see `shapecalc check small.yaml`\n"
    commit(repository, {})
    assert diff("HEAD~1..HEAD", folder=repository).err == ""


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("", "", ""),
        ("{params: 300}", "{params: 300}", "params 13.3% left"),
        ("{macs: 20K}", "{macs: 20K}", "MACs 39.5% left (was 69.0%)"),
        ("{macs: 7K}", "{macs: 7K}", "MACs over by 72.8% (was 11.5% left)"),
        ("{macs: 6K}", "{macs: 6K}", "MACs over by 101.6% (was 3.2%)"),
        ("{params: 300}", "{params: 400}", "params 35.0% left, at most 300 -> 400"),
        ("", "{params: 400}", "params 35.0% left of 400, a new budget"),
        ("{params: 400}", "", "params has no budget now"),
        (
            "{params: 300, macs: 15K}",
            "{params: 400, macs: 15K}",
            "MACs 19.3% left (was 58.7%); params 35.0% left, at most 300 -> 400",
        ),
    ],
)
def test_budgets(old: str, new: str, text: str, repository: Path) -> None:
    commit(repository, {"nets/plain.yaml": f"{PLAIN}budget: {old or '{}'}\n"})
    wider = PLAIN.replace("kernel_size: 3}\n  - {name: relu", "kernel_size: 3, padding: 1}\n  - "
                          "{name: relu")  # fmt: skip
    write(repository, {"nets/plain.yaml": f"{wider}budget: {new or '{}'}\n"})
    lines = diff("HEAD", folder=repository).out.splitlines()
    (row,) = [line for line in lines if line.startswith("~ nets/plain.yaml")]
    assert re.fullmatch(
        rf"~ nets/plain.yaml +260 +same +[\d,]+ +\S+ +[\d,]+ +\S+ *{re.escape(text)}", row
    )
    assert ("budget left" in lines[4]) == bool(text)


def many(folder: Path, specs: int, layers: int) -> None:
    """A repository in which every layer of every spec changes, under long names."""

    def spec(index: int, type: str) -> str:
        names = (f"n{index}_{at}_{'*' * 90}" for at in range(layers))
        items = "".join(f"  - {{name: '{name}', type: {type}}}\n" for name in names)
        return f"input: 8x8x3\nlayers:\n{items}"

    names = [f"{'x' * 60}/{'_' * 60}{index}.yaml" for index in range(specs)]
    commit(folder, {name: spec(index, "ReLU") for index, name in enumerate(names)})
    write(folder, {name: spec(index, "GELU") for index, name in enumerate(names)})


@pytest.mark.parametrize(("specs", "layers"), [(1, 500), (12, 60), (400, 2)])
def test_a_comment_is_no_longer_than_github_takes(specs: int, layers: int, tmp_path: Path) -> None:
    many(tmp_path, specs, layers)
    result = diff("HEAD", "--format", "markdown", folder=tmp_path, seconds=8)
    assert len(result.out) <= LONGEST_COMMENT
    assert f"{specs} network" in result.out.splitlines()[0]
    shown = result.out.count("#### ")
    assert shown >= 1
    if shown < specs:
        cut = specs - shown
        assert f"\nThe details of {cut} network{'s' * (cut > 1)} are left out: " in result.out
        assert len(result.out) > LONGEST_COMMENT - 25_000
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(result.out)
    assert html.count("<details>") == html.count("</details>")


@pytest.mark.parametrize("cells", [20, 40, 60, 80, 100, 160])
def test_a_table_fits_a_terminal(cells: int, repository: Path) -> None:
    files = {"nets/small.yaml": PADDED, "nets/plain.yaml": None, "to.yaml": GELU, "w.yaml": WRONG}
    write(repository, files)
    result = in_terminal("diff", "--git", "HEAD", folder=repository, width=cells, color=False)
    for line in result.out.splitlines():
        assert width(line) <= max(cells, 34)  # a number is never parted
        assert line == line.rstrip()
    assert result.out.count("27,648") >= 1


def test_colour_is_all_that_colour_adds(repository: Path) -> None:
    write(repository, {"nets/small.yaml": PADDED, "nets/plain.yaml": None, "w.yaml": WRONG})
    plain = diff("HEAD", folder=repository).out
    coloured = diff("HEAD", "--color", "always", folder=repository).out
    assert "\x1b[31m-\x1b[0m nets/plain.yaml (deleted)" in coloured
    assert "\x1b[33m~\x1b[0m\x1b[31m nets/small.yaml@wide, @again" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


@pytest.mark.parametrize("format_", REVIEW_FORMATS)
def test_hostile_names(format_: str, tmp_path: Path) -> None:
    names = ["::error::x", "##[error]y", "| <script> *a*", "a\x1b[31mb", "@user #1", "a\nb"]
    quoted = [json.dumps(name) for name in names]
    variants = "".join(f"  {name}: {{}}\n" for name in quoted)
    layers = "".join(f"  - {{name: {name}, type: ReLU}}\n" for name in quoted)
    spec = f"input: 8x8x3\nvariants:\n{variants}layers:\n{layers}"
    files = {f"{name}.yaml": spec for name in names}
    commit(tmp_path, {**files, "wrong.yaml": PLAIN})
    changed = {name: spec.replace("ReLU", "GELU") for name in files}
    write(tmp_path, {**changed, "wrong.yaml": "::error::x: layers\n" + WRONG})
    result = diff("HEAD", "--format", format_, folder=tmp_path)
    assert result.status == 1
    assert "##[" not in result.out
    for line in result.out.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
    if format_ == "markdown":
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(result.out)
        assert "<script" not in html
        assert "<em>" not in html
        body = html[html.index("<tbody>") : html.index("</tbody>")]
        assert body.count("<td") == 4 * body.count("<tr>") == 4 * len(files)
