"""The outputs of a network that its spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.references import expanded, is_skipped
from shapecalc.language.items import Pattern
from shapecalc.language.node_reader import NodeReader
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from shapecalc.inference.inferred import Tensor
    from shapecalc.inference.scope import Scope
    from shapecalc.problems.problem import Problems
    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import MappingNode


def named_outputs(
    names: tuple[str, ...], node: MappingNode, source: Source, scope: Scope, problems: Problems
) -> dict[str, Tensor] | None:
    """The outputs by name, without those that are skipped; None if none is known.

    node: the spec, which has `outputs:`. scope: of the network, after its last layer.
    """
    found: dict[str, Tensor] = {}
    unknown = False
    before = len(problems)
    for index, name in enumerate(names):
        if is_skipped(name, scope):
            continue
        try:
            for each in expanded(name, scope) if isinstance(name, Pattern) else (name,):
                tensor = scope.tensor(each)
                if tensor is not None:
                    found[each] = tensor
                else:
                    unknown = True
        except Refusal as refusal:
            value = node.values["outputs"]
            place = node.place_of_value("outputs")
            if isinstance(value, ListNode):
                place = value.place_of(index)
            NodeReader(source, problems).refusal(refusal, place)
    if not found and not unknown and len(problems) == before:
        place = node.place_of_value("outputs")
        problems.add(Problem("SC110", "all outputs are skipped", source, place))
    return found or None
