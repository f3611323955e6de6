"""Fuzzes imports: files that import one another, in circles, through links, missing, large.

    PYTHONPATH=tests python -m fuzz.imports --seconds 600

A command reads a spec with them in a process of its own, within the bounds that every run has, and
nothing of what is outside the spec's folder is said or changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from fuzz.commands import Commands
from fuzz.drawing import hold_drawn, main
from fuzz.holding import Held
from fuzz.locks import SECRET, bound, seen
from fuzz.structure import document, mostly, one_in

BATCH = 40
"""The folders that are drawn between two looks at the clock."""

COMMANDS = (
    ("check", "a.yaml"),
    ("check", "."),
    ("table", "a.yaml"),
    ("diff", "a.yaml", "b.yaml"),
    ("export", "a.yaml", "--to", "json"),
    ("check", "a.yaml", "--format", "sarif"),
)

FILES = ("a.yaml", "b.yaml", "c.yaml", "d.yaml", "below/e.yaml", "below/f.yaml")

SPECIAL = ("link", "folder link", "link out", "folder out", "pipe", "socket", "folder", "device")

ODD_IMPORTS = (
    *("none.yaml", "../outside/secret.yaml", "../nets/b.yaml", "/etc/passwd", "", ".", "..", "~"),
    *("up/secret.yaml", "out.txt", "pipe.yaml", "below", "below/../b.yaml", "./b.yaml", "-", "--"),
    *("a" * 300, "a" * 100_000, "a\0.yaml", "\ud7ff", "$(id).yaml", "C:\\b.yaml", "file:///b.yaml"),
    *("B.YAML", "b.yaml/", "below//e.yaml", "zero.yaml", "round/b.yaml", "round/round/c.yaml"),
)

KINDS = ("comment", "notes", "keys", "blocks", "anchors", "one line")
"""What makes a file large."""

sizes = st.sampled_from((10, 1000, 30_000, 300_000))
odd_imports = st.one_of(st.sampled_from((*FILES, *ODD_IMPORTS)), st.none(), st.integers())
block_names = st.sampled_from(("B0", "B1", "B5", "ReLU", "Inception", "日本"))


SIXTY = "日" * 20
"""A line's worth of characters, of three bytes each."""


class Written(NamedTuple):
    """A file. size: the lines of what makes it large, of a kind; 0 for none."""

    imports: Any
    blocks: tuple[str, ...]
    uses: tuple[str, ...]
    repeat: int
    kind: str
    size: int


class Case(NamedTuple):
    """A folder and what is asked of it. many: how many more files import each other in a row."""

    words: tuple[str, ...]
    files: dict[str, Written]
    special: frozenset[str]
    many: int


@st.composite
def files(draw: Any) -> dict[str, Written]:
    """Files, each of which mostly imports later ones, and uses the block that is in each."""
    found: dict[str, Written] = {}
    for number, name in enumerate(FILES):
        later = st.lists(st.integers(number + 1, len(FILES) - 1), max_size=3, unique=True)
        numbers = [] if number == len(FILES) - 1 else draw(later)
        # files below have the paths of their own folder
        paths = [FILES[each] for each in numbers]
        imports: Any = [os.path.relpath(path, os.path.dirname(name) or ".") for path in paths]
        if one_in(draw, 8):
            imports = draw(mostly(st.lists(odd_imports, min_size=1, max_size=3), odd_imports, 4))
        blocks, uses = [f"B{number}"], [f"B{each}" for each in numbers]
        for names in (blocks, uses):
            if one_in(draw, 12):
                names.append(draw(block_names))
        size = draw(mostly(st.just(0), sizes, 6))
        repeat = draw(st.sampled_from((1, 1, 2, 30)))
        kind = draw(st.sampled_from(KINDS))
        found[name] = Written(imports, tuple(blocks), tuple(uses), repeat, kind, size)
    for name in draw(mostly(st.just([]), st.lists(st.sampled_from(FILES[1:])), 6)):
        found.pop(name, None)
    return found


cases = st.builds(
    Case,
    st.sampled_from(COMMANDS),
    files(),
    mostly(st.just(frozenset()), st.frozensets(st.sampled_from(SPECIAL)), 3),
    mostly(st.just(0), st.sampled_from((50, 90, 100, 150)), 8),
)


def filler(kind: str, size: int) -> tuple[str, int]:
    """Lines that make a file large, and the keys and values in them."""
    if kind == "comment":
        return f"# {SIXTY}\n" * size, 0
    if kind == "one line":
        return "#" * 60 * size + "\n", 0
    if kind == "notes":
        return 'about: "' + f"{SIXTY}\n  " * size + '"\n', 2
    if kind == "keys":
        return "x:\n" + "".join(f"  {number}日: 1\n" for number in range(size)), 2 * size
    if kind == "anchors":
        return "x:\n" + "".join(f"  - &{number} 1\n" for number in range(size)), size
    return "", 0  # blocks, which are among the others


def text_of(file: Written, network: bool) -> tuple[str, int]:
    """The text of a file, and how many keys and values it has at the most."""
    layers = [{"type": name, "repeat": file.repeat} for name in file.uses] or [{"type": "ReLU"}]
    blocks: dict[str, Any] = {name: {"layers": layers} for name in file.blocks}
    if file.kind == "blocks":
        blocks |= {f"Own{number}": {"layers": [{"type": "ReLU"}]} for number in range(file.size)}
    spec: dict[str, Any] = {"import": file.imports, "blocks": blocks}
    if network:
        spec |= {"input": "8x8x3", "layers": layers}
    more, nodes = filler(file.kind, file.size)
    return document(spec) + more, nodes + 40 + 6 * len(blocks)


def special(folder: Path, outside: Path, kinds: frozenset[str]) -> None:
    """Makes what no import should follow, wait for or read without end."""
    for kind in sorted(kinds):
        if kind == "link" and not (folder / "d.yaml").exists():
            (folder / "d.yaml").symlink_to("b.yaml")
        elif kind == "folder link":
            (folder / "round").symlink_to(".")
        elif kind == "link out":
            (folder / "out.txt").symlink_to(outside / "secret.yaml")
        elif kind == "folder out":
            (folder / "up").symlink_to(outside)
        elif kind == "pipe":
            os.mkfifo(folder / "pipe.yaml")
        elif kind == "socket" and not (folder / "c.yaml").exists():
            bound(folder / "c.yaml")
        elif kind == "folder" and not (folder / "b.yaml").exists():
            (folder / "b.yaml").mkdir()
        elif kind == "device":
            (folder / "zero.yaml").symlink_to("/dev/zero")


def hold_imports(case: Case, commands: Commands, top: Path) -> bool:
    """Holds a command on a spec with imports to its word. Whether it finds no problem."""
    folder, outside = top / "nets", top / "outside"
    (folder / "below").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.yaml").write_text(f"blocks: {{{SECRET}: 1}}\n", encoding="utf-8")
    nodes = 0
    for name, file in case.files.items():
        if name == "a.yaml" and case.many and isinstance(file.imports, list):
            file = file._replace(imports=[*file.imports, "i0.yaml"])
        text, there = text_of(file, name == "a.yaml")
        (folder / name).write_text(text, encoding="utf-8", newline="")
        nodes += there
    for number in range(case.many):
        text = (
            f"import: [i{number + 1}.yaml]\nblocks: {{Row{number}: {{layers: [{{type: ReLU}}]}}}}\n"
        )
        (folder / f"i{number}.yaml").write_text(text, encoding="utf-8")
        nodes += 9
    special(folder, outside, case.special)
    before = seen(top)
    # a check of the folder reads what its specs import once for each of them
    times = len(case.files) + case.many if case.words[1] == "." else case.words.count("b.yaml") + 1
    ran = commands.run(*case.words, folder=folder, nodes=nodes * times, specs=times)
    assert SECRET not in ran.out + ran.err, ran
    assert seen(top) == before
    return ran.status == 0


def fuzz(first: int, seconds: float, batches: int | None = None, size: int = BATCH) -> Held:
    """Holds imports until the time is over, or there have been so many batches of a size."""
    held = Held()
    with Commands(held) as commands:

        def one(case: Case) -> None:
            with commands.folder() as folder:
                held.networks += hold_imports(case, commands, folder)

        hold_drawn(cases, one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("imports", __doc__, fuzz)
