"""The blocks of encoders and decoders against what PyTorch says of torch.nn's, by its names."""

from __future__ import annotations

import gzip
import json

import transformers
from folders import RECORDS


def test_every_recorded_case_is_as_pytorch_has_it() -> None:
    with gzip.open(RECORDS / "transformers.jsonl.gz", "rt", encoding="utf-8") as lines:
        cases = list(map(json.loads, lines))
    assert len(cases) == 600
    keys = ("accepted", "output", "macs", "params")
    for case in cases:
        theirs = {key: case[key] for key in keys if key in case}
        assert transformers.verdict(case) == theirs, case
