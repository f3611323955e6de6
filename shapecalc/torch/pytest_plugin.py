"""A plugin for pytest: `--shapecalc-update` writes the specs anew that modules are held to."""

from __future__ import annotations

from typing import Any

from shapecalc.torch.updating import UPDATING


def pytest_addoption(parser: Any) -> None:
    """The option."""
    parser.getgroup("shapecalc").addoption(
        "--shapecalc-update",
        action="store_true",
        help="write each spec anew that shapecalc.torch.assert_matches finds to differ",
    )


def pytest_configure(config: Any) -> None:
    """Says to `assert_matches` whether to write."""
    UPDATING.is_on = config.getoption("--shapecalc-update")


def pytest_unconfigure() -> None:
    """Leaves no process writing."""
    UPDATING.is_on = False


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Names the specs that were written."""
    for path in UPDATING.written:
        terminalreporter.write_line(f"shapecalc: wrote {path}")
    UPDATING.written.clear()
