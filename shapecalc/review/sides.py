"""The two sides of a review: the YAML files of a commit, or those of the working tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.text.files import YAML_ENDINGS, is_inside, load_bytes
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from shapecalc.review.repository import Repository


class Side:
    """The YAML files of a side.

    label: what the output calls it. commit: None for the working tree.
    files: the ids of their contents, by path from the top of the repository; "" for one that cannot
    be read. left_out: those that a sparse checkout does not have.
    """

    __slots__ = ("commit", "files", "label", "left_out", "repository")

    def __init__(self, repository: Repository, label: str, commit: str | None) -> None:
        self.repository = repository
        self.label = label
        self.commit = commit
        self.files: dict[str, str] = {}
        self.left_out: set[str] = set()

    def name(self, path: str) -> str:
        """What messages call a file."""
        raise NotImplementedError

    def content(self, path: str) -> bytes:
        """The content of a file. Raises OSError."""
        raise NotImplementedError

    def source(self, name: str, text: str) -> Source:
        """A text that imports what is beside it on this side. name: what messages call it."""
        raise NotImplementedError

    def imported(self, source: Source) -> dict[str, bytes]:
        """What a text has imported so far, by path from the top of the repository."""
        return {self._path(name): content for name, content in source.beside.items()}

    def _path(self, name: str) -> str:
        """The path of a file of a name."""
        raise NotImplementedError


class CommitSide(Side):
    """The files of a commit. revision: how it is called before a path, as in `HEAD~1:a.yaml`."""

    __slots__ = ("_revision",)

    def __init__(self, repository: Repository, label: str, revision: str, commit: str) -> None:
        super().__init__(repository, label, commit)
        self._revision = revision
        self.files = repository.blobs(commit, YAML_ENDINGS)

    def name(self, path: str) -> str:
        """What messages call a file. Its folder always has a name, with which imports begin."""
        return f"{self._revision}:{path if '/' in path else './' + path}"

    def content(self, path: str) -> bytes:
        """The content of a file. Raises OSError."""
        name = self.name(path)
        if path not in self.files:
            raise FileNotFoundError(
                2, "no such YAML file at that revision; links are not followed", name
            )
        return self.repository.content(self.files[path], name)

    def source(self, name: str, text: str) -> Source:
        """A text that imports what is beside it at the commit."""
        return _CommittedSource(name, text, self)

    def _path(self, name: str) -> str:
        path = name[len(self._revision) + 1 :].replace(os.sep, "/")
        return path.removeprefix("./")


class _CommittedSource(Source):
    """A text at a commit."""

    __slots__ = ("_side",)

    def __init__(self, path: str, text: str, side: CommitSide) -> None:
        super().__init__(path, text)
        self._side = side

    def _content(self, path: str) -> bytes:
        return self._side.content(self._side._path(path))


class WorkingSide(Side):
    """The files of the working tree, but for those that are ignored; links are not followed.

    other: a commit that it is compared with.
    """

    __slots__ = ()

    def __init__(self, repository: Repository, other: Side) -> None:
        super().__init__(repository, "working tree", None)
        algorithm = "sha256" if len(other.commit or "") == 64 else "sha1"
        for path, there in repository.working_files(YAML_ENDINGS).items():
            file = self._file(path)
            if not there and not os.path.lexists(file):
                self.left_out.add(path)
            elif os.path.lexists(file) and not os.path.islink(file) and is_inside(file, self._top):
                self.files[path] = self._id(path, algorithm)

    @property
    def _top(self) -> str:
        return self.repository.top

    def _file(self, path: str) -> str:
        return os.path.join(self._top, *path.split("/"))

    def _id(self, path: str, algorithm: str) -> str:
        """The id that git has for the content of a file; what git's filters make of it has another.

        It then only seems to have changed, and what it means is compared.
        """
        import hashlib

        try:
            content = self.content(path)
        except OSError:
            return ""
        counted = b"blob %d\0" % len(content) + content
        return hashlib.new(algorithm, counted, usedforsecurity=False).hexdigest()

    def name(self, path: str) -> str:
        """What messages call a file: its path from the working directory."""
        file = self._file(path)
        try:
            return os.path.relpath(file)
        except ValueError:  # another drive
            return file

    def content(self, path: str) -> bytes:
        """The content of a file. Raises OSError."""
        return load_bytes(self.name(path))

    def source(self, name: str, text: str) -> Source:
        """A text that imports what is beside it."""
        return Source(name, text)

    def _path(self, name: str) -> str:
        return os.path.relpath(os.path.realpath(name), self._top).replace(os.sep, "/")
