"""Runs the command as on Windows, as far as Linux can: its paths, its line ends, what it lacks.

`ntpath` is `os.path` there, over the files of this machine: `C:\\` is `/`, names are found whatever
their case, names of devices and characters that no name has are refused, text ends its lines with
CR and LF, and there is no fork, no mask of signals and nothing else that only other systems have.
"""

from __future__ import annotations

import builtins
import errno
import io
import ntpath
import os
import posixpath
import re
import signal
import sys
from collections.abc import Callable
from typing import Any

DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
INVALID = re.compile(r'[<>"|?*\x00-\x1f:]')

LACKING = {
    os: (
        *("O_NOFOLLOW", "O_NONBLOCK", "fchown", "fchmod", "geteuid", "getuid", "fork", "mkfifo"),
        *("sched_getaffinity", "killpg", "setsid", "chown", "getpgid"),
    ),
    signal: ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "pthread_sigmask", "setitimer", "alarm"),
}
"""What the modules do not have on Windows."""

NO_MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog")

_stat, _listdir, _getcwd = os.stat, os.listdir, os.getcwd


def real(path: Any) -> Any:
    """The path of a file on this machine that a path of Windows names. Raises OSError."""
    if not isinstance(path, str | os.PathLike):
        return path
    name = os.fspath(path)
    if not isinstance(name, str):
        return path
    drive, rest = ntpath.splitdrive(name)
    if drive not in ("", "C:", "c:"):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", name)
    *_, last = parts = rest.replace("\\", "/").split("/")
    if DEVICE.match(last):
        return "/dev/null"
    found = "/" if rest[:1] in ("/", "\\") else ""
    for part in parts:
        if INVALID.search(part):
            raise OSError(errno.EINVAL, "Invalid argument", name)
        part = part if part in (".", "..") else part.rstrip(". ")
        if part:
            found = posixpath.join(found, _as_it_is(found, part))
    return found or ("." if name else "")


def _as_it_is(folder: str, name: str) -> str:
    try:
        _stat(posixpath.join(folder, name))
    except OSError:
        try:
            names = _listdir(folder or ".")
        except OSError:
            return name
        return next((each for each in names if each.lower() == name.lower()), name)
    return name


def _realpath(path: Any, *, strict: bool = False) -> str:
    """The whole path, with the case that its names have."""
    name = ntpath.normpath(ntpath.join(_cwd(), os.fspath(path)))
    if DEVICE.match(ntpath.basename(name)):
        return "\\\\.\\" + ntpath.basename(name)
    try:
        return "C:" + str(posixpath.realpath(real(name))).replace("/", "\\")
    except OSError:
        return name


def _cwd() -> str:
    return "C:" + _getcwd().replace("/", "\\")


def _translated(function: Callable[..., Any], paths: int = 1) -> Callable[..., Any]:
    def call(*arguments: Any, **others: Any) -> Any:
        given = (*map(real, arguments[:paths]), *arguments[paths:])
        try:
            return function(*given, **others)
        except OSError as error:
            if arguments and error.filename is not None:
                error.filename = arguments[0]
            raise

    return call


class Text(io.TextIOWrapper):
    """A stream of text that ends lines as Windows does."""

    def __init__(
        self,
        buffer: Any,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = "\r\n",
        line_buffering: bool = False,
        write_through: bool = False,
    ) -> None:
        super().__init__(buffer, encoding, errors, newline, line_buffering, write_through)


def _open(file: Any, mode: str = "r", *arguments: Any, **others: Any) -> Any:
    if "b" not in mode and "r" not in mode and others.get("newline") is None:
        others["newline"] = "\r\n"
    return builtin_open(real(file), mode, *arguments, **others)


builtin_open = builtins.open


def move_in() -> None:
    """Make this process one on Windows."""
    import glob  # noqa: F401 - what asks for the system when it is imported
    import shutil  # noqa: F401
    import subprocess  # noqa: F401

    for name in ("stat", "lstat", "open", "listdir", "scandir", "unlink", "access", "readlink"):
        setattr(os, name, _translated(getattr(os, name)))
    os.replace = _translated(os.replace, 2)
    os.getcwd = _cwd
    ntpath.realpath = _realpath  # type: ignore[assignment] # the one of this machine resolves none
    builtins.open = _open
    os.path = ntpath  # as os does itself on Windows
    os.sep, os.altsep, os.name = "\\", "/", "nt"
    for module, names in LACKING.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in NO_MODULES:
        sys.modules[name] = None  # type: ignore[assignment] # so that importing it fails
    for stream in ("stdout", "stderr"):
        before = getattr(sys, stream)
        text = Text(before.detach(), before.encoding, before.errors)
        setattr(sys, stream, text)
    io.TextIOWrapper = Text  # type: ignore[assignment, misc] # as every stream is there


if __name__ == "__main__":
    from shapecalc.__main__ import entry

    move_in()
    entry()
