"""A layer in code: its class, the arguments of the call that makes it, and what it outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import has_expression
from shapecalc.layers import find_type
from shapecalc.layers.base import Elementwise, LayerType, Windowed
from shapecalc.layers.fields import Decimal
from shapecalc.problems.problem import Refusal
from shapecalc.render.code.computing import Known, nearly
from shapecalc.render.code.layout import Bracket
from shapecalc.render.code.trees import Tree, constant, floor_divided, times
from shapecalc.render.pytorch.fields import (
    class_of,
    is_channels,
    is_default,
    leading,
    numbered_axes,
    other_channels,
    tree_of_field,
    written_fields,
)
from shapecalc.render.pytorch.recurrent import OF_SEQUENCES, MadeRecurrent, hidden_channels
from shapecalc.render.pytorch.spoken import (
    EITHER,
    FUNCTION_TYPES,
    KINDS_OF_WEIGHT,
    STORED,
    UNSAID,
    gives_last,
    implied_fields,
    wants_last,
)
from shapecalc.render.pytorch.values import CannotSay, Made, TensorValue
from shapecalc.render.refused import LAYER

if TYPE_CHECKING:
    from shapecalc.language.items import LayerItem
    from shapecalc.layers.base import Layer
    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.runs import ItemRun

_OUT = ("out_channels", "out_features", "embedding_dim")
"""The fields that are the channels of an output."""


class WrittenLayer:
    """A layer of a class: its type, its fields as trees, its runs. sources: its inputs.

    Raises CannotSay where its runs have nothing in common that can be written.
    """

    def __init__(self, body: ClassBody, item: LayerItem, sources: list[TensorValue]) -> None:
        self.body = body
        self.item = item
        self.sources = sources
        self.runs = body.runs.get(item, [])
        body.classes.room.take(LAYER)
        types = self._types()
        self.type = types[0]
        if self.type.layer.stated:
            raise CannotSay("its figures are stated, and what it computes is not")
        for other in types[1:]:
            if leading(other) != leading(self.type) or FUNCTION_TYPES & {
                other.name,
                self.type.name,
            }:
                raise CannotSay
        self.given: set[str] = set()
        self.fields = self._fields()

    def _types(self) -> list[LayerType]:
        """The types that it has in its runs."""
        if isinstance(self.item.type, LayerType):
            return [self.item.type]
        found = dict.fromkeys(run.node.type for run in self.runs)
        types = [each for each in map(find_type, found) if each is not None]
        if not types:
            raise CannotSay
        return types

    # ------------------------------------------------------------ fields

    def _fields(self) -> dict[str, Tree]:
        """The fields that are written, without those that follow from the channels."""
        item, own = self.item, self.type
        if isinstance(item.type, LayerType):
            written = written_fields(item, own, item.layer)
        else:
            given = self._with_given(item.type, item.values or {})
            written = {key: each for key, each in given.items() if key != "leading"}
        found = {
            name: constant(value)
            for name, value in implied_fields(own, self.sources[0].rank).items()
            if written.get(name) is None and name not in self.given
        }
        for name, value in written.items():
            field = own.fields.get(name)
            if field is None:
                raise CannotSay
            if is_channels(name, field) and not isinstance(value, (tuple, list)):
                continue
            value = self._counted(name, value)
            if has_expression(value) or isinstance(item.type, str):
                found[name] = self._agreed(name, self.body.tree(value, self.sources[0]))
            elif name not in found and not is_default(own, name, value):
                found[name] = tree_of_field(field, value, own.rank)
        return found

    def _with_given(self, argument: str, values: dict[str, Any]) -> dict[str, Any]:
        """The fields of an item whose type is an argument, with those of the type where it is
        known here. Otherwise what is passed has them, all but what the call may not repeat."""
        tree = self.body.type_of(argument)
        if isinstance(tree, Known):
            return {**getattr(tree.value, "fields", {}), **values}
        given = [getattr(run.frame.exact[argument], "fields", {}) for run in self.runs]
        first = {frozenset(each).intersection(leading(self.type)) for each in given}
        if len(first) > 1 or any(each.intersection(values) for each in first):
            raise CannotSay
        self.given = set().union(*given)
        return dict(values)

    def _counted(self, name: str, value: Any) -> Any:
        """The value of a field, its axes as PyTorch counts them, a list that names all of them
        with the batch before them."""
        if self.type.fields[name].kind not in ("dim", "dims"):
            return value
        axes = (self.rank_out() if self.type.name == "Stack" else self.sources[0].rank) + 1
        found = numbered_axes(value, axes)
        if self.type.name == "Permute" and isinstance(value, (list, tuple)):
            named = all(isinstance(each, str) for each in value)
            return type(value)((0, *found)) if named else found
        return found

    def _agreed(self, name: str, tree: Tree) -> Tree:
        """The tree of a field, if Python computes of it what every run has; else what all have."""

        def matches(value: Any, run: ItemRun) -> bool:
            layer = run.node.layer
            assert layer is not None
            if name not in layer.fields:
                return False
            field = layer.fields[name]
            if value is None and field.like is not None:
                return bool(layer.field_value(name) == layer.field_value(field.like))
            try:
                null = field.is_null(value)
                found = field.read_default(layer.rank) if null else field.read(value, layer.rank)
            except Refusal:
                return False
            one, other = (self._counted(name, each) for each in (found, layer.field_value(name)))
            return bool(one == other) or (isinstance(field, Decimal) and nearly(one, other))

        found = self.body.agreed(tree, self.runs, matches)
        if found is not None:
            return found
        values = {repr(getattr(run.node.layer, name)) for run in self.runs}
        if len(values) != 1:
            raise CannotSay
        layer = self.runs[0].node.layer
        assert layer is not None
        value = self._counted(name, layer.field_value(name))
        return tree_of_field(layer.fields[name], value, layer.rank)

    # ------------------------------------------------------------ what it outputs

    def channels_in(self, number: int = 0) -> Tree:
        """The channels of an input."""
        return self.body.said(
            self.sources[number].channels,
            self.runs,
            lambda run: run.node.sources[number].shape.channels,
        )

    def channels_out(self, number: int = 0) -> Tree | None:
        """The channels of an output; None where there is no way to say them."""
        if "hidden_size" in self.type.fields:
            return hidden_channels(self.body, self.fields, self.runs, number)
        field = next((name for name in _OUT if name in self.type.fields), None)
        if field is not None:
            return self.fields[field]
        if self.type.name in STORED:
            return self.body.first_said([], self.runs, lambda run: run.node.output.channels)
        before = self.sources[0].channels
        if not self.runs:
            if not self._keeps_channels():
                raise CannotSay
            return before

        def wanted(run: ItemRun) -> int:
            return run.node.tensors[number].shape.channels

        candidates = [before]
        least, most = self.runs[0].node.sources[0].shape.channels, wanted(self.runs[0])
        if before is not None:
            if most % least == 0:
                candidates.append(times(before, constant(most // least)))
            elif least % most == 0:
                candidates.append(floor_divided(before, constant(least // most)))
        return self.body.first_said(candidates, self.runs, wanted)

    def _keeps_channels(self) -> bool:
        """Whether a layer of the type, which never ran, outputs as many channels as it takes."""
        kept = issubclass(self.type.layer, (Windowed, Elementwise)) or self.type.name in EITHER
        return kept or any(is_channels(name, field) for name, field in self.type.fields.items())

    def rank_out(self) -> int:
        """The spatial axes of the output."""
        ranks = {len(run.node.tensors[0].shape.spatial) for run in self.runs}
        if len(ranks) > 1:
            raise CannotSay
        return ranks.pop() if ranks else self.sources[0].rank

    # ------------------------------------------------------------ how it is made

    def layers(self) -> list[Layer]:
        """The distinct layers of its runs, or the one that it would be."""
        found = {id(run.node.layer): run.node.layer for run in self.runs}
        layers = [each for each in found.values() if each is not None]
        return layers or [self.item.layer or self.type.layer(self.type, {})]

    def made(self) -> Made:
        """The call that makes it. Raises CannotSay for a function."""
        if self.type.name in FUNCTION_TYPES:
            raise CannotSay
        if self.type.name in UNSAID:
            raise CannotSay(UNSAID[self.type.name])
        if any(isinstance(each, Windowed) and each.pads_beyond_pytorch for each in self.layers()):
            raise CannotSay(
                "PyTorch pads both ends alike: write a layer such as ZeroPad2d before it"
            )
        first, others = leading(self.type), other_channels(self.type)
        arguments = []
        for name in first:
            if name in self.given:
                continue
            own = is_channels(name, self.type.fields[name])
            tree = self.fields.get(name) or (self.channels_in() if own else None)
            if tree is None:
                raise CannotSay
            arguments.append(self.body.text(tree))
        for name in others:
            if name in self.given:
                continue
            tree = self.fields.get(name) or self.channels_in()
            arguments.append(f"{name}={self.body.text(tree)}")
        for name, tree in self.fields.items():
            if name not in first and name not in others:
                arguments.append(f"{name}={self.body.text(tree)}")
        if self.type.name in OF_SEQUENCES:
            arguments.append("batch_first=True")
        if isinstance(self.item.type, str):
            tree = self.body.type_of(self.item.type)
            called = self.body.text(class_of(self.type.name) if isinstance(tree, Known) else tree)
        else:
            called = class_of(self.type.name).id
        found = {(wants_last(each), gives_last(each)) for each in self.layers()}
        if len(found) != 1:
            raise CannotSay
        last, gives = found.pop()
        if not self.sources[0].rank:
            last = None
        rank = self.rank_out()
        out_last = self.sources[0].last if gives is None else gives
        out = TensorValue("", self.channels_out(), rank, out_last)
        part = self._with_weights(Bracket(f"{called}(", list(arguments)))
        made = Made(part if last else self._with_leading(part), out, last)
        names = self.type.layer.output_names
        if not names:
            return made
        return MadeRecurrent(made, names, list(map(self.channels_out, range(1, len(names)))))

    def _with_leading(self, part: Bracket) -> Bracket:
        """A module that has the channels as its second axis, behind axes that run like a batch."""
        found = {getattr(layer, "leading", 0) for layer in self.layers()}
        if len(found) > 1:
            raise CannotSay("its leading axes differ from run to run")
        (axes,) = found
        return Bracket("LeadingAxes(", [part, str(axes)]) if axes else part

    def _with_weights(self, part: Bracket) -> Bracket:
        """A module whose weights are reparametrized, or not learned, or frozen."""
        layers = self.layers()
        for field, called in KINDS_OF_WEIGHT.items():
            if field in self.type.fields:
                default = self.type.fields[field].default
                found = {getattr(layer, field, default) for layer in layers}
                if len(found) > 1:
                    raise CannotSay(f"{field} differs from run to run")
                if found != {default}:
                    part = Bracket(f"{called}(", [part])
        frozen = {run.node.frozen for run in self.runs if run.node.params}
        if len(frozen) > 1:
            raise CannotSay("its weights are frozen in some runs, and not in others")
        if frozen == {True}:
            part = Bracket(part.open, part.items, ").requires_grad_(False)")
        return part
