"""A spec: a network that is read and checked, ready to be summarized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate, has_expression
from shapecalc.language.arguments import Argument
from shapecalc.language.expectations import Expectations
from shapecalc.language.frozen import Frozen
from shapecalc.language.items import BranchesItem, SequenceItem
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.notes import Note
from shapecalc.limits import MAXIMUM_BATCH
from shapecalc.problems.formatting import named, shown, some_of
from shapecalc.problems.problem import Problem, Problems, Refusal, SpecError
from shapecalc.shapes.dtypes import BYTES
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import MappingProxyType

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import Tensor
    from shapecalc.language.items import Block


class Variant(Frozen):
    """A named set of arguments, with the input and the expectations that go with it.

    places: the offsets of its arguments' values.
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

    arguments, variants, blocks: by name. inputs: shapes, or lists with expressions, by name.
    body: its items; None if they are invalid. expectations: those without a variant.
    default_variant: the variant by whose name the spec was loaded; None if by another name.
    used: the names that its expressions use.
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
        batch: int = 1,
        dtype: str = "float32",
    ) -> Summary:
        """Infer every shape and cost.

        input: an input shape instead of the spec's, such as "299x299x3". arguments: values by name.
        variant: the name of one of `variants`. batch: the inputs that run at once, by which macs,
        flops and memory scale. dtype: the type that bytes count, such as "float16". Raises
        SpecError with all problems.
        """
        problems = Problems()
        summary = self.infer(problems, input, arguments, variant, batch, dtype)
        if summary is None and not problems:
            problems.add(self.unknown_output())
        if summary is None or problems.failed:
            raise SpecError(problems)
        return summary

    def unknown_output(self) -> Problem:
        """The problem of a network without a known output, for when no other problem says why."""
        text = "cannot determine the network's output"
        return Problem("SC110", text, self.source, self.node.start)

    def infer(
        self,
        problems: Problems,
        input: object = None,
        arguments: dict[str, Any] | None = None,
        variant: str | None = None,
        batch: int = 1,
        dtype: str = "float32",
    ) -> Summary | None:
        """The summary, or None if it cannot be determined. Adds every problem to `problems`."""
        from shapecalc.analysis.summary import Summary
        from shapecalc.inference.inferred import Basis, Tensor
        from shapecalc.inference.scope import Entry, Scope
        from shapecalc.inference.walk import Inference

        variant = variant or self.default_variant
        chosen = self._variant(variant, problems)
        if chosen is None and variant is not None:
            return None
        values = self._values(arguments or {}, chosen, problems)
        if values is None or not self._can_count(batch, dtype, problems):
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
        walk = Inference(problems, Basis(batch, BYTES[dtype]))
        items, last = walk.network(self.body, first, scope)
        outputs = self._outputs(scope, last, items[-1].name if items else "input", problems)
        if outputs is None:
            return None
        return Summary(self.name, tensors, items, outputs, values, variant, batch, dtype)

    def _variant(self, name: str | None, problems: Problems) -> Variant | None:
        if name is None:
            return None
        variant = self.variants.get(name)
        if variant is None:
            self._unknown_given(f"unknown variant {shown(name)}", name, self.variants, problems)
        return variant

    def _can_count(self, batch: int, dtype: str, problems: Problems) -> bool:
        """Whether costs can be told for a batch in a data type."""
        before = len(problems)
        if type(batch) is not int or not 0 < batch <= MAXIMUM_BATCH:
            text = f"batch must be an integer from 1 to {MAXIMUM_BATCH}, not {shown(batch)}"
            problems.add(Problem("SC115", text, self.source, self.node.start))
        if not isinstance(dtype, str) or dtype not in BYTES:
            text = f"unknown dtype {shown(dtype)}"
            self._unknown_given(text, str(dtype), BYTES, problems)
        return len(problems) == before

    def _unknown_given(
        self, message: str, word: str, known: Iterable[str], problems: Problems
    ) -> None:
        """Report an unknown name that the caller gave."""
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
                text = f"an argument name must be a string, not {shown(name)}"
                problems.add(Problem("SC115", text, self.source, self.node.start))
            elif name not in self.arguments:
                self._unknown_given(
                    f"unknown argument {shown(name)}", name, self.arguments, problems
                )
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
                self._missing_value(reader, argument, variant)
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

    def _missing_value(
        self, reader: NodeReader, argument: Argument, variant: Variant | None
    ) -> None:
        """Report an argument without a default and a value."""
        name = argument.name
        if variant is None:
            hint = f"set it with --set {name}=..., or add a default: to its definition"
            if self.variants:
                hint = "select a variant: " + some_of(list(self.variants))
            text = f"missing value for argument {name}"
            reader.problem("SC115", text, argument.offset, hint)
            return
        variants = self.node.values["variants"]
        assert isinstance(variants, MappingNode)
        text = f"missing value for argument {name} in variant {named(variant.name)}"
        hint = f"write arguments: {{{name}: ...}}"
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
            text = "all outputs are skipped: their `when` is false"
            problems.add(Problem("SC110", text, self.source, place))
        return found or None


def _given_inputs(given: object, written: MappingProxyType[str, Any]) -> dict[str, Shape]:
    """The input shapes that the caller gave: one shape, or a mapping of the inputs' names.

    Raises Refusal.
    """
    if isinstance(given, dict):
        if given.keys() != written.keys():
            raise Refusal("SC115", f"expected the input names {some_of(list(written))}")
        return {name: parse_shape(given[name]) for name in written}
    if len(written) > 1:
        raise Refusal("SC115", f"expected a shape for each input: {some_of(list(written))}")
    if isinstance(given, Shape):
        return {next(iter(written)): given}
    value = list(given) if isinstance(given, tuple) else given
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return {next(iter(written)): parse_shape(value)}
