"""`shapecalc check` as a user runs it: which files, which problems, which exit status."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from running import Run, run
from spec_folders import RIGHT, VIOLATED, WARNED, WRONG, concise, write


def test_nothing_is_said_of_what_is_right(tmp_path: Path) -> None:
    write(tmp_path, a=RIGHT, b=RIGHT)
    assert run("check", ".", folder=tmp_path) == Run(0, "", "2 specs checked, no problems found\n")
    assert run("check", "a.yaml", folder=tmp_path) == Run(
        0, "", "1 spec checked, no problems found\n"
    )


def test_every_problem_of_every_file_comes_in_one_order(tmp_path: Path) -> None:
    write(tmp_path, b=WRONG, a=WARNED, nets__c=VIOLATED, nets__d=RIGHT)
    expected = [
        "a.yaml:3:71:SC405",
        "a.yaml:4:21:SC402",
        "b.yaml:2:26:SC106",
        "nets/c.yaml:3:18:SC302",
    ]
    summary = "4 specs checked, 2 errors, 2 warnings\n"
    assert concise("a.yaml", "b.yaml", "nets", folder=tmp_path) == (1, expected, summary)
    assert concise("nets", "b.yaml", "a.yaml", folder=tmp_path) == (1, expected, summary)
    assert concise("nets/d.yaml", *os.listdir(tmp_path), folder=tmp_path) == (1, expected, summary)
    _, found, _ = concise(".", folder=tmp_path)
    assert found == [f"./{each}" for each in expected]


def test_a_file_is_checked_once(tmp_path: Path) -> None:
    write(tmp_path, nets__a=WRONG)
    (tmp_path / "link.yaml").symlink_to("nets/a.yaml")
    arguments = [
        "nets",
        "nets/a.yaml",
        "./nets/../nets/a.yaml",
        "link.yaml",
        str(tmp_path / "nets"),
    ]
    assert concise(*arguments, folder=tmp_path)[1] == ["nets/a.yaml:2:26:SC106"]


def test_a_link_leads_out_of_what_is_named_only_where_it_is_named_itself(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    write(here, nets__a=RIGHT, own__b=RIGHT)
    write(elsewhere, c=WRONG)
    (here / "nets" / "b.yaml").symlink_to("../own/b.yaml")
    assert concise("nets", folder=here)[0] == 0
    link = here / "nets" / "c.yaml"
    link.symlink_to(elsewhere / "c.yaml")
    (here / "away").symlink_to(elsewhere)
    out = "a link leads out of the working directory; name what it leads to\n"
    for name in (
        "nets/c.yaml",
        "away/c.yaml",
        "away",
        "../here/away",
        "away/../elsewhere",
        str(link),
    ):
        done = run("check", name, folder=here)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {name}: {out}")
    assert run("table", "nets/c.yaml", folder=here) == Run(2, "", f"error: nets/c.yaml: {out}")
    done = run("check", str(here / "nets"), folder=elsewhere)
    assert done.status == 2
    assert done.err.startswith(f"error: {here}/nets/b.yaml: a link leads out of the folder; name")
    for name in (str(elsewhere / "c.yaml"), "../elsewhere/c.yaml", "../elsewhere"):
        assert run("check", name, folder=here).status == 1
    assert run("check", str(link), folder=elsewhere).status == 1


def test_a_folder_gives_its_yaml_files_alone(tmp_path: Path) -> None:
    write(tmp_path, nets__a=WRONG, nets__deep__er__b=WRONG, nets__hidden=RIGHT)
    (tmp_path / "nets" / "hidden.yaml").rename(tmp_path / "nets" / ".hidden.yaml")
    for name in ("c.yml", "d.json", "e.yaml.txt", "yaml", "f.YAML"):
        (tmp_path / "nets" / name).write_text(WRONG, encoding="utf-8")
    (tmp_path / "nets" / ".git").mkdir()
    (tmp_path / "nets" / ".git" / "g.yaml").write_text(WRONG, encoding="utf-8")
    _, found, _ = concise("nets", folder=tmp_path)
    assert [each.split(":")[0] for each in found] == [
        "nets/a.yaml",
        "nets/c.yml",
        "nets/deep/er/b.yaml",
    ]
    assert concise("nets/.hidden.yaml", "nets/d.json", folder=tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ([], ["a", "old/a", "old/deep/b", "wip_c"]),
        (["old"], ["a", "wip_c"]),
        (["old/"], ["a", "wip_c"]),
        (["nets/old"], ["a", "wip_c"]),
        (["./nets/old/"], ["a", "wip_c"]),
        (["wip_*"], ["a", "old/a", "old/deep/b"]),
        (["a.yaml"], ["old/deep/b", "wip_c"]),
        (["old/*.yaml"], ["a", "wip_c"]),
        (["*/deep"], ["a", "old/a", "wip_c"]),
        (["old", "wip_*"], ["a"]),
        (["[", "nothing", "**"], []),
    ],
    ids=str,
)
def test_what_is_excluded(patterns: list[str], left: list[str], tmp_path: Path) -> None:
    write(tmp_path, nets__a=WRONG, nets__old__a=WRONG, nets__old__deep__b=WRONG, nets__wip_c=WRONG)
    options = [word for pattern in patterns for word in ("--exclude", pattern)]
    for folder in ("nets", "./nets", "nets/"):
        status, found, said = concise(folder, *options, folder=tmp_path)
        assert [os.path.normpath(each.split(":")[0]) for each in found] == [
            f"nets/{each}.yaml" for each in left
        ]
        assert status == (1 if left else 2)
        assert left or said == f"error: no spec found in {folder} (see shapecalc check --help)\n"


def test_no_file_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("check", "empty", folder=tmp_path)
    said = "error: no spec found in empty (see shapecalc check --help)\n"
    assert done == Run(2, "", said)
    assert run("check", folder=tmp_path).status == 2
    assert run("check", "nothing", folder=tmp_path).status == 2
    assert run("check", "nothing.yaml", folder=tmp_path).status == 2


@pytest.mark.parametrize("format_", ["full", "json", "github", "gitlab", "sarif", "junit"])
def test_a_missing_file_outranks_what_is_wrong(format_: str, tmp_path: Path) -> None:
    write(tmp_path, a=WRONG, b=RIGHT)
    arguments = ["a.yaml", "none.yaml", "b.yaml", "nothing", "--format", format_]
    done = run("check", *arguments, folder=tmp_path)
    assert done.status == 2
    assert "unknown layer type or block 'Nope'" in done.out
    assert "error: none.yaml: No such file or directory\n" in done.err
    assert "error: nothing: no such file, folder or bundled spec\n" in done.err
    everything_ignored = run("check", "a.yaml", "none.yaml", "--ignore", "SC4", folder=tmp_path)
    assert everything_ignored.status == 2


def test_standard_input(tmp_path: Path) -> None:
    write(tmp_path, a=RIGHT)
    assert concise("-", folder=tmp_path, given=WRONG.encode())[1] == ["<stdin>:2:26:SC106"]
    named = ["-", "--stdin-filename", "nets/z.yaml"]
    assert concise(*named, folder=tmp_path, given=WRONG.encode())[1] == ["nets/z.yaml:2:26:SC106"]
    assert concise("-", folder=tmp_path, given=RIGHT.encode())[0] == 0
    assert concise("-", folder=tmp_path)[1] == ["<stdin>:1:1:SC011"]
    assert concise("-", "-", "a.yaml", folder=tmp_path, given=RIGHT.encode())[2] == (
        "2 specs checked, no problems found\n"
    )


def test_bundled_names(tmp_path: Path) -> None:
    assert concise("googlenet-stem", "resnet50", "resnet", folder=tmp_path) == (
        0,
        [],
        "2 specs checked, no problems found\n",
    )


def test_what_warns_fails_under_strict_alone(tmp_path: Path) -> None:
    write(tmp_path, a=WARNED)
    assert concise("a.yaml", folder=tmp_path)[0] == 0
    assert concise("a.yaml", "--strict", folder=tmp_path)[0] == 1
    assert concise("a.yaml", "--strict", "--ignore", "SC4", folder=tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["SC402", "SC405", "SC302", "SC106"]),
        (["--select", "SC402"], ["SC402", "SC106"]),
        (["--select", "SC4"], ["SC402", "SC405", "SC106"]),
        (["--select", "SC402,SC302"], ["SC402", "SC302", "SC106"]),
        (["--select", "SC402", "--select", "SC302"], ["SC402", "SC302", "SC106"]),
        (["--ignore", "SC402"], ["SC405", "SC302", "SC106"]),
        (["--ignore", "SC3", "--ignore", "SC4"], ["SC106"]),
        (["--select", "SC4", "--ignore", "SC402"], ["SC405", "SC106"]),
    ],
    ids=str,
)
def test_codes_that_are_selected_and_ignored(
    options: list[str], codes: list[str], tmp_path: Path
) -> None:
    write(tmp_path, a=WARNED, b=VIOLATED, c=WRONG)
    _, found, _ = concise("a.yaml", "b.yaml", "c.yaml", *options, folder=tmp_path)
    assert sorted(each[-5:] for each in found) == sorted(codes)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("code", ["SC9", "sc402x", "402", "x"])
def test_codes_that_are_none(option: str, code: str, tmp_path: Path) -> None:
    write(tmp_path, a=RIGHT)
    done = run("check", "a.yaml", option, code, folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert f"error: {option}: unknown code '{code}'" in done.err


def test_no_error_of_a_spec_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, a=WRONG)
    done = run("check", "a.yaml", "--ignore", "SC106", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "SC106 is an error in the spec itself" in done.err


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# shapecalc: ignore[SC405]", ["SC402"]),
        ("#shapecalc:ignore[SC405]", ["SC402"]),
        ("# one by one # shapecalc: ignore[ SC402 , SC405 ] it is meant", ["SC402"]),
        ("# shapecalc: ignore[SC402]", ["SC402", "SC405"]),
        ("# shapecalc: ignore[]", ["SC402", "SC405"]),
        ("# shapecalc: ignore", ["SC402", "SC405"]),
        ("# shapecalc: ignore[SC4]", ["SC402", "SC405"]),
    ],
)
def test_comments_ignore_codes_on_their_lines(
    comment: str, codes: list[str], tmp_path: Path
) -> None:
    write(tmp_path, a=WARNED.replace("padding: 1}", f"padding: 1}}  {comment}"))
    _, found, _ = concise("a.yaml", folder=tmp_path)
    assert sorted(each[-5:] for each in found) == codes


def test_a_comment_ignores_no_error(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=WRONG.replace("]\n", "]  # shapecalc: ignore[SC106]\n"),
        b=VIOLATED.rstrip("\n") + "  # shapecalc: ignore[SC302]\n",
    )
    assert concise(".", folder=tmp_path)[1] == ["./a.yaml:2:26:SC106", "./b.yaml:3:18:SC302"]


def test_several_processes_say_the_same(tmp_path: Path) -> None:
    texts = [RIGHT, WRONG, WARNED, VIOLATED, "", "input: [\n", "- a\n"]
    write(tmp_path, **{f"nets__{index:03}": texts[index % len(texts)] for index in range(60)})
    (tmp_path / "nets" / "none.yaml").symlink_to("nothing")
    arguments = ["check", "nets", "-", "--stdin-filename", "nets/030x.yaml", "--format", "json"]
    one = run(*arguments, "--jobs", "1", folder=tmp_path, given=WRONG.encode())
    several = run(*arguments, "--jobs", "3", folder=tmp_path, given=WRONG.encode(), seconds=10)
    assert several == one
    assert one.status == 2
    assert len(json.loads(one.out)["files"]) == 61 - 16
    assert one.out.count('"nets/030x.yaml"') == 2
    assert "error: nets/none.yaml: No such file or directory\n" in one.err


def test_more_processes_than_files(tmp_path: Path) -> None:
    write(tmp_path, a=WRONG, b=RIGHT)
    arguments = ["check", ".", "--jobs", "1000000"]
    assert run(*arguments, folder=tmp_path, seconds=10) == run("check", ".", folder=tmp_path)


def test_github_is_the_format_of_its_runners(tmp_path: Path) -> None:
    write(tmp_path, a=WRONG)
    on_a_runner = run("check", "a.yaml", folder=tmp_path, variables={"GITHUB_ACTIONS": "true"})
    assert on_a_runner.out.startswith("::error file=a.yaml,line=2,col=26,")
    assert on_a_runner.out == run("check", "a.yaml", "--format", "github", folder=tmp_path).out
    assert run("check", "a.yaml", folder=tmp_path).out.startswith("error[SC106]: ")


def test_a_report_goes_to_a_file(tmp_path: Path) -> None:
    write(tmp_path, a=WRONG)
    for format_ in ("full", "concise", "json", "github", "gitlab", "sarif", "junit"):
        words = ["check", "a.yaml", "--format", format_]
        written = run(*words, "-o", "report", folder=tmp_path)
        assert (written.status, written.out) == (1, "")
        assert (tmp_path / "report").read_text("utf-8") == run(*words, folder=tmp_path).out


VARIANTS = """\
input: 8x8x3
arguments: {width: 4}
variants:
  small: {arguments: {width: 2}, expect: {params: 8}}
  large: {arguments: {width: 9}, expect: {params: 37}}
  broken: {arguments: {width: 0}}
layers:
  - {name: a, type: Conv2d, out_channels: width, kernel_size: 1}
"""


def test_every_variant_is_checked(tmp_path: Path) -> None:
    write(tmp_path, a=VARIANTS)
    assert concise("a.yaml", folder=tmp_path)[1] == ["a.yaml:5:51:SC302", "a.yaml:8:43:SC104"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("z.yaml", []),
        ("nets/z.yaml", ["SC114"]),  # there is no such file beside it
        ("../outside/z.yaml", ["SC114"]),
        ("ABSOLUTE/z.yaml", ["SC114"]),
    ],
)
def test_the_name_of_standard_input_opens_no_other_folder(
    name: str, codes: list[str], tmp_path: Path
) -> None:
    for folder in ("here", "here/nets", "outside"):
        (tmp_path / folder).mkdir()
    blocks = "blocks: {Secret: {layers: [{type: ReLU}]}}\n"
    for folder in ("here", "outside"):
        (tmp_path / folder / "blocks.yaml").write_text(blocks, encoding="utf-8")
    text = "import: blocks.yaml\ninput: 8x8x3\nlayers: [{type: ReLU}]\n"
    words = ["check", "-", "--stdin-filename", name.replace("ABSOLUTE", str(tmp_path / "outside"))]
    done = run(*words, folder=tmp_path / "here", given=text.encode())
    assert done.out.count("error[") == len(codes)
    if "nets" not in name and codes:
        assert "standard input is named outside the working directory" in done.out
