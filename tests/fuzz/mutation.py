"""Bytes that are made of the bytes of specs at random, and of words of the language."""

from __future__ import annotations

import random
import re
from pathlib import Path

from folders import SPECS

from shapecalc import bundled, layers

MAXIMUM_BYTES = 20_000
"""The bytes of a mutant: larger ones take their time and show little else."""

RIGHT = 8
"""How often each spec that is right is among the seeds, as there are more that are wrong."""

WORDS = (
    *(b"name", b"type", b"layers", b"branches", b"join", b"from", b"when", b"repeat", b"expect"),
    *(b"input", b"outputs", b"arguments", b"variants", b"blocks", b"block", b"import", b"budget"),
    *(b"note", b"shares", b"cells", b"about", b"kind", b"default", b"index", b"in_channels"),
    *(b"true", b"false", b"null", b"~", b"<<", b"*a", b"&a", b"- ", b"? ", b": ", b"---\n"),
    *(b"{", b"}", b"[", b"]", b",", b"#", b"|", b">", b"!", b"%", b"@", b"`", b"'", b'"', b"\\"),
    *(b"\n", b"\r\n", b"\r", b"\t", b"\0", b"\x1b", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2\x85"),
    *(b"\xe2\x80\xa8", b"\xe6\x97\xa5", b"\xf0\x9f\xa7\xaa", b"\xed\xa0\x80", b"\xcc\x81"),
    *(b"0", b"1", b"-1", b"2", b"3", b"1.5", b"010", b"0x10", b"0o7", b"1e3", b".nan", b"1x7"),
    *(b"9223372036854775807", b"9223372036854775808", b"4294967296", b"131072", b"1000000000"),
    *(b"**", b"//", b" if ", b" else ", b" and ", b"not ", b"min(", b"len(", b"make_divisible("),
    *(b"same", b"valid", b"concat", b"add", b"multiply", b"params", b"output", b"7M", b"1 GiB"),
)
"""What specs are made of, and what YAML readers stumble over."""

TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")


def seeds() -> list[bytes]:
    """The bytes that mutation begins with."""
    right = [Path(bundled.folder()), SPECS / "ok"] * RIGHT
    folders = [*right, Path(bundled.BLOCKS_FOLDER), SPECS / "err"]
    return [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.yaml"))]


class Mutation:
    """Bytes that are made of others at random, and of words of the language.

    seeds: what all are made of in the end. corpus: those of them that are worth keeping.
    """

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.seeds = seeds()
        self.corpus: list[bytes] = []
        names = (*layers.type_names(), *bundled.block_names())
        self.words = (*WORDS, *(name.encode() for name in names))

    def mutant(self) -> bytes:
        """New bytes, half of them made of those that turned out to be worth keeping."""
        kept = self.corpus and self.choose.random() < 0.5
        data = self.choose.choice(self.corpus if kept else self.seeds)
        for _ in range(self.choose.choice((1, 1, 1, 2, 3, 5, 8))):
            change = self.choose.choice(self.CHANGES)
            data = change(self, data)
        return data[:MAXIMUM_BYTES]

    def _range(self, data: bytes, longest: int = 64) -> tuple[int, int]:
        start = self.choose.randint(0, len(data))
        return start, min(len(data), start + self.choose.randint(0, longest))

    def flip(self, data: bytes) -> bytes:
        """A bit is another one."""
        if not data:
            return data
        at = self.choose.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.choose.randrange(8)]) + data[at + 1 :]

    def insert(self, data: bytes) -> bytes:
        """Bytes of no meaning are put in."""
        at, _ = self._range(data)
        return data[:at] + self.choose.randbytes(self.choose.randint(1, 8)) + data[at:]

    def delete(self, data: bytes) -> bytes:
        """A part is left out."""
        start, end = self._range(data)
        return data[:start] + data[end:]

    def cut(self, data: bytes) -> bytes:
        """The end is left out."""
        return data[: self._range(data)[0]]

    def repeat(self, data: bytes) -> bytes:
        """A part comes several times."""
        start, end = self._range(data)
        return data[:end] + data[start:end] * self.choose.choice((1, 2, 10, 200)) + data[end:]

    def splice(self, data: bytes) -> bytes:
        """A part of another one is put in."""
        other = self.choose.choice(self.seeds)
        start, end = self._range(other, 400)
        at, behind = self._range(data)
        return data[:at] + other[start:end] + data[behind:]

    def word(self, data: bytes) -> bytes:
        """A word of the language is put in, or in the place of a token."""
        found = list(TOKEN.finditer(data))
        word = self.choose.choice(self.words)
        if not found:
            return word
        token = self.choose.choice(found)
        end = self.choose.choice((token.start(), token.end(), token.end()))
        return data[: token.start()] + word + data[end:]

    def swap(self, data: bytes) -> bytes:
        """Two tokens change places."""
        tokens = TOKEN.findall(data)
        if len(tokens) > 1:
            one, other = self.choose.randrange(len(tokens)), self.choose.randrange(len(tokens))
            tokens[one], tokens[other] = tokens[other], tokens[one]
        return b"".join(tokens)

    def number(self, data: bytes) -> bytes:
        """A number is another one."""
        found = list(re.finditer(rb"\d+", data))
        if not found:
            return data
        number = self.choose.choice(found)
        near = int(number[0][:18]) + self.choose.choice((-1, 1))
        other = self.choose.choice((str(near), "0", "-1", "2", "7", "1000", str(2**31), str(2**62)))
        return data[: number.start()] + other.encode() + data[number.end() :]

    def lines(self, data: bytes) -> bytes:
        """A line is left out, comes twice, comes elsewhere or is indented otherwise."""
        found = data.splitlines(keepends=True)
        if not found:
            return data
        at = self.choose.randrange(len(found))
        line = found.pop(at)
        kind = self.choose.randrange(5)
        if kind == 1:
            found[at:at] = [line, line]
        elif kind == 2:
            found.insert(self.choose.randint(0, len(found)), line)
        elif kind == 3:
            found.insert(at, b" " * self.choose.randint(1, 4) + line)
        elif kind == 4:
            found.insert(at, line.removeprefix(b" ").removeprefix(b" "))
        return b"".join(found)

    CHANGES = (
        *(flip, insert, delete, cut, repeat, splice, swap),
        *(word, word, word, number, number, number, number, lines, lines),
    )
