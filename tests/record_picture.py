"""Draw the README's picture: a real run of the command, on a terminal, drawn by rich.

    python tests/record_picture.py

writes .github/googlenet-stem.svg.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 118
PICTURE = Path(__file__).parent.parent / ".github" / "googlenet-stem.svg"
COMMAND = ["table", "googlenet-stem", "--detail", "inception3a"]


def run() -> str:
    """What the command writes to a terminal of that width."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "shapecalc", *COMMAND]
    with subprocess.Popen(command, stdout=follower, env=environment) as process:
        os.close(follower)
        written = b""
        try:
            while chunk := os.read(leader, 65536):
                written += chunk
        except OSError:
            pass
        assert process.wait() == 0
    os.close(leader)
    return written.decode().replace("\r\n", "\n")


def main() -> None:
    """Write the picture."""
    with open(os.devnull, "w", encoding="utf-8") as sink:
        console = Console(record=True, width=WIDTH, file=sink, color_system="truecolor")
        console.print(Text.from_ansi("$ shapecalc " + " ".join(COMMAND) + "\n" + run()))
    PICTURE.write_text(
        console.export_svg(title="shapecalc", unique_id="shapecalc"), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
