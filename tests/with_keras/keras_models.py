"""Networks written in Keras, run: the models of the files, and PyTorch's weights in them."""

# neither keras nor torch is a dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import keras
import torch
import torch_recurrent
import torch_windows
from lines import texts

from shapecalc.analysis.summary import Summary
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options


def written(summary: Summary) -> str:
    """The file of a network. Raises SpecError where Keras cannot say it."""
    return "\n".join(texts(EXPORTERS["keras"].export(summary, Options()))) + "\n"


def model(text: str, device: str = "meta", **arguments: Any) -> Any:
    """The model that the last function of a file makes, in a Keras without others."""
    scope: dict[str, Any] = {"__name__": "written"}
    exec(compile(text, "<written>", "exec"), scope)
    *_, network = (each for each in scope.values() if getattr(each, "__module__", "") == "written")
    keras.utils.clear_session()
    with keras.device(device):
        return network(**arguments)


def name_of(path: str) -> str:
    """The name of the layer of a path, whose dots are dashes, or underscores in what is written out
    in plain words."""
    return path.replace(".", "_").replace("-", "_")


def layers_by_path(made: Any, paths: Sequence[str]) -> dict[str, list[Any]]:
    """The layers of a model that each layer of a network became: itself last, or what crops it."""
    found: dict[str, list[Any]] = {path: [] for path in paths}
    names = {name_of(path): path for path in paths}
    assert len(names) == len(paths)
    for layer in made.layers:
        name = layer.name
        while name_of(name) not in names and "-" in name:
            name = name.rpartition("-")[0]
        if name_of(name) in names:
            found[names[name_of(name)]].append(layer)
    return found


def sizes(outputs: Any) -> list[tuple[int, ...]]:
    """The sizes of one or several tensors, without their batch."""
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [tuple(output.shape[1:]) for output in several]


def numbers(weights: Sequence[Any]) -> int:
    """How many numbers weights have."""
    return sum(prod(weight.shape) for weight in weights)


def weights_of(module: torch.nn.Module, full: bool) -> list[torch.Tensor]:
    """The weights of a layer of PyTorch as Keras has them: the channels last, and its order.

    full: whether a norm has weights for all sizes of its input, channels first.
    """
    module = module.layer if isinstance(module, torch_windows.Padded) else module
    state = {key: value.detach() for key, value in module.state_dict().items()}
    state.pop("num_batches_tracked", None)
    found = list(state.values())
    if found and isinstance(module, torch.nn.modules.conv._ConvNd):
        axes = range(2, found[0].dim())
        found[0] = found[0].permute(*axes, 1, 0)
    elif isinstance(module, torch.nn.Linear):
        found[0] = found[0].T
    elif full:
        found = [each.movedim(0, -1) for each in found]
    return found


def give(layers: Sequence[Any], module: torch.nn.Module, full: bool) -> None:
    """Give a layer of Keras, which may have others beside it, the weights of PyTorch's."""
    if isinstance(module, torch_recurrent.Recurrent):
        give_recurrent(layers, module.layer)
        return
    weights = weights_of(module, full)
    (own,) = [layer for layer in layers if layer.weights] if weights else [layers[-1]]
    assert len(own.weights) == len(weights)
    own.set_weights(
        [
            value.reshape(tuple(weight.shape))
            for weight, value in zip(own.weights, weights, strict=True)
        ]
    )


def give_recurrent(layers: Sequence[Any], module: torch.nn.RNNBase) -> None:
    """Give the layers of Keras that are one of PyTorch their weights, of which a GRU's gates are in
    another order."""
    state = {key: value.detach() for key, value in module.state_dict().items()}
    own = [layer for layer in layers if layer.weights]
    assert len(own) == module.num_layers
    for number, layer in enumerate(own):
        weights = []
        for direction in ("", "_reverse")[: 1 + module.bidirectional]:
            kernels, biases = (
                [
                    in_order_of_gates(state[key], module.mode)
                    for of in ("ih", "hh")
                    if (key := f"{kind}_{of}_l{number}{direction}") in state
                ]
                for kind in ("weight", "bias")
            )
            weights += [kernel.T for kernel in kernels]
            weights += [torch.stack(biases)] if len(biases) > 1 else biases
        layer.set_weights(weights)


def in_order_of_gates(weight: torch.Tensor, mode: str) -> torch.Tensor:
    """A weight with its gates in the order of Keras."""
    if mode != "GRU":
        return weight
    reset, update, new = weight.chunk(3)
    return torch.cat([update, reset, new])


def randomize(module: torch.nn.Module) -> torch.nn.Module:
    """The module with random weights and running statistics."""
    with torch.no_grad():
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if tensor.is_floating_point():
                tensor.normal_()
                if name.endswith("running_var"):
                    tensor.abs_().add_(0.5)
    return module


def channels_last(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor of PyTorch's as Keras has it."""
    return tensor.movedim(1, -1)
