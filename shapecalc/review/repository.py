"""A git repository, of which nothing but bytes is asked: no file is checked out, no shell involved.

Nothing that the repository names is run: git's commands here are those that read objects and the
index, without its monitor of files, without fetching, and without attributes, which name filters.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, cast

from shapecalc.limits import MAXIMUM_BYTES
from shapecalc.problems.formatting import shown
from shapecalc.text.files import ReadError, is_inside, too_large

if TYPE_CHECKING:
    from subprocess import Popen
    from typing import BinaryIO

_SETTINGS = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
"""Git would fetch what a partial clone lacks, by a program that the repository names, write the
index anew, and say what is wrong in other languages."""

_NOT_INHERITED = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_INDEX_FILE"),
    *(f"GIT_{how}_PATHSPECS" for how in ("LITERAL", "GLOB", "NOGLOB", "ICASE")),
)
"""What a hook's environment says of its repository, of which the folder of a file alone tells, and
what patterns of files mean."""

PATIENCE = 60
"""The seconds that a command of git's may take. It waits for ever where a pipe is called as a file
that it reads, such as `.gitignore`."""

_FILE_MODES = (b"100644", b"100755")
"""Those of regular files. Links and submodules are none."""


class RepositoryError(ReadError):
    """A repository that cannot be read, or has not what is asked of it."""


class Repository:
    """The repository around a folder.

    top: its top folder, without links.

    Every method raises RepositoryError where there is no git, no repository, or not what is asked.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._blobs: Popen[bytes] | None = None
        said = self._output("rev-parse", "--show-toplevel")
        self.top = os.path.realpath(os.fsdecode(said.removesuffix(b"\n")))
        if not _is_top(self.top, folder):  # its configuration says so
            message = "the files of this repository are elsewhere"
            raise RepositoryError(errno.EACCES, message, "--git")
        self._folder = self.top

    def commit(self, revision: str) -> str:
        """The commit that a revision names, such as `HEAD~1`."""
        message = (
            f"there is no revision {shown(revision)} here; a shallow clone does not have older ones"
        )
        if revision.startswith("-") or "\0" in revision:  # an option; no argument at all
            raise RepositoryError(errno.ENOENT, message, "--git")
        words = ("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return self._output(*words, message=message).decode("ascii", "replace").strip()

    def merge_base(self, old: str, new: str) -> str:
        """The best common ancestor of two commits."""
        message = "the two revisions have no common ancestor here; a shallow clone may lack it"
        found = self._output("merge-base", old, new, message=message)
        return found.decode("ascii", "replace").strip()

    def blobs(self, commit: str, endings: tuple[str, ...]) -> dict[str, str]:
        """The ids of the contents of the regular files of a commit, by path.

        endings: those of their names, such as `.yaml`.
        """
        ends = tuple(map(os.fsencode, endings))
        found: dict[str, str] = {}
        for entry in self._output("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            about, tab, path = entry.partition(b"\t")
            if tab and path.endswith(ends) and about.startswith(_FILE_MODES):
                found[os.fsdecode(path)] = about.split()[2].decode("ascii")
        return found

    def working_files(self, endings: tuple[str, ...]) -> dict[str, bool]:
        """The paths of the files in the working tree, but for those that are ignored.

        endings: those of their names. Each path with whether it should be there: a sparse checkout
        leaves out some that git tracks.
        """
        words = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--")
        entries = self._output(*words, *(f"*{ending}" for ending in endings)).split(b"\0")
        return {os.fsdecode(entry[2:]): entry[:1] != b"S" for entry in entries if entry}

    def content(self, blob: str, name: str) -> bytes:
        """A content by its id. name: what messages call it.

        Raises ReadError for one that is too large.
        """
        process = self._blobs or self._batch()
        assert process.stdin is not None
        answers = cast("BinaryIO", process.stdout)
        try:
            process.stdin.write(f"{blob}\n".encode("ascii"))
            process.stdin.flush()
        except OSError:  # it has ended
            header = b""
        else:
            header = answers.readline()
        size = header.split()[2:]
        if not size:
            if not header:
                self.close()
            message = "not in this repository; a partial clone does not have all files"
            raise RepositoryError(errno.ENOENT, message, name)
        left = int(size[0]) + 1  # a line end follows
        if left > MAXIMUM_BYTES + 1:
            while left:
                left -= len(answers.read(min(left, MAXIMUM_BYTES))) or left
            raise too_large(MAXIMUM_BYTES, name)
        data = answers.read(left)
        if len(data) < left:
            self.close()
            raise RepositoryError(errno.EIO, "git cannot read it: it is damaged", name)
        return data[:-1]

    def close(self) -> None:
        """End the process that reads contents."""
        if self._blobs is not None:
            self._blobs.kill()
            self._blobs.communicate()
            self._blobs = None

    def _batch(self) -> Popen[bytes]:
        """The one process that reads contents, as long as there are any to read."""
        from subprocess import DEVNULL, PIPE, Popen

        words = self._command("cat-file", "--batch")
        self._blobs = Popen(words, env=_environment(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        return self._blobs

    def _output(self, *arguments: str, message: str | None = None) -> bytes:
        """What a command writes. message: what is wrong where it fails and does not say why."""
        from subprocess import DEVNULL, TimeoutExpired, run

        words = self._command(*arguments)
        try:
            result = run(
                words,
                env=_environment(),
                stdin=DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except TimeoutExpired:
            why = f"git {arguments[0]} took more than {PATIENCE} s"
            raise RepositoryError(errno.ETIMEDOUT, why, "--git") from None
        if result.returncode:
            said = result.stderr.decode(errors="replace").partition("\n")[0]
            why = said.removeprefix("fatal: ") or message or f"git {arguments[0]} failed"
            raise RepositoryError(errno.ENOENT, why, "--git")
        return result.stdout

    def _command(self, *arguments: str) -> list[str]:
        """A command of git's. Raises RepositoryError where git is not installed.

        Of the programs that a repository's configuration names, git runs the monitor of its files
        for some revisions (`:path`): it is left out.
        """
        from shutil import which

        git = which("git")
        if git is None:
            raise RepositoryError(errno.ENOENT, "git is not installed, or not on the PATH", "--git")
        if not os.path.isabs(git):  # Windows looks in the working directory first
            message = f"git is not run from a relative path: {git}"
            raise RepositoryError(errno.EACCES, message, "--git")
        return [git, "-C", self._folder, "-c", "core.fsmonitor=false", *arguments]


def _is_top(top: str, folder: str) -> bool:
    """Whether the nearest folder with a repository in it, from a folder upwards, is the top."""
    if not is_inside(folder, top):
        return False
    at = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(at, ".git")):
        outer = os.path.dirname(at)
        if outer == at:
            return False
        at = outer
    return os.path.samefile(at, top)


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**inherited, **_SETTINGS}
