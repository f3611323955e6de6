"""SC403: a bias that the batch norm after it cancels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.language.items import LayerItem, Pattern, SequenceItem, children
from shapecalc.layers.base import LayerType
from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import Item
    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Run
    from shapecalc.text.source import Source


CODE = Code(
    "SC403",
    "redundant bias before a batch norm",
    "A batch norm subtracts the mean of each channel, and with it any bias of the layer "
    "before it: the bias has no effect.",
    example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: BatchNorm2d}
""",
    fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
""",
    fixable="a layer that a batch norm follows whatever the arguments are; it has fewer params "
    "then: not where an expectation holds them",
)


class RedundantBias(Rule):
    """A bias that the batch norm after it cancels."""

    code = CODE
    whole = True

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run."""
        norm = cancelling_norm(run, node)
        if norm is not None:
            yield self.warning(
                f"{node.path}: its bias is redundant: the batch norm {norm.path} cancels it",
                node.item,
                "bias",
                "bias: false",
            )


RULE = RedundantBias()


def cancelling_norm(run: Run, node: InferredLayer) -> InferredLayer | None:
    """The batch norm that cancels the bias of a layer; None where it has none, or none does."""
    if node.layer is None or not node.layer.adds_bias():
        return None
    takers = run.consumers.get(node.tensors[0], [])
    if node.tensors[0] in run.summary.results.values() or not takers:
        return None
    if all(taker.layer is not None and taker.layer.cancels_bias for taker in takers):
        return takers[0]
    return None


def add_edits(
    problems: Iterable[Problem],
    source: Source,
    bodies: Iterable[Item | None],
    outputs: Iterable[str],
) -> None:
    """Adds to the warnings about a spec's own layers what mends each.

    bodies: of the network and of the blocks. outputs: the names of the network's.

    It is there only where a batch norm follows whatever the arguments are: written next to the
    layer, and neither of them repeated or of a type that is an argument; and where nothing else
    names the layer.
    """
    found = [
        problem
        for problem in problems
        if problem.code == CODE.code and problem.place.source is source
    ]
    if not found:
        return
    from shapecalc.problems.edit import rewording
    from shapecalc.yaml.addition import addition

    items = _layers_before_norms(source, bodies, outputs)
    for problem in found:
        place = problem.place.offset
        item = items.get(place)
        if item is None:
            continue
        if "bias" not in item.node.values:
            problem.edit = addition(item.node, "bias: false")
        elif source.text[place : place + 4].lower() == "true":
            problem.edit = rewording(source, place, source.text[place : place + 4], "false")


def _layers_before_norms(
    source: Source, bodies: Iterable[Item | None], outputs: Iterable[str]
) -> dict[int, LayerItem]:
    """The layers of a source that a batch norm always follows, by the places of warnings."""
    pending = [body for body in bodies if body is not None and body.source is source]
    names = {last_name(name) for name in outputs}
    before_norms: list[LayerItem] = []
    others: set[int] = set()
    while pending:
        item = pending.pop()
        inside = children(item)
        pending.extend(inside)
        for each, after in zip(inside, [*inside[1:], None], strict=False):
            named = [*(each.sources or ()), each.shares or ""]
            names.update(map(last_name, named))
            if not isinstance(each, LayerItem):
                continue
            if isinstance(item, SequenceItem) and _is_plain(each) and _is_norm(after):
                before_norms.append(each)
            else:
                others.add(each.place("bias"))
    return {
        each.place("bias"): each
        for each in before_norms
        if each.place("bias") not in others and not _is_named(each, names)
    }


def _is_plain(item: LayerItem) -> bool:
    bias = item.node.values.get("bias", True)
    if item.node.values.get("weight", True) is not True:  # an Affine, which needs either
        return False
    return isinstance(item.type, LayerType) and item.repeat is item.shares is None and bias is True


def _is_norm(item: Item | None) -> bool:
    return (
        isinstance(item, LayerItem)
        and isinstance(item.type, LayerType)
        and item.type.layer.cancels_bias
        and item.when is item.repeat is item.sources is None
    )


def last_name(path: str) -> str:
    """The last name of a path; of one with expressions in it, what comes before them, and `{`."""
    if not isinstance(path, Pattern):
        return path.rpartition(".")[2]
    last = re.sub(r"\{.*?\}", "{", path).rpartition(".")[2]
    return last[: last.find("{") + 1] or last


def _is_named(item: LayerItem, names: set[str]) -> bool:
    """Whether some name may be that of an item."""
    if item.name is None:  # made of its type, perhaps with a number
        return any(name.startswith(item.default_name) for name in names)
    if "{" in names and item.name.isdecimal():
        return True
    begun = (name[:-1] for name in names if name.endswith("{") and name != "{")
    return item.name in names or item.name.startswith(tuple(begun))
