"""The fixtures and options of all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--overwrite", action="store_true", help="write the goldens anew instead of comparing them"
    )


@pytest.fixture
def hold(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Holds a text to the golden in a file, or writes it there, with --overwrite."""

    def held(path: Path, text: str) -> None:
        if request.config.getoption("--overwrite"):
            path.write_text(text, encoding="utf-8", newline="")
        else:
            assert text == path.read_text(encoding="utf-8")

    return held
