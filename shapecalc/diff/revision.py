"""Specs as they were at a revision of git, their imports included.

Git is asked for the bytes alone; nothing is checked out, and no shell is involved.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from shapecalc.loading import load_source
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, SpecError
from shapecalc.text.files import ReadError, read_stream
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode

if TYPE_CHECKING:
    from typing import BinaryIO

    from shapecalc.spec import Spec

_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
"""Git would fetch what a partial clone lacks, by a program that the repository names."""

_NOT_INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_INDEX_FILE")
"""What a hook's environment says of its repository. The one that a file is in is told by its
folder alone."""


def load_at(revision: str, path: str) -> Spec:
    """The spec that a file was at a revision, such as `HEAD~1` or `origin/main`.

    Raises SpecError for what was wrong with it, ReadError where there is no git, no repository
    around the file, no such revision, or no such file at that revision.
    """
    folder, name = os.path.split(path)
    folder = folder or "."
    commit = _commit(revision, folder)
    called = os.path.join(f"{revision}:{folder}", name)  # and imports by the same folder
    found = decode(_blob(commit, folder, name, called), called)
    if isinstance(found, Problem):
        raise SpecError([found])
    return load_source(_RevisedSource(called, found.text, commit, folder))


class _RevisedSource(Source):
    """A text at a revision: what it imports is read from there, too."""

    __slots__ = ("_commit", "_folder")

    def __init__(self, path: str, text: str, commit: str, folder: str) -> None:
        super().__init__(path, text)
        self._commit = commit
        self._folder = folder

    def load_beside(self, path: str) -> bytes:
        """The content of a file at the revision. Raises ReadError."""
        name = path[len(os.path.dirname(self.path)) :].lstrip("/" + os.sep)
        return _blob(self._commit, self._folder, name, path)


def _commit(revision: str, folder: str) -> str:
    """The commit that a revision names in the repository around a folder."""
    import errno
    import subprocess

    message = (
        f"there is no revision {shown(revision)} here; a shallow clone does not have older ones"
    )
    unknown = ReadError(errno.ENOENT, message, "--git")
    if revision.startswith("-") or "\0" in revision:  # an option; no argument at all
        raise unknown
    result = subprocess.run(
        _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = result.stderr.decode(errors="replace").partition("\n")[0].removeprefix("fatal: ")
    if result.returncode and said:
        raise ReadError(errno.ENOENT, said, "--git")
    if result.returncode:
        raise unknown
    return result.stdout.decode("ascii", "replace").strip()


def _blob(commit: str, folder: str, name: str, called: str) -> bytes:
    """The content of a file below a folder, at a commit."""
    import errno
    import subprocess

    command = _git(folder, "cat-file", "blob", f"{commit}:./{name.replace(os.sep, '/')}")
    with subprocess.Popen(
        command,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            data = read_stream(cast("BinaryIO", process.stdout), name=called)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        message = "not a file at that revision; a partial clone does not have all of them"
        raise ReadError(errno.ENOENT, message, called)
    return data


def _git(folder: str, *arguments: str) -> list[str]:
    """The command. Raises ReadError where git is not installed.

    Of the programs that a repository's configuration names, git runs the monitor of its files for
    some revisions (`:path`): it is left out.
    """
    import errno
    from shutil import which

    git = which("git")
    if git is None:
        raise ReadError(errno.ENOENT, "git is not installed, or not on the PATH", "--git")
    if not os.path.isabs(git):  # Windows looks in the working directory first
        raise ReadError(errno.EACCES, f"git is not run from a relative path: {git}", "--git")
    return [git, "-C", folder, "-c", "core.fsmonitor=false", *arguments]


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**inherited, **_OFFLINE}
