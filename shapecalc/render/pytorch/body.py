"""What is written of one class: its runs, names, statements, and what of it is known."""

from __future__ import annotations

import ast
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from shapecalc.expressions.expression import has_expression, names_in
from shapecalc.language.items import children
from shapecalc.render.code.computing import NOT_COMPUTED, computed
from shapecalc.render.code.names import Names, identifier
from shapecalc.render.code.trees import (
    LARGEST_TREE,
    Tree,
    condition,
    constant,
    name,
    names_read,
    node_count,
    put,
)
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.conditions import Facts, assuming
from shapecalc.render.pytorch.fields import tree_of_value
from shapecalc.render.pytorch.statements import Compound, Statements
from shapecalc.render.pytorch.values import CannotSay, Mentions, NeedsValues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import Block, Item, LayerItem
    from shapecalc.render.pytorch.runs import ItemRun
    from shapecalc.render.pytorch.values import TensorValue
    from shapecalc.render.refused import CodeRoom

_OF_MODULES = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
named_parameters parameters register_backward_hook register_buffer register_forward_hook
register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu
zero_grad
"""

_OF_THE_CODE = """
self torch nn math super range list tuple int float bool type len min max abs round zip setattr
print model output make_divisible share_weights leaves input partial Callable
"""

MODULE_ATTRIBUTES = frozenset(_OF_MODULES.split())
"""What every module of PyTorch has, so that no layer can be called so."""

GLOBALS = frozenset(_OF_THE_CODE.split())
"""The names that the code uses for itself."""

INDEX = "index"
"""The name of the number of a repeat."""

MOST_WORDS_OF_A_NAME = 4
"""The most names of items that one identifier is made of, but for the whole path."""

MOST_LEVELS = 12
"""The most conditions within one another."""


def exactly(found: Any, wanted: Any) -> bool:
    """Whether what Python computes is what the run has: of integers, an integer."""
    if isinstance(wanted, tuple):
        return (
            isinstance(found, tuple)
            and len(found) == len(wanted)
            and all(map(exactly, found, wanted))
        )
    return bool(found == wanted) and isinstance(found, float) <= isinstance(wanted, float)


def _starts(path: tuple[str, ...]) -> list[int]:
    """Where the ends of a path begin that may be a name, the shortest first, the whole last."""
    starts = [*reversed(range(len(path)))]
    return [*starts[:MOST_WORDS_OF_A_NAME], *starts[MOST_WORDS_OF_A_NAME:][-1:]]


class BlockClasses(Protocol):
    """What the body of a class asks of those of blocks."""

    language: str
    room: CodeRoom

    def of(self, block: Block, use: Any) -> Any:
        """The WrittenClass for the runs of a WrittenUse. Raises CannotSay."""

    def of_item(self, item: Item, body: ClassBody, flow: TensorValue) -> tuple[Any, set[str]]:
        """The WrittenClass of an item, and what it takes of the arguments. Raises CannotSay."""


class ClassBody:
    """What the writers of one class share.

    items: those of the network or block. arguments: what its arguments are in `__init__`, as
    trees. runs: those of its items. around: those of what the items are in.
    network: whether `in_channels` is that of each item's input. resolved: whether items that
    never run are left out. taken: names of other classes. classes: those of blocks.
    """

    def __init__(
        self,
        items: Iterable[Item],
        arguments: Mapping[str, Tree],
        runs: Mapping[Item, list[ItemRun]],
        around: list[ItemRun],
        network: bool,
        resolved: bool,
        taken: Iterable[str],
        classes: BlockClasses,
    ) -> None:
        self.arguments = dict(arguments)
        self.runs: Mapping[Item, list[ItemRun]] = runs
        self.around = around
        self.network = network
        self.resolved = resolved
        self.classes = classes
        self.language = classes.language
        self.facts: Facts = ()
        self.loops: list[tuple[str, Item]] = []
        self.tried_loops = 0
        self.init: Statements = []
        self.forward: Statements = []
        self.attributes = Names(*MODULE_ATTRIBUTES)
        self.locals = Names(*GLOBALS, *taken)
        self.init_names = Names(*GLOBALS, *taken, "index", "_")
        self._python = {
            each: self.init_names.free(identifier(each, "argument"))
            for each in dict.fromkeys(("in_channels", *arguments))
        }
        self.renamed = {each: name(own) for each, own in self._python.items() if own != each}
        self.kept: dict[str, str] = {}
        self.own = {*arguments, "in_channels"}
        self.variables: dict[str, Tree] = {}
        self.overwritten: set[str] = set()
        self.shared: set[str] = set()
        self.ids: set[str] = set()
        self.tying = 0
        self.modules: dict[InferredLayer, str] = {}
        self.mentions = Mentions()
        self._suffixes: Counter[str] = Counter()
        self.note(items)

    def note(self, items: Iterable[Item]) -> None:
        """Note which names items take, and how often each name is there."""
        pending: list[tuple[Item, tuple[str, ...]]] = [(item, ()) for item in items]
        while pending:
            item, around = pending.pop()
            path = (*around, item.name or item.default_name)
            for start in _starts(path):
                self._suffixes[identifier("_".join(path[start:]), "layer")] += 1
            for each in item.sources or ():
                self.mentions.add(each)
            if item.shares is not None:
                self.mentions.add(item.shares)
                self.shared.add(item.shares)
            pending += [(child, path) for child in children(item)]

    # ------------------------------------------------------------ names

    def candidates(self, path: tuple[str, ...]) -> list[str]:
        """The identifiers for what has a path, the best first: the shortest end of it that is its
        own."""
        ends: list[str] = []
        for start in _starts(path):
            if path[start][:1].isalpha() or not start:
                ends.append(identifier("_".join(path[start:]), "layer"))
                if self._suffixes[ends[-1]] < 2 and ends[-1] not in self.attributes.taken:
                    break
        return [end for end in ends if self._suffixes[end] < 2] or ends[-1:]

    def attribute(self, path: tuple[str, ...]) -> str:
        """A free name for a module."""
        return self.attributes.free(*self.candidates(path))

    def local(self, path: tuple[str, ...]) -> str:
        """A free name for a tensor."""
        return self.locals.free(*self.candidates(path))

    def python_name(self, argument: str) -> str:
        """What an argument is called in `__init__`."""
        return self._python[argument]

    # ------------------------------------------------------------ expressions

    def tree(self, value: Any, flow: TensorValue | None) -> Tree:
        """A value of a spec as a tree; its expressions as Python has them here."""
        if not has_expression(value):
            return tree_of_value(value, {})
        names = self.arguments
        if self.network and flow is not None and flow.channels is not None:
            names = {**names, "in_channels": flow.channels}
        self.classes.room.take_expressions(value)
        return assuming(tree_of_value(value, names), self.facts)

    def agreed(
        self, tree: Tree | None, runs: list[ItemRun], matches: Callable[[Any, ItemRun], bool]
    ) -> Tree | None:
        """A tree, if what Python computes of it matches every run; perhaps made an integer."""
        if tree is None:
            return None
        tree = assuming(tree, self.facts)
        whole = put(tree, self.variables) if self.variables else tree
        if node_count(whole) > LARGEST_TREE:
            return None
        for called in (False, True):
            candidate = ast.Call(name("int"), [whole], []) if called else whole
            try:
                if all(matches(computed(candidate, self.scope(whole, run)), run) for run in runs):
                    return put(ast.Call(name("int"), [tree], []), {}) if called else tree
            except NOT_COMPUTED:
                pass
        return None

    def scope(self, tree: Tree, run: ItemRun) -> dict[str, Any]:
        """What the names of a tree are in a run."""
        return {} if isinstance(tree, ast.Constant) else run.python(self.loops)

    def said(
        self, tree: Tree | None, runs: list[ItemRun], wanted: Callable[[ItemRun], Any]
    ) -> Tree:
        """A tree, if Python computes of it what every run has; else the value that all have.

        Raises CannotSay where they differ.
        """
        found = self.agreed(tree, runs, lambda value, run: exactly(value, wanted(run)))
        if found is not None:
            return found
        values = list(dict.fromkeys(map(wanted, runs)))
        if len(values) != 1:
            raise CannotSay
        return tree_of_value(values[0], {})

    def first_said(
        self, trees: list[Tree | None], runs: list[ItemRun], wanted: Callable[[ItemRun], Any]
    ) -> Tree | None:
        """The first of some trees that Python computes as every run has it, else the value that
        all have; None where they differ."""
        for tree in trees:
            found = self.agreed(tree, runs, lambda value, run: exactly(value, wanted(run)))
            if found is not None:
                return found
        values = set(map(wanted, runs))
        return constant(values.pop()) if len(values) == 1 else None

    def takes_ids(self, item: LayerItem) -> bool:
        """Whether a layer takes integers: the ids of an embedding."""
        return any(run.node.type == "Embedding" for run in self.runs.get(item, []))

    def type_of(self, argument: str) -> Tree:
        """The class that an argument names."""
        return self.arguments[argument]

    def text(self, tree: Tree) -> str:
        """A tree in `__init__`."""
        return source(put(tree, self.renamed) if self.renamed else tree)

    def outside(self, value: TensorValue) -> TensorValue:
        """A value of the class, its channels without the variables of `__init__`."""
        found = value.counting(value.channels and put(value.channels, self.variables))
        if value.parts is not None:
            found.parts = {each: self.outside(part) for each, part in value.parts.items()}
        return found

    def text_in_forward(self, tree: Tree) -> str:
        """A tree in `forward`, where arguments are attributes."""
        tree = put(tree, self.variables)
        read = names_read(tree)
        if not read <= self.own:
            raise CannotSay
        return source(put(tree, {each: name(f"self.{self._attribute_of(each)}") for each in read}))

    def _attribute_of(self, argument: str) -> str:
        if argument not in self.kept:
            self.kept[argument] = self.attributes.free(identifier(argument, "argument"))
        return self.kept[argument]

    # ------------------------------------------------------------ conditions

    def needs(self, *values: Any) -> None:
        """Raise NeedsValues where expressions, of which something is decided here, use arguments
        of the class."""
        used = set().union(*map(names_in, values))
        free = {each for each in used if isinstance(self.arguments.get(each), ast.Name)}
        if self.network:
            free.discard("in_channels")
        if free - {INDEX}:
            raise NeedsValues(free - {INDEX})

    def test_of(self, item: Item, flow: TensorValue) -> Tree | bool:
        """The condition on which an item is there, or whether it is."""
        runs = self.runs.get(item, [])
        if not runs and self.resolved:
            self.needs(item.when)
            decided = item.when is not None and self.tree(item.when, flow)
            if not (isinstance(decided, ast.Constant) and not decided.value):
                self.needs(item.repeat)
            return False
        if item.when is None:
            return True
        around = {id(run.parent) for run in runs}
        if self.resolved and len(around) >= len(self.around or (None,)):
            return True
        tree = condition(self.tree(item.when, flow))
        try:
            for run in self.around:
                if bool(computed(tree, run.python(self.loops))) is not (id(run) in around):
                    raise CannotSay
        except NOT_COMPUTED:
            raise CannotSay from None
        return bool(tree.value) if isinstance(tree, ast.Constant) else tree

    @contextmanager
    def under(self, test: Tree, both: bool = True) -> Iterator[None]:
        """Write statements under a condition, in both functions or in `__init__` alone."""
        if len(self.facts) >= MOST_LEVELS:
            raise CannotSay
        init, forward, facts = self.init, self.forward, self.facts
        inner: tuple[Statements, Statements] = [], []
        heads = f"if {self.text(test)}", f"if {self.text_in_forward(test)}" if both else ""
        self.init, self.forward = inner
        self.facts = (*facts, test)
        try:
            yield
            for outer, head, body in zip((init, forward), heads, inner, strict=True):
                if body:
                    outer.append(Compound(head, body))
        finally:
            self.init, self.forward, self.facts = init, forward, facts

    @contextmanager
    def knowing(self, test: Tree) -> Iterator[None]:
        """Write what is there on a condition."""
        facts = self.facts
        self.facts = (*facts, test)
        try:
            yield
        finally:
            self.facts = facts

    @contextmanager
    def within(self, runs: list[ItemRun]) -> Iterator[None]:
        """Write what is inside an item that has these runs."""
        around = self.around
        self.around = runs
        try:
            yield
        finally:
            self.around = around

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Take back what was written where CannotSay is raised."""
        lengths = len(self.init), len(self.forward)
        try:
            yield
        except CannotSay:
            del self.init[lengths[0] :], self.forward[lengths[1] :]
            raise
