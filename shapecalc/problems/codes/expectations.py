"""Codes of violated expectations, budgets and locks, which `shapecalc check` reports."""

from __future__ import annotations

from shapecalc.problems.code import Code

EXPECTATIONS = (
    Code(
        "SC301",
        "output shape mismatch",
        "The output of a layer is not the shape in its `expect:`. Either the layer or the "
        "expectation is out of date.",
        example="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, expect: 5x5x16}
""",
        fix="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1, expect: 5x5x16}
""",
    ),
    Code(
        "SC302",
        "total mismatch",
        "The output, the parameters, the multiply-accumulates or another total of the network is "
        "not what `expect:` states.",
        example="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
expect: {output: 10, params: 1000}
""",
        fix="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
expect: {output: 10, params: 1010}
""",
        fixable="what is expected, with `--fix-expect`: it becomes what was found",
    ),
    Code(
        "SC303",
        "budget exceeded",
        "A total of the network exceeds its `budget:`.",
        example="""\
input: 1000
layers:
  - {type: Linear, out_features: 1000}
budget: {params: 1M}
""",
        fix="""\
input: 1000
layers:
  - {type: Linear, out_features: 1000, bias: false}
budget: {params: 1M}
""",
    ),
    Code(
        "SC304",
        "differs from its lock",
        "The architecture is no longer what the lock beside the spec says, NAME.lock, which "
        "`shapecalc check --lock` wrote: a field, what a layer takes, a shape or a cost is another "
        "one, or a layer was added, removed, renamed or moved. The first layer that differs is "
        "said. If the change is intended, `shapecalc check --lock` accepts it. (In this example "
        "the lock is that of the fixed spec.)",
        example="""\
input: 100
layers:
  - {type: Linear, out_features: 12}
""",
        fix="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
""",
    ),
    Code(
        "SC305",
        "no lock",
        "There is no lock beside a spec, and `shapecalc check --require-lock` asks for one: it was "
        "never written, or was deleted. `shapecalc check --lock` writes it.",
        example="",
        fix="",
    ),
    Code(
        "SC306",
        "orphaned lock",
        "A lock is beside no spec of its name: the spec was renamed or deleted. It holds nothing.",
        example="",
        fix="",
    ),
)
