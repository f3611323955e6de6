"""Completion as it is typed, in bash and zsh on a terminal of their own."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import running

SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "bind 'set enable-bracketed-paste off'",
        "\x1b*",  # inserts all that may come
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -U compinit; compinit -u; bindkey '^I' complete-word; setopt nolistambiguous",
        "\t",  # inserts what alone may come, and lists several
    ),
}
"""How a shell is started, what it is told first, and the keys that complete."""

SECONDS = 60

SPEC = "input: 8x8x3\nvariants: {small: {}, large: {}}\nlayers: [{type: ReLU}]\n"

SCRIPT = """#!/bin/sh
[ "$_SHAPECALC_COMPLETE" ] || { printf '<%s>' "$@"; echo '.'; exit; }
exec "PYTHON" -P -c "from shapecalc.__main__ import entry; entry()" "$@"
"""
"""A command that completes as shapecalc does, and else prints its words."""


class Terminal:
    """A shell on a terminal."""

    def __init__(self, words: list[str], folder: Path, variables: dict[str, str]) -> None:
        self.file, theirs = pty.openpty()
        self.process = subprocess.Popen(
            words,
            cwd=folder,
            env=variables,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)

    def type(self, text: str, until: str) -> str:
        """What is written up to an end after a text is typed."""
        os.write(self.file, text.encode())
        written, end = "", time.monotonic() + SECONDS
        while not re.search(until, written):
            ready, _, _ = select.select([self.file], [], [], max(0, end - time.monotonic()))
            assert ready, written
            written += os.read(self.file, 65536).decode()
        return written

    def close(self) -> None:
        """Ends the shell, which has lost its terminal."""
        os.close(self.file)
        self.process.kill()
        self.process.wait(SECONDS)


@pytest.fixture(scope="module", params=SHELLS)
def completes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], set[str]]]:
    words, told, keys = SHELLS[request.param]
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    folder, home = tmp_path_factory.mktemp("folder"), tmp_path_factory.mktemp("home")
    for name in ("net.yaml", "resolution.yaml", "res a.yaml", "results/x.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SPEC, "utf-8")
    script = home / "shapecalc"
    script.write_text(SCRIPT.replace("PYTHON", sys.executable), "utf-8")
    script.chmod(0o755)
    path = f"{home}{os.pathsep}{os.environ['PATH']}"
    own = {"PATH": path, "HOME": str(home), "TERM": "dumb", "PS1": "$ "}
    terminal = Terminal(words, folder, running.environment(own))
    source = f'eval "$(_SHAPECALC_COMPLETE={request.param}_source shapecalc)"'
    terminal.type(f"{told}; {source}; echo rea''dy\n", r"ready\r")

    def completed(typed: str) -> set[str]:
        """What the shell makes of what is typed, and what it lists before."""
        written = terminal.type(f"shapecalc {typed}{keys}\r", r"<.*>\.\r")
        given = re.findall(r"<([^<>]*)>", written[written.rindex("\n<") :])
        listed = written[: written.rindex("\n<")].split() if request.param == "zsh" else []
        return {word.removesuffix("/") for word in (*given, *listed)}

    yield completed
    terminal.close()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ta", {"table"}),
        ("table resnet3", {"resnet34"}),
        ("table res", {"resnet18", "resnet50", "resolution.yaml", "results"}),
        ("table ne", {"net.yaml"}),
        ("check results/", {"results/x.yaml"}),
        ("table net.yaml --variant ", {"small", "large"}),
        ("table net.yaml --variant s", {"small"}),
        ("table vgg11 --columns name,mac", {"name,macs"}),
        ("table vgg11 --dtype weights=bf", {"weights=bfloat16"}),
        ("export vgg11 -o resol", {"resolution.yaml"}),
        ("layers ConvT", {"ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"}),
    ],
)
def test_what_is_typed_is_completed(
    typed: str, offered: set[str], completes: Callable[[str], set[str]]
) -> None:
    assert completes(typed) >= offered
