"""What the tests of `check` share: small specs, right and wrong, in folders."""

from __future__ import annotations

from pathlib import Path

from running import run

from shapecalc.check.check import check
from shapecalc.check.lock import LockText
from shapecalc.text.source import Source

RIGHT = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\n"
WRONG = "input: 8x8x3\nlayers: [{name: a, type: Nope}]\n"
WARNED = """\
input: 8x8x3
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 1, padding: 1}
  - {name: b, type: MaxPool2d, kernel_size: 3, stride: 3}
"""
VIOLATED = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\nexpect: {output: 8x8x4}\n"
LOCKED = """\
input: 8x8x3
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3}
  - {name: "b c: d", type: ReLU}
"""
LOCK = """\
# Written by `shapecalc check --lock`; a difference fails `shapecalc check`.
# format 3, of a.yaml
# variant (- for none) layer: type field=... from=... input -> output params=N macs=N
- (network): Network inputs=input outputs=b\\x20c\\x3a\\x20d 8x8x3 -> 6x6x4 params=112 macs=3888
- a: Conv2d out_channels=4 kernel_size=3x3 8x8x3 -> 6x6x4 params=112 macs=3888
- b\\x20c\\x3a\\x20d: ReLU 6x6x4 -> 6x6x4 params=0 macs=0
"""


def write(folder: Path, **files: str) -> None:
    """Writes files, of which `__` stands for a slash and the ending is .yaml."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def concise(*arguments: str, folder: Path, given: bytes = b"") -> tuple[int, list[str], str]:
    """The exit status, the path and code of each problem, and the messages."""
    done = run("check", "--format", "concise", *arguments, folder=folder, given=given)
    found = [line.partition(" ")[0] + line.partition("[")[2][:5] for line in done.out.splitlines()]
    return done.status, found, done.err


def lock_text(source: Source) -> str:
    """The text of the lock of a spec, of the runs that succeed."""
    lock = LockText(source.path)
    check(source, each=lock.add)
    return lock.text
