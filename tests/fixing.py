"""Fixes a spec as the command does, and holds what it writes to what none may break."""

from __future__ import annotations

import subprocess
from pathlib import Path

from shapecalc.check.fixes import Wish, fix_files
from shapecalc.text.unified_diff import unified_diff


def fixed(folder: Path, text: str | bytes, expectations: bool = False, select: str = "") -> str:
    """A spec once it is fixed: fixing it again changes nothing, and the difference is exact."""
    data = text.encode() if isinstance(text, str) else text
    path = folder / "spec.yaml"
    path.write_bytes(data)
    wish = Wish([select] if select else [], [], expectations)
    shown, _ = fix_files(["spec.yaml"], wish, write=False)
    assert path.read_bytes() == data
    found, unfixed = fix_files(["spec.yaml"], wish, write=True)
    assert unfixed == []
    after = path.read_bytes()
    assert [file.after.encode() for file in found] == ([after] if after != data else [])
    assert fix_files(["spec.yaml"], wish, write=True) == ([], [])
    if shown:
        patch = "".join(unified_diff("spec.yaml", shown[0].before, shown[0].after)).encode()
        path.write_bytes(data)
        options = ["patch", "--binary", "--silent", "-p0"]
        subprocess.run(options, input=patch, cwd=folder, check=True)
        assert path.read_bytes() == after
    return after.decode()
