"""What a name refers to that is not just a layer: a size in an expression, a range in `from`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.scope import NOT_REPEATED, Scope
from shapecalc.limits import MAXIMUM_TENSORS
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal, Unknown
from shapecalc.shapes.axes import sizes_by_name

if TYPE_CHECKING:
    from shapecalc.inference.inferred import Tensor
    from shapecalc.language.items import Item


def size_named(name: str, scope: Scope, hints: bool = True, item: Item | None = None) -> int:
    """What a size in an expression is: `in_height` that of what comes in, `skip.height` that of a
    layer or an input.

    hints, item: as of `Scope.tensor`. Raises Refusal SC109, SC110, or Unknown.
    """
    path, dot, axis = name.rpartition(".")
    if dot:
        tensor = scope.tensor(path, hints, item)
    else:
        axis = name.removeprefix("in_")
        tensor = _only_flow(name, scope, item)
    if tensor is None:
        raise Unknown
    sizes = sizes_by_name(tensor.shape)
    if axis in sizes:
        return sizes[axis]
    what = f"{named(path)} is" if dot else "the input is"
    prefix = f"{path}." if dot else "in_"
    raise Refusal(
        "SC109",
        f"{name} is not defined: {what} {tensor.shape}",
        "defined: " + ", ".join(prefix + each for each in sizes),
    )


def _only_flow(name: str, scope: Scope, item: Item | None) -> Tensor | None:
    """The one tensor that comes in. Raises Refusal SC109 where there are several."""
    flows = scope.flows
    if flows is None or len(flows) == 1:
        return flows[0] if flows else None
    if not flows and item is not None and item.takes_nothing:
        text = f"{name} is not defined here: the layer takes no input"
        raise Refusal("SC109", text, f"say of which layer: name.{name.removeprefix('in_')}")
    if not flows:
        text = f"{name} is not defined here: each repeat has another input"
        raise Refusal("SC109", text, "write it inside of what is repeated")
    example = f"{flows[0].name}.{name.removeprefix('in_')}"
    text = f"{name} is not defined: there are {len(flows)} inputs"
    raise Refusal("SC109", text, f"say which one: {example}")


def expanded(pattern: str, scope: Scope) -> list[str]:
    """The names that a path stands for: `l.*.skip` is `l.0.skip`, `l.1.skip` and so on, of the
    repeats that have run, or of all outputs of a block or a layer that has several.

    Raises Refusal SC110, SC113 where there are more than MAXIMUM_TENSORS.
    """
    head, *tails = pattern.split(".*")
    found = [head]
    for tail in tails:
        if tail and not tail.startswith("."):
            raise Refusal("SC110", f"invalid path {shown(pattern)}", "write name.*")
        found = [each + tail for name in found for each in _each(name, scope)]
        if len(found) > MAXIMUM_TENSORS:
            text = f"{shown(pattern)} stands for more than {MAXIMUM_TENSORS:,} outputs"
            raise Refusal("SC113", text, "use fewer repeats")
    return found


def is_skipped(name: str, scope: Scope) -> bool:
    """Whether one of several outputs is that of an item that does not run: it is left out."""
    return name.split(".")[0] in scope.skipped and scope.entry(name) is None


def _each(name: str, scope: Scope) -> list[str]:
    """The names of the repeats of an item, or of the outputs of one. Raises Refusal SC110."""
    entry = scope.entry(name)
    if entry is not None and entry.node is None:
        return [name]  # it failed, and whatever is named inside of it is it
    found: list[str] = []
    while len(found) <= MAXIMUM_TENSORS and scope.entry(f"{name}.{len(found)}") is not None:
        found.append(f"{name}.{len(found)}")
    if found:
        return found
    around: Scope | None = scope
    while around is not None:
        if around.skipped.get(name) == NOT_REPEATED or (
            name not in around.names and scope.path.startswith(f"{around.path}{name}.")
        ):
            return []  # it has no repeats, or is in its first one
        around = around.outer
    if entry is None or entry.node is None:
        return [name]  # what is wrong with it is said of it
    if len(entry.node.tensors) < 2:
        raise Refusal("SC110", f"{shown(name)} is not repeated", f"write {name}")
    return [f"{name}.{each}" for each in entry.node.output_names]


def only(flow: Tensor | None) -> tuple[Tensor, ...] | None:
    """What is taken or output as the one tensor; None where it is unknown."""
    return None if flow is None else (flow,)
