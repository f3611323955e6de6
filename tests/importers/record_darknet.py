"""Asks Darknet itself what it makes of the cfg files in `files/darknet`, and records it.

    python tests/importers/record_darknet.py PJREDDIE ALEXEYAB

takes the source trees of pjreddie's and AlexeyAB's Darknet, in which `make` was run without a GPU,
OpenCV and cuDNN, and compiles a program of a few lines with each. It writes `said.json`: of each
section the height, width and channels that Darknet has of its output, how many numbers that are,
how many of the section a file of weights has, and its floating-point operations in billions, 0
where nothing is said of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FILES = Path(__file__).parent / "files" / "darknet"
SAID = FILES / "said.json"

PROGRAM = """
#include <stdio.h>
{declarations}
int main(int count, char **words) {{
    {network} net = {parsed};
    long before = 20;  /* of the head of a file of weights */
    for (int i = 0; i < {of_net}n; ++i) {{
        layer l = {of_net}layers[i];
        layer last = {last};
        save_weights_upto(net, words[2], i + 1{more});
        FILE *file = fopen(words[2], "rb");
        fseek(file, 0, SEEK_END);
        long after = ftell(file);
        fclose(file);
        printf("\\nSAID [%d, %d, %d, %d, %ld, %.9g]\\n", last.out_h, last.out_w, last.out_c,
            last.outputs, (after - before) / 4, {flops});
        before = after;
    }}
    return 0;
}}
"""


class Darknet(NamedTuple):
    """A Darknet. files: those that are for it. words: what its program has in its own way."""

    files: tuple[str, ...]
    words: dict[str, str]


PJREDDIE = Darknet(
    ("older.cfg", "recurrent-older.cfg"),
    {
        "declarations": '#include "darknet.h"\n'
        "network *parse_network_cfg(char *);\n"
        "void save_weights_upto(network *, char *, int);",
        "network": "network *",
        "parsed": "parse_network_cfg(words[1])",
        "of_net": "net->",
        "last": "l",
        "more": "",
        "flops": "0.0",
    },
)

ALEXEYAB = Darknet(
    ("convolutions.cfg", "heads.cfg", "lines.cfg", "recurrent.cfg", "sections.cfg"),
    {
        "declarations": '#include "network.h"\n#include "parser.h"',
        "network": "network",
        "parsed": "parse_network_cfg_custom(words[1], 1, 1)",
        "of_net": "net.",
        "last": "l.antialiasing ? *l.input_layer : l",
        "more": ", 0",
        "flops": "l.bflops",
    },
)


def build(tree: Path, words: dict[str, str], program: Path) -> None:
    """Compiles the program with the objects of a tree that is built."""
    code = program.with_suffix(".c")
    code.write_text(PROGRAM.format(**words), encoding="ascii")
    include = [f"-I{tree / folder}" for folder in ("include", "src", "3rdparty/stb/include")]
    compiled = str(program.with_suffix(".o"))
    subprocess.run(["gcc", *include, "-c", str(code), "-o", compiled], check=True)
    library = tree / "libdarknet.a"
    objects = [str(each) for each in (tree / "obj").glob("*.o") if each.name != "darknet.o"]
    objects = [str(library)] if library.exists() else objects
    linked = ["g++", compiled, *objects, "-o", str(program), "-lm", "-pthread"]
    subprocess.run(linked, check=True)


def ask(program: Path, path: Path, folder: Path) -> list[str]:
    """What a Darknet says of the sections of a file."""
    words = [str(program), str(path), str(folder / "weights")]
    done = subprocess.run(words, capture_output=True, check=True, timeout=60)
    lines = done.stdout.decode("latin-1").splitlines()
    return [line.removeprefix("SAID ") for line in lines if line.startswith("SAID ")]


def main() -> None:
    """Write what both Darknets say of their files."""
    said = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tree, darknet in zip(sys.argv[1:3], (PJREDDIE, ALEXEYAB), strict=True):
            program = folder / "program"
            build(Path(tree), darknet.words, program)
            for file in darknet.files:
                rows = ",\n".join(ask(program, FILES / file, folder))
                said.append(f'"{file}": [\n{rows}\n]')
    text = "{\n" + ",\n".join(said) + "\n}\n"
    json.loads(text)
    SAID.write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
