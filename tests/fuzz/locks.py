"""Fuzzes locks: written by a check, then mangled, or replaced by what is no lock.

    PYTHONPATH=tests python -m fuzz.locks --seconds 600

A check ends with a status and quotes no line but those that shapecalc writes, and neither it nor
`--lock` reads or changes anything that a lock leads to.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from fuzz.commands import Commands
from fuzz.drawing import hold_drawn, main
from fuzz.holding import Held
from fuzz.structure import NAMES, ODD_NAMES, document
from shapecalc.check.formats import FORMATS

BATCH = 100
"""The locks that are drawn between two looks at the clock."""

SECRET = "hunter2"
"""What stands in no line that shapecalc writes."""

FOREIGN = (
    *(SECRET, f"password: {SECRET}", f"# {SECRET}", f"- {SECRET}: {SECRET} -> {SECRET}"),
    *(f"<<<<<<< {SECRET}", "=======", f">>>>>>> {SECRET}", "", " ", "\0", "\ufeff", "a: b"),
    f"- {SECRET}: ReLU 1 -> 1 params=1 macs=1 \x1b[31m",
    f"- {SECRET}: ReLU 1 -> 1 params=1 macs={'9' * 5000}",
    *(
        "- a: ReLU odd=1 from=x,y 4x4x2 -> 4x4x2 params=0 macs=0",
        "- a: ReLU 1 -> 1 params=0 macs=0",
    ),
    "- (network): Network 4x4x2 -> 4x4x2 params=0 macs=0",
    "- (network): type type=1 input=2 params=3 1 -> 2 params=0 macs=0",
    *("# format 1, of a.yaml", "# format 4, of a.yaml", "# format 99999999999, of a.yaml"),
    *("# format 3, of b.yaml", "# format 3, of a.yaml"),
)
"""Lines that come from elsewhere."""

REPLACED = (
    *("link", "dangling link", "own link", "hard link"),
    *("folder", "pipe", "socket", "gone", "linked spec"),
)


class Case(NamedTuple):
    """A spec, how its lock is mangled or what is put in its place, and the check's format.

    changes: each a kind, a place in the lock as a fraction, and a number or a line.
    """

    spec: str
    changes: list[tuple[str, float, Any]]
    replaced: str | None
    words: tuple[str, ...]


@st.composite
def specs(draw: Any) -> str:
    """A spec, mostly right, of names of any kind."""
    names = draw(st.lists(st.sampled_from(NAMES + ODD_NAMES), max_size=4, unique=True))
    variants = draw(st.lists(st.sampled_from(NAMES + ODD_NAMES), max_size=3, unique=True))
    layers: list[dict[str, Any]] = [
        {"name": name, "type": "ReLU"} for name in names if 0 < len(name) <= 200
    ]
    layers.append({"type": "Conv2d", "kernel_size": 1, "out_channels": draw(st.integers(1, 3))})
    spec: dict[str, Any] = {"input": "4x4x2", "layers": layers}
    if draw(st.booleans()):
        layers[0]["repeat"] = draw(st.sampled_from((2, 100, 3000)))
    if variants:
        spec["variants"] = {name: {} for name in variants if 0 < len(name) <= 200}
    return document(spec)


places = st.floats(0, 1, exclude_max=True)
changes = st.one_of(
    st.tuples(st.just("byte"), places, st.integers(0, 255)),
    st.tuples(st.sampled_from(("drop", "twice", "swap", "end", "cut", "digit")), places, st.none()),
    st.tuples(st.sampled_from(("insert", "replace")), places, st.sampled_from(FOREIGN)),
    st.tuples(st.just("many"), places, st.sampled_from(FOREIGN)),
)
ways = st.builds(
    lambda format_: ("check", "a.yaml", "--format", format_), st.sampled_from(list(FORMATS))
)
cases = st.builds(
    Case,
    specs(),
    st.lists(changes, max_size=4),
    st.one_of(st.none(), st.none(), st.sampled_from(REPLACED)),
    st.one_of(ways, st.just(("check", "."))),
)


def mangled(lock: bytes, change: tuple[str, float, Any]) -> bytes:
    """The bytes of a lock after a change."""
    kind, place, value = change
    if kind == "byte":
        at = int(place * len(lock))
        return lock[:at] + bytes([value]) + lock[at + 1 :]
    if kind == "cut":
        return lock[: int(place * len(lock))]
    lines = lock.split(b"\n")
    at = int(place * len(lines))
    if kind == "drop":
        del lines[at]
    elif kind == "twice":
        lines.insert(at, lines[at])
    elif kind == "swap":
        lines[at], lines[-1] = lines[-1], lines[at]
    elif kind == "end":
        return lock.replace(b"\n", b"\r\n")
    elif kind == "digit":
        lines[at] = lines[at].replace(b"4", b"5").replace(b" 0", b" " + b"9" * 5000)
    elif kind == "insert":
        lines.insert(at, value.encode())
    elif kind == "many":
        lines[at:at] = [value.encode()] * 20_000
    else:
        lines[at] = value.encode()
    return b"\n".join(lines)


def replace(lock: Path, kind: str, outside: Path) -> None:
    """Puts something else in the place of a lock."""
    text = lock.read_bytes() if lock.exists() else b""
    lock.unlink(missing_ok=True)
    (outside / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    (outside / "a.lock").write_bytes(text + f"{SECRET}\n".encode())
    makers: dict[str, Callable[[], object]] = {
        "link": lambda: lock.symlink_to(outside / "secret"),
        "dangling link": lambda: lock.symlink_to(outside / "none"),
        "own link": lambda: lock.symlink_to(outside / "a.lock"),
        "hard link": lambda: os.link(outside / "secret", lock),
        "folder": lock.mkdir,
        "pipe": lambda: os.mkfifo(lock),
        "socket": lambda: bound(lock),
        "gone": lambda: None,
        "linked spec": lambda: relinked(lock.with_name("a.yaml"), outside),
    }
    makers[kind]()


def bound(path: Path) -> None:
    """Makes a socket."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def relinked(spec: Path, outside: Path) -> None:
    """Moves a spec out of its folder, which gets a link to it."""
    spec.rename(outside / "a.yaml")
    spec.symlink_to(outside / "a.yaml")


def seen(folder: Path) -> dict[str, tuple[int, str | bytes]]:
    """What a folder holds: the mode of everything in it, and where it leads or what it has."""
    found: dict[str, tuple[int, str | bytes]] = {}
    for path in sorted(folder.rglob("*")):
        held: str | bytes = os.readlink(path) if path.is_symlink() else ""
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes()
        found[str(path.relative_to(folder))] = path.lstat().st_mode, held
    return found


def hold_lock(case: Case, commands: Commands, top: Path) -> bool:
    """Holds checks of a spec with a mangled lock to their word. Whether it had a lock."""
    folder, outside = top / "nets", top / "outside"
    folder.mkdir()
    outside.mkdir()
    lock = folder / "a.lock"
    (folder / "a.yaml").write_text(case.spec, encoding="utf-8")
    commands.run("check", "--lock", "a.yaml", folder=folder)
    locked = lock.exists()
    if locked:
        text = lock.read_bytes()
        for change in case.changes:
            text = mangled(text, change)
        lock.write_bytes(text)
    if case.replaced is not None:
        replace(lock, case.replaced, outside)
    before, around = seen(folder), seen(outside)
    ran = commands.run(*case.words, folder=folder)
    assert SECRET not in ran.out + ran.err, ran
    assert (seen(folder), seen(outside)) == (before, around)
    written = commands.run("check", "--lock", "a.yaml", folder=folder)
    assert SECRET not in written.out + written.err, written
    assert seen(outside) == around
    after = seen(folder)
    before.pop("a.lock", None)
    assert {name: held for name, held in after.items() if name != "a.lock"} == before
    if written.status == 0:
        again = commands.run("check", "a.yaml", folder=folder)
        assert again.status == 0, again
    return locked


def fuzz(first: int, seconds: float, batches: int | None = None, size: int = BATCH) -> Held:
    """Holds locks until the time is over, or there have been so many batches of a size."""
    held = Held()
    with Commands(held) as commands:

        def one(case: Case) -> None:
            with commands.folder() as folder:
                held.networks += hold_lock(case, commands, folder)

        hold_drawn(cases, one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("locks", __doc__, fuzz)
