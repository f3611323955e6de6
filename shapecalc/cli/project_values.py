"""What a project's settings may be.

They are untrusted, as all that is in a repository: what they name is inside of their folder.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_PATH, MAXIMUM_PATTERNS
from shapecalc.problems.formatting import shown
from shapecalc.text.files import is_inside
from shapecalc.text.words import LANGUAGES
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from shapecalc.language.node_reader import NodeReader
    from shapecalc.yaml.nodes import MappingNode

CODE_LISTS = ("select", "ignore")
LISTS = ("paths", "exclude", *CODE_LISTS)
FLAGS = ("strict", "require-lock")
PROJECT_KEYS = (*LISTS, *FLAGS, "columns", "language")


class ProjectValues:
    """Reads settings. folder: that of their file, from the working directory."""

    def __init__(self, reader: NodeReader, folder: str) -> None:
        self._reader = reader
        self._folder = folder

    def read(self, node: MappingNode, keys: Collection[str]) -> dict[str, Any]:
        """The values of those of the keys that are set, and of CODE_LISTS, which say what counts.

        Of the others no more than the types are checked: what codes and columns there are takes
        long to load where it has no other use.
        """
        found: dict[str, Any] = {}
        for key, value, key_place, place in node.entries():
            if key not in PROJECT_KEYS:
                text = f"unknown key {shown(key)} in the settings"
                self._reader.unknown("SC102", text, key, PROJECT_KEYS, key_place)
            elif key in LISTS:
                texts = list(self._texts(key, value, place))
                if key in keys:
                    found[key] = [self._text(key, *each) for each in texts]
                elif key in CODE_LISTS:
                    found[key] = [text for text, _ in texts]
            elif key in FLAGS:
                found[key] = value
                if not isinstance(value, bool):
                    self._wrong(f"{key} must be true or false, not {shown(value)}", place)
            elif key == "language":
                found[key] = value
                if value not in LANGUAGES:
                    hint = "allowed: " + ", ".join(LANGUAGES)
                    self._wrong(f"unknown language {shown(value)}", place, hint)
            elif key in keys:
                from shapecalc.spec_reader import read_columns

                found[key] = read_columns(self._reader, node)
        return found

    def _wrong(self, message: str, place: int, hint: str | None = None) -> None:
        self._reader.problem("SC104", message, place, hint)

    def _texts(self, key: str, value: object, place: int) -> Iterator[tuple[str, int]]:
        """The texts of a list, each with its place."""
        if not isinstance(value, ListNode):
            hint = f'write a list: ["{value}"]' if isinstance(value, str) and value else None
            self._wrong(f"{key} must be a list, not {shown(value)}", place, hint)
        elif len(value.values) > MAXIMUM_PATTERNS:
            self._wrong(f"too many values: the maximum is {MAXIMUM_PATTERNS}", place)
        else:
            for index, each in enumerate(value.values):
                if isinstance(each, str) and 0 < len(each) <= MAXIMUM_PATH:
                    yield each, value.place_of(index)
                else:
                    text = f"{key} must be strings of 1 to {MAXIMUM_PATH} characters"
                    self._wrong(f"{text}, not {shown(each)}", value.place_of(index))

    def _text(self, key: str, text: str, place: int) -> str:
        """A text as the command line would have it."""
        if key in CODE_LISTS:
            from shapecalc.check.codes import refuse_unknown
            from shapecalc.problems.problem import Refusal

            try:
                refuse_unknown(text, ignored=key == "ignore")
            except Refusal as refusal:
                self._reader.refusal(refusal, place)
            return text
        path = os.path.join(self._folder, text)
        if _leads_out(text) or (key == "paths" and not is_inside(path, self._folder)):
            self._wrong(f"{shown(text)} leads out of the folder of the settings", place)
            return text
        if key == "paths":
            # a file or a folder, never `-` or a bundled name
            path = os.path.normpath(path)
            named = path != "-" and os.path.exists(path)
            return path if named else os.path.join(os.curdir, path)
        if "/" not in text.rstrip("/"):
            return text  # of names, wherever they are
        from glob import escape

        return os.path.join(escape(os.path.abspath(self._folder)), text)


def _leads_out(text: str) -> bool:
    """Whether a path is absolute or goes up, on any system."""
    parts = text.replace("\\", "/").split("/")
    drive = parts[0][:1].isalpha() and parts[0][1:2] == ":"
    return parts[0] == "" or drive or os.pardir in parts
