"""Statements of a function, and the layers that are made in them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecalc.render.code.comments import LINE_WIDTH, comment
from shapecalc.render.code.layout import Bracket, Part, flat, laid_out, prefixed
from shapecalc.render.code.names import Names
from shapecalc.render.code.trees import Tree, condition, functions_called, name, names_read, put
from shapecalc.render.code.writing import source
from shapecalc.render.keras.runs import tree_in

if TYPE_CHECKING:
    from shapecalc.render.keras.context import Context
    from shapecalc.render.keras.uses import Call


class StatementWriter:
    """The statements of a function, as they are written.

    names: the variables. trees: what the arguments are called. template: the beginning of the names
    of its layers: nothing in the network. loops: the variables of loops within one another, of
    which so many are open. reads_in_channels: whether something is worked out of in_channels.
    """

    def __init__(
        self, context: Context, names: Names, trees: dict[str, Tree], template: str
    ) -> None:
        self.context = context
        self.names = names
        self.trees = trees
        self.template = template
        self.lines: list[str] = []
        self.indent = 4
        self.loops: list[str] = []
        self.open_loops = 0
        self.reads_in_channels = False

    @property
    def network(self) -> bool:
        """Whether it is that of the network, where in_channels is that of each item."""
        return not self.template

    def write(self, statement: Part) -> None:
        """Add a statement."""
        self.lines.extend(laid_out(statement, self.indent))

    def write_comment(self, text: str | None) -> None:
        """Add a comment."""
        if text:
            self.lines.extend(comment(text, self.indent))

    def tree(self, owner: object, key: str, value: Any, x: str | None = None) -> Tree:
        """A value of an item or an argument as a tree. x: what comes into the item."""
        found = self.context.runs.fixed.get((owner, key))
        trees = self.trees
        if self.network:
            trees = {**trees, "in_channels": name(f"{x}.shape[-1]")} if x else trees
        if self.open_loops:
            trees = {**trees, "index": name(self.loops[self.open_loops - 1])}
        found = put(tree_in(value) if found is None else found, trees)
        self.context.needs |= functions_called(found)
        self.reads_in_channels |= "in_channels" in names_read(found)
        return found

    def open_if(self, tree: Tree) -> None:
        """The head of an `if`, in several lines where it is too long; what follows is inside."""
        tree = condition(tree)
        parts: list[Part] = [source(tree)]
        if isinstance(tree, ast.BoolOp):
            word = "or" if isinstance(tree.op, ast.Or) else "and"
            pairs = [ast.BoolOp(tree.op, [ast.Name("a"), each]) for each in tree.values]
            written = [source(pair).removeprefix("a ") for pair in pairs]  # each in its brackets
            parts = [written[0].removeprefix(f"{word} "), *written[1:]]
        head = Bracket("if (", parts, separated=False, optional=True)
        self.lines.extend(laid_out(head, self.indent, ":"))
        self.indent += 4

    def write_calls(
        self,
        calls: list[Call],
        sources: list[str],
        target: str,
        template: str,
        returned: bool = False,
    ) -> None:
        """Calls, each on what the one before it outputs. returned: whether the last is the end."""
        taken: Part = sources[0] if len(sources) == 1 else Bracket("[", list(sources), "]")
        for call in calls:
            result = f"{target} = " if returned is False or call is not calls[-1] else "return "
            self.context.needs.update(call.needs)
            named = name_keyword(f"{template}-{call.suffix}" if call.suffix else template)
            if call.condition is not None:
                if taken != target:
                    self.write(prefixed(f"{target} = ", taken))
                    taken = target
                self.write(f"if {call.condition}:")
                self.indent += 4
            if call.is_function:
                self.write(Bracket(f"{result}{call.made}(", [taken, *call.items, named]))
            else:
                self.apply(f"{result}{call.made}(", [*call.items, named], taken)
            if call.condition is not None:
                self.indent -= 4
            taken = target

    def apply(self, made: str, items: list[Part], taken: Part) -> None:
        """Make a layer, and call it with what comes in, in lines as formatters break them."""
        whole = Bracket(made, items, f")({flat(taken)})")
        head = Bracket(made, items, ")(").flat()
        room = LINE_WIDTH - self.indent
        if len(whole.flat()) > room >= len(head):
            self.write(Bracket(head, [taken], separated=False))
        elif len(flat(taken)) + 3 > room:
            self.write(Bracket(made, items, ")("))
            self.indent += 4
            self.write(taken)
            self.indent -= 4
            self.write(")")
        else:
            self.write(whole)


def joined_name(template: str, part: str) -> str:
    """The name of what is inside of something."""
    return f"{template}-{part}" if template else part


def name_keyword(template: str) -> str:
    """The keyword with the name of a layer."""
    if template == "{name}":
        return "name=name"
    return f'name=f"{template}"' if "{" in template else f'name="{template}"'
