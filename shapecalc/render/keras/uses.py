"""A use of a layer type in code, and the calls that it is written as."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from shapecalc.layers.base import LayerType
from shapecalc.render.code.computing import computed
from shapecalc.render.code.layout import Part
from shapecalc.render.code.trees import Tree, conditional, constant
from shapecalc.render.code.writing import source
from shapecalc.shapes.axes import dim_names

if TYPE_CHECKING:
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes


class UnsayableError(Exception):
    """What code cannot say of a layer or an item. why: what is not possible."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Call:
    """A call in code: of a layer's class, whose object is called with what comes in, or of a
    function that gets it first.

    made: what is called, such as `layers.Conv2D`. suffix: what is added to the layer's name;
    nothing for the layer itself. helper: the helper that is called; None for a class of Keras.
    condition: what the call depends on, in code; None where it is made anyway. needs: the helpers
    that it uses, its own among them.
    """

    __slots__ = ("condition", "helper", "items", "made", "needs", "suffix")

    def __init__(
        self,
        made: str,
        *items: Part,
        suffix: str = "",
        helper: str | None = None,
        condition: str | None = None,
        needs: tuple[str, ...] = (),
    ) -> None:
        self.condition = condition
        self.needs = needs if helper is None else (helper, *needs)
        self.made = made
        self.items = items
        self.suffix = suffix
        self.helper = helper

    @property
    def is_function(self) -> bool:
        """Whether it is a function rather than a class."""
        return self.helper is not None and self.helper[0].islower()


def helped(helper: str, *items: Part, suffix: str = "", needs: tuple[str, ...] = ()) -> Call:
    """A call of a helper. needs: others that the items use."""
    return Call(helper, *items, suffix=suffix, helper=helper, needs=needs)


class LayerUse:
    """A use of a layer type.

    fields: by name, as trees. x: what comes in, in code. runs: inputs and outputs wherever it
    runs; empty where it does not run.
    """

    __slots__ = ("fields", "runs", "type", "x")

    def __init__(
        self,
        type: LayerType,
        fields: dict[str, Tree],
        x: str,
        runs: list[tuple[Shapes, Shapes]],
    ) -> None:
        self.type = type
        self.x = x
        self.runs = runs
        self.fields = {}
        for name, field in type.fields.items():
            if name in fields:
                self.fields[name] = fields[name]
            elif field.like is not None:
                self.fields[name] = self.fields[field.like]
            elif not field.required:
                self.fields[name] = constant(field.read_default(type.rank))

    def is_known(self, name: str) -> bool:
        """Whether the value of a field stands in the code."""
        return is_constant(self.fields[name])

    def value(self, name: str) -> Any:
        """The value of a field. Raises UnsayableError where it depends on an argument."""
        if not self.is_known(name):
            raise UnsayableError(f"what is written depends on {name}, which is an argument")
        return computed(self.fields[name], {})

    def axes(self, name: str) -> Tree:
        """The values of a field along the axes: one number where all are equal."""
        return one_for_all(self.fields[name])

    def text(self, name: str) -> str:
        """A field in code."""
        return source(self.fields[name])

    def keyword(self, word: str, name: str, default: Any = None) -> list[Part]:
        """A keyword with a field, unless it is the default; none for a default of REQUIRED."""
        tree = self.axes(name)
        if is_constant(tree) and computed(tree, {}) == default:
            return []
        return [f"{word}={source(tree)}"]

    def axis(self, name: str, more: int = 0) -> int:
        """The axis that a field means, channels last: -1 is the channels.

        more: how many axes more the output has, of which one is meant. Raises UnsayableError for
        the batch, and where the number of axes is not known but needed.
        """
        dim = self.value(name)
        if dim in (1, "channels"):
            return -1
        axes = self.needed_spatial() + 1 + more
        counted = dim_names(axes).index(dim) + 1 if isinstance(dim, str) else dim % (axes + 1)
        if counted == 0:
            raise UnsayableError("it runs along the batch")
        return -1 if counted == 1 else counted - 1

    @property
    def spatial(self) -> int | None:
        """How many spatial axes its input has; None where that is not the same everywhere."""
        found = {len(inputs[0].spatial) for inputs, _ in self.runs}
        return found.pop() if len(found) == 1 else None

    def needed_spatial(self) -> int:
        """As `spatial`. Raises UnsayableError where that is unknown."""
        found = self.spatial
        if found is None:
            raise UnsayableError("the number of axes that come in is not known")
        return found

    @property
    def output(self) -> Shape | None:
        """Its first output; None where that is not the same everywhere."""
        found = {outputs[0] for _, outputs in self.runs}
        return found.pop() if len(found) == 1 else None

    @property
    def is_one_position(self) -> bool:
        """Whether all inputs are known to have one position."""
        return bool(self.runs) and all(inputs[0].positions == 1 for inputs, _ in self.runs)


def hold_to_plain_weights(use: LayerUse) -> None:
    """Raises UnsayableError for weights that are not learned, or reparametrized."""
    if use.value("learned") is False:
        raise UnsayableError("its weights are not learned, and those that Keras writes are")
    for name in ("weight_norm", "spectral_norm"):
        if use.value(name):
            raise UnsayableError(f"Keras has no {name} as PyTorch has it")


def use_of(layer: Layer, inputs: Shapes, outputs: Shapes) -> LayerUse:
    """A use with everything known: a layer as it runs."""
    fields = {
        name: constant(tuple(value) if isinstance(value, tuple) else value)
        for name in layer.type.fields
        for value in (layer.field_value(name),)
    }
    return LayerUse(layer.type, fields, "x", [(inputs, outputs)])


def is_constant(tree: Tree) -> bool:
    """Whether a tree is a value that is written."""
    if isinstance(tree, ast.Tuple):
        return all(map(is_constant, tree.elts))
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.USub) and isinstance(tree.operand, ast.Constant)
    return isinstance(tree, ast.Constant)


def one_for_all(tree: Tree) -> Tree:
    """The first of several values that are equal, else the tree."""
    if isinstance(tree, ast.Tuple) and tree.elts:
        first, *others = map(source, tree.elts)
        if all(other == first for other in others):
            return tree.elts[0]
    return tree


def without_default(tree: Tree, other: Tree) -> Tree:
    """A tree, or another where it is None."""
    return conditional(ast.Compare(tree, [ast.Is()], [ast.Constant(None)]), other, tree)


Writer = Callable[[LayerUse], Iterator[Call]]

WRITERS: dict[str, Writer] = {}
"""What writes a use of each layer type that Keras can say."""

UNWRITTEN = {"MultiheadAttention": "that of Keras takes its inputs in another way"}
"""Why there is none, of types that Keras has."""


def writes(names: str) -> Callable[[Writer], Writer]:
    """Makes a function the writer of some types, separated by spaces."""

    def registered(writer: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(names.split(), writer))
        return writer

    return registered


def calls_of(use: LayerUse) -> list[Call]:
    """The calls of a use. Raises UnsayableError."""
    writer = WRITERS.get(use.type.name)
    if writer is None:
        raise UnsayableError(UNWRITTEN.get(use.type.name, "Keras has no such layer"))
    if "leading" in use.fields and use.value("leading"):
        raise UnsayableError("it runs on each part behind its leading axes")
    return list(writer(use))
