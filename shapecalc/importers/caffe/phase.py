"""Which layers of a file are those of the phase TEST: the network as it is used.

Source: FilterNet and StateMeetsRule in net.cpp of https://github.com/BVLC/caffe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.message import MOST

if TYPE_CHECKING:
    from shapecalc.importers.caffe.definition import CaffeLayer
    from shapecalc.importers.caffe.message import ProtoMessage

PHASES = {"TRAIN": 0, "TEST": 1}
"""The phases with their numbers."""


def in_test(
    layers: list[CaffeLayer], net: ProtoMessage
) -> tuple[list[CaffeLayer], list[CaffeLayer]]:
    """The layers that are there in the phase TEST, with the level and the stages of the file.

    Before them, the data of other phases for what has none in this. Raises Refusal SC501 for a
    layer with rules of both kinds.
    """
    state = net.message("state")
    level = state.integer("level", 0, least=-MOST)
    stages = set(state.texts("stage"))
    found = [layer for layer in layers if _is_there(layer, level, stages)]
    missing = {name for layer in found for name in layer.bottoms}
    missing.difference_update(name for layer in found for name in layer.tops)
    data = []
    for layer in layers:
        if not layer.bottoms and missing.intersection(layer.tops):
            data.append(layer)
            missing.difference_update(layer.tops)
    return data, found


def _is_there(layer: CaffeLayer, level: int, stages: set[str]) -> bool:
    includes = list(layer.fields.messages("include"))
    excludes = list(layer.fields.messages("exclude"))
    if includes and excludes:
        raise layer.refuse("it has rules of both include and exclude, of which Caffe takes either")
    met = [_is_met(rule, level, stages) for rule in includes or excludes]
    return any(met) if includes else not any(met)


def _is_met(rule: ProtoMessage, level: int, stages: set[str]) -> bool:
    if rule.has("phase") and rule.word("phase", PHASES, "TEST") != "TEST":
        return False
    if not rule.integer("min_level", level, -MOST) <= level:
        return False
    if not level <= rule.integer("max_level", level, -MOST):
        return False
    wanted, unwanted = rule.texts("stage"), rule.texts("not_stage")
    return stages.issuperset(wanted) and stages.isdisjoint(unwanted)
