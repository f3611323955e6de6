"""Fuzzes the reader of ONNX: files whose bytes or whose structure is mutated.

    python tests/importers/fuzz_onnx.py SECONDS [SEED]

Nothing but SpecError may come out, within a time and a memory that are bounded.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from base64 import b64decode
from pathlib import Path
from typing import Any, NamedTuple

from onnx_writing import message, network, node, tensor, varint
from peak_memory import peak

from shapecalc.importers.converting import convert
from shapecalc.importers.kinds import FILE_KINDS
from shapecalc.problems.problem import SpecError

FILES = Path(__file__).resolve().parent / "files" / "onnx"

SECONDS = 2.0
"""The most that a file may take."""

MEBIBYTES = 300
"""The most that may be taken beyond what was before."""

KIND = next(kind for kind in FILE_KINDS if kind.module == "onnx")

INNER: dict[str, dict[int, str]] = {
    "model": {7: "graph", 8: "leaf", 25: "function"},
    "graph": {1: "node", 5: "leaf", 11: "value", 12: "value", 13: "value"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute", 9: "leaf"},
    "attribute": {5: "leaf", 6: "graph"},
    "value": {2: "type"},
    "type": {1: "tensor type"},
    "tensor type": {2: "shape"},
    "shape": {1: "leaf"},
    "leaf": {},
}
"""The messages in a message of each kind, by the numbers of their fields."""

NUMBERS = (0, 1, 2, 3, 7, 8, 64, 255, 2**31 - 1, 2**31, 2**32, 10**9, 2**62, 2**63, 2**64 - 1)


class Part(NamedTuple):
    """A field: its number, how it is written, and what it is."""

    number: int
    kind: int
    content: int | bytes | list[Part]
    message: str


def parsed(data: bytes, kind: str) -> list[Part]:
    """The fields of a message that is as it should be."""
    found = []
    at = 0

    def integer() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = integer()
        field, how = tag >> 3, tag & 7
        content: int | bytes | list[Part]
        if how == 0:
            content = integer()
        else:
            length = integer() if how == 2 else {1: 8, 5: 4}[how]
            content = data[at : at + length]
            at += length
        inner = INNER[kind].get(field, "") if how == 2 else ""
        if inner and isinstance(content, bytes):
            content = parsed(content, inner)
        found.append(Part(field, how, content, inner))
    return found


def written(parts: list[Part]) -> bytes:
    """The bytes of a message."""
    found = b""
    for part in parts:
        if isinstance(part.content, list):
            found += message(part.number, written(part.content))
        elif isinstance(part.content, int):
            found += varint(part.number << 3) + varint(part.content)
        elif part.kind == 2:
            found += message(part.number, part.content)
        else:
            found += varint(part.number << 3 | part.kind) + part.content
    return found


def mutated_parts(parts: list[Part], chance: random.Random) -> list[Part]:
    """A message with something else somewhere in it."""
    parts = list(parts)
    if not parts:
        return parts
    place = chance.randrange(len(parts))
    part = parts[place]
    if isinstance(part.content, list) and part.content and chance.random() < 0.85:
        parts[place] = part._replace(content=mutated_parts(part.content, chance))
        return parts
    choice = chance.randrange(6)
    other = chance.choice(parts)
    if choice == 0:
        del parts[place]
    elif choice == 1:
        parts.insert(chance.randrange(len(parts) + 1), part)
    elif choice == 2:
        parts[place] = part._replace(content=other.content, kind=other.kind)
    elif choice == 3:
        parts[place] = part._replace(number=chance.randrange(30))
    elif isinstance(part.content, int):
        value = chance.choice((*NUMBERS, part.content + 1, part.content - 1))
        parts[place] = part._replace(content=value & 2**64 - 1)
    elif isinstance(part.content, bytes) and part.kind == 2:
        parts[place] = part._replace(content=mutated_bytes(part.content, chance))
    return parts


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes of which some are others."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(found) + 1)
        choice = chance.randrange(4)
        if choice == 0:
            del found[place : place + chance.choice((1, 1, 2, 50))]
        elif choice == 1:
            found[place:place] = chance.randbytes(chance.choice((1, 1, 2, 9)))
        elif choice == 2 and place < len(found):
            found[place] = chance.randrange(256)
        else:
            start = chance.randrange(len(found) + 1)
            found[place:place] = found[start : start + chance.randrange(60)]
    return bytes(found)


def seeds(most: int = 60_000) -> list[bytes]:
    """Good files of at most so many bytes."""
    found = [gzip.decompress(path.read_bytes()) for path in sorted(FILES.glob("*.onnx.gz"))]
    small = []
    for name in ("layers", "sequences", "quantized"):
        cases = json.loads(gzip.decompress((FILES / f"{name}.json.gz").read_bytes()))
        small += [b64decode(text) for case in cases.values() for text in case["files"].values()]
    return [data for data in found + small + joined_seeds() if len(data) <= most]


def joined_seeds() -> list[bytes]:
    """Files of one node that is a layer with states, an attention, or more than one layer."""
    runtime = "com.microsoft"
    words = "x w r b"
    matrix = [tensor("w", [6, 18]), tensor("b", [18])]
    vectors = [tensor(each, [6]) for each in "wrb"]
    tables = [tensor("w", [9, 6]), tensor("p", [9, 6]), *(tensor(each, [6]) for each in "gb")]
    heads: Any = {"num_heads": 2, "kv_num_heads": 1, "q_num_heads": 2, "unidirectional": 1}
    nodes: list[tuple[bytes, list[int], list[bytes]]] = [
        (
            node(op, words, "y h c", hidden_size=4, direction="bidirectional", layout=layout),
            [5, 1, 6],
            [
                tensor("w", [2, 4 * gates, 6]),
                tensor("r", [2, 4 * gates, 4]),
                tensor("b", [2, 8 * gates]),
            ],
        )
        for op, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1))
        for layout in (0, 1)
    ]
    nodes += [
        (node("Attention", "x x x", "y p q", **heads), [1, 5, 8], []),
        (node("Attention", "x x x", "y", scale=0.5), [2, 2, 5, 8], []),
        (node("Attention", "x w b", "y", "", runtime, **heads), [1, 5, 6], matrix),
        (node("MultiHeadAttention", "x x x b", "y", "", runtime, **heads), [1, 5, 6], matrix),
        (node("GroupQueryAttention", "x", "y", "", runtime, **heads), [1, 5, 8], []),
        (node("SkipLayerNormalization", words, "y", "", runtime), [1, 5, 6], vectors),
        (node("BiasGelu", "x b", "y", "", runtime), [1, 5, 6], vectors),
        (node("QuickGelu", "x", "y", "", runtime), [1, 5, 6], []),
        (node("FusedMatMul", "x w", "y", "", runtime, transB=1), [1, 5, 18], matrix),
        (node("RotaryEmbedding", "x w b", "y"), [1, 2, 5, 6], matrix),
        (
            node("EmbedLayerNormalization", ["x", "", "w", "p", "", "g", "b"], "y", "", runtime),
            [1, 5],
            tables,
        ),
    ]
    return [network([made], dims, constants) for made, dims, constants in nodes]


def hold(data: bytes, custom: bool = False, given: object = "16x16x3") -> str:
    """The code of the problem of a file, "" for none. Raises whatever else comes out."""
    started = time.process_time()
    try:
        convert(KIND, data, "fuzz.onnx", given, custom=custom)
        code = ""
    except SpecError as error:
        code = error.problems[0].code
    taken = time.process_time() - started
    assert taken < SECONDS, f"{taken:.1f} s"
    return code


def fuzz(seconds: float, seed: int) -> dict[str, int]:
    """Mutants for so long. How often each code came out. Raises what fails, with the file."""
    chance = random.Random(seed)
    corpus = seeds()
    trees = [parsed(data, "model") for data in corpus]
    before = peak()
    found: dict[str, int] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if chance.random() < 0.7:
            parts = chance.choice(trees)
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                parts = mutated_parts(parts, chance)
            data = written(parts)
        else:
            data = mutated_bytes(chance.choice(corpus), chance)
        try:
            code = hold(data, chance.random() < 0.3)
        except BaseException:
            Path("fuzz_onnx_failed.onnx").write_bytes(data)
            raise
        found[code] = found.get(code, 0) + 1
    grown = peak() - before
    assert grown < MEBIBYTES, f"{grown:.0f} MiB"
    return found


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    print(f"seed {seed}: {fuzz(float(sys.argv[1]), seed)}")
