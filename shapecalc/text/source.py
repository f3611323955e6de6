"""A text with its lines, and where texts come from: bytes, files, streams."""

from __future__ import annotations

from shapecalc.text.files import load_bytes

_CHUNK = 4096  # characters between two entries of a source's table of lines


class Source:
    """A text and its name. Lines end at a line feed, a carriage return, or both.

    path: what the user calls it: a path, "<stdin>" or "<text>".
    text: all of it, without a byte-order mark. Offsets are characters into it.
    beside: the contents that it has imported so far, by path.
    """

    __slots__ = ("_lines", "beside", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.lstrip("\ufeff")
        self._lines: list[tuple[int, int]] = []
        self.beside: dict[str, bytes] = {}

    may_import = True
    """Whether what is beside it may be read."""

    may_edit = True
    """Whether what mends it can be written into it."""

    @property
    def has_lines(self) -> bool:
        """Whether there are lines of it to show."""
        return bool(self.text)

    def load_beside(self, path: str) -> bytes:
        """The content of a file that this text imports. Raises OSError.

        It is kept, so that the text means the same wherever it is read again.
        """
        data = self.beside.get(path)
        if data is None:
            data = self.beside[path] = self._content(path)
        return data

    def _content(self, path: str) -> bytes:
        return load_bytes(path)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both counted from 1, columns in characters."""
        offset = max(0, min(offset, len(self.text)))
        chunk = offset // _CHUNK
        line, start = self._advance(*self._table()[chunk], chunk * _CHUNK, offset)
        return line, offset - start + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end; "" past the last one."""
        from bisect import bisect_right

        table = self._table()
        chunk = max(bisect_right(table, (number, -1)) - 1, 0)
        line, start = table[chunk]
        if line < number:
            start = chunk * _CHUNK
        while line < number:
            end = self._line_end(start)
            if end == len(self.text):
                return ""
            start = end + (2 if self.text[end : end + 2] == "\r\n" else 1)
            line += 1
        return self.text[start : self._line_end(start)]

    def around(self, offset: int, before: int, after: int) -> tuple[str, str]:
        """The text of an offset's line before it and from it on, at most so many characters.

        A line may have millions of characters: what is too far away is not looked at.
        """
        offset = max(0, min(offset, len(self.text)))
        start = offset - self.position(offset)[1] + 1
        first = self.text[max(start, offset - before) : offset].rstrip("\r")
        rest = self.text[offset : offset + after]
        return first, rest.partition("\n")[0].partition("\r")[0]

    def inside(self, offset: int, inner: int) -> int:
        """The offset of a character of a scalar, given the scalar's offset."""
        text = self.text
        if text[offset : offset + 1] in ("'", '"'):
            offset += 1
        line_end = text.find("\n", offset, offset + inner + 1)  # a line may have millions
        return min(offset + inner, (len(text) if line_end < 0 else line_end) - 1)

    def _table(self) -> list[tuple[int, int]]:
        # The line that each chunk of the text begins in, and where that line starts.
        if not self._lines:
            table: list[tuple[int, int]] = []
            line, start = 1, 0
            for boundary in range(0, len(self.text) + 1, _CHUNK):
                table.append((line, start))
                line, start = self._advance(line, start, boundary, boundary + _CHUNK)
            self._lines = table  # when it is whole, for other threads see it
        return self._lines

    def _advance(self, line: int, start: int, begin: int, end: int) -> tuple[int, int]:
        # From the line that `begin` is in, and its start, to those that `end` is in.
        text = self.text
        if text[end - 1 : end + 1] == "\r\n":
            end -= 1
        line += text.count("\n", begin, end) + text.count("\r", begin, end)
        line -= text.count("\r\n", begin, end)
        last = max(text.rfind("\n", begin, end), text.rfind("\r", begin, end))
        return line, start if last < 0 else last + 1

    def _line_end(self, start: int) -> int:
        import re

        # stops at the nearer of the two: a text may have a million of the one, none of the other
        found = re.compile("[\r\n]").search(self.text, start)
        return found.start() if found else len(self.text)


class Isolated(Source):
    """A text beside which nothing may be read, whatever it is called."""

    __slots__ = ()

    may_import = False


class ConvertedSource(Isolated):
    """The text of a spec that a file of another program was converted to.

    Its lines, and positions in them, are those of that file, where what they are of is.

    original: the text of that file. places: by lines of the spec, offsets in that.
    """

    __slots__ = ("original", "places")

    may_edit = False

    def __init__(self, path: str, text: str, original: Source, places: dict[int, int]) -> None:
        super().__init__(path, text)
        self.original = original
        self.places = places

    @property
    def has_lines(self) -> bool:
        """Whether there are lines of the file to show, as there are none of one that is no text."""
        return bool(self.original.text)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column, in the file, of what is at an offset of the spec."""
        return self.original.position(self._place(offset))

    def line(self, number: int) -> str:
        """The text of a line of the file."""
        return self.original.line(number)

    def around(self, offset: int, before: int, after: int) -> tuple[str, str]:
        """The text of the file around what is at an offset of the spec."""
        return self.original.around(self._place(offset), before, after)

    def _place(self, offset: int) -> int:
        return self.places.get(super().position(offset)[0], 0)
