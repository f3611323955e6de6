"""A spec: a network written down, read and checked, ready to be summarized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.deferred import evaluate, has_expression
from shapecalc.language.arguments import Argument
from shapecalc.language.expectations import Expectations
from shapecalc.language.frozen import Frozen
from shapecalc.language.items import BranchesItem, SequenceItem
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.notes import Note
from shapecalc.problems.formatting import named, shown, some_of
from shapecalc.problems.problem import Problem, Problems, Refusal, SpecError
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import MappingProxyType

    from shapecalc.inference.summary import Summary, Tensor
    from shapecalc.language.items import Block


class Variant(Frozen):
    """A named set of arguments, with the input and the expectations that go with it.

    places: where its arguments' values stand.
    invalid: whether something about it is invalid, so that it cannot be run.
    """

    __slots__ = ("about", "arguments", "expectations", "input", "invalid", "name", "places")

    name: str
    invalid: bool
    about: Note | None
    arguments: MappingProxyType[str, Any]
    places: MappingProxyType[str, int]
    input: MappingProxyType[str, Any] | None
    expectations: Expectations

    def __init__(
        self,
        name: str,
        invalid: bool = False,
        about: Note | None = None,
        arguments: dict[str, Any] | None = None,
        places: dict[str, int] | None = None,
        input: dict[str, Any] | None = None,
        expectations: Expectations | None = None,
    ) -> None:
        super().__init__(
            name=name,
            invalid=invalid,
            about=about,
            arguments=arguments or {},
            places=places or {},
            input=input,
            expectations=expectations or Expectations(expect={}, budget={}),
        )


class Spec(Frozen):
    """A network as it is written.

    name: its name. arguments, variants: by name. inputs: shapes, or lists with expressions, by
    name. body: its items. expectations: those without a variant.
    default_variant: the variant by whose name it was loaded, if it was.
    blocks: its own. used: the names that its expressions use.
    """

    __slots__ = (
        "about",
        "arguments",
        "blocks",
        "body",
        "default_variant",
        "expectations",
        "inputs",
        "name",
        "node",
        "output_names",
        "source",
        "used",
        "variants",
    )

    source: Source
    node: MappingNode
    name: str
    about: Note | None
    arguments: MappingProxyType[str, Argument]
    variants: MappingProxyType[str, Variant]
    inputs: MappingProxyType[str, Any] | None
    body: SequenceItem | BranchesItem | None
    output_names: tuple[str, ...]
    expectations: Expectations
    default_variant: str | None
    blocks: MappingProxyType[str, Block]
    used: frozenset[str]

    def summary(
        self,
        input: object = None,
        arguments: dict[str, Any] | None = None,
        variant: str | None = None,
    ) -> Summary:
        """Infer every shape and cost.

        input: another input shape, such as "299x299x3". arguments: values by name.
        variant: the name of one of `variants`. Raises SpecError with everything that is wrong.
        """
        problems = Problems()
        summary = self.infer(problems, input, arguments, variant)
        if summary is None and not problems:
            problems.add(self.unknown_output())
        if summary is None or problems.failed:
            raise SpecError(problems)
        return summary

    def unknown_output(self) -> Problem:
        """The problem that nothing is known, should nothing say why: no silence means all right."""
        text = "what the network puts out is not known"
        return Problem("SC110", text, self.source, self.node.start)

    def infer(
        self,
        problems: Problems,
        input: object = None,
        arguments: dict[str, Any] | None = None,
        variant: str | None = None,
    ) -> Summary | None:
        """The summary as far as it can be known, with the problems that stood in the way."""
        from shapecalc.inference.scope import Entry, Scope
        from shapecalc.inference.summary import Summary, Tensor
        from shapecalc.inference.walk import Inference

        variant = variant or self.default_variant
        chosen = self._variant(variant, problems)
        if chosen is None and variant is not None:
            return None
        values = self._values(arguments or {}, chosen, problems)
        if values is None:
            return None
        inputs = self._inputs(input, chosen, values, problems)
        if inputs is None or self.body is None:
            return None
        scope = Scope("", dict(values))
        tensors = {name: Tensor(shape, name) for name, shape in inputs.items()}
        for name, tensor in tensors.items():
            scope.enter(name, Entry(None, None, tensor))
        first = next(iter(tensors.values()))
        scope.several_inputs = len(tensors) > 1
        walk = Inference(problems)
        items, last = walk.network(self.body, first, scope)
        outputs = self._outputs(scope, last, items[-1].name if items else "input", problems)
        if outputs is None:
            return None
        return Summary(self.name, tensors, items, outputs, values, variant)

    def _variant(self, name: str | None, problems: Problems) -> Variant | None:
        if name is None:
            return None
        variant = self.variants.get(name)
        if variant is None:
            self._outside(f"there is no variant {shown(name)}", name, self.variants, problems)
        return variant

    def _outside(self, message: str, word: str, known: Iterable[str], problems: Problems) -> None:
        """A problem with what was given from outside of the spec."""
        NodeReader(self.source, problems).unknown("SC115", message, word, known, self.node.start)

    def _values(
        self, given: dict[str, Any], variant: Variant | None, problems: Problems
    ) -> dict[str, Any] | None:
        """The arguments' values: given, else the variant's, else their defaults."""
        before = len(problems)
        reader = NodeReader(self.source, problems)
        if not isinstance(given, dict):
            text = f"arguments must be a mapping of names to values, not {shown(given)}"
            problems.add(Problem("SC115", text, self.source, self.node.start))
            return None
        for name in given:
            if not isinstance(name, str):
                text = f"an argument's name is text, not {shown(name)}"
                problems.add(Problem("SC115", text, self.source, self.node.start))
            elif name not in self.arguments:
                self._outside(f"there is no argument {shown(name)}", name, self.arguments, problems)
        values: dict[str, Any] = {}
        if (variant is not None and variant.invalid) or self._has_invalid_argument():
            return None
        for name, argument in self.arguments.items():
            place = argument.place
            if name in given:
                value = given[name]
                place = argument.offset
            elif variant is not None and name in variant.arguments:
                value = variant.arguments[name]
                place = variant.places[name]
            elif argument.required:
                self._without_value(reader, argument, variant)
                continue
            else:
                value = argument.default
            try:
                if name not in given and has_expression(value):
                    value = evaluate(value, values)
                values[name] = argument.read(value)
            except Refusal as refusal:
                if name in given:
                    refusal.code = "SC115"
                if name in given or len(problems) == before:
                    reader.refusal(refusal, place)
        return values if len(problems) == before else None

    def _has_invalid_argument(self) -> bool:
        return any(argument.invalid for argument in self.arguments.values())

    def _without_value(
        self, reader: NodeReader, argument: Argument, variant: Variant | None
    ) -> None:
        """Report an argument that has neither a default nor a value."""
        name = argument.name
        if variant is None:
            hint = f"give it one: --set {name}=..., or default: in its definition"
            if self.variants:
                hint = "choose a variant: " + some_of(list(self.variants))
            text = f"the argument {name} has no value"
            reader.problem("SC115", text, argument.offset, hint)
            return
        variants = self.node.values["variants"]
        assert isinstance(variants, MappingNode)
        text = f"the variant {named(variant.name)} needs a value for the argument {name}"
        hint = f"arguments: {{{name}: ...}}"
        reader.problem("SC103", text, variants.place_of_key(variant.name), hint)

    def _inputs(
        self,
        given: object,
        variant: Variant | None,
        values: dict[str, Any],
        problems: Problems,
    ) -> dict[str, Shape] | None:
        """The input shapes by name: given, else the variant's, else the spec's."""
        written = self.inputs
        if variant is not None and variant.input is not None:
            written = variant.input
        if written is None:
            return None
        try:
            if given is not None:
                return _given_inputs(given, written)
            inputs: dict[str, Shape] = {}
            for name, shape in written.items():
                if shape is None:
                    return None
                if not isinstance(shape, Shape):
                    shape = parse_shape(evaluate(shape, values))
                inputs[name] = shape
            return inputs
        except Refusal as refusal:
            code = refusal.code if given is None else "SC115"
            place = self.node.place_of_value("input") if "input" in self.node.values else 0
            problems.add(Problem(code, refusal.message, self.source, place, refusal.hint))
            return None

    def _outputs(
        self, scope: Any, last: Tensor | None, last_name: str, problems: Problems
    ) -> dict[str, Tensor] | None:
        if not self.output_names:
            return None if last is None else {last_name: last}
        found: dict[str, Tensor] = {}
        unknown = False
        before = len(problems)
        value = self.node.values["outputs"]
        for index, name in enumerate(self.output_names):
            place = (
                value.place_of(index)
                if isinstance(value, ListNode)
                else self.node.place_of_value("outputs")
            )
            if name.split(".")[0] in scope.skipped and scope.entry(name) is None:
                continue
            try:
                tensor = scope.tensor(name)
            except Refusal as refusal:
                NodeReader(self.source, problems).refusal(refusal, place)
                continue
            if tensor is not None:
                found[name] = tensor
            else:
                unknown = True
        if not found and not unknown and len(problems) == before:
            place = self.node.place_of_value("outputs")
            text = "every output is left out by its when"
            problems.add(Problem("SC110", text, self.source, place))
        return found or None


def _given_inputs(given: object, written: MappingProxyType[str, Any]) -> dict[str, Shape]:
    """Input shapes from outside: one shape, or a mapping of the inputs' names."""
    if isinstance(given, dict):
        if given.keys() != written.keys():
            raise Refusal("SC115", f"the inputs are {', '.join(written)}")
        return {name: parse_shape(given[name]) for name in written}
    if len(written) > 1:
        raise Refusal("SC115", f"the network has several inputs: {', '.join(written)}")
    if isinstance(given, Shape):
        return {next(iter(written)): given}
    value = list(given) if isinstance(given, tuple) else given
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return {next(iter(written)): parse_shape(value)}
