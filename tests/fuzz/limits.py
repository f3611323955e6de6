"""Runs legal specs near the limits, each limit and every pair of them, and holds every run to its
bounds: seconds of processor time and memory, whatever the command. Each is also locked, and
compared with its lock, and with another that has no name in common with it, both of as many layers
as such may have.

    PYTHONPATH=tests python -m fuzz.limits [--only NAME] [--command diff] [--pairs] [--share 0.1]

Fails where a run breaks a bound, also where it ends with a limit that two of them come to
together. The worst runs come at the end.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from running import slowness

from shapecalc import limits
from shapecalc.render.exporters import EXPORTERS

SECONDS = 2.0
SECONDS_OF_LAYER = 2 / 100_000
SECONDS_OF_NODE = 2 / 1_000_000
MEGABYTES = 300
"""The bounds of a run: the processor time where `slowness` is 1, and the memory."""

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("table",),
    ("check",),
    *(("export", "--to", name) for name in EXPORTERS),
    ("explain",),
)

LOCKS: tuple[tuple[str, ...], ...] = (
    ("check", "--lock"),
    ("check", "--require-lock"),
    ("check", "--lock", "--diff"),
)
"""Those that write a lock, and compare it with a network in which every shape is another."""

OTHER = "other.yaml"
COMPARISONS: tuple[tuple[str, ...], ...] = (("diff", OTHER), ("diff", OTHER, "--format", "json"))
"""Those with the other spec."""

EMOJI, CHINESE, COMBINING = "\U0001f600", "\u5377", "e\u0301"

LAYERS, LIST = limits.MAXIMUM_LAYERS, limits.MAXIMUM_LIST
ONES = "[" + ", ".join(["1"] * LIST) + "]"


class Draft(NamedTuple):
    """A spec to be drawn: how much it has of everything. The defaults are small.

    written: the layers that stand in it, as many as fit. repeat: how often what is around them
    runs; times: the same as an expression. line: the fields of a layer; each: the layers that it
    expands to; tensors: the inputs and outputs of one with several. anchored: whether each layer
    has an anchor. name: the length of names. note: that of each layer. nesting: the
    sequences around all. variant: what each variant is. blocks: definitions. padding: comments, in
    bytes. imports: the files, imported: what each has, over its number.
    """

    written: int = 3
    repeat: int = 1
    times: str = ""
    line: str = "type: ReLU"
    each: int = 1
    tensors: int = 0
    anchored: bool = False
    alphabet: str = "a"
    name: int = 8
    named: bool = True
    note: str = ""
    nesting: int = 0
    input: str = "8x8x8"
    arguments: tuple[str, ...] = ()
    variants: int = 0
    variant: str = "{}"
    blocks: str = ""
    outputs: int = 0
    padding: int = 0
    imports: int = 0
    imported: Callable[[int], str] = str


class Drawn(NamedTuple):
    """The text of a draft, with the layers of a run and its keys and values at the least."""

    text: str
    layers: int
    nodes: int


def drawn(draft: Draft, layers: int = LAYERS, networks: int = 1) -> Drawn:
    """A spec with as many layers as the limits allow, and at most so many.

    networks: those that a command runs, which share what it may do.
    """
    top = ["name: n"]
    if draft.arguments:
        values = ", ".join(f"a{index}: {value}" for index, value in enumerate(draft.arguments))
        top.append(f"arguments: {{{values}}}")
    top.append(f"input: {draft.input}")
    imported = [draft.imported(index) for index in range(draft.imports)]
    if imported:
        top.append(f"import: [{', '.join(f'b{index}.yaml' for index in range(draft.imports))}]")
    if draft.variants:
        top.append("variants:")
        top += [f"  {word(draft, index)}: {draft.variant}" for index in range(draft.variants)]
    top += [draft.blocks] if draft.blocks else []
    top.append("layers:")
    indent = "  "
    around = [f"name: {word(draft, level)}" for level in range(draft.nesting)]
    if draft.repeat > 1 or draft.times:
        around.append(f"repeat: {draft.times or draft.repeat}")
    for key in around:
        top += [f"{indent}- {key}", f"{indent}  layers:"]
        indent += "  "
    note = f', note: "{draft.note}"' if draft.note else ""
    text = "\n".join(top) + "\n"
    size = len(text.encode()) + sum(map(len, imported)) + draft.padding
    keys = 2 + 2 * (draft.line.count(":") + bool(note) + draft.named) + draft.line.count(",")
    nodes = sum(part.count(":") * 3 + part.count(",") for part in (text, *imported))
    path = sum(len(key) - 5 for key in around) + (draft.name if draft.named else 10) + 12
    path *= 1 if word(draft, 0).isascii() else 2
    path += draft.tensors * len("input")
    runs = draft.repeat * draft.each
    most = min(
        draft.written,
        (layers - len(around) - 1) // draft.repeat // draft.each - (draft.repeat > 1),
        (limits.MAXIMUM_NODES - nodes - 1000) // keys,
        limits.MAXIMUM_ANCHORS if draft.anchored else layers,
        limits.MAXIMUM_CHARACTERS // networks // path // runs,
        limits.MAXIMUM_NOTES // (networks * len(draft.note) * runs) if draft.note else layers,
        limits.MAXIMUM_TENSORS // (networks * draft.tensors * runs) if draft.tensors else layers,
    )
    lines = []
    wide = not (text + note + word(draft, 0)).isascii()
    length = len(text)
    for index in range(most):
        anchor = f"&l{index} " if draft.anchored else ""
        name = f"name: {word(draft, index)}, " if draft.named else ""
        line = f"{indent}- {anchor}{{{name}{draft.line}{note}}}\n"
        size += len(line.encode())
        length += len(line)
        if size > limits.MAXIMUM_BYTES - 200 or (wide and length > limits.MAXIMUM_WIDE - 200):
            break
        lines.append(line)
    text += "".join(lines)
    if draft.outputs:
        text += f"outputs: [{', '.join(word(draft, index) for index in range(len(lines)))}]\n"
    room = (limits.MAXIMUM_WIDE - length if wide else limits.MAXIMUM_BYTES - size) - 200
    text += ("#" + "-" * 98 + "\n") * (min(draft.padding, max(0, room)) // 100)
    return Drawn(text, len(lines) * runs + len(around), nodes + len(lines) * keys)


def word(draft: Draft, index: int) -> str:
    """A name of the draft's length and alphabet, different for every index."""
    number = f"n{index}"
    return number + draft.alphabet * (max(0, draft.name - len(number)) // len(draft.alphabet))


def long(start: str, piece: str) -> str:
    """An expression of the maximum length."""
    return f'"{start}{piece * ((limits.MAXIMUM_EXPRESSION - len(start)) // len(piece))}"'


def with_blocks(index: int) -> str:
    """A file of as many blocks as all imports may have."""
    each = limits.MAXIMUM_BLOCKS // limits.MAXIMUM_IMPORTS
    lines = (f"  B{index}x{number}: {{layers: [{{type: ReLU}}]}}\n" for number in range(each))
    return "blocks:\n" + "".join(lines)


def with_comments(index: int) -> str:
    """A file of as many bytes as all imports may have."""
    own = f"blocks: {{B{index}: {{layers: [{{type: ReLU}}]}}}}\n"
    return own + ("#" + "-" * 98 + "\n") * (limits.MAXIMUM_BYTES // limits.MAXIMUM_IMPORTS // 102)


CONV = "type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1"
POINTWISE = "type: Conv2d, kernel_size: 1, out_channels: "
BLOCK = "blocks: {B: {arguments: {k: 1}, layers: [{type: ReLU}]}}"
BLOCK_OF_LIST = (
    f"blocks: {{B: {{arguments: {{k: {ONES}}}, layers: [{{type: ReLU, note: '{{k}}'}}]}}}}"
)

STRETCHES: dict[str, dict[str, Any]] = {
    "layers": {"written": LAYERS},
    "unnamed layers": {"written": LAYERS, "named": False},
    "repeat": {"written": 1, "line": f"type: ReLU, repeat: {LAYERS - 8}", "each": LAYERS - 8},
    "repeat of 16": {"written": 16, "repeat": LAYERS // 18},
    "repeat by expression": {"written": 1, "repeat": LAYERS // 3, "times": f'"{LAYERS // 3} + 0"'},
    "convolutions": {"line": CONV},
    "pools": {"line": "type: MaxPool2d, kernel_size: 2, stride: 2, from: input"},
    "warnings": {"line": "type: MaxPool2d, kernel_size: 3, stride: 2, from: input"},
    "index": {"line": f'{POINTWISE}"1 + index % 7", repeat: 16', "each": 16},
    "long expression": {"line": POINTWISE + long("1", "+0*8")},
    "expression of an argument": {"line": POINTWISE + long("1", "+0*a0"), "arguments": ("1",)},
    "nested expression": {"line": f'type: ReLU, when: "{"(" * 49}1{")" * 49} > 0"'},
    "fractions": {"line": f"type: Dropout, p: {long('0.5', '+0.123456789/3-0.123456789/3')}"},
    "list": {"line": f'{POINTWISE}"max(a0)"', "arguments": (ONES,)},
    "list to a block": {
        "line": 'type: B, k: "a0"',
        "arguments": (ONES,),
        "blocks": BLOCK_OF_LIST,
        "each": 2,
    },
    "list written": {"line": f"type: B, k: {ONES}", "blocks": BLOCK_OF_LIST, "each": 2},
    "block": {"line": "type: B", "blocks": BLOCK, "each": 2},
    "long names": {"name": limits.MAXIMUM_NAME},
    "Chinese names": {"name": limits.MAXIMUM_NAME, "alphabet": CHINESE},
    "names of emoji": {"name": limits.MAXIMUM_NAME, "alphabet": EMOJI},
    "combining names": {"name": limits.MAXIMUM_NAME, "alphabet": COMBINING},
    "nesting": {"nesting": limits.MAXIMUM_NESTING - 3},
    "long paths": {"nesting": 4, "name": limits.MAXIMUM_NAME - 2},
    "long paths of emoji": {"nesting": 4, "name": limits.MAXIMUM_NAME - 2, "alphabet": EMOJI},
    "long notes": {"note": "x" * limits.MAXIMUM_NOTE},
    "notes of emoji": {"note": EMOJI * limits.MAXIMUM_NOTE},
    "notes of braces": {"note": "{{" * (limits.MAXIMUM_NOTE // 2)},
    "notes of placeholders": {"note": "{1}" * (limits.MAXIMUM_NOTE // 3)},
    "notes of escapes": {"note": "\\x1b" * limits.MAXIMUM_NOTE},
    "short notes": {"note": "{1 + 1} of many"},
    "inputs": {
        "input": f"{{{', '.join(f'i{n}: 8x8x8' for n in range(limits.MAXIMUM_INPUTS))}}}",
        "line": "type: ReLU, from: i7",
    },
    "axes": {"input": "x".join(["2"] * (limits.MAXIMUM_RANK + 1))},
    "elements": {"input": f"{2**20 - 1}x{2**20 - 1}x{2**22}"},
    "arguments": {"arguments": tuple("1" for _ in range(limits.MAXIMUM_ARGUMENTS))},
    "variants": {"variants": limits.MAXIMUM_KEYS},
    "variants with arguments": {
        "variants": limits.MAXIMUM_KEYS,
        "variant": "{arguments: {a0: 8}}",
        "arguments": ("8",),
        "line": f'{POINTWISE}"a0"',
    },
    "comments": {"padding": limits.MAXIMUM_BYTES},
    "parts": {
        "line": f"type: Chunk, from: input, chunks: {limits.MAXIMUM_PARTS}",
        "input": f"2x2x{limits.MAXIMUM_PARTS}",
        "tensors": limits.MAXIMUM_PARTS + 1,
    },
    "many sources": {
        "line": f"type: Concat, from: [{', '.join(['input'] * LIST)}]",
        "tensors": LIST + 1,
    },
    "expectations": {"line": "type: ReLU, expect: 8x8x8"},
    "branches": {"line": "branches: {a: [], b: [{type: ReLU}]}, join: add", "each": 4},
    "conditions": {"line": 'type: ReLU, when: "in_channels > 0"'},
    "anchors": {"anchored": True},
    "outputs": {"outputs": LAYERS, "line": "type: ReLU, from: input"},
    "imports of blocks": {"imports": limits.MAXIMUM_IMPORTS, "imported": with_blocks},
    "imports of comments": {"imports": limits.MAXIMUM_IMPORTS, "imported": with_comments},
}
"""By what it is near to: what of a draft is stretched."""


class Measured(NamedTuple):
    """What a run took, and which share of what it may."""

    share: float
    seconds: float
    megabytes: float
    status: int
    name: str
    command: str
    said: str

    def __str__(self) -> str:
        return (
            f"{self.share:5.2f} {self.seconds:6.2f} s {self.megabytes:5.0f} MB {self.status} "
            f"{self.command:24} {self.name}: {self.said}"
        )


def measured(
    name: str, drawn: Drawn, folder: Path, command: tuple[str, ...], runs: int
) -> Measured:
    """A run of a command on a spec, which lies in a folder. runs: of the network."""
    paths = [folder / "out", folder / "said"]
    out, err = (os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for path in paths)
    given = [str(folder / word) if word == OTHER else word for word in command[1:]]
    words = [sys.executable, "-m", "shapecalc", command[0], str(folder / "n.yaml"), *given]
    child = os.posix_spawn(
        sys.executable,
        words,
        {**os.environ, "LC_ALL": "C.UTF-8"},
        file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, err, 2)],
    )
    _, status, usage = os.wait4(child, 0)
    os.close(out)
    os.close(err)
    seconds = usage.ru_utime + usage.ru_stime
    megabytes = usage.ru_maxrss * 1024 / 1e6
    allowed = SECONDS + drawn.layers * runs * SECONDS_OF_LAYER + drawn.nodes * SECONDS_OF_NODE
    share = max(seconds / slowness() / allowed, megabytes / MEGABYTES)
    told = paths if command[0] == "check" else paths[1:]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in told]
    lines = (line for text in texts for line in text.splitlines())
    first = next((line for line in lines if "error" in line), "").strip()
    code = os.waitstatus_to_exitcode(status)
    return Measured(share, seconds, megabytes, code, name, " ".join(command), first[-150:])


def refused_otherwise(ran: Measured) -> bool:
    """Whether a run ended with status 2, but for what is too large to be written or explained."""
    return ran.status == 2 and "MiB" not in ran.said and "at once" not in ran.said


def drafts(pairs: bool) -> Iterator[tuple[str, Draft]]:
    """Every stretch on its own, with few layers and with many, or every pair of two that do not
    stretch the same."""
    if not pairs:
        for name, stretch in STRETCHES.items():
            yield name, Draft(**stretch)
            if "written" not in stretch:
                yield f"{name}, many", Draft(**{**stretch, "written": LAYERS})
        return
    for (one, first), (two, second) in combinations(STRETCHES.items(), 2):
        if first.keys().isdisjoint(second):
            yield f"{one} + {two}", Draft(**{"written": LAYERS, **first, **second})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--command", default="", help="Only those that have this in them.")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--share", type=float, default=1.0, help="Of the pairs that are drawn.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=10)
    options = parser.parse_args()
    chosen = random.Random(options.seed)
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, draft in drafts(options.pairs):
            if options.only not in what or chosen.random() >= options.share:
                continue
            for index in range(draft.imports):
                (folder / f"b{index}.yaml").write_text(draft.imported(index))
            spec = drawn(draft)
            (folder / "n.yaml").write_text(spec.text, encoding="utf-8")
            for command in COMMANDS:
                if options.command in " ".join(command):
                    runs = 1 + draft.variants if command[0] == "check" else 1
                    found.append(measured(what, spec, folder, command, runs))
                    print(found[-1], flush=True)
            for command in LOCKS:
                if options.command in " ".join(command):
                    found.append(measured(what, spec, folder, command, 1 + draft.variants))
                    print(found[-1], flush=True)
                changed = re.sub(r"(?<=\d)x8(?=[\n,}])", "x9", spec.text)
                (folder / "n.yaml").write_text(changed, encoding="utf-8")
            (folder / "n.lock").unlink(missing_ok=True)
            spec = drawn(draft, limits.MAXIMUM_LAYERS_COMPARED, networks=2)
            if spec.layers > limits.MAXIMUM_LAYERS_COMPARED:  # by the stretch
                continue
            for path, number in (("n.yaml", "n"), (OTHER, "m")):
                text = re.sub(r"\bn(?=\d)", number, spec.text)
                (folder / path).write_text(text, encoding="utf-8")
            both = Drawn("", 2 * spec.layers, 2 * spec.nodes)
            for command in COMPARISONS:
                if options.command in " ".join(command):
                    found.append(measured(what, both, folder, command, 1))
                    print(found[-1], flush=True)
    found.sort(reverse=True)
    print("the worst:")
    for one in found[: options.worst]:
        print(one)
    wrong = [one for one in found if one.share > 1 or refused_otherwise(one)]
    refused = sum(one.status == 1 for one in found)
    print(f"{len(found)} runs, {refused} of them refused, {len(wrong)} that break a bound")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
