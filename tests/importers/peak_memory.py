"""The most memory that this process has had."""

from __future__ import annotations

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> float:
    """In mebibytes. Linux tells that of this program alone; what others tell is also that of the
    one that started it."""
    if STATUS.exists():
        lines = STATUS.read_text("ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
