"""The blocks of encoders and decoders against torch.nn's, live: layer by layer, by their names.

EXAMPLES=100 in the environment tries a hundred times as many.
"""

from __future__ import annotations

import warnings
from random import Random

import draw_transformers
import torch_transformers
import transformers
from examples import TIMES


def test_blocks_are_as_torch_nn_has_them() -> None:
    random = Random("live")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(60 * TIMES):
            case = draw_transformers.case(random)
            theirs = torch_transformers.verdict(case)
            theirs.pop("reason", None)
            assert transformers.verdict(case) == theirs, case
