"""A run of a module, recorded: what is called, on which tensors, in which module.

The module runs on a batch of zeros, without gradients, in eval mode and on the meta device, which
computes shapes alone; on its own device where it does more with its weights than that allows.
Functions are seen by a mode of PyTorch's, calls of modules by hooks. Nothing is compiled, so
that Python decides as it does in any run: a loop is what it comes to for the shapes at hand.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Stopped
from shapecalc.problems.problem import Refusal
from shapecalc.torch.calls import BATCH, Traced, TracedCall, tensors_in
from shapecalc.torch.module_types import is_leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WORDS = """
item tolist numpy nonzero equal allclose argwhere masked_select unique bincount
__bool__ __int__ __float__ __complex__ __index__ __array__ __contains__
"""

LOOKING = frozenset(_WORDS.split())
"""The functions that look at the numbers of a tensor, on which a spec cannot depend."""

_VIEWS = """
view reshape flatten squeeze unsqueeze transpose permute t contiguous clone to float type_as
"""

LAYING_OUT = frozenset(_VIEWS.split())
"""The functions after which a parameter is still itself, laid out in another way."""

_SHAPES = """
new_zeros new_ones new_full new_empty new_tensor zeros_like ones_like empty_like full_like rand_like
randn_like randint_like
"""

OF_A_SHAPE = frozenset(_SHAPES.split())
"""The functions that take nothing of a tensor but its shape."""

_MARK = "_shapecalc_traced"


class Recording:
    """What a run called. root: the call of the module. parameters: the size of each by name.

    stopped_at: the module that ran as it failed.
    """

    def __init__(self, module: Any, count_macs: bool) -> None:
        self.count_macs = count_macs
        lazy = [name for name, each in module.named_parameters() if hasattr(each, "materialize")]
        if lazy:
            raise Refusal("SC501", f"{lazy[0]} has no shape yet: run the module once before")
        named = (*module.named_parameters(), *module.named_buffers())
        self._names = {id(each): name for name, each in named}
        self._named = {
            each: [name for tensor in each.parameters() if (name := self._names.get(id(tensor)))]
            for each in module.modules()
        }
        self.paths = {each: path for path, each in module.named_modules()}
        self.leaves = {each for each in self.paths if is_leaf(each)}
        self.parameters = {name: each.numel() for name, each in module.named_parameters()}
        self.root: TracedCall | None = None
        self.stopped_at = ""
        self._open: list[TracedCall] = []
        self._leaf: Any = None
        self._known: dict[int, Traced] = {}
        self._counted: Callable[[], int] = lambda: 0

    # ------------------------------------------------------------ tensors

    def know(self, tensor: Any, name: str, is_parameter: bool) -> None:
        """TracedCall a tensor of the module by its name."""
        traced = Traced(tuple(tensor.shape), False, (name,))
        traced.is_parameter, traced.is_buffer = is_parameter, not is_parameter
        self._known[id(tensor)] = traced

    def name_of(self, parameter: Any) -> str:
        """The first name of a parameter or a buffer of the module."""
        name: str = self._names[id(parameter)]
        return name

    def parameters_in(self, module: Any) -> list[str]:
        """The names of the parameters of a part of the module."""
        found: list[str] = self._named[module]
        return found

    def give(self, tensor: Any) -> Traced:
        """Trace a tensor, an input of the run or what is computed of one."""
        traced = Traced(tuple(tensor.shape), True)
        traced.is_float = tensor.is_floating_point()
        setattr(tensor, _MARK, (traced, tensor._version))
        return traced

    def traced(self, tensor: Any) -> Traced:
        """What a tensor is. Raises Stopped where it was changed in place through another."""
        found = getattr(tensor, _MARK, None)
        if found is not None:
            traced: Traced = found[0]
            if found[1] != tensor._version and traced.is_value:
                raise Stopped(
                    f"{self._where()}: a tensor that it takes was changed in place since it was "
                    "computed, through another that shares its memory"
                )
            return traced
        known = self._known.get(id(tensor))
        return known or Traced(tuple(tensor.shape), False)

    def structure(self, value: Any) -> Any:
        """Arguments or a result, with a Traced in place of each tensor."""
        import torch

        if isinstance(value, torch.Tensor):
            return self.traced(value)
        if isinstance(value, dict):
            return {key: self.structure(each) for key, each in value.items()}
        if isinstance(value, torch.Size):
            return tuple(value)
        if isinstance(value, list | tuple):
            return (
                type(value)(map(self.structure, value))
                if type(value) in (list, tuple)
                else (tuple(map(self.structure, value)))
            )
        if hasattr(value, "__dataclass_fields__") or hasattr(value, "to_tuple"):
            return self.structure(vars(value))
        return value

    # ------------------------------------------------------------ calls

    def function(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Run a function, and record it where it makes a tensor."""
        if self._leaf is not None or not self._open:
            return function(*args, **kwargs)
        name = function.__name__
        if name in ("__get__", "__set__"):
            name = getattr(getattr(function, "__self__", None), "__name__", name)
        call = TracedCall(
            self._open[-1].path, name, None, self.structure(args), self.structure(kwargs)
        )
        if name == "_pack_padded_sequence":
            raise Stopped(
                f"{self._where()}: a sequence is packed, to lengths that are numbers of the input"
            )
        if name in LOOKING and any(each.is_value for each in tensors_in(call.args)):
            raise Stopped(
                f"{self._where()}: {name.strip('_')} looks at the numbers of a tensor, so that "
                "what is computed depends on the input"
            )
        before = self._counted()
        versions = [(each, each._version) for each in _objects((args, kwargs))]
        result = function(*args, **kwargs)
        call.macs = self._counted() - before
        result = self._made(call, result, (args, kwargs))
        if any(True for _ in tensors_in(call.result)):
            self._open[-1].inner.append(call)
        elif any(each.is_value for each in tensors_in((call.args, call.kwargs))):
            for tensor, version in versions:
                if tensor._version != version and not self.traced_as_value(tensor):
                    self.give(tensor)  # which no layer is known to compute
        return result

    def traced_as_value(self, tensor: Any) -> bool:
        """Whether a tensor was traced as one that is computed of the input."""
        mark = getattr(tensor, _MARK, None)
        return mark is not None and mark[0].is_value

    def _made(self, call: TracedCall, result: Any, given: Any) -> Any:
        """The result of a call, whose tensors are traced now."""
        import torch

        used = list(tensors_in((call.args, call.kwargs)))
        is_value = any(each.is_value for each in used) and call.function not in OF_A_SHAPE
        own = [] if call.function else self.parameters_in(call.module)
        names = tuple(dict.fromkeys([*own, *(name for each in used for name in each.names)]))
        objects = {id(each) for each in _objects(given)}

        def made(tensor: Any) -> Any:
            mark = getattr(tensor, _MARK, None)
            if id(tensor) in objects and id(tensor) not in self._known and mark is not None:
                if mark[1] == tensor._version:  # passed on as it is, but it is a result now
                    tensor = tensor.view(tensor.shape) if is_value else tensor
            elif id(tensor) in self._known:
                return tensor
            if is_value:
                self.give(tensor)
                return tensor
            traced = Traced(tuple(tensor.shape), False, names)
            if call.function.strip("_") in LAYING_OUT and len(used) == 1:
                traced.is_parameter, traced.is_buffer = used[0].is_parameter, used[0].is_buffer
            setattr(tensor, _MARK, (traced, tensor._version))
            return tensor

        def each_of(value: Any) -> Any:
            if isinstance(value, torch.Tensor):
                return made(value)
            if type(value) in (list, tuple):
                return type(value)(map(each_of, value))
            if isinstance(value, tuple):
                for inner in value:  # of a type of its own, which stays
                    each_of(inner)
            return value

        result = each_of(result)
        call.result = self.structure(result)
        return result

    def enter(self, module: Any, args: Any, kwargs: Any) -> None:
        """Begin a call of a module."""
        import torch

        with torch._C.DisableTorchFunction():
            self._enter(module, args, kwargs)

    def _enter(self, module: Any, args: Any, kwargs: Any) -> None:
        if self._leaf is not None:
            return
        path = self.paths.get(module, self._open[-1].path if self._open else "")
        call = TracedCall(path, "", module, self.structure(args), self.structure(kwargs))
        call.macs = -self._counted()
        self._open.append(call)
        if module in self.leaves:
            self._leaf = module

    def leave(self, module: Any, args: Any, kwargs: Any, result: Any) -> Any:
        """End a call of a module; its result."""
        import torch

        with torch._C.DisableTorchFunction():
            return self._leave(module, args, kwargs, result)

    def _leave(self, module: Any, args: Any, kwargs: Any, result: Any) -> Any:
        if self._leaf is not None and self._leaf is not module:
            return result
        call = self._open.pop()
        call.macs += self._counted()
        if self._leaf is not None:
            self._leaf = None
            result = self._made(call, result, (args, kwargs))
        else:
            call.result = self.structure(result)
        if self._open:
            self._open[-1].inner.append(call)
        else:
            self.root = call
        return result

    def _where(self) -> str:
        """The module that runs."""
        if not self._open:
            return "the module"
        call = self._open[-1]
        return f"{call.path or 'the module'} ({type(call.module).__name__})"

    def run(self, module: Any, args: tuple[Any, ...], call: Callable[..., Any]) -> None:
        """Run the module, recording it. Raises Stopped, and whatever the module raises.

        call: what calls it.
        """
        import torch
        from torch.overrides import TorchFunctionMode

        recording = self

        class Mode(TorchFunctionMode):  # type: ignore[misc] # PyTorch has no types here
            def __torch_function__(
                self, function: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                return recording.function(function, args, kwargs or {})

        with torch.no_grad(), _counting(self), _hooks(self, module), Mode():
            try:
                call(*args)
            except Exception:
                self.stopped_at = self._where()
                raise


def _objects(structure: Any) -> Iterator[Any]:
    """The tensors of arguments, themselves."""
    import torch

    if isinstance(structure, torch.Tensor):
        yield structure
    elif isinstance(structure, dict):
        for each in structure.values():
            yield from _objects(each)
    elif isinstance(structure, list | tuple):
        for each in structure:
            yield from _objects(each)


@contextmanager
def _counting(recording: Recording) -> Iterator[None]:
    """Count multiply-accumulates, by PyTorch's own counter, if they are asked for."""
    if not recording.count_macs:
        yield
        return
    import torch.nn.attention
    from torch.utils.flop_counter import FlopCounterMode

    # the kernels of an attention that are fused are not counted on every device
    math = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    with math, FlopCounterMode(display=False) as counter:
        recording._counted = lambda: counter.get_total_flops() // (2 * BATCH)
        yield


@contextmanager
def _hooks(recording: Recording, module: Any) -> Iterator[None]:
    """Hooks on every module inside, which are gone afterwards."""
    handles = []
    try:
        for each in module.modules():
            handles.append(each.register_forward_pre_hook(recording.enter, with_kwargs=True))
            handles.append(each.register_forward_hook(recording.leave, with_kwargs=True))
        yield
    finally:
        for handle in handles:
            handle.remove()
