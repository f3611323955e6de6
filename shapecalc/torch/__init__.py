"""Networks of PyTorch written as specs, and held to them; PyTorch is imported as one is traced.

    import shapecalc.torch

    text = shapecalc.torch.spec(model, "224x224x3")
    shapecalc.torch.assert_matches(model, "nets/resnet50.yaml")

`tracing` runs a module, of which `recording` notes all `calls`, and `reading` makes a network;
`module_types` are the modules that are layers as they are. `index` has what reads each call:
`pointwise`, `arithmetic`, `weighted`, `recurrent`, `attention`, `products`, `windows`, `norms`,
`joins`, `shaping`, `parts`, `sampling`, `masks`, `constants` what comes from no input; `formulas`
finds attention that is written out, and `stating` has Custom layers for the rest. `values` are the
tensors in between, whose axes lie as PyTorch has them, `last_axis` tells which of an input's are
channels, and `laying_out` what brings them into the order of a layer. `comparing` tells what
differs between a module and a spec, of the `operations` of both, in which what does the same is
the same by `sameness`. `asserting` is for tests, whose specs `pytest_plugin` writes anew where
`updating` says so. `writing` is the spec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.torch.asserting import assert_matches
    from shapecalc.torch.comparing import Difference, compare
    from shapecalc.torch.writing import spec

__all__ = ["Difference", "assert_matches", "compare", "spec"]

_HOMES = {
    "Difference": "comparing",
    "assert_matches": "asserting",
    "compare": "comparing",
    "spec": "writing",
}
"""The module of each public name, which is imported when the name is first used."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shapecalc.torch' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"shapecalc.torch.{_HOMES[name]}"), name)
