"""Codes of what a spec states of itself and does not keep: `shapecalc check` reports them."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

PROMISES = (
    Code(
        "SC301",
        "layer puts out another shape",
        "A layer's `expect:` is not the shape that it puts out. Either the layer or the "
        "expectation is out of date.",
        example="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, expect: 5x5x16}
""",
        cure="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1, expect: 5x5x16}
""",
    ),
    Code(
        "SC302",
        "total is another",
        "The output, the parameters, the multiply-accumulates or another total of the network is "
        "not what `expect:` states.",
        example="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
expect: {output: 10, params: 1000}
""",
        cure="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
expect: {output: 10, params: 1010}
""",
    ),
    Code(
        "SC303",
        "budget exceeded",
        "A total of the network is above what `budget:` allows.",
        example="""\
input: 1000
layers:
  - {type: Linear, out_features: 1000}
budget: {params: 1M}
""",
        cure="""\
input: 1000
layers:
  - {type: Linear, out_features: 1000, bias: false}
budget: {params: 1M}
""",
    ),
    Code(
        "SC304",
        "differs from its lock",
        "Beside the spec stands a lock, NAME.lock, that `shapecalc check --lock` wrote, and a "
        "layer no longer is what it says. If that is meant, `shapecalc check --lock` accepts it. "
        "(Here, the lock is that of the mended spec.)",
        example="""\
input: 100
layers:
  - {type: Linear, out_features: 12}
""",
        cure="""\
input: 100
layers:
  - {type: Linear, out_features: 10}
""",
    ),
)
