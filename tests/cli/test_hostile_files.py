"""Files that are not there, never end, may not be read or written, or lead elsewhere: one line
that says so, the exit status 2, and everything else as it was.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Run, run

import shapecalc

pytestmark = pytest.mark.slow  # hundreds of processes

RIGHT = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\n"
WRONG = "input: 8x8x3\nlayers: [{name: a, type: Nope}]\n"

COMMANDS = [
    ["table"],
    ["export", "--to", "markdown"],
    ["export", "--to", "json"],
    ["check"],
    ["diff", "googlenet-stem"],
    ["summary"],
]
every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def large(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(100 * 1024 * 1024)


def dangling(path: Path) -> None:
    path.symlink_to("nothing")


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "none": (lambda path: None, "No such file or directory"),
    "a FIFO with no writer": (fifo, "not a regular file"),
    "a device without end": (device, "a link leads out of the "),
    "a link to itself": (loop, "symbolic links"),
    "a link to nothing": (dangling, "No such file or directory"),
    "100 MB": (large, "too large; the limit is 32 MiB"),
}


@every_command
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_misuse(name: str, words: list[str], tmp_path: Path) -> None:
    make, reason = UNREADABLE[name]
    make(tmp_path / "a.yaml")
    done = run(*words, "a.yaml", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    first = done.err.splitlines()[0]
    assert first.startswith("error: a.yaml: ")
    assert reason in first


def test_a_folder_is_no_spec_but_of_a_check(tmp_path: Path) -> None:
    (tmp_path / "nets.yaml").mkdir()
    done = run("table", "nets.yaml", folder=tmp_path)
    assert done == (2, "", "error: nets.yaml: a folder, not a file\n")
    assert run("check", "nets.yaml", folder=tmp_path).status == 2
    (tmp_path / "nets.yaml" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    assert run("check", "nets.yaml", folder=tmp_path).status == 0


@pytest.mark.parametrize("name", [name for name in UNREADABLE if name != "none"])
def test_the_others_are_still_checked(name: str, tmp_path: Path) -> None:
    make, reason = UNREADABLE[name]
    make(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "c.yaml").write_text(RIGHT, encoding="utf-8")
    done = run("check", ".", "--format", "concise", folder=tmp_path)
    assert done.status == 2
    assert done.out.startswith("./b.yaml:2:26: error[SC106] ")
    assert done.out.count("\n") == 1
    assert done.err.startswith("error: ./a.yaml: ")
    assert reason in done.err
    assert done.err.endswith("2 specs checked, 1 error, 1 failed to be read or written\n")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/proc/self/mem", "/"])
@every_command
def test_no_device_is_read(words: list[str], path: str, tmp_path: Path) -> None:
    if not os.path.exists(path):
        pytest.skip(f"there is no {path}")
    if path == "/" and words in (["check"], ["summary"]):
        pytest.skip("a check looks for specs in a folder")
    done = run(*words, path, folder=tmp_path, given=RIGHT.encode())
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {path}: ")


@pytest.mark.parametrize("words", [["table", "-"], ["check", "-"]], ids=" ".join)
def test_standard_input_without_end_is_read_to_the_limit(words: list[str], tmp_path: Path) -> None:
    with open("/dev/zero", "rb") as zeros:
        done = run(*words, folder=tmp_path, source=zeros)
    assert done.status == 2
    assert done.err.startswith("error: <stdin>: too large; the limit is 32 MiB\n")


def test_a_file_just_below_the_limit_is_read(tmp_path: Path) -> None:
    spare = 32 * 1024 * 1024 - len(RIGHT.encode()) - 2
    (tmp_path / "a.yaml").write_text("#" + "x" * spare + "\n" + RIGHT, encoding="utf-8")
    assert run("check", "a.yaml", folder=tmp_path).status == 0
    (tmp_path / "a.yaml").write_text("#x" + "x" * spare + "\n" + RIGHT, encoding="utf-8")
    assert run("check", "a.yaml", folder=tmp_path).status == 2


def test_folders_that_lead_round_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "nets" / "deep").mkdir(parents=True)
    (tmp_path / "nets" / "deep" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "nets" / "deep" / "up").symlink_to("..")
    (tmp_path / "nets" / "self").symlink_to(".")
    done = run("check", "nets", folder=tmp_path)
    assert done == (0, "", "1 spec checked, no problems found\n")


# ------------------------------------------------------------------ without permission


def without_privileges() -> None:
    """Takes from root what makes permissions count for nothing (capabilities(7)): in the child of
    a fork, for what it executes.
    """
    import ctypes

    drop_from_bounding_set, override, read_and_search = 24, 1, 2
    for capability in (override, read_and_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


PREPARE = without_privileges if os.geteuid() == 0 else None

Limited = Callable[..., Run]


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Limited]:
    """Runs shapecalc in the folder, so that permissions count."""
    secret = tmp_path / "secret"
    secret.touch(0)
    reading = subprocess.run(
        ["cat", str(secret)], capture_output=True, check=False, preexec_fn=PREPARE
    )
    if reading.returncode == 0:
        pytest.skip("who runs this may read anything")
    secret.unlink()
    yield lambda *words: run(*words, folder=tmp_path, prepare=PREPARE)
    for folder in (tmp_path, *(each for each in tmp_path.rglob("*") if each.is_dir())):
        folder.chmod(0o755)


def test_a_file_that_may_not_be_read(limited: Limited, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "a.yaml").chmod(0)
    done = limited("table", "a.yaml")
    assert (done.status, done.err) == (2, "error: a.yaml: Permission denied\n")
    done = limited("check", "a.yaml", "b.yaml", "--format", "concise")
    assert done.status == 2
    assert done.out.startswith("b.yaml:2:26: error[SC106]")
    assert done.err.startswith("error: a.yaml: Permission denied\n")


def test_a_folder_that_may_not_be_listed(limited: Limited, tmp_path: Path) -> None:
    (tmp_path / "nets" / "closed").mkdir(parents=True)
    (tmp_path / "nets" / "closed" / "b.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "nets" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "nets" / "closed").chmod(0)
    done = limited("check", "nets")
    assert done.status == 2
    assert done.err.startswith("error: nets/closed: Permission denied\n")
    assert limited("check", "nets", "--exclude", "closed").status == 0


def test_an_output_in_a_folder_that_may_not_be_written(limited: Limited, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "old.md").write_text("old", encoding="utf-8")
    tmp_path.chmod(0o555)
    for output in ("old.md", "new.md"):
        done = limited("export", "a.yaml", "--to", "markdown", "-o", output)
        assert (done.status, done.out) == (2, "")
        assert done.err == f"error: {output}: Permission denied\n"
    assert (tmp_path / "old.md").read_text(encoding="utf-8") == "old"
    done = limited("check", "--lock", "a.yaml")
    assert done.status == 2
    assert done.err.startswith("error: a.lock: Permission denied\n")
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "old.md"]


def test_an_output_on_a_file_that_may_not_be_written(limited: Limited, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "old.md").write_text("old", encoding="utf-8")
    (tmp_path / "old.md").chmod(0o444)
    done = limited("export", "a.yaml", "--to", "markdown", "-o", "old.md")
    assert (done.status, done.err) == (2, "error: old.md: Permission denied\n")
    assert (tmp_path / "old.md").read_text(encoding="utf-8") == "old"


# ------------------------------------------------------------------ outputs

WRITING = [
    ["export", "a.yaml", "--to", "markdown", "-o"],
    ["export", "a.yaml", "--to", "json", "-o"],
    ["export", "a.yaml", "--to", "csv", "-o"],
    ["check", "a.yaml", "--format", "sarif", "-o"],
    ["check", "a.yaml", "--format", "junit", "-o"],
]
every_writer = pytest.mark.parametrize("words", WRITING, ids=" ".join)


@every_writer
def test_an_output_keeps_the_mode_and_the_link(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "old"
    target.write_text("old" * 10_000, encoding="utf-8")
    target.chmod(0o664)
    (tmp_path / "link").symlink_to("there/old")
    done = run(*words, "link", folder=tmp_path)
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "link").is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o664
    assert target.read_text(encoding="utf-8") == run(*words[:-1], folder=tmp_path).out
    assert os.listdir(target.parent) == ["old"]


def test_a_lock_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "a.lock").write_text("old", encoding="utf-8")
    (tmp_path / "a.lock").chmod(0o664)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    assert stat.S_IMODE((tmp_path / "a.lock").stat().st_mode) == 0o664


@pytest.mark.parametrize("kind", ["link", "dangling link", "link to a folder", "pipe", "socket"])
@pytest.mark.parametrize("words", [["check", "."], ["check", "--lock", "a.yaml"]], ids=" ".join)
def test_a_lock_is_a_regular_file_or_left_alone(
    words: list[str], kind: str, tmp_path: Path
) -> None:
    """Whatever it leads to is neither read into the output nor changed."""
    nets, outside = tmp_path / "nets", tmp_path / "outside"
    nets.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("the secret line\n", encoding="utf-8")
    (nets / "a.yaml").write_text(RIGHT, encoding="utf-8")
    lock = nets / "a.lock"
    if kind == "pipe":
        os.mkfifo(lock)
    elif kind == "socket":
        holder = socket.socket(socket.AF_UNIX)
        holder.bind(os.path.relpath(lock))
        holder.close()
    else:
        lead = {"link": "secret", "dangling link": "none", "link to a folder": "."}[kind]
        lock.symlink_to(outside / lead)
    done = run(*words, folder=nets)
    assert done.status == 2
    assert "a.lock: not a regular file: it is neither read nor written\n" in done.err
    assert "secret" not in done.out + done.err
    assert (outside / "secret").read_text(encoding="utf-8") == "the secret line\n"
    assert os.listdir(outside) == ["secret"]
    assert sorted(os.listdir(nets)) == ["a.lock", "a.yaml"]


def test_what_goes_wrong_leaves_the_old_output(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "old.md").write_text("old", encoding="utf-8")
    assert run("export", "a.yaml", "--to", "json", "-o", "old.md", folder=tmp_path).status == 1
    assert (tmp_path / "old.md").read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "old.md"]


def test_a_disk_that_fills_up_leaves_the_old_output(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    words = ["export", "resnet152", "--to", "json", "-o", "old.json"]
    done = run(*words, folder=tmp_path, shell='ulimit -f 16 && exec "$@"')
    assert done == (2, "", "error: old.json: File too large\n")
    assert (tmp_path / "old.json").read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["old.json"]


def test_a_file_system_that_is_full_leaves_the_old_output(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        (disk / "old.json").write_text("old", encoding="utf-8")
        words = ["export", "resnet152", "--to", "json", "-o", "disk/old.json"]
        done = run(*words, folder=tmp_path)
        assert done == (2, "", "error: disk/old.json: No space left on device\n")
        assert (disk / "old.json").read_text(encoding="utf-8") == "old"
        assert os.listdir(disk) == ["old.json"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@every_writer
def test_an_output_on_a_full_device(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    done = run(*words, "/dev/full", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: /dev/full: No space left on device\n")


@every_writer
@pytest.mark.parametrize("output", ["none/a.md", "a.yaml/b.md", ".", ""])
def test_an_output_where_no_file_can_be(words: list[str], output: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    done = run(*words, output, folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert os.listdir(tmp_path) == ["a.yaml"]


# ------------------------------------------------------------------ imports

BLOCKS = "blocks: {Own: {layers: [{type: ReLU}]}}\n"


def importing(name: str) -> str:
    return f"import: {name}\ninput: 8x8x3\nlayers: [{{type: Own}}]\n"


IMPORTS: dict[str, tuple[str, str]] = {
    "one that climbs out": ("../blocks.yaml", "is outside the folder of the spec"),
    "one that climbs out and in": ("../nets/blocks.yaml", "is outside the folder of the spec"),
    "one that climbs out below": ("below/../../blocks.yaml", "is outside the folder of the spec"),
    "an absolute path": ("/etc/passwd", "is not a relative path"),
    "a path of Windows": ("'C:\\blocks.yaml'", "is not a relative path"),
    "an address": ("https://example.com/blocks.yaml", "is not a relative path"),
    "a link that leads out": ("outside.yaml", "is outside the folder of the spec"),
    "a folder whose link leads out": ("up/blocks.yaml", "is outside the folder of the spec"),
    "nothing": ("none.yaml", "cannot import 'none.yaml': No such file or directory"),
    "a folder": ("folder.yaml", "cannot import 'folder.yaml': a folder, not a file"),
    "another ending": ("blocks.txt", "import 'blocks.txt' does not end in .yaml or .yml"),
    "a FIFO": ("fifo.yaml", "cannot import 'fifo.yaml': not a regular file"),
    "a device": ("zero.yaml", "is outside the folder of the spec"),
    "100 MB": ("large.yaml", "cannot import 'large.yaml': too large"),
    "the spec itself": ("a.yaml", "circular import"),
    "one that imports the spec": ("back.yaml", "circular import"),
    "two that import each other": ("one.yaml", "circular import"),
    "a NUL": ('"a\\0.yaml"', "invalid file name"),
    "a name without end": ("a" * 100_000 + ".yaml", "File name too long"),
    "no text": ("[1]", "import must be a file name"),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_stays_in_the_folder_and_ends(name: str, tmp_path: Path) -> None:
    text, words = IMPORTS[name]
    nets = tmp_path / "nets"
    (nets / "below").mkdir(parents=True)
    (nets / "folder.yaml").mkdir()
    (tmp_path / "blocks.yaml").write_text(BLOCKS, encoding="utf-8")
    (nets / "blocks.yaml").write_text(BLOCKS, encoding="utf-8")
    (nets / "outside.yaml").symlink_to("../blocks.yaml")
    (nets / "up").symlink_to("..")
    (nets / "zero.yaml").symlink_to("/dev/zero")
    (nets / "back.yaml").write_text("import: a.yaml\n" + BLOCKS, encoding="utf-8")
    (nets / "one.yaml").write_text("import: two.yaml\n" + BLOCKS, encoding="utf-8")
    (nets / "two.yaml").write_text("import: one.yaml\n" + BLOCKS, encoding="utf-8")
    (nets / "network.yaml").write_text(RIGHT, encoding="utf-8")
    if name == "a FIFO":
        os.mkfifo(nets / "fifo.yaml")
    if name == "100 MB":
        large(nets / "large.yaml")
    (nets / "a.yaml").write_text(importing(text), encoding="utf-8")
    done = run("check", "nets/a.yaml", "--format", "concise", folder=tmp_path)
    assert done.status == 1
    assert [line for line in done.out.splitlines() if words in line and "error[" in line]
    assert run("table", "nets/a.yaml", folder=tmp_path).status == 1


def test_imports_that_meet_again_are_no_loop(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "left.yaml").write_text("import: below/both.yaml\nblocks: {}\n", encoding="utf-8")
    (tmp_path / "right.yaml").write_text("import: below/both.yaml\nblocks: {}\n", encoding="utf-8")
    (tmp_path / "below" / "both.yaml").write_text(BLOCKS, encoding="utf-8")
    head = "import: [left.yaml, right.yaml, below/both.yaml]\n"
    text = f"{head}input: 8x8x3\nlayers: [{{type: Own}}]\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    done = run("export", "a.yaml", "--to", "json", folder=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out)["layers"][0]["type"] == "Own"


def test_a_hundred_imports_are_enough(tmp_path: Path) -> None:
    for index in range(150):
        text = f"import: [i{index + 1}.yaml]\nblocks: {{}}\n"
        (tmp_path / f"i{index}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("import: i0.yaml\n" + RIGHT, encoding="utf-8")
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert done.status == 1
    assert done.out == "i99.yaml:1:10: error[SC114] too many imports: the maximum is 100 files\n"


def test_a_text_whose_name_is_none() -> None:
    with pytest.raises(shapecalc.SpecError, match="cannot import: the text has no file name"):
        shapecalc.loads(importing("blocks.yaml"), path="a\0b/c")
    with pytest.raises(shapecalc.SpecError, match="not a file name"):
        shapecalc.load("a\0b")


@pytest.mark.parametrize("words", ["table -", "check -", "diff - resnet50"])
@pytest.mark.parametrize(
    ("redirection", "reason"), [("<&-", "it is closed"), ("0> a", "Bad file descriptor")]
)
def test_standard_input_that_cannot_be_read(
    words: str, redirection: str, reason: str, tmp_path: Path
) -> None:
    done = run(*words.split(), folder=tmp_path, shell=f'exec "$@" {redirection}')
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: <stdin>: {reason}\n")


# ------------------------------------------------------------------ outputs that are inputs


@every_writer
@pytest.mark.parametrize("name", ["a.yaml", "./a.yaml", "link.yaml", "hard.yaml"])
def test_an_output_is_never_what_is_read(words: list[str], name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    os.link(tmp_path / "a.yaml", tmp_path / "hard.yaml")
    done = run(*words, name, folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "would overwrite a file that is read" in done.err
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == RIGHT


@every_writer
def test_an_output_in_a_checked_folder_that_is_no_spec_is_written(
    words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    assert run(*words, "new.yaml", folder=tmp_path).status == 0
    assert (tmp_path / "new.yaml").exists()


@every_writer
def test_a_file_name_is_no_option(words: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "specs" / "-o.."
    folder.mkdir(parents=True)
    (tmp_path / "specs" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (folder / "x.net.yaml").write_text(RIGHT, encoding="utf-8")
    done = run(*words[:-1], "-o../x.net.yaml", folder=tmp_path / "specs")
    assert (done.status, done.out) == (2, "")
    assert "write -o and its value apart" in done.err
    assert os.listdir(tmp_path) == ["specs"]
