"""Compiles LaTeX. What needs it is skipped where its engine is not on the PATH, unless
`--need-latex` is given.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 300

CHINESE = "xelatex"
"""The engine for texts with Chinese, and for others."""

WESTERN = "pdflatex"


def need(engine: str, request: pytest.FixtureRequest, packages: tuple[str, ...] = ()) -> None:
    """Skips a test of which the engine is not there, or a package, unless they have to be."""
    if request.config.getoption("need_latex"):
        return
    if shutil.which(engine) is None:
        pytest.skip(f"{engine} is not installed")
    for package in packages:
        found = subprocess.run(["kpsewhich", f"{package}.sty"], capture_output=True, check=False)
        if not found.stdout:
            pytest.skip(f"the package {package} of LaTeX is not installed")


def compiled(text: str, folder: Path, engine: str = WESTERN, name: str = "a") -> str:
    """The log of a document that is compiled until its references and columns are known. Fails
    where it does not compile, where anything is off the page, or where a character is missing."""
    (folder / f"{name}.tex").write_text(text, encoding="utf-8")
    # lines of the log that are not broken in the middle of a word
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", name]
    log = ""
    for _ in range(3):
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS
        )
        log = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        assert done.returncode == 0, log[-3000:]
        if "Rerun" not in log and "have changed" not in log:
            break
    assert re.findall(r"^(?:Overfull|Missing character).*", log, re.MULTILINE) == []
    assert re.findall(r"^LaTeX Warning: .*(?:undefined|multiply).*", log, re.MULTILINE) == []
    return log
