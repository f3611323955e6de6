"""Files of Keras with something wrong anywhere: nothing but a SpecError comes out of them."""

from __future__ import annotations

from itertools import islice

import pytest
from fuzz_keras import Mutation, hold, run


def test_a_few_files_with_something_wrong() -> None:
    met = {hold(data) for data in islice(Mutation(1), 300)}
    assert {"", "SC501", "SC502", "SC503"} <= met


@pytest.mark.slow
def test_many_files_with_something_wrong() -> None:
    assert sum(run(2, 60).values()) > 1000
