"""Where the files that tests read are."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parent

SPECS = TESTS / "specs"
"""The goldens: `ok` and `err`."""

RECORDS = TESTS / "pytorch"
"""What PyTorch said, and the scripts that asked it."""

BEYOND_PYTORCH = SPECS / "ok" / "beyond-pytorch.yaml"
"""The golden of what PyTorch cannot say."""
