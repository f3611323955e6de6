"""Asks the YAML language server what an editor would, about specs with the schema of the language.

It is a program of npm's: where `yaml-language-server` is not on the PATH, what asks it is skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

PROGRAM = shutil.which("yaml-language-server")

SECONDS = 300
"""The time after which a server is ended, so that whoever waits for it fails."""

CURSOR = "|"
"""What stands in a text where the cursor is."""


class Message(NamedTuple):
    """What the server says of a text: in which line and column, and whose schema says so."""

    line: int
    column: int
    text: str
    source: str


class LanguageServer:
    """A server that runs until it is closed, and the texts that are open in it."""

    def __init__(self, schema: Path) -> None:
        assert PROGRAM is not None, "yaml-language-server is not installed"
        self.modeline = f"# yaml-language-server: $schema={schema.as_uri()}\n"
        self.process = subprocess.Popen(
            [PROGRAM, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.timer = Timer(SECONDS, self.process.kill)
        self.timer.start()
        self.count = 0
        self.messages: dict[str, list[Message]] = {}
        markdown = {
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown"]},
        }
        capabilities = {"textDocument": {**markdown, "publishDiagnostics": {}}}
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self._tell("initialized", {})
        settings = {"yaml": {"schemaStore": {"enable": False}}}  # nothing from the network
        self._tell("workspace/didChangeConfiguration", {"settings": settings})

    def close(self) -> None:
        """Ends the server."""
        self.timer.cancel()
        self.process.kill()
        self.process.communicate()

    def messages_of(self, texts: Iterable[str]) -> list[list[Message]]:
        """What the server says of each text. It works on all of them at once."""
        names = [self._open(text) for text in texts]
        while not self.messages.keys() >= set(names):
            self._read()
        return [self.messages[name] for name in names]

    def completions(self, text: str) -> dict[str, str]:
        """What may be written at the cursor, each with its documentation."""
        found = self._ask("textDocument/completion", self._at_cursor(text))
        return {item["label"]: _plain(item.get("documentation", "")) for item in found["items"]}

    def hover(self, text: str) -> str:
        """What is shown of the word at the cursor."""
        found = self._ask("textDocument/hover", self._at_cursor(text))
        return "" if found is None else _plain(found["contents"])

    def _at_cursor(self, text: str) -> dict[str, Any]:
        before, _, after = text.partition(CURSOR)
        lines = (self.modeline + before).split("\n")
        return {
            "textDocument": {"uri": self._open(before + after)},
            "position": {"line": len(lines) - 1, "character": len(lines[-1])},
        }

    def _open(self, text: str) -> str:
        self.count += 1
        name = f"file:///{self.count}.yaml"
        opened = {"uri": name, "languageId": "yaml", "version": 1, "text": self.modeline + text}
        self._tell("textDocument/didOpen", {"textDocument": opened})
        return name

    def _ask(self, method: str, params: object) -> Any:
        self.count += 1
        self._write({"id": self.count, "method": method, "params": params})
        while True:
            answer = self._read()
            if answer.get("id") == self.count and "method" not in answer:
                return answer["result"]

    def _tell(self, method: str, params: object) -> None:
        self._write({"method": method, "params": params})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        """The next message of the server. What it says of a text is kept."""
        assert self.process.stdout is not None
        length = 0
        while header := self.process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            if name == b"Content-Length":
                length = int(value)
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.messages[params["uri"]] = [_message(each) for each in params["diagnostics"]]
        elif "method" in message and "id" in message:
            self._write({"id": message["id"], "result": None})
        return message


def _message(diagnostic: dict[str, Any]) -> Message:
    start = diagnostic["range"]["start"]
    source = diagnostic["source"].removeprefix("yaml-schema: ")
    return Message(start["line"], start["character"] + 1, diagnostic["message"], source)


def _plain(content: Any) -> str:
    """A text or a text of markdown, without backslashes before punctuation."""
    text = content["value"] if isinstance(content, dict) else content
    assert isinstance(text, str)
    return text.replace("\\", "")
