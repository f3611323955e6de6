"""The layers of a network or block one by one: a module in `__init__`, a line in `forward`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.language.items import BlockItem, BranchesItem, Item, LayerItem, SequenceItem
from shapecalc.render.code.comments import note_text
from shapecalc.render.code.layout import Bracket, Part, flat, replaced
from shapecalc.render.code.names import identifier
from shapecalc.render.code.trees import Tree, name, put
from shapecalc.render.pytorch.blocks import made_part
from shapecalc.render.pytorch.chains import module_of, once
from shapecalc.render.pytorch.functions import called
from shapecalc.render.pytorch.layers import WrittenLayer
from shapecalc.render.pytorch.loops import loop_module
from shapecalc.render.pytorch.recurrent import MadeRecurrent, first_of
from shapecalc.render.pytorch.spoken import FUNCTION_TYPES
from shapecalc.render.pytorch.statements import Remark, Statement
from shapecalc.render.pytorch.values import CannotSay, ItemNames, Made, NamedValue, TensorValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.render.pytorch.body import ClassBody

Path = tuple[str, ...]

LONGEST_COUNT = 24
"""The most characters of a number of channels that has no variable."""


class Track:
    """Where the items of a sequence are written.

    variable: the tensor that each of them overwrites. names: those that they can take. path: where
    they are in the class.
    """

    __slots__ = ("names", "path", "variable")

    def __init__(self, variable: str, names: ItemNames, path: Path) -> None:
        self.variable = variable
        self.names = names
        self.path = path


SURELY_SHORT = 48
"""The characters of a part that has room in a line, wherever that is."""


def compact(part: Part) -> Part:
    """A part that has room in a line, as a text: networks have many of them."""
    if isinstance(part, str) or part.is_long():
        return part
    text = part.flat()
    return text if len(text) <= SURELY_SHORT else part


class ItemWriter:
    """Writes the items of one class into its body.

    `OptionalWriter` adds conditions, and `ContainerWriter` what becomes several statements.
    """

    def __init__(self, body: ClassBody) -> None:
        self.body = body

    def sequence(self, items: Sequence[Item], flow: TensorValue, line: Track) -> TensorValue:
        """Write items in a row; what the last one outputs."""
        for item in items:
            try:
                flow = self._item(item, flow, line)
            except CannotSay as error:
                runs = self.body.runs.get(item)
                if error.node is None and runs:
                    error.node = runs[0].node
                raise
        return flow

    def conditional(
        self,
        item: Item,
        test: Tree,
        sources: list[TensorValue],
        flow: TensorValue,
        line: Track,
        word: str,
    ) -> TensorValue:
        """Write an item that is there on a condition; what comes after it."""
        raise NotImplementedError

    def branches(
        self, item: BranchesItem, flow: TensorValue, line: Track, path: Path
    ) -> NamedValue:
        """Write branches, and what joins them."""
        raise NotImplementedError

    def unrolled(
        self, item: Item, sources: list[TensorValue], line: Track, word: str
    ) -> NamedValue:
        """Write each repeat of an item."""
        raise NotImplementedError

    def inlined(self, item: BlockItem, flow: TensorValue, line: Track, path: Path) -> NamedValue:
        """Write the layers of a block, whose names are taken from outside of it."""
        raise NotImplementedError

    # ------------------------------------------------------------ one item

    def _item(self, item: Item, flow: TensorValue, line: Track) -> TensorValue:
        body = self.body
        sources = [flow]
        if item.takes_nothing and flow.parts:  # of any tensor it takes how many rows there are
            sources = [next(iter(flow.parts.values()))]
        if item.sources is not None:
            if body.resolved and not body.runs.get(item):
                return flow
            sources = [self._taken(item, path, line) for path in item.sources]
        test = body.test_of(item, sources[0])
        if test is False:
            return flow
        word = self._word(item)
        if test is True:
            entry = self.written(item, sources, line, word)
            if word in body.mentions.whole:
                line.names.own[word] = entry
            return entry.value
        assert not isinstance(test, bool)
        return self.conditional(item, test, sources, flow, line, word)

    def _word(self, item: Item) -> str:
        """The name of an item."""
        if item.name is not None:
            return item.name
        runs = self.body.runs.get(item)
        if not runs:
            return item.default_name
        named = runs[0].node.name
        return named if item.repeat is None else named[: named.rfind(".")]

    def _taken(self, item: Item, path: str, line: Track) -> TensorValue:
        entry = line.names.find(path)
        if entry is None:
            raise CannotSay(f"what {path} is cannot be told from the layers before it")
        value = entry.value
        if value.parts is not None and not value.text:
            raise CannotSay
        return value

    def written(self, item: Item, sources: list[TensorValue], line: Track, word: str) -> NamedValue:
        """Write an item, with its repeats; what its name refers to."""
        body = self.body
        path = (*line.path, word)
        opened = word in body.mentions.entered
        if item.repeat is not None:
            shared = item.shares is not None or word in body.shared or body.tying > 0
            if not opened and not shared and len(sources) == 1:
                called = identifier(word, "layer")
                for made in (once, made_part):
                    try:
                        with body.tried():
                            found = loop_module(body, item, sources[0], called, made)
                            return self.module(item, sources, line, path, found)
                    except CannotSay:
                        pass
            return self.unrolled(item, sources, line, word)
        return self.once(item, sources, line, word, opened)

    def once(
        self, item: Item, sources: list[TensorValue], line: Track, word: str, opened: bool
    ) -> NamedValue:
        """Write an item once. opened: whether names inside of it are taken."""
        body = self.body
        path = (*line.path, word)
        if item.shares is not None:
            return self._sharing(item, item.shares, sources, line, path)
        if isinstance(item, LayerItem):
            layer = WrittenLayer(body, item, sources)
            if layer.type.name not in FUNCTION_TYPES:
                return self.module(item, sources, line, path, layer.made())
            self.comment(item)
            part, out = called(layer)
            return NamedValue(self.assigned(part, out, line, path))
        if not (opened or body.tying or isinstance(item, BranchesItem)):
            try:
                with body.tried():
                    found = once(body, item, sources[0], word)
                    return self.module(item, sources, line, path, found)
            except CannotSay:
                pass
        return self.spread(item, sources[0], line, path)

    def spread(self, item: Item, flow: TensorValue, line: Track, path: Path) -> NamedValue:
        """Write what is in an item one by one."""
        body = self.body
        if isinstance(item, BlockItem):
            return self.inlined(item, flow, line, path)
        with body.within(body.runs.get(item, [])):
            self.comment(item)
            if isinstance(item, BranchesItem):
                return self.branches(item, flow, line, path)
            assert isinstance(item, SequenceItem)
            inner = Track(self.variable(line, path), ItemNames(line.names), path)
            value = self.sequence(item.items, flow, inner)
            return NamedValue(self.protected(value, line, inner, path), inner.names)

    # ------------------------------------------------------------ statements

    def comment(self, item: Item, place: int | None = None) -> None:
        """Write an item's note, at a place in `__init__` or at its end."""
        text = note_text(item.note, self.body.language)
        if text:
            init = self.body.init
            init.insert(len(init) if place is None else place, Remark(text))

    def variable(self, line: Track, path: Path) -> str:
        """The name of what an item outputs: its own, if something else takes it."""
        return self.body.local(path) if self.is_taken(path) else line.variable

    def is_taken(self, path: Path) -> bool:
        """Whether something else may take what the item at a path outputs."""
        return bool(path) and path[-1] in self.body.mentions.whole

    def protected(self, value: TensorValue, line: Track, inner: Track, path: Path) -> TensorValue:
        """A value that something else takes, under a name that nothing overwrites."""
        if not self.is_taken(path) or value.parts is not None or not self.is_overwritten(value):
            return value
        if value.text == inner.variable != line.variable:
            return value
        return self.assigned(value.text, value, line, path, call=False)

    def is_overwritten(self, value: TensorValue) -> bool:
        """Whether a later item overwrites the variable of a value."""
        return value.text.partition(".")[0] in self.body.overwritten

    def assigned(
        self,
        part: Part,
        out: TensorValue,
        line: Track,
        path: Path,
        call: bool = True,
        variable: str | None = None,
    ) -> TensorValue:
        """Assign an expression to the variable of an item, or to another."""
        body = self.body
        if variable is None:
            variable = self.variable(line, path)
        if out.parts is not None and variable == line.variable:
            variable = body.local(path)
        if variable == line.variable:
            body.overwritten.add(variable)
        body.ids.discard(variable)
        body.forward.append(Statement(part, variable, call))
        value = out.called(variable)
        if out.parts is not None:
            value.parts = {
                each: inner.called(f"{variable}[{number}]")
                for number, (each, inner) in enumerate(out.parts.items())
            }
        return value

    def module(
        self,
        item: Item,
        sources: list[TensorValue],
        line: Track,
        path: Path,
        found: Made | None = None,
        variable: str | None = None,
    ) -> NamedValue:
        """Write an item as a module, made already or made here, and the line that calls it."""
        body = self.body
        place = len(body.init)
        if found is None:
            found = module_of(body, item, sources[0], identifier(path[-1], "layer"))
        if found.part is None:
            value = sources[0]
            if self.is_taken(path) and self.is_overwritten(value):
                value = self.assigned(value.text, value, line, path, False, variable)
            return NamedValue(value)
        attribute = body.attribute(path)
        call = flat(found.part)
        found = self._counted(found, attribute, place)
        assert found.part is not None
        self.comment(item, place)
        body.init.append(Statement(compact(found.part), f"self.{attribute}"))
        if body.shared and isinstance(item, LayerItem):
            self._tie(item, f"self.{attribute}")
        part = self.call(f"self.{attribute}", item, sources, found)
        entry = self.outcome(part, found, line, path, variable)
        entry.module, entry.call = f"self.{attribute}", call
        return entry

    def outcome(
        self, part: Part, found: Made, line: Track, path: Path, variable: str | None = None
    ) -> NamedValue:
        """Assign what the call of a module gives."""
        if not isinstance(found, MadeRecurrent):
            return NamedValue(self.assigned(part, found.out, line, path, True, variable))
        body = self.body
        own, _, number = path[-1].rpartition(".")  # of a repeat, whose name means the last one
        if body.mentions.entered.isdisjoint((path[-1], own if number.isdigit() else path[-1])):
            part = first_of(part)
            return NamedValue(self.assigned(part, found.out, line, path, True, variable))
        names = [self.variable(line, path) if variable is None else variable]
        if names[0] == line.variable:
            body.overwritten.add(names[0])
        body.ids.discard(names[0])
        names += [
            body.local((*path[:-1], f"{path[-1]}_{each}")) for each in list(found.outputs)[1:]
        ]
        body.forward.append(Statement(part, found.assigned_to(names)))
        outputs = found.named(names)
        inside = ItemNames()
        inside.own = {each: NamedValue(value) for each, value in outputs.items()}
        return NamedValue(next(iter(outputs.values())), inside)

    def call(self, module: str, item: Item, sources: list[TensorValue], found: Made) -> Part:
        """The call of a module on its inputs."""
        texts = found.arguments(sources)
        if isinstance(item, LayerItem) and self.body.takes_ids(item):
            ids = self.body.ids
            texts = [text if text in ids else f"{text}.long()" for text in map(flat, texts)]
        part = Bracket(f"{module}(", texts)
        return compact(part)

    def _counted(self, found: Made, attribute: str, place: int) -> Made:
        """A module, the channels of its output in a variable where they are long to write.

        place: where that is set in `__init__`.
        """
        body, channels = self.body, found.out.channels
        if channels is None or found.part is None:
            return found
        text = body.text(channels)
        if len(text) <= LONGEST_COUNT:
            return found
        variable = body.init_names.free(f"{attribute}_channels")
        body.init.insert(place, Statement(text, variable, call=False))
        body.variables[variable] = put(channels, body.variables)
        found.part = replaced(found.part, text, variable, isinstance(channels, ast.Call))
        found.out = found.out.counting(name(variable))
        return found

    def _sharing(
        self, item: Item, owner_path: str, sources: list[TensorValue], line: Track, path: Path
    ) -> NamedValue:
        """Write an item that uses the weights of another: the same module, where it is alike."""
        body = self.body
        owner = line.names.find(owner_path)
        if owner is not None and not owner.module and not isinstance(item, LayerItem):
            return self._tied(item, sources, line, path)
        if owner is None or not owner.module:
            raise CannotSay(f"the weights of {owner_path} are of no module of its own")
        place = len(body.init)
        if isinstance(item, LayerItem):
            found = WrittenLayer(body, item, sources).made()
        else:
            found = once(body, item, sources[0], identifier(path[-1], "layer"))
        if found.part is not None and flat(found.part) == owner.call:
            del body.init[place:]
            part = self.call(owner.module, item, sources, found)
            shared = self.outcome(part, found, line, path)
            shared.module, shared.call = owner.module, owner.call
            for run in body.runs.get(item, []):
                body.modules[run.node] = owner.module
            return shared
        entry = self.module(item, sources, line, path, found)
        if entry.module:
            body.init.append(Statement(f"share_weights({entry.module}, {owner.module})"))
        return entry

    def _tied(self, item: Item, sources: list[TensorValue], line: Track, path: Path) -> NamedValue:
        """Write the layers of an item one by one, each with the weights of another."""
        self.body.tying += 1
        try:
            return self.spread(item, sources[0], line, path)
        finally:
            self.body.tying -= 1

    def _tie(self, item: Item, module: str) -> None:
        """Note the module of a layer, and let it have the weights that it shares."""
        body = self.body
        for run in body.runs.get(item, []):
            body.modules[run.node] = module
            weights = run.node.used_params or run.node.owner.buffers
            if body.tying and run.node.shares is not None and weights:
                owner = body.modules.get(run.node.shares)
                if owner is None:
                    raise CannotSay(f"the weights of {run.node.shares.path} are inside a module")
                body.init.append(Statement(f"share_weights({module}, {owner})"))
