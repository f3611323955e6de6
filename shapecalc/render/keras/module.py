"""A file in Keras: its helpers, a function for each type that is an argument and for each block,
and one for the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.expressions.expression import has_expression
from shapecalc.language.items import (
    Block,
    BranchesItem,
    SequenceItem,
    children,
)
from shapecalc.language.notes import in_language
from shapecalc.render.code.comments import docstring
from shapecalc.render.code.layout import Bracket, Part, laid_out
from shapecalc.render.code.names import identifier
from shapecalc.render.code.trees import Tree, constant, name
from shapecalc.render.code.writing import source
from shapecalc.render.keras.body import FunctionBody, named_in, references
from shapecalc.render.keras.context import Context
from shapecalc.render.keras.helpers import KERAS_HELPERS, with_those_they_use
from shapecalc.render.keras.runs import KERAS, in_python, python_agrees
from shapecalc.render.keras.scope import Ref, VisibleNames
from shapecalc.render.keras.uses import (
    LayerUse,
    UnsayableError,
    calls_of,
    one_for_all,
    without_default,
)
from shapecalc.render.refused import cannot_say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import WrittenSpec
    from shapecalc.language.arguments import Argument
    from shapecalc.layers.base import LayerType

DEEP = 300
"""The layers up to which Keras needs no more recursion than Python allows."""


class Module:
    """A file. context: what its functions share."""

    def __init__(self, context: Context) -> None:
        self.context = context

    # ---------------------------------------------------------------- the file

    def lines(self) -> Iterator[str]:
        """The lines of the file. Raises SpecError, before the first, for what Keras cannot say."""
        parts = [self._type_lines(type) for type in self.context.types]
        parts += [self._block_lines(block) for block in self.context.functions]
        parts.append(self._network_lines())
        needs = with_those_they_use(self.context.needs)
        helpers = [
            KERAS_HELPERS[helper].text.split("\n") for helper in KERAS_HELPERS if helper in needs
        ]
        modules = sorted({need.partition(".")[0] for need in needs} & {"math", "sys"})
        return self._written([*helpers, *parts], modules)

    def _written(self, parts: list[list[str]], modules: list[str]) -> Iterator[str]:
        about = in_language(self.context.spec.about, self.context.language)
        title = self.context.summary.title
        yield from docstring([f"{title}: {about}" if about else title, *ABOUT])
        yield ""
        if modules:
            yield from (*(f"import {module}" for module in modules), "")
        yield from ("import keras", "from keras import layers")
        for part in parts:
            yield from ("", "", *part)
        yield from ("", "", 'if __name__ == "__main__":')
        yield f"    print({self.context.network}().output_shape)"

    # ---------------------------------------------------------------- functions

    def _type_lines(self, type: str) -> list[str]:
        """The function of a type that is the value of an argument."""
        found = layers.find_type(str(type))
        assert found is not None
        fields = _given(found, getattr(type, "fields", {}))
        given = self.context.type_fields[type]
        written = [key for key in found.fields if key in given and key not in fields]
        required: list[Part] = []
        optional: list[Part] = []
        for key in written:
            field = found.fields[key]
            fields[key] = name(key)
            if field.required:
                required.append(key)
            elif field.like is not None:
                fields[key] = without_default(name(key), name(field.like))
                optional.append(f"{key}=None")
            else:
                default = constant(field.read_default(found.rank))
                optional.append(f"{key}={source(one_for_all(default))}")
        body = FunctionBody(self.context, self.context.local_names(), {}, "{name}", set())
        ran = self.context.runs.of_types.get(type)
        try:
            shapes = [] if ran is None else list(ran.shapes)
            calls = calls_of(LayerUse(found, fields, "x", shapes))
            body.write_calls(calls, ["x"], "x", "{name}", returned=True)
        except UnsayableError as error:
            if ran is not None:
                raise cannot_say(ran.first, KERAS, error.why) from None
            text = source(constant(f"{type}: {error.why}"))
            body.write(Bracket("raise NotImplementedError(", [text]))
        return [
            *self._head(self.context.types[type], [*required, *optional]),
            *body.lines,
        ]

    def _head(self, function: str, parameters: list[Part]) -> Iterator[str]:
        return laid_out(Bracket(f"def {function}(", ["x", *parameters, "*", "name"], "):"))

    def _block_lines(self, block: Block) -> list[str]:
        """The function of a block."""
        function = self.context.functions[block]
        assert block.body is not None
        trees: dict[str, Tree] = {key: name(text) for key, text in function.parameters.items()}
        trees["in_channels"] = name("in_channels")
        names = self.context.local_names()
        for parameter in function.parameters.values():
            names.free(parameter)
        referenced = references(children(block.body))
        body = FunctionBody(self.context, names, trees, "{name}", referenced)
        for key, argument in block.arguments.items():
            if has_expression(argument.default):
                self._write_default(body, argument, function.parameters[key])
        view = VisibleNames()
        if "input" in referenced:
            body.write("inputs = x")
            view.names["input"] = Ref("inputs")
        if isinstance(block.body, BranchesItem):
            ref = Ref("x", VisibleNames(view))
            end = body.branches(block.body, "x", "x", ref, "{name}")
        else:
            end = body.sequence(block.body.items, "x", "x", view, "{name}", True)
        body.write(f"return {end}")
        lines = body.lines
        if body.reads_in_channels:
            lines = ["    in_channels = x.shape[-1]", *lines]
        required: list[Part] = []
        optional: list[Part] = []
        for key, argument in block.arguments.items():
            parameter = function.parameters[key]
            if argument.required:
                required.append(parameter)
            else:
                optional.append(f"{parameter}={self._default(argument.kind, argument.default)}")
        about = in_language(block.about, self.context.language)
        return [
            *self._head(function.name, [*required, *optional]),
            *docstring([about] if about else [], 4),
            *lines,
        ]

    def _write_default(self, body: FunctionBody, argument: Argument, parameter: str) -> None:
        """Give an argument the value that it has where none is given."""
        value = source(body.tree(argument, argument.name, argument.default))
        body.write(f"if {parameter} is None:")
        body.indent += 4
        body.write(f"{parameter} = {value}")
        body.indent -= 4

    def _default(self, kind: str, value: Any) -> str:
        if has_expression(value):
            return "None"
        if kind == "type":
            return self.context.type_function(value)
        return source(constant(in_python(value)))

    def _network_lines(self) -> list[str]:
        """The function of the network."""
        spec, summary = self.context.spec, self.context.summary
        assert spec.body is not None
        names = self.context.local_names()
        parameters = self.context.parameters
        for parameter in parameters.values():
            names.free(parameter)
        trees: dict[str, Tree] = {key: name(text) for key, text in parameters.items()}
        items = spec.body.items if isinstance(spec.body, SequenceItem) else [spec.body]
        referenced = references(items).union(*map(named_in, spec.output_names))
        body = FunctionBody(self.context, names, trees, "", referenced)
        followed = [
            key
            for key, argument in spec.arguments.items()
            if has_expression(argument.default)
            and python_agrees(argument.default, summary.arguments, summary.arguments[key])
        ]
        for key in followed:
            self._write_default(body, spec.arguments[key], parameters[key])
        view = VisibleNames()
        inputs: list[str] = []
        for key, tensor in summary.input_tensors.items():
            single = len(summary.input_tensors) == 1
            variable = "inputs" if single else names.free(identifier(key, "input"))
            inputs.append(variable)
            view.names[key] = Ref(variable)
            shape = source(self._input_shape(key, body))
            given: list[Part] = [f"shape={shape}", f'name="{view.component(key)}"']
            if self._feeds_a_table(tensor):
                given.append('dtype="int32"')
            body.write(Bracket(f"{variable} = keras.Input(", given))
        end = body.sequence(items, inputs[0], "x", view, "", not spec.output_names)
        outputs = self._outputs(spec, body, view, end)
        if len(summary.layers) > DEEP:
            self.context.needs.add("sys")
            body.write_comment("Keras goes back from the outputs to the inputs by recursion.")
            depth = DEEP * 2 + 4 * len(summary.layers)
            body.write(f"sys.setrecursionlimit(max(sys.getrecursionlimit(), {depth}))")
        told: Part = inputs[0] if len(inputs) == 1 else Bracket("[", list(inputs), "]")
        title = re.sub(r"[^A-Za-z0-9_]", "_", spec.name).strip("_") or "network"
        body.write(Bracket("return keras.Model(", [told, outputs, f'name="{title}"']))
        head: list[Part] = []
        for key, value in summary.arguments.items():
            default = value if key not in followed else spec.arguments[key].default
            head.append(f"{parameters[key]}={self._default(spec.arguments[key].kind, default)}")
        return [*laid_out(Bracket(f"def {self.context.network}(", head, "):")), *body.lines]

    def _input_shape(self, key: str, body: FunctionBody) -> Tree:
        """The shape of an input: as an expression over arguments where the spec has one."""
        shape = tuple(self.context.summary.inputs[key])
        written = None if self.context.spec.inputs is None else self.context.spec.inputs.get(key)
        if has_expression(written) and python_agrees(
            written, self.context.summary.arguments, shape
        ):
            return body.tree(self.context.spec.body, f"input {key}", written)
        return constant(shape)

    def _feeds_a_table(self, tensor: object) -> bool:
        """Whether an input is indices, which an Embedding looks up."""
        return any(
            tensor in node.sources and node.type == "Embedding"
            for node in self.context.summary.layers
        )

    def _outputs(self, spec: WrittenSpec, body: FunctionBody, view: VisibleNames, end: str) -> Part:
        """What the network outputs, in code; outputs of items that did not run are left out."""
        if not spec.output_names:
            return end
        found: list[Part] = []
        for each in spec.output_names:
            result = self.context.summary.results.get(each)
            if result is None and not self._is_conditional(each):
                continue
            try:
                found.append(view.resolve(each))
            except UnsayableError as error:
                if result is None or isinstance(result.producer, str):
                    raise AssertionError(each) from error
                raise cannot_say(result.producer, KERAS, error.why) from None
        if not any(map(self._is_conditional, spec.output_names)):
            return found[0] if len(found) == 1 else Bracket("[", found, "]")
        body.write(Bracket("outputs = [", found, "]"))
        return "[output for output in outputs if output is not None]"

    def _is_conditional(self, output: str) -> bool:
        """Whether an output is that of an item with a condition."""
        assert self.context.spec.body is not None
        items = (
            children(self.context.spec.body)
            if isinstance(self.context.spec.body, SequenceItem)
            else []
        )
        return any(item.name == output and has_expression(item.when) for item in items)


def _given(type: LayerType, written: dict[str, Any]) -> dict[str, Tree]:
    """The fields that a type has as the value of an argument, as trees."""
    found: dict[str, Tree] = {}
    for key, value in written.items():
        field = type.fields[key]
        found[key] = constant(None if field.is_null(value) else field.read(value, type.rank))
    return found


ABOUT = ("The channels come last. The name of a layer is its path, with dashes for dots.",)
"""What is said of every file."""
