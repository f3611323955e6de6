"""SC408: an input that was perhaps meant otherwise, such as one with the channels first."""

from __future__ import annotations

from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule

CODE = Code(
    "SC408",
    "questionable input",
    "An input such as 3x224x224 looks like a PyTorch shape, with the channels first, and one such "
    "as 1x3x224x224 has a batch, too. Here the channels come last and there is no batch, so it "
    "means 224 channels of 3 x 224. Or an input that is given with --input has other channels or "
    "axes than the spec's own.",
    example="""\
input: 3x32x32
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
    fix="""\
input: 32x32x3
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
)


class QuestionableInput(Rule):
    """An input that was perhaps meant otherwise.

    It is found where inputs are read, so that a run that fails says it, too: see
    `shapecalc.language.given`.
    """

    code = CODE


RULE = QuestionableInput()
