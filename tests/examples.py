"""How many examples the tests draw that compare with a framework.

EXAMPLES=100 in the environment tries a hundred times as many.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Settings for so many examples, always the same ones."""
    return settings(
        derandomize=True,
        max_examples=count * TIMES,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
