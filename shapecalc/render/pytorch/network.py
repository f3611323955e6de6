"""The class of a network, which without arguments is the network of the run."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import names_in
from shapecalc.language.items import BranchesItem, Item, children
from shapecalc.language.notes import in_language
from shapecalc.render.code.computing import NOT_COMPUTED, computed
from shapecalc.render.code.names import identifier
from shapecalc.render.code.trees import Tree, constant, name
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.body import ClassBody, exactly
from shapecalc.render.pytorch.classes import MOST_TRIES, Classes
from shapecalc.render.pytorch.containers import ContainerWriter
from shapecalc.render.pytorch.fields import tree_of_value
from shapecalc.render.pytorch.runs import Runs, python_value
from shapecalc.render.pytorch.signature import (
    SignatureParameter,
    WrittenClass,
    annotation_of,
    class_text,
)
from shapecalc.render.pytorch.spoken import prefers_last
from shapecalc.render.pytorch.values import (
    CannotSay,
    ItemNames,
    NamedValue,
    NeedsValues,
    TensorValue,
)
from shapecalc.render.pytorch.writer import Track

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import Tensor


class WrittenNetwork:
    """The class of a network. inputs: its inputs; ids: those of them that are integers.

    fixed: the arguments that it does not have.
    """

    def __init__(
        self, summary: Summary, runs: Runs, classes: Classes, called: str, fixed: dict[str, Tree]
    ) -> None:
        assert summary.written.body is not None
        self.summary = summary
        arguments: dict[str, Tree] = {
            each: fixed[each] if each in fixed else name(each) for each in summary.arguments
        }
        items = children(summary.written.body)
        body = ClassBody(items, arguments, runs, [], True, True, classes.names.taken, classes)
        self.body = body
        outputs = self._output_names()
        for path in outputs:
            body.mentions.add(path)
        self.ids = _ids(summary)
        self.inputs = self._inputs()
        flow = next(iter(self.inputs.values()))
        line = Track(flow.text, ItemNames(), ())
        if len(self.inputs) > 1 or body.mentions.whole & self.inputs.keys() or flow.text != "x":
            line.variable = body.local(("x",)) if flow.text != "x" else body.local(("out",))
        else:
            body.overwritten.add(flow.text)
        for each, value in self.inputs.items():
            line.names.own[each] = NamedValue(value)
        writer = ContainerWriter(body)
        if isinstance(summary.written.body, BranchesItem):
            out = writer.branches(summary.written.body, flow, line, ()).value
        else:
            out = writer.sequence(summary.written.body.items, flow, line)
        returned = [self._output(path, line) for path in outputs] or [out]
        returned = [each if each.rank == 1 else each.laid(False) for each in returned]
        values = {each: python_value(value) for each, value in summary.arguments.items()}
        parameters = [
            _Default(each, values, body, arguments, fixed)
            for each in summary.written.arguments.values()
        ]
        about = in_language(summary.about, classes.language)
        inputs = list(self.inputs.values())
        self.returned = returned
        self.written: WrittenClass = class_text(
            called, about, body, list(parameters), inputs, returned[0], returned
        )

    def _output_names(self) -> list[str]:
        """The paths of the outputs, where they are not just what the last item outputs."""
        summary = self.summary
        results = list(summary.results.items())
        last = summary.items[-1].tensors if summary.items else summary.input_tensors.values()
        if len(results) == 1 and len(last) == 1 and results[0][1] in last:
            return []
        return [path for path, _ in results]

    def _inputs(self) -> dict[str, TensorValue]:
        body, tensors = self.body, self.summary.input_tensors
        found = {}
        for each, tensor in tensors.items():
            shape = tensor.shape
            word = "x" if len(tensors) == 1 and each == "input" else each
            text = body.locals.free(identifier(word, "input"))
            last = len(shape.spatial) == 1 and prefers_last(tensor, *self.summary.items)
            found[each] = TensorValue(text, constant(shape.channels), len(shape.spatial), last)
            if tensor in self.ids:
                body.ids.add(text)
        return found

    def _output(self, path: str, line: Track) -> TensorValue:
        entry = line.names.find(path)
        if entry is None:
            raise CannotSay(f"what {path} is cannot be told")
        return entry.value


class _Default(SignatureParameter):
    """An argument of the network, whose default is what it is in the run: what Python computes of
    the arguments before it, where that is the same."""

    def __init__(
        self,
        argument: Any,
        values: dict[str, Any],
        body: ClassBody,
        names: dict[str, Tree],
        fixed: dict[str, Tree],
    ) -> None:
        value = values[argument.name]
        super().__init__(argument, body, names, fixed, [value])
        self.required = False
        if self.later is not None:
            with suppress(*NOT_COMPUTED):
                if exactly(computed(self.later, values), value):
                    return
        self.later = None
        self.default = source(tree_of_value(value, {}))
        self.annotation = annotation_of(argument.kind, [value], False)


def written_network(summary: Summary, runs: Runs, classes: Classes, called: str) -> WrittenNetwork:
    """The class of a network. Its arguments are those on which it does not depend what is there,
    and that are not null. Raises CannotSay."""
    asked: set[str] = set()
    pending: list[Item] = [] if summary.written.body is None else [summary.written.body]
    while pending:
        item = pending.pop()
        asked |= names_in(item.when)
        pending += children(item)
    asked |= {each for each, value in summary.arguments.items() if value is None}
    for tries in count():
        fixed = {
            each: tree_of_value(python_value(value), {})
            for each, value in summary.arguments.items()
            if each in asked
        }
        try:
            return WrittenNetwork(summary, runs, classes, called, fixed)
        except NeedsValues as needed:
            asked |= needed.names | (set() if tries < MOST_TRIES else set(summary.arguments))
    raise AssertionError


def _ids(summary: Summary) -> set[Tensor]:
    """The inputs that are integers: those that are looked up in tables, and nothing else."""
    found = {summary.input_tensors[each] for each in summary.indices()}
    return found.difference(summary.results.values())
