"""A spec: a network that is read and checked, ready to be summarized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import bundled
from shapecalc.expressions.expression import evaluate, has_expression
from shapecalc.inference.basis import Basis, basis_for
from shapecalc.inference.inferred import Tensor
from shapecalc.language.arguments import Argument
from shapecalc.language.expectations import Expectations
from shapecalc.language.frozen import Frozen
from shapecalc.language.given import (
    KEEP_CHANNELS,
    at_what_is_given,
    beyond_recursion,
    given_inputs,
    hold_to_limits,
    own_inputs,
    refuse_missing,
    require_types,
    source_of_argument,
)
from shapecalc.language.items import BranchesItem, SequenceItem
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.notes import Note
from shapecalc.language.variant import Variant
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Place, Problem, Problems, Refusal, SpecError
from shapecalc.shapes.shape import Shape
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import MappingProxyType

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.work import Work
    from shapecalc.language.given import GivenInput, Inputs
    from shapecalc.language.items import Block
    from shapecalc.layers.base import LayerType


class Spec(Frozen):
    """A network as it is written.

    arguments, variants, blocks: by name. inputs: shapes, or lists with expressions, by name.
    body: its items; None if invalid. columns: those of its table, None for the usual ones.
    expectations: without a variant.
    default_variant: the variant by whose name the spec was loaded; None if by another name.
    used: the names in its expressions. read: reads such a spec. find: the type or block of a name.
    """

    __slots__ = (
        "about",
        "arguments",
        "blocks",
        "body",
        "columns",
        "default_variant",
        "expectations",
        "find",
        "inputs",
        "name",
        "node",
        "output_names",
        "read",
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
    columns: tuple[str, ...] | None
    expectations: Expectations
    default_variant: str | None
    blocks: MappingProxyType[str, Block]
    used: frozenset[str]
    read: Callable[[Source, Problems], Spec | None]
    find: Callable[[str], LayerType | Block | None]

    def summary(
        self,
        input: GivenInput | None = None,
        arguments: dict[str, Any] | None = None,
        variant: str | None = None,
        batch: int = 1,
        dtype: str = "float32",
        fuse: bool = False,
    ) -> Summary:
        """Infer every shape and cost.

        input: an input shape instead of the spec's, such as "299x299x3". arguments: values by name.
        variant: the name of one of `variants`. batch: the inputs that run at once, by which macs,
        flops and memory scale. dtype: the type that bytes count, such as "float16" or
        "weights=int8,activations=float16". fuse: whether layers run as part of others where they
        can, by which memory and weights shrink. Raises SpecError with all problems, TypeError for
        a parameter of another type.
        """
        require_types(input, arguments, variant, batch, dtype, fuse)
        given = {"input": input, "arguments": arguments, "variant": variant}
        return self.summary_within(None, **given, batch=batch, dtype=dtype, fuse=fuse)

    def summary_within(self, work: Work | None, **given: Any) -> Summary:
        """As `summary`, by no more than this work; None for that of any run. Raises SpecError."""
        problems = Problems()
        try:
            summary = self.infer(problems, **given, work=work)
        except RecursionError:
            raise beyond_recursion(self.source) from None
        if summary is None and not problems:
            problems.add(self.unknown_output())
        if summary is None or problems.failed:
            raise SpecError(problems)
        return summary

    def expectations_of(self, variant: str | None) -> Expectations:
        """The expectations for a variant; for None, those of the default one or without any."""
        variant = variant or self.default_variant
        return self.expectations if variant is None else self.variants[variant].expectations

    def __reduce__(self) -> tuple[object, ...]:
        # by its text, which is not nested as deep as what is read of it
        return _read_again, (self.read, self.source, self.default_variant)

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
        fuse: bool = False,
        help: bool = True,
        work: Work | None = None,
    ) -> Summary | None:
        """The summary, or None if it cannot be determined. Adds every problem to `problems`.

        Where it fails, what is odd of its inputs is added to the problems, as it may be the cause;
        of an input that is given, it is the only problem then, unless it is not the cause.
        help: whether sizes that do not fit are explained, for which others are run.
        work: the work that may be done, where other runs share it.
        """
        from shapecalc.inference.work import Work

        work = work or Work()
        variant = variant or self.default_variant
        chosen = self._variant(variant, problems)
        if chosen is None and variant is not None:
            return None
        values = self._values(arguments or {}, chosen, problems)
        try:
            basis = basis_for(batch, dtype, fuse)
        except Refusal as refusal:
            NodeReader(self.source, problems).refusal(refusal, self.node.start)
            return None
        if values is None:
            return None
        read = self._inputs(input, chosen, values, problems)
        if read is None or self.body is None:
            return None
        inputs, remarks = read
        found = Problems()
        summary = self._run(inputs, values, variant, basis, found, work, help)
        if not all(inputs[name].spatial for name in remarks):
            for name in self._indices(summary, values, chosen, work):
                remarks.pop(name, None)
        odd = list(remarks.values()) if summary is None or found.failed else []
        if odd and input is not None and not self._fails_anyway(inputs, odd, values, chosen, work):
            problems.extend(remark.as_error("SC115") for remark in odd)
            return None
        found.extend(odd)
        if help and (input is not None or not odd) and any(each.axes is not None for each in found):
            own = None if input is None else self._inputs(None, chosen, values, Problems())
            self._say_what_fits(found, inputs, values, next(iter(own[0].values())) if own else None)
        if found.failed and bundled.is_bundled(self.source.path) and (input or arguments):
            found = at_what_is_given(found, input, arguments or {}, self.source)
        problems.extend(found)
        if summary is not None:
            summary.remarks = list(remarks.values())
        return summary

    def _indices(
        self,
        summary: Summary | None,
        values: dict[str, Any],
        chosen: Variant | None,
        work: Work,
    ) -> set[str]:
        """The names of the inputs that are indices. summary: of a run; None where it failed."""
        own = self._inputs(None, chosen, values, Problems()) if summary is None else None
        if own is not None:
            summary = self._run(own[0], values, None, Basis(), Problems(), work, False)
        return set() if summary is None else summary.indices()

    def _fails_anyway(
        self,
        inputs: dict[str, Shape],
        remarks: list[Problem],
        values: dict[str, Any],
        chosen: Variant | None,
        work: Work,
    ) -> bool:
        """Whether a run whose inputs have other channels than the spec's fails with those, too."""
        own = self._inputs(None, chosen, values, Problems())
        if own is None or not all((each.hint or "").endswith(KEEP_CHANNELS) for each in remarks):
            return False
        meant = {
            name: Shape((*shape.spatial, own[0][name].channels)) for name, shape in inputs.items()
        }
        found = Problems()
        summary = self._run(meant, values, None, Basis(), found, work, False)
        return summary is None or found.failed

    def _run(
        self,
        inputs: dict[str, Shape],
        values: dict[str, Any],
        variant: str | None,
        basis: Basis,
        problems: Problems,
        work: Work,
        help: bool,
    ) -> Summary | None:
        """The summary of the layers for inputs and arguments, or None if it is unknown."""
        from shapecalc.analysis.summary import Summary
        from shapecalc.inference.named_outputs import named_outputs
        from shapecalc.inference.scope import Entry, Scope
        from shapecalc.inference.walk import Inference

        assert self.body is not None
        scope = Scope("", dict(values))
        tensors = {name: Tensor(shape, name) for name, shape in inputs.items()}
        for name, tensor in tensors.items():
            scope.enter(name, Entry(None, None, tensor))
        first = next(iter(tensors.values()))
        scope.several_inputs = len(tensors) > 1
        walk = Inference(problems, basis, work, help)
        items, last = walk.network(self.body, first, scope, bool(self.output_names))
        if self.output_names:
            outputs = named_outputs(self.output_names, self.node, self.source, scope, problems)
        else:
            last_name = items[-1].name if items else "input"
            outputs = None if last is None else {last_name: last}
        if outputs is None:
            return None
        return Summary(tensors, items, outputs, values, variant, basis, self)

    def _say_what_fits(
        self,
        found: Problems,
        inputs: dict[str, Shape],
        values: dict[str, Any],
        own: Shape | None,
    ) -> None:
        """Add to the first problem of sizes the inputs that fit, which running others finds.

        own: the spec's own input, where another is given.
        """
        from shapecalc.inference.fitting_sizes import add_fitting_sizes
        from shapecalc.inference.work import Work

        work = Work()

        def run(inputs: dict[str, Shape], problems: Problems) -> int:
            before = work.layers_run
            self._run(inputs, values, None, Basis(), problems, work, help=False)
            return work.layers_run - before

        add_fitting_sizes(found, inputs, run, own)

    def review(self, summary: Summary) -> list[Problem]:
        """The warnings about a run and the spec, each of a line once."""
        from shapecalc import rules

        return rules.of_network(summary, self.warnings())

    def warnings(self) -> Iterator[Problem]:
        """The warnings about the spec as it is written, its blocks included."""
        from shapecalc import rules
        from shapecalc.rules.rule import Written

        network = Written("the network", self.source, self.arguments, self.used, self.body)
        return rules.of_written(network, self.blocks)

    def _variant(self, name: str | None, problems: Problems) -> Variant | None:
        if name is None:
            return None
        variant = self.variants.get(name)
        if variant is None:
            self._unknown_given(f"unknown variant {shown(name)}", name, self.variants, problems)
        return variant

    def _unknown_given(
        self,
        message: str,
        word: str,
        known: Iterable[str],
        problems: Problems,
        at: Source | None = None,
    ) -> None:
        """Report an unknown name that the caller gave. at: where it is from, if that is known."""
        reader = NodeReader(at or self.source, problems)
        reader.unknown("SC115", message, word, known, 0 if at else self.node.start)

    def _values(
        self, given: dict[str, Any], variant: Variant | None, problems: Problems
    ) -> dict[str, Any] | None:
        """The arguments' values: given, else the variant's, else their defaults."""
        before = len(problems)
        reader = NodeReader(self.source, problems)
        try:
            for name, value in given.items():
                hold_to_limits(named(name) if isinstance(name, str) else "arguments", (name, value))
        except Refusal as refusal:
            reader.refusal(refusal, self.node.start)
            return None
        for name in given:
            if not isinstance(name, str):
                text = f"an argument name must be a string, not {shown(name)}"
                problems.add(Problem("SC115", text, self.source, self.node.start))
            elif name not in self.arguments:
                text = f"unknown argument {shown(name)}"
                at = source_of_argument(given, name)
                self._unknown_given(text, name, self.arguments, problems, at)
        values: dict[str, Any] = {}
        if any(each.invalid for each in (variant, *self.arguments.values()) if each is not None):
            return None
        for name, argument in self.arguments.items():
            place = argument.place
            if name in given:
                value = given[name]
            elif variant is not None and name in variant.arguments:
                value = variant.arguments[name]
                place = variant.places[name]
            elif argument.required:
                refuse_missing(argument, variant, self.variants, self.node, reader)
                continue
            else:
                value = argument.default
            try:
                if name not in given and has_expression(value):
                    value = evaluate(value, values)
                if argument.kind == "block" or getattr(value, "deferred", False):
                    from shapecalc.language.block_values import chosen_block

                    value = chosen_block(value, name in given, self.find, values)
                values[name] = argument.read(value)
            except Refusal as refusal:
                if name in given:
                    refusal.code = "SC115"
                    NodeReader(source_of_argument(given, name), problems).refusal(refusal, 0)
                elif len(problems) == before:
                    reader.refusal(refusal, place)
        return values if len(problems) == before else None

    def _inputs(
        self,
        given: object,
        variant: Variant | None,
        values: dict[str, Any],
        problems: Problems,
    ) -> Inputs | None:
        """The input shapes by name, given or else the variant's or the spec's; and what is odd."""
        written, place = self.inputs, 0
        if variant is not None and variant.input is not None:
            written, place = variant.input, variant.input_place
        elif "input" in self.node.values:
            place = self.node.place_of_value("input")
        if written is None:
            return None
        if given is not None:
            return given_inputs(given, written, values, problems, Place(self.source, place))
        return own_inputs(written, values, problems, Place(self.source, place))


def _read_again(
    read: Callable[[Source, Problems], Spec | None], source: Source, variant: str | None
) -> Spec:
    """The spec in a source that had one. variant: its default one."""
    spec = read(source, Problems())
    assert spec is not None
    return spec.replaced(default_variant=variant)
