"""`assert_matches` in a pytest of one's own, and what --shapecalc-update writes."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import IMPORTED_FROM
from torch import nn

import shapecalc
import shapecalc.torch
from shapecalc.torch.updating import UPDATING

SPEC = """
# a comment that stays as long as nothing differs
name: small
input: 32x32x3
layers:
  - {name: first, type: Conv2d, out_channels: 8, kernel_size: 3}
  - {name: relu, type: ReLU}
  - {name: pool, type: Mean, dim: [2, 3]}
  - {name: head, type: Linear, out_features: 10}
"""


def small(activation: Any = nn.ReLU, kernel_size: int = 3) -> Any:
    """The network of the spec."""
    return nn.Sequential(
        nn.Conv2d(3, 8, kernel_size),
        activation(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 10),
    )


@pytest.fixture
def path(here: Path) -> Path:
    """The file of the spec."""
    (here / "small.yaml").write_text(SPEC, encoding="utf-8")
    return here / "small.yaml"


@pytest.fixture
def updating(monkeypatch: pytest.MonkeyPatch) -> None:
    """As --shapecalc-update has it."""
    monkeypatch.setattr(UPDATING, "is_on", True)
    monkeypatch.setattr(UPDATING, "written", [])


def test_what_agrees_passes(path: Path) -> None:
    shapecalc.torch.assert_matches(small(), path)
    shapecalc.torch.assert_matches(small(), str(path), "48x64x3")
    shapecalc.torch.assert_matches(small(), shapecalc.load(path))


def test_what_differs_is_listed(path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        shapecalc.torch.assert_matches(small(nn.Tanh, 5), path)
    assert str(caught.value).splitlines() == [
        f"Sequential differs from {path} in 2 places:",
        "  0: kernel_size 5x5, the spec's first has 3x3",
        "  1: type Tanh, the spec's relu has ReLU",
        "If the module is right, pytest --shapecalc-update writes the spec anew.",
    ]


def test_a_bundled_spec_has_no_advice_to_write_it() -> None:
    with pytest.raises(AssertionError, match="differs from alexnet in") as caught:
        shapecalc.torch.assert_matches(small(), "alexnet")
    assert "--shapecalc-update" not in str(caught.value)


@pytest.mark.usefixtures("updating")
def test_what_differs_is_written_anew(path: Path) -> None:
    shapecalc.torch.assert_matches(small(), path)
    assert path.read_text(encoding="utf-8") == SPEC
    shapecalc.torch.assert_matches(small(nn.Tanh), path)
    assert UPDATING.written == [str(path)]
    assert "type: Tanh" in path.read_text(encoding="utf-8")
    assert shapecalc.torch.compare(small(nn.Tanh), path) == []


@pytest.mark.usefixtures("updating")
def test_what_is_not_there_is_written(here: Path) -> None:
    with pytest.raises(shapecalc.SpecError, match="No such file"):
        shapecalc.torch.assert_matches(small(), here / "new.yaml")
    shapecalc.torch.assert_matches(small(), here / "new.yaml", "32x32x3")
    assert shapecalc.load(here / "new.yaml").summary().output == (10,)


@pytest.mark.usefixtures("updating")
def test_what_is_bundled_or_read_is_never_written(path: Path) -> None:
    for spec in ("alexnet", shapecalc.load(path)):
        with pytest.raises(AssertionError, match="differs from"):
            shapecalc.torch.assert_matches(small(nn.Tanh), spec)
    assert UPDATING.written == []


@pytest.mark.usefixtures("updating")
def test_a_spec_with_variants_is_not_written(path: Path) -> None:
    with pytest.raises(ValueError, match="a spec with variants or arguments is not written"):
        shapecalc.torch.assert_matches(small(nn.Tanh), path, arguments={})
    assert path.read_text(encoding="utf-8") == SPEC


@pytest.mark.usefixtures("updating")
def test_a_module_that_cannot_be_traced_leaves_the_file(path: Path) -> None:
    class Lost(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.cumsum(1)

    with pytest.raises(shapecalc.SpecError, match="cumsum"):
        shapecalc.torch.assert_matches(Lost(), path)
    assert path.read_text(encoding="utf-8") == SPEC


TEST = """
import shapecalc.torch
from torch import nn

def test_small():
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)
    )
    shapecalc.torch.assert_matches(model, "small.yaml")
"""


def run_pytest(folder: Path, *words: str) -> tuple[int, str]:
    """A pytest of the folder, with the plugin: its status and what it prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "shapecalc.torch.pytest_plugin", *words]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # as it is loaded by its name, installed or not
    environment = {**os.environ, **alone, "PYTHONPATH": str(IMPORTED_FROM), "NO_COLOR": "1"}
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout


def test_the_plugin(path: Path) -> None:
    (path.parent / "test_small.py").write_text(TEST, encoding="utf-8")
    status, out = run_pytest(path.parent)
    assert status == 1
    assert "E       AssertionError: Sequential differs from small.yaml in 1 place:" in out
    assert "E         1: type GELU, the spec's relu has ReLU" in out
    assert "comparing.py" not in out  # the failure is where it is asserted
    status, out = run_pytest(path.parent, "--shapecalc-update")
    assert status == 0
    assert "shapecalc: wrote small.yaml" in out
    assert run_pytest(path.parent)[0] == 0
