"""Layer tables of convolutional networks, by integer arithmetic alone.

A program loads a spec, and asks for its summary:

    spec = shapecalc.load("configs/classification/googlenet-paper.yaml")
    summary = spec.summary(input="299x299x3")
    summary.output, summary.params, summary.macs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.loading import load, loads
    from shapecalc.problems.problem import Problem, SpecError
    from shapecalc.shapes.shape import Shape
    from shapecalc.spec import Spec
    from shapecalc.version import __version__

__all__ = [
    "InferredLayer",
    "Problem",
    "Shape",
    "Spec",
    "SpecError",
    "Summary",
    "__version__",
    "load",
    "loads",
]

_HOMES = {
    "InferredLayer": "inference.inferred",
    "Problem": "problems.problem",
    "Shape": "shapes.shape",
    "Spec": "spec",
    "SpecError": "problems.problem",
    "Summary": "analysis.summary",
    "__version__": "version",
    "load": "loading",
    "loads": "loading",
}
"""The module of each public name, which is imported when the name is first used."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shapecalc' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"shapecalc.{_HOMES[name]}"), name)
