"""The statements of a function: what the items of a block or a network are in code."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from shapecalc.expressions.expression import has_expression
from shapecalc.language.items import BlockItem, BranchesItem, LayerItem, SequenceItem
from shapecalc.layers.cropping import Crop
from shapecalc.render.code.comments import note_text
from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.names import Names, identifier
from shapecalc.render.code.trees import Tree, constant
from shapecalc.render.code.writing import source
from shapecalc.render.keras.along_axes import JOIN_CLASSES
from shapecalc.render.keras.runs import KERAS
from shapecalc.render.keras.scope import Ref, VisibleNames
from shapecalc.render.keras.statements import StatementWriter, joined_name, name_keyword
from shapecalc.render.keras.uses import LayerUse, UnsayableError, calls_of
from shapecalc.render.refused import cannot_say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.language.items import BranchItem, Item
    from shapecalc.render.keras.context import Context

MOST_LOOPS = 15
"""The loops within one another: Python has at most 20."""


class FunctionBody(StatementWriter):
    """The statements of a function, as they are written. referenced: the names that items take.

    numbered: the names of which one of several outputs is taken.
    """

    def __init__(
        self,
        context: Context,
        names: Names,
        trees: dict[str, Tree],
        template: str,
        referenced: set[str],
    ) -> None:
        super().__init__(context, names, trees, template)
        self.referenced = referenced
        self.numbered = {
            stem
            for stem, _, last in (each.rpartition(".") for each in referenced)
            if last.isdigit()
        }

    # ---------------------------------------------------------------- sequences

    def sequence(
        self,
        items: Sequence[Item],
        flow: str,
        target: str,
        view: VisibleNames,
        template: str,
        last: bool,
    ) -> str:
        """Items one after the other; where the output of the last one is, if that is needed.

        flow: where what comes in is. target: the variable of what comes out.
        """
        at = 0
        while at < len(items):
            when = items[at].when
            end = at + 1
            if has_expression(when):
                while end < len(items) and self._together(items[at], items[end]):
                    end += 1
                needed = _is_needed(items, end, last)
                flow = self._branch_off(items[at:end], flow, target, view, template, needed)
            elif when is not False:
                flow = self._item(items[at], flow, target, view, template)
            at = end
        return flow

    def _together(self, first: Item, other: Item) -> bool:
        """Whether items are in one `if`: the same condition, which does not change."""
        if not has_expression(other.when) or first.when.text != other.when.text:
            return False
        return not self.network or "in_channels" not in first.when.names

    def _branch_off(
        self,
        items: Sequence[Item],
        flow: str,
        target: str,
        view: VisibleNames,
        template: str,
        needed: bool,
    ) -> str:
        """Items with a condition. needed: whether what comes out is taken by the next."""
        if needed and flow != target:
            self.write(f"{target} = {flow}")
            flow = target
        for item in items:
            if self.network and item.name is not None and item.name in self.context.output_names:
                self.write(f"{self._variable(item.name, view)} = None")
        taken = flow
        if items[0].sources:
            with suppress(UnsayableError):  # which the item itself says
                taken = view.resolve(items[0].sources[0])
        self.open_if(self.tree(items[0], "when", items[0].when, taken))
        before = len(self.lines)
        for item in items:
            flow = self._item(item, flow, target, view, template)
        if needed and flow != target:
            self.write(f"{target} = {flow}")
        if len(self.lines) == before:
            self.write("pass")
        self.indent -= 4
        return target if needed else flow

    # ---------------------------------------------------------------- items

    def _item(self, item: Item, flow: str, target: str, view: VisibleNames, template: str) -> str:
        """An item; where its output is. One that did not run may be one that cannot be said."""
        before, indent, loop = len(self.lines), self.indent, self.open_loops
        try:
            return self._said(item, flow, target, view, template)
        except UnsayableError as error:
            runs = self.context.runs.of.get(item)
            if runs is not None:
                raise cannot_say(runs.first, KERAS, error.why) from None
            del self.lines[before:]
            self.indent, self.open_loops = indent, loop
            text = source(constant(f"{item.name or item.default_name}: {error.why}"))
            self.write(Bracket("raise NotImplementedError(", [text]))
            return target

    def _said(self, item: Item, flow: str, target: str, view: VisibleNames, template: str) -> str:
        runs = self.context.runs.of.get(item)
        called = item.name
        if called is None and runs is not None:
            called = runs.first.name
            if item.repeat is not None:
                called = called.rpartition(".")[0]
        called = called or item.default_name
        template = joined_name(template, view.component(called, item.name is None))
        sources = [view.resolve(each) for each in item.sources] if item.sources else [flow]
        own = called if called in self.referenced else None
        self.write_comment(note_text(item.note, self.context.language))
        if item.repeat is not None:
            variable = None if own is None else self._variable(own, view)
            listed = variable if own in self.numbered else None
            self._repeated(item, sources, target, view, template, listed)
            if own is not None and variable is not None:
                view.names[own] = Ref(variable)
                if listed is None:
                    self.write(f"{variable} = {target}")
                else:
                    view.names[own].text, view.names[own].parts = f"{variable}[-1]", True
            return target
        variable = target if own is None else self._variable(own, view)
        ref = Ref(variable)
        output = self._output(item, sources, variable, view, template, ref)
        if own is not None:
            if output != variable and not ref.parts and ref.text is not None:
                self.write(f"{variable} = {output}")
                output = variable
            view.names[own] = ref
        return output

    def _variable(self, called: str, view: VisibleNames) -> str:
        """The variable of a name that other items take."""
        known = view.variables.get(called)
        if known is None:
            known = view.variables[called] = self.names.free(identifier(called, "layer"))
        return known

    def _repeated(
        self,
        item: Item,
        sources: list[str],
        target: str,
        view: VisibleNames,
        template: str,
        listed: str | None,
    ) -> None:
        """An item in a loop. listed: the list of all that it outputs, where that is needed."""
        if len(sources) > 1:
            raise UnsayableError("it has several inputs and is repeated")
        if self.open_loops >= MOST_LOOPS:
            raise UnsayableError(f"there are more than {MOST_LOOPS} loops within one another")
        if sources[0] != target:
            self.write(f"{target} = {sources[0]}")
        times = source(self.tree(item, "repeat", item.repeat, target))
        if self.open_loops == len(self.loops):
            self.loops.append(self.names.free("index"))
        index = self.loops[self.open_loops]
        if listed is not None:
            self.write(f"{listed} = []")
        self.write(f"for {index} in range({times}):")
        self.open_loops += 1
        self.indent += 4
        output = self._output(
            item, [target], target, view, joined_name(template, f"{{{index}}}"), Ref(target)
        )
        if output != target:
            self.write(f"{target} = {output}")
        if listed is not None:
            self.write(f"{listed}.append({target})")
        self.indent -= 4
        self.open_loops -= 1

    def _output(
        self,
        item: Item,
        sources: list[str],
        target: str,
        view: VisibleNames,
        template: str,
        ref: Ref,
    ) -> str:
        """An item without its condition and repeats; where its output is."""
        if isinstance(item, LayerItem):
            return self._layer(item, sources, target, template, ref)
        if isinstance(item, BlockItem):
            return self._block(item, sources[0], target, template)
        ref.inner = VisibleNames(view)
        if isinstance(item, BranchesItem):
            return self.branches(item, sources[0], target, ref, template)
        assert isinstance(item, SequenceItem)
        return self.sequence(item.items, sources[0], target, ref.inner, template, True)

    # ---------------------------------------------------------------- layers and blocks

    def _layer(
        self, item: LayerItem, sources: list[str], target: str, template: str, ref: Ref
    ) -> str:
        x = sources[0]
        runs = self.context.runs.of.get(item)
        fields: dict[str, Tree] = {}
        if item.layer is not None:
            for key in item.layer.type.fields:
                value = item.layer.field_value(key)
                fields[key] = constant(tuple(value) if isinstance(value, tuple) else value)
        else:
            values = item.values or {}
            fields = {key: self.tree(item, key, value, x) for key, value in values.items()}
        if isinstance(item.type, str):
            if len(sources) > 1:
                raise UnsayableError("its type is an argument, and it has several inputs")
            given: list[Part] = [f"{key}={source(tree)}" for key, tree in fields.items()]
            function = source(self.trees[item.type])
            self.write(Bracket(f"{target} = {function}(", [x, *given, name_keyword(template)]))
            return target
        shapes = [] if runs is None else list(runs.shapes)
        if issubclass(item.type.layer, Crop):
            sources = sources[:1]  # of the second it has the size alone
        calls = calls_of(LayerUse(item.type, fields, x, shapes))
        self.write_calls(calls, sources, target, template)
        ref.parts = calls[-1].helper == "Split"
        ref.states = bool(item.type.layer.output_names)
        if ref.parts and shapes and all(len(outputs) == 1 for _, outputs in shapes):
            ref.text = f"{target}[0]"
            return ref.text
        return target

    def _block(self, item: BlockItem, x: str, target: str, template: str) -> str:
        function = self.context.functions[item.block]
        given: list[Part] = []
        values = item.values or {}
        for key in function.parameters:  # those without a default first
            if key not in values:
                continue
            value = values[key]
            if item.block.arguments[key].kind == "type" and not has_expression(value):
                text = self.context.type_function(value)
            else:
                text = source(self.tree(item, key, value, x))
            required = item.block.arguments[key].required
            given.append(text if required else f"{function.parameters[key]}={text}")
        self.write(Bracket(f"{target} = {function.name}(", [x, *given, name_keyword(template)]))
        return target

    # ---------------------------------------------------------------- branches

    def branches(self, item: BranchesItem, x: str, target: str, ref: Ref, template: str) -> str:
        """Branches side by side, and their join."""
        assert ref.inner is not None
        branches = [branch for branch in item.branches if branch.when is not False]
        conditional = [branch for branch in branches if has_expression(branch.when)]
        if item.join == "none" and len(branches) > 1:
            if conditional:
                raise UnsayableError("its branches are apart, and some have a condition")
            for branch in branches:
                self._branch(branch, x, ref.inner, template)
            ref.text = None
            return target
        if not conditional:
            ends = [self._branch(branch, x, ref.inner, template) for branch in branches]
            if len(ends) == 1:
                return ends[0]
            self._join(item, ends, target, template)
            return target
        if len(branches) == 2 and len(conditional) == 1:
            return self._one_more(item, branches, x, ref.inner, template)
        found = self.names.free("ends")
        self.write(f"{found} = []")
        for branch in branches:
            if branch in conditional:
                self.open_if(self.tree(branch, "when", branch.when, x))
            self.write(f"{found}.append({self._branch(branch, x, ref.inner, template)})")
            if branch in conditional:
                self.indent -= 4
        self.write(f"if len({found}) > 1:")
        self.indent += 4
        self.apply(f"{target} = {JOIN_CLASSES[item.join]}(", [name_keyword(template)], found)
        self.indent -= 4
        self.write("else:")
        self.indent += 4
        self.write(f"{target} = {found}[0]")
        self.indent -= 4
        return target

    def _one_more(
        self,
        item: BranchesItem,
        branches: list[BranchItem],
        x: str,
        view: VisibleNames,
        template: str,
    ) -> str:
        """Two branches of which one has a condition: the other alone where that does not hold."""
        certain = 0 if not has_expression(branches[0].when) else 1
        joined = self._branch(branches[certain], x, view, template)
        if joined == x:
            joined = self.names.free(identifier(str(branches[certain].name), "branch"))
            self.write(f"{joined} = {x}")
        other = branches[1 - certain]
        self.open_if(self.tree(other, "when", other.when, x))
        end = self._branch(other, x, view, template)
        ends = [joined, end] if certain == 0 else [end, joined]
        self._join(item, ends, joined, template)
        self.indent -= 4
        return joined

    def _join(self, item: BranchesItem, ends: list[str], target: str, template: str) -> None:
        made = f"{target} = {JOIN_CLASSES[item.join]}("
        self.apply(made, [name_keyword(template)], Bracket("[", list(ends), "]"))

    def _branch(self, branch: BranchItem, x: str, view: VisibleNames, template: str) -> str:
        """A branch; where its output is."""
        assert branch.name is not None
        inner = VisibleNames(view.outer)
        self.write_comment(note_text(branch.note, self.context.language))
        end = x
        template = joined_name(template, view.component(branch.name))
        if branch.items:
            variable = self.names.free(identifier(branch.name, "branch"))
            end = self.sequence(branch.items, x, variable, inner, template, True)
        if branch.name in self.referenced and end == x:
            end = self.names.free(identifier(branch.name, "branch"))
            self.write(f"{end} = {x}")
        view.names[branch.name] = Ref(end, inner)
        return end


def _is_needed(items: Sequence[Item], at: int, last: bool) -> bool:
    """Whether the item at a place, or what follows it, takes what the one before outputs."""
    if at == len(items):
        return last
    item = items[at]
    return item.sources is None or item.when is not None or item.repeat is not None


def references(items: Sequence[Item]) -> set[str]:
    """The names of items that others take, as they may be written in `from:`, and parts of them."""
    found: set[str] = set()
    pending = list(items)
    while pending:
        item = pending.pop()
        for written in item.sources or ():
            found |= named_in(written)
        if isinstance(item, SequenceItem):
            pending.extend(item.items)
        elif isinstance(item, BranchesItem):
            pending.extend(item.branches)
    return found


def named_in(path: str) -> set[str]:
    """The names that a path may go through."""
    parts = path.split(".")
    found = {path, *parts}
    if len(parts) < 10:
        ends = range(1, len(parts) + 1)
        found |= {".".join(parts[start:end]) for end in ends for start in range(end)}
    return found
