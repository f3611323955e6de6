"""What every pytest of whoever has shapecalc loads is light, and declared."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

from folders import TOP
from running import environment

import shapecalc.torch


def modules_loaded_by(code: str) -> list[str]:
    """The modules that are loaded once some code ran, in a process of its own."""
    text = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", text]
    out = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    found: list[str] = json.loads(out.stdout)
    return found


def test_the_plugin_loads_nothing_but_itself() -> None:
    loaded = modules_loaded_by("import shapecalc.torch.pytest_plugin")
    assert [name for name in loaded if name.split(".")[0] in ("shapecalc", "torch", "yaml")] == [
        "shapecalc",
        "shapecalc.torch",
        "shapecalc.torch.pytest_plugin",
        "shapecalc.torch.updating",
    ]


def test_no_module_here_loads_pytorch() -> None:
    names = ["asserting", "comparing", "index", "reading", "tracing", "writing"]
    loaded = modules_loaded_by("\n".join(f"import shapecalc.torch.{name}" for name in names))
    assert "torch" not in loaded


def test_pytest_finds_the_plugin() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"shapecalc": "shapecalc.torch.pytest_plugin"}


def test_public_names_are_there() -> None:
    for name in shapecalc.torch.__all__:
        assert getattr(shapecalc.torch, name).__module__.startswith("shapecalc.torch.")
