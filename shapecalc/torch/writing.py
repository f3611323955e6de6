"""The spec of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.converting import Imported
from shapecalc.torch.tracing import TracedNetwork

if TYPE_CHECKING:
    from shapecalc.torch.tracing import GivenTensors


def spec(
    module: Any,
    input: GivenTensors,
    *,
    name: str | None = None,
    partial: bool = False,
    custom: bool = False,
    flat: bool = False,
) -> str:
    """The text of a spec of a torch.nn.Module, which computes what the module does.

    input: a tensor, or a shape without the batch and with the channels last, such as "224x224x3";
    a tuple of such for several, or a dict by the names that `forward` has for them. The module is
    run on a batch of zeros, in eval mode, on the meta device if it can be; it stays as it is.
    name: the name of the network, the module's class if none is given.
    partial: as far as the first layer that the language does not have. custom: with such layers
    as Custom ones, of which PyTorch's figures are stated. flat: a layer a line, without blocks.

    Raises shapecalc.SpecError with the module or the function that the language does not have.
    """
    traced = TracedNetwork(module, input, partial=partial, custom=custom)
    traced.network.name = name or traced.name
    return Imported(traced.title, traced.network, flat, traced.stopped).text
