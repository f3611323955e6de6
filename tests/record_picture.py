"""Draw the README's picture: a real run of the command, on a terminal, drawn by rich.

    python tests/record_picture.py

writes .github/googlenet-stem.svg.
"""

from __future__ import annotations

import os

from folders import TOP
from rich.console import Console
from rich.text import Text
from running import in_terminal

WIDTH = 118
PICTURE = TOP / ".github" / "googlenet-stem.svg"
COMMAND = ["table", "googlenet-stem", "--detail", "inception3a"]


def main() -> None:
    """Write the picture."""
    written = in_terminal(*COMMAND, folder=TOP, width=WIDTH).out
    with open(os.devnull, "w", encoding="utf-8") as sink:
        console = Console(record=True, width=WIDTH, file=sink, color_system="truecolor")
        console.print(Text.from_ansi("$ shapecalc " + " ".join(COMMAND) + "\n" + written))
    PICTURE.write_text(
        console.export_svg(title="shapecalc", unique_id="shapecalc"), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
