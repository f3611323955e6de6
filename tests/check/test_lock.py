"""Locks as a user has them: written, compared, and refused where they are not a spec's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import Run, run
from spec_folders import LOCK, LOCKED, RIGHT, VIOLATED, WARNED, WRONG, concise, write


def test_a_lock_is_written_beside_its_spec_and_compared(tmp_path: Path) -> None:
    write(tmp_path, nets__a=LOCKED, nets__b=RIGHT)
    assert run("check", "--lock", "nets/a.yaml", folder=tmp_path).status == 0
    assert sorted(os.listdir(tmp_path / "nets")) == ["a.lock", "a.yaml", "b.yaml"]
    assert (tmp_path / "nets" / "a.lock").read_text("utf-8") == LOCK
    assert run("check", "nets", folder=tmp_path).status == 0
    (tmp_path / "nets" / "a.yaml").write_text(LOCKED.replace(": 4,", ": 5,"), encoding="utf-8")
    done = run("check", "nets", "--format", "concise", folder=tmp_path)
    assert done.status == 1
    said = [line.partition("] ")[2] for line in done.out.splitlines()]
    assert said == [
        "a differs from the lock: out_channels 4 -> 5, output 6x6x4 -> 6x6x5, params 112 -> 140, "
        "MACs 3,888 -> 4,860; 1 later layer differs, too"
    ]
    assert done.out.startswith("nets/a.yaml:3:43: ")
    full = run("check", "nets", folder=tmp_path).out
    assert "note: in total: params 112 -> 140 (+25.0%), MACs 3,888 -> 4,860 (+25.0%)\n" in full
    command = "`shapecalc check --lock nets/a.yaml"
    assert f"help: {command} --diff` shows all of it, {command}` accepts it\n" in full
    assert run("check", "--lock", "nets/a.yaml", folder=tmp_path).status == 0
    assert run("check", "nets", folder=tmp_path).status == 0


def test_budgets_and_expectations_are_told_beside_the_lock(tmp_path: Path) -> None:
    text = LOCKED.replace("kernel_size: 3}", "kernel_size: 3, expect: 6x6x4}")
    write(tmp_path, a=text + "expect: {params: 112}\nbudget: {macs: 4000}\n")
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=(tmp_path / "a.yaml").read_text("utf-8").replace("els: 4", "els: 5"))
    assert [each[-5:] for each in concise("a.yaml", folder=tmp_path)[1]] == [
        *("SC304", "SC301", "SC302", "SC303"),
    ]
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 1
    assert "params=112 " in (tmp_path / "a.lock").read_text("utf-8")


def test_an_empty_lock_is_no_lock_that_fits(tmp_path: Path) -> None:
    write(tmp_path, a=RIGHT)
    (tmp_path / "a.lock").touch()
    assert [each[-5:] for each in concise("a.yaml", folder=tmp_path)[1]] == ["SC304"]


VARIANTS = """\
input: 8x8x3
arguments: {width: 4}
variants:
  small: {arguments: {width: 2}}
  large: {arguments: {width: 9}}
layers:
  - {name: a, type: Conv2d, out_channels: width, kernel_size: 1}
"""


def test_a_lock_has_every_variant(tmp_path: Path) -> None:
    write(tmp_path, a=VARIANTS)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    lines = (tmp_path / "a.lock").read_text("utf-8").splitlines()[3:]
    assert [line.partition(":")[0] for line in lines] == [
        *("- (network)", "- a", "small (network)", "small a", "large (network)", "large a"),
    ]


def test_a_spec_that_is_wrong_is_not_locked(tmp_path: Path) -> None:
    write(tmp_path, a=VIOLATED, b=LOCKED)
    assert run("check", "--lock", ".", folder=tmp_path).status == 1
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "b.lock", "b.yaml"]


def test_yml_and_yaml_have_locks_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "a.yml").write_text(RIGHT, encoding="utf-8")
    assert run("check", "--lock", ".", folder=tmp_path).status == 0
    assert sorted(os.listdir(tmp_path)) == ["a.lock", "a.yaml", "a.yml", "a.yml.lock"]
    assert run("check", ".", folder=tmp_path).status == 0


@pytest.mark.parametrize("name", ["-", "resnet50"])
def test_a_lock_stands_beside_a_file_of_the_users(name: str, tmp_path: Path) -> None:
    done = run("check", "--lock", name, folder=tmp_path, given=RIGHT.encode())
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: --lock needs a file; ")


def test_a_lock_that_cannot_be_read_fails_and_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, a=WARNED, b=WRONG)
    (tmp_path / "a.lock").mkdir()
    done = run("check", ".", "--format", "concise", folder=tmp_path)
    assert done.status == 2
    assert [line.partition("[")[2][:5] for line in done.out.splitlines()] == [
        *("SC405", "SC402", "SC106"),
    ]
    assert "error: ./a.lock: a folder, not a file\n" in done.err


def test_names_in_a_lock_stay_apart(tmp_path: Path) -> None:
    names = [
        "a",
        "a\\e",
        "a\\\\x1b",
        "a\\nb",
        "-",
        "(total)",
        "#",
        "日本語",
        "a\u3000b",
        "a\u00a0b",
    ]
    layers = "".join(f'  - {{name: "{name}", type: ReLU}}\n' for name in names)
    variants = 'variants: {"-": {}, "#": {}, "a: b": {}, "a b": {}, "a\u3000b": {}}\n'
    write(tmp_path, a=f"input: 8x8x3\n{variants}layers:\n{layers}")
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    lines = (tmp_path / "a.lock").read_text("utf-8").splitlines()
    assert len(set(lines)) == len(lines) == 3 + 6 * (1 + len(names))
    assert run("check", "a.yaml", folder=tmp_path) == Run(
        0, "", "1 spec checked, no problems found\n"
    )
    write(tmp_path, a=(tmp_path / "a.yaml").read_text("utf-8").replace("ReLU", "GELU"))
    out = run("check", "a.yaml", folder=tmp_path).out
    assert "a differs from the lock in every variant: ReLU -> GELU; 9 later layers" in out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("# format 3, of a.yaml\n", ""), "the lock is of format 1, which is older than 3"),
        (("format 3", "format 2"), "the lock is of format 2, which is older than 3"),
        (
            ("format 3", "format 4"),
            "the lock is of format 4, and this version of shapecalc writes 3",
        ),
        (("of a.yaml", "of b.yaml"), "the lock is that of another spec, b.yaml"),
        (("of a.yaml", "of"), "the lock is not one that shapecalc writes"),
        (("# variant", "#"), "the lock is not one that shapecalc writes"),
        (("# Written", "root:x:0:0 # Written"), "the lock is not one that shapecalc writes"),
    ],
)
def test_a_lock_of_another_format_or_spec_is_said_once(
    change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "a.lock").write_text(LOCK.replace(*change), encoding="utf-8")
    done = run("check", "a.yaml", folder=tmp_path)
    assert (done.status, done.out.count("SC304")) == (1, 1)
    assert f"error[SC304]: {message}\n" in done.out
    assert "`shapecalc check --lock a.yaml` renews it" in done.out
    assert "root" not in done.out
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    assert (tmp_path / "a.lock").read_text("utf-8") == LOCK


def test_two_specs_never_share_a_lock(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "a").write_text(RIGHT, encoding="utf-8")
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    done = run("check", "--lock", "a", folder=tmp_path)
    assert (done.status, done.err.splitlines()[0]) == (2, "error: a.lock: it is the lock of a.yaml")
    assert "the lock is that of another spec" in run("check", "a", folder=tmp_path).out
    assert (tmp_path / "a.lock").read_text("utf-8") == LOCK
    assert run("check", "a.yaml", folder=tmp_path).status == 0


def test_writing_says_what_became_of_each_lock(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED, b=RIGHT, c=WRONG, d="blocks: {B: {layers: [{type: ReLU}]}}\n")
    summary = "4 specs checked, 1 error\n"
    assert run("check", "--lock", ".", folder=tmp_path).err == (
        f"wrote ./a.lock\nwrote ./b.lock\nleft ./c.lock: the spec has errors\n{summary}"
    )
    before = os.stat(tmp_path / "b.lock").st_mtime_ns
    write(tmp_path, a=LOCKED.replace("ReLU", "GELU"))
    assert run("check", "--lock", ".", folder=tmp_path).err == (
        f"changed ./a.lock\nleft ./b.lock\nleft ./c.lock: the spec has errors\n{summary}"
    )
    assert os.stat(tmp_path / "b.lock").st_mtime_ns == before


def test_a_lock_may_be_required(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED, b=VIOLATED, c=WRONG, d="blocks: {B: {layers: [{type: ReLU}]}}\n")
    words = ("--require-lock", ".")
    found = ["a.yaml:1:1:SC305", "b.yaml:1:1:SC305", "b.yaml:3:18:SC302", "c.yaml:2:26:SC106"]
    assert concise(*words, folder=tmp_path)[:2] == (1, [f"./{each}" for each in found])
    assert (
        "help: `shapecalc check --lock ./a.yaml` writes it"
        in run("check", *words, folder=tmp_path).out
    )
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    assert run("check", "--require-lock", "a.yaml", folder=tmp_path).status == 0
    assert run("check", "--require-lock", "resnet50", folder=tmp_path).status == 1
    (tmp_path / "a.lock").unlink()
    assert concise("--require-lock", "a.yaml", folder=tmp_path)[:2] == (1, ["a.yaml:1:1:SC305"])
    assert concise("a.yaml", folder=tmp_path)[:2] == (0, [])


def test_a_lock_whose_spec_is_gone_is_told(tmp_path: Path) -> None:
    write(tmp_path, nets__a=LOCKED, nets__b=RIGHT)
    assert run("check", "--lock", "nets", folder=tmp_path).status == 0
    (tmp_path / "nets" / "b.yaml").rename(tmp_path / "nets" / "c.yaml")
    (tmp_path / "nets" / "poetry.lock").write_text("[metadata]\n", encoding="utf-8")
    orphan = ["nets/b.lock:1:1:SC306"]
    for words, specs in ((["nets"], "2 specs"), (["nets/b.lock", "nets/a.yaml"], "1 spec")):
        status, found, said = concise(*words, folder=tmp_path)
        assert (status, found, said) == (0, orphan, f"{specs} checked, 1 warning\n")
    assert run("check", "nets", "--strict", folder=tmp_path).status == 1
    assert run("check", "nets", "--strict", "--ignore", "SC306", folder=tmp_path).status == 0
    assert concise("nets", "--exclude", "b.*", folder=tmp_path)[:2] == (0, [])
    assert concise("nets/b.lock", "nets", str(tmp_path / "nets"), folder=tmp_path)[1] == orphan


def test_a_folder_is_no_spec_of_a_lock(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED, a__c=RIGHT)
    (tmp_path / "b.yml").write_text(LOCKED, encoding="utf-8")
    assert run("check", "--lock", "a.yaml", "b.yml", folder=tmp_path).status == 0
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yml").unlink()
    done = run("check", "a.lock", "b.yml.lock", folder=tmp_path)
    assert done.err == "0 specs checked, 2 warnings\n"
    for lock, spec in (("a.lock", "a.yaml"), ("b.yml.lock", "b.yml")):
        assert f"[SC306]: {lock} is the lock of a spec that is not there, {spec}\n" in done.out
    assert run("check", ".", folder=tmp_path).err == "1 spec checked, 2 warnings\n"


def test_a_link_to_a_spec_does_not_hide_its_lock(tmp_path: Path) -> None:
    write(tmp_path, nets__b=LOCKED)
    assert run("check", "--lock", "nets/b.yaml", folder=tmp_path).status == 0
    write(tmp_path, nets__b=LOCKED.replace("ReLU", "GELU"))
    (tmp_path / "a.yaml").symlink_to(tmp_path / "nets" / "b.yaml")
    (tmp_path / "nets" / "a.yaml").symlink_to(tmp_path / "nets" / "b.yaml")
    for words in (["."], ["a.yaml", "nets"], ["nets/b.yaml", "a.yaml"], ["a.yaml", "nets/b.yaml"]):
        status, found, said = concise(*words, folder=tmp_path)
        assert (status, [each[-5:] for each in found]) == (1, ["SC304"])
        assert said == "1 spec checked, 1 error\n"
    assert run("check", "a.yaml", folder=tmp_path).status == 0


def test_a_lock_of_another_program_is_no_spec(tmp_path: Path) -> None:
    (tmp_path / "poetry.lock").write_text("[metadata]\n", encoding="utf-8")
    done = run("check", "poetry.lock", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "error: poetry.lock: its spec is not there, poetry.yaml\n" in done.err


def test_a_lock_means_its_spec(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "b.yml").write_text(LOCKED, encoding="utf-8")
    (tmp_path / "c").write_text(LOCKED, encoding="utf-8")
    assert run("check", "--lock", "a.yaml", "b.yml", "c", folder=tmp_path).status == 0
    for lock, spec in (("a.lock", "a.yaml"), ("b.yml.lock", "b.yml"), ("c.lock", "c")):
        text = (tmp_path / lock).read_text("utf-8")
        (tmp_path / lock).write_text(text.replace("ReLU", "GELU"), encoding="utf-8")
        assert concise(lock, folder=tmp_path)[:2] == (1, [f"{spec}:4:28:SC304"])
        assert concise(lock, spec, folder=tmp_path)[1] == [f"{spec}:4:28:SC304"]
    assert concise("none.lock", folder=tmp_path)[0] == 2


def test_what_would_be_written_is_shown(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED, b=RIGHT, c=WRONG)
    done = run("check", "--lock", "--diff", "a.yaml", folder=tmp_path)
    assert (done.status, done.err) == (1, "1 spec checked, no problems found\n")
    assert done.out.startswith("--- a.lock\n+++ a.lock\n@@ -0,0 +1,6 @@\n+# Written by")
    assert not (tmp_path / "a.lock").exists()
    assert run("check", "--lock", "a.yaml", "b.yaml", folder=tmp_path).status == 0
    assert run("check", "--lock", "--diff", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=LOCKED.replace("ReLU", "GELU"))
    done = run("check", "--lock", "--diff", "a.yaml", "b.yaml", folder=tmp_path)
    assert (done.status, done.out.count("\n-"), done.out.count("\n+")) == (1, 1, 2)
    assert "\n-- b\\x20c\\x3a\\x20d: ReLU 6x6x4" in done.out
    assert "\n+- b\\x20c\\x3a\\x20d: GELU 6x6x4" in done.out
    assert (tmp_path / "a.lock").read_text("utf-8") == LOCK
    assert run("check", "--lock", "--diff", "c.yaml", folder=tmp_path).status == 1
    (tmp_path / "a.lock").unlink()
    (tmp_path / "a.lock").symlink_to(tmp_path / "b.lock")
    assert run("check", "--lock", "--diff", "a.yaml", folder=tmp_path).status == 2


def test_an_error_that_is_ignored_is_locked(tmp_path: Path) -> None:
    write(tmp_path, a=VIOLATED)
    words = ("check", "--lock", "a.yaml", "--ignore", "SC302")
    assert run(*words, "--diff", folder=tmp_path).out.startswith("--- a.lock\n")
    assert run(*words, folder=tmp_path).err.startswith("wrote a.lock\n")
    assert run(*words, "--ignore", "SC303", folder=tmp_path).err.startswith("left a.lock\n")
    done = run("check", "--lock", "a.yaml", folder=tmp_path)
    assert (done.status, done.err.splitlines()[0]) == (1, "left a.lock: the spec has errors")


def test_a_hint_names_no_option(tmp_path: Path) -> None:
    (tmp_path / "-o.yaml").write_text(LOCKED, encoding="utf-8")
    done = run("check", "--require-lock", "--", "-o.yaml", folder=tmp_path)
    assert "help: `shapecalc check --lock ./-o.yaml` writes it\n" in done.out
    assert run("check", "--lock", "./-o.yaml", folder=tmp_path).err.startswith("wrote ./-o.lock\n")


def test_a_report_replaces_neither_what_is_read_nor_another_report(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    for words in (
        ("--also", "json=a.lock"),
        ("-o", "./a.lock"),
        ("--also", "json=a.yaml"),
        ("--also", "json=b", "--also", "sarif=./b"),
        ("-o", "b", "--also", "sarif=b"),
        ("--lock", "--diff", "--also", "sarif=b"),
    ):
        assert run("check", "a.yaml", *words, folder=tmp_path).status == 2
    assert sorted(os.listdir(tmp_path)) == ["a.lock", "a.yaml"]
    assert (tmp_path / "a.lock").read_text("utf-8") == LOCK
    done = run("check", "a.yaml", "--also", "concise=-", "--also", "json=b", folder=tmp_path)
    assert done.status == 0
    assert (tmp_path / "b").read_text("utf-8").startswith("{\n")


def test_a_green_check_tells_what_is_left_of_budgets(tmp_path: Path) -> None:
    text = VARIANTS.replace("{width: 2}}", "{width: 2}, budget: {params: 10, macs: 1K}}")
    write(tmp_path, a=text + "budget: {params: 40}\n", b=RIGHT)
    done = run("check", ".", folder=tmp_path)
    assert (done.status, done.err.splitlines()) == (
        0,
        [
            "./a.yaml@small: params 2 left (20.0%), MACs 616 left (61.6%)",
            "./a.yaml: params 24 left (60.0%)",
            "2 specs checked, no problems found",
        ],
    )
    assert run("check", ".", "--format", "json", folder=tmp_path).err == ""
    write(tmp_path, a=text + "budget: {params: 12}\n")
    assert run("check", ".", folder=tmp_path).err == "2 specs checked, 1 error\n"


def test_a_lock_is_written_only_as_large_as_it_is_read(tmp_path: Path) -> None:
    write(
        tmp_path, a="input: 8x8x3\nlayers: [{name: " + "n" * 150 + ", type: ReLU, repeat: 50000}]"
    )
    done = run("check", "--lock", "a.yaml", folder=tmp_path, seconds=8)
    assert (done.status, os.listdir(tmp_path)) == (2, ["a.yaml"])
    assert "error: a.lock: it would have more than 8 MiB" in done.err
    write(tmp_path, a=LOCKED)
    (tmp_path / "a.lock").write_text(LOCK + "x" * 2**23, encoding="utf-8")
    done = run("check", "a.yaml", folder=tmp_path)
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "error: a.lock: too large; the limit is 8 MiB",
    )


def test_a_lock_of_one_line_many_times_is_soon_read(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "a.lock").write_text(
        LOCK + LOCK.splitlines(keepends=True)[3] * 40_000, encoding="utf-8"
    )
    done = run("check", "a.yaml", folder=tmp_path, seconds=1)
    assert (done.status, "line 7 of the lock repeats a key" in done.out) == (1, True)
