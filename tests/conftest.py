"""The fixtures and options of all tests, and which of them a plain run leaves out."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=300, deadline=None)
settings.load_profile("quick")

TOOLS = {
    "language-server": "asks it about the schema",
    "graphviz": "reads drawings with it",
    "mermaid": "reads drawings with it",
    "latex": "compiles documents with it",
}
"""Programs that are not Python's, and what a test does with each."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--overwrite", action="store_true", help="write the goldens anew instead of comparing them"
    )
    parser.addoption(
        "--need-pytorch",
        action="store_true",
        help="fail where PyTorch is not installed instead of skipping what compares with it",
    )
    for tool, does in TOOLS.items():
        parser.addoption(
            f"--need-{tool}",
            action="store_true",
            help=f"fail where {tool} is not installed instead of skipping what {does}",
        )
    parser.addoption(
        "--need-keras",
        action="store_true",
        help="fail where Keras is not installed instead of skipping what compares with it",
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A run of all tests takes every core, where pytest-xdist is there and no number is given."""
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if hasattr(config, "workerinput"):
        return  # a worker starts none of its own
    if everything and config.getoption("numprocesses", 0) is None:
        config.option.numprocesses = "auto"
        config.option.dist = "worksteal"


FRAMEWORKS = {"pytorch": ("PyTorch", ("torch",)), "with_keras": ("Keras", ("keras", "torch"))}
"""The folders whose tests need a framework: what it is called, and the packages."""


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """The tests in `pytorch` and `with_keras` bear a mark, and are skipped where what they compare
    with is not installed. Keras runs on PyTorch here."""
    folder = module_path.parent.name
    if folder not in FRAMEWORKS:
        return None
    mark = folder.removeprefix("with_")
    framework, packages = FRAMEWORKS[folder]
    os.environ.setdefault("KERAS_BACKEND", "torch")
    there = all(map(find_spec, packages)) or parent.config.getoption(f"need_{mark}")
    made: pytest.Module
    if there:
        made = pytest.Module.from_parent(parent, path=module_path)
    else:
        made = WithoutFramework.from_parent(parent, path=module_path)
        made.framework = framework
    made.add_marker(mark)
    made.add_marker("slow")
    return made


class WithoutFramework(pytest.Module):
    """A file whose imports would fail."""

    framework = ""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        pytest.skip(f"{self.framework} is not installed", allow_module_level=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is slow, unless marks are asked for, or its file is named."""
    if config.getoption("markexpr"):
        return
    start = config.invocation_params.dir
    named = {(start / argument.partition("::")[0]).resolve() for argument in config.args}
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        slow = item.get_closest_marker("slow") and item.path not in named
        (left_out if slow else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture
def hold(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Holds a text to the golden in a file, or writes it there, with --overwrite."""

    def held(path: Path, text: str) -> None:
        if request.config.getoption("--overwrite"):
            path.write_text(text, encoding="utf-8", newline="")
        else:
            assert text == path.read_text(encoding="utf-8")

    return held
