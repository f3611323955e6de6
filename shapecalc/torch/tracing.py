"""A module traced to a network of the language: run once, recorded, read."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import inspect
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import ImportedNetwork, Stopped
from shapecalc.problems.problem import Problem, Refusal, SpecError
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.text.source import Source
from shapecalc.torch.calls import BATCH, tensors_in
from shapecalc.torch.constants import batched
from shapecalc.torch.index import handler_of
from shapecalc.torch.last_axis import maps_last
from shapecalc.torch.reading import BatchIsSecondError, Reader
from shapecalc.torch.recording import Recording
from shapecalc.torch.stating import stated
from shapecalc.torch.values import TracedValue, channels_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.importers.network import Wire

GivenTensors = Any
"""An input: a tensor, a shape as a spec writes it, or a tuple or a dict by name of such."""


class TracedNetwork:
    """A module as a network. name: its class. title: what it is. stopped: what the trace stopped
    at, where so much was asked for. Raises SpecError."""

    def __init__(
        self, module: Any, input: GivenTensors, *, partial: bool = False, custom: bool = False
    ) -> None:
        self.module = unwrapped(module)
        self.name = type(self.module).__name__
        self.title = f"the PyTorch module {self.name}"
        self.stopped: Refusal | None = None
        try:
            try:
                self._trace(input, partial, custom, 0)
            except BatchIsSecondError as second:
                try:
                    self._trace(input, partial, custom, 1)
                except Refusal as refusal:
                    raise (second if refusal.code == "SC501" else refusal) from None
            if not self.network.layers:
                raise Refusal("SC503", "this module has no layers")
        except Refusal as refusal:
            source = Source(f"<{self.name}>", "")
            raise SpecError(
                [Problem(refusal.code, refusal.message, source, 0, refusal.hint)]
            ) from None

    def _trace(self, input: GivenTensors, partial: bool, custom: bool, batch: int) -> None:
        self.network = ImportedNetwork(self.name, custom)
        named = self.module.named_modules()
        self.network.modules = {name: type(inner).__name__ for name, inner in named if name}
        given = _by_name(self.module, input)
        recording, traced, orders = record(self.module, given, custom, batch)
        reader = Reader(self.network, recording, handler_of, stated)
        for name, tensor, order in zip(given, traced, orders, strict=True):
            if not batch and hasattr(given[name], "dtype") and maps_last(recording, tensor):
                order = channels_at(-1, len(tensor.shape))
            shape = Shape.from_chw(tensor.shape[place] for place in order)
            wire = self.network.input(name, shape)
            reader.values[tensor] = TracedValue.plain(wire, order, reader.batch)
        assert recording.root is not None
        root = recording.root
        try:
            reader.read(root)
            results = list(tensors_in(root.result))
            if not any(result.is_value for result in results):
                raise reader.stop(root, "its output is not computed of its input")
            outputs: dict[Wire, None] = {}  # each once, if the module returns it twice
            for result in results:
                if result in reader.left_out:
                    name = reader.left_out[result].name or self.name
                    self.network.remark(f"An output is left out: a second one of {name}")
                elif result.is_value or result.names:
                    value = batched(reader, reader.value(result, root), len(result.shape), root)
                    outputs[reader.wire(value, value.plain_order, root)] = None
            self.network.outputs = list(outputs)
        except Stopped as stopped:
            second = isinstance(stopped, BatchIsSecondError) and not batch
            if second or not partial or not self.network.layers:
                raise
            self.network.outputs = []
            self.stopped = stopped
            return
        unused = [name for name in recording.parameters if name not in reader.owners]
        if unused:
            modules = dict.fromkeys(name.split(".")[0] for name in unused)
            count = sum(recording.parameters[name] for name in unused)
            self.network.remark(
                f"The run does not use {count:,} parameters of the module, those of "
                f"{', '.join(modules)}."
            )


def unwrapped(module: Any) -> Any:
    """The module inside of what compiles it, or runs it on several devices."""
    import torch

    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch.nn.Module, not {type(module).__name__}")
    while True:
        inner = getattr(module, "_orig_mod", None)
        if inner is None and type(module).__name__ in ("DataParallel", "DistributedDataParallel"):
            inner = module.module
        if inner is None:
            break
        module = inner
    return module


def _by_name(module: Any, input: GivenTensors) -> dict[str, Any]:
    """The inputs by the names that the module's forward has for them."""
    if isinstance(input, dict):
        return input
    given: Sequence[Any] = input if isinstance(input, tuple) else (input,)
    if isinstance(input, tuple) and all(isinstance(each, int) for each in input):
        given = ([*input],)
    parameters = inspect.signature(module.forward).parameters.values()
    positional = [
        each.name
        for each in parameters
        if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    names = [*positional, *(f"input{number}" for number in range(len(positional), len(given)))]
    return dict(zip(names, given, strict=False))


def record(
    module: Any, given: dict[str, Any], count_macs: bool, batch: int
) -> tuple[Recording, list[Any], list[tuple[int, ...]]]:
    """A run of a module on inputs, each as it is traced, with the order of its axes.

    batch: which axis is the batch, the first or the second.
    A shape is tried with its channels first, as PyTorch's images have them, and then with its
    channels last, as its sequences have them; vectors as words, too. Raises Refusal where it does
    not run.
    """
    shapes = {
        name: None if hasattr(each, "dtype") else parse_shape(_listed(each))
        for name, each in given.items()
    }
    deep = any(shape is not None and len(shape) > 1 for shape in shapes.values())
    failed = ""
    vectors = any(shape is not None and len(shape) == 1 for shape in shapes.values())
    lasts = (True,) if batch else (False, True) if deep else (False,)
    for words, last in product((False, True) if vectors else (False,), lasts):
        for on_meta in (True, False):
            recording = Recording(module, count_macs)
            try:
                traced, orders = _run(recording, module, given, shapes, last, words, on_meta, batch)
            except Refusal:
                raise
            except Exception as error:  # whatever a module raises
                text = " ".join(str(error).split())[:300]
                if not words and (not last or batch):  # on its own device, as it is meant to run
                    failed = f"{recording.stopped_at}: {type(error).__name__}: {text}"
                continue
            return recording, traced, orders
    raise Refusal("SC501", f"PyTorch does not run the module on this input: {failed}")


def _listed(given: Any) -> Any:
    return list(given) if isinstance(given, tuple) else given


def _run(
    recording: Recording,
    module: Any,
    given: dict[str, Any],
    shapes: dict[str, Shape | None],
    last: bool,
    words: bool,
    on_meta: bool,
    batch: int,
) -> tuple[list[Any], list[tuple[int, ...]]]:
    import torch

    own = next(iter(module.parameters()), None)
    device = "meta" if on_meta else ("cpu" if own is None else own.device)
    dtype = torch.get_default_dtype() if own is None else own.dtype
    tensors, orders = [], []
    for name, each in given.items():
        shape = shapes[name]
        if shape is None:
            sizes, kind = (*each.shape[:batch], *each.shape[batch + 1 :]), each.dtype
        else:
            sizes, kind = (tuple(shape) if last else shape.chw), dtype
            if words and len(sizes) == 1:
                kind = torch.long
        if not sizes:
            raise Refusal("SC105", f"the input {name} has no axis besides the batch")
        sizes = (*sizes[:batch], BATCH, *sizes[batch:])
        tensors.append(torch.zeros(sizes, dtype=kind, device=device))
        channels = -1 if batch or (last and shape is not None) else 1
        if batch and len(sizes) == 2:
            channels = 0
        orders.append(channels_at(channels, len(sizes), batch))
    with evaluating(module):
        if on_meta:
            weights = _meta_weights(recording, module)
            traced = [recording.give(tensor) for tensor in tensors]
            wrapped = _Wrapped(module, weights)
            recording.run(module, tuple(tensors), wrapped)
        else:
            for name, tensor in module.named_parameters():
                recording.know(tensor, name, True)
            for name, tensor in module.named_buffers():
                recording.know(tensor, name, False)
            traced = [recording.give(tensor) for tensor in tensors]
            recording.run(module, tuple(tensors), module)
    return traced, orders


class _Wrapped:
    """A module with other weights than its own, for a call."""

    def __init__(self, module: Any, weights: dict[str, Any]) -> None:
        self.module = module
        self.weights = weights

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        import torch

        return torch.func.functional_call(self.module, self.weights, args, kwargs)


def _meta_weights(recording: Recording, module: Any) -> dict[str, Any]:
    """The weights of a module on the meta device, each known by its name."""
    weights = {}
    for is_parameter, named in ((True, module.named_parameters()), (False, module.named_buffers())):
        for name, tensor in named:
            weights[name] = tensor.detach().to("meta")
            if weights[name] is tensor:
                weights[name] = tensor.detach().clone()
            recording.know(weights[name], name, is_parameter)
    return weights


@contextmanager
def evaluating(module: Any) -> Iterator[None]:
    """A module in eval mode. Afterwards every part of it has again what it had: its mode, and
    what it keeps of a run, which would be tensors of the meta device."""
    had = {each: (dict(vars(each)), dict(each._buffers)) for each in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for each, (attributes, buffers) in had.items():
            each._buffers.clear()
            each._buffers.update(buffers)
            vars(each).clear()
            vars(each).update(attributes)
