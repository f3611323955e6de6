"""What the table and the markdown of a comparison say: its changes, totals and verdict in words.

The same change of the repeats of a layer is one row. Texts are as they come: a renderer makes
them safe for its format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.analysis.budget import WORDS, over_text
from shapecalc.diff.changes import ADDED, CHANGED, DOWNSTREAM, REMOVED, RENAMED, Change
from shapecalc.graph.structure import FOLLOWING
from shapecalc.layers.base import Windowed
from shapecalc.problems.formatting import shown
from shapecalc.shapes.shape import Shape, axes_text
from shapecalc.tables.cells import agreeing_text, kernel_text, kind
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.diff.changes import ChangedField
    from shapecalc.diff.comparison import Comparison, Total

MARKS = {ADDED: "+", REMOVED: "-", CHANGED: "~", DOWNSTREAM: ">", RENAMED: "="}
"""The mark of a row, by the kind of its change."""

CONVENTION = (f"MACs are {words_of('en').convention}.", "Bytes are those of one input at float32.")
"""What the figures count."""

_COSTS = ("params", "macs")
"""The fields of a change that are figures."""

KIND_WORDS = {
    ADDED: "added",
    REMOVED: "removed",
    CHANGED: "changed",
    DOWNSTREAM: "downstream",
    RENAMED: "renamed",
}
"""What a row is called, by the kind of its change."""


_NAMES = {"type": "", "path": "was", "after": "runs after", "from": "from", "shares": "weights of"}
"""What a field is called where that is not its key."""

_NONE = {"join": "nothing", "shares": "its own"}
"""What the absence of a value is called, where it is not the null of a layer's field."""


ROWS_OF_ONE = 24
"""The rows of a comparison above which layers that changed in the same way share one. Those that
only follow from a change before them have their own, with their shapes."""

LEAST_ALIKE = 4
"""The fewest rows that one stands for then."""


class Row:
    """A change, or the same change of several layers.

    changes: at least one. label: the path, with the repeats' numbers as `6-22`.
    phrases: what it says apart from its figures. figures: its params and MACs.
    """

    __slots__ = ("changes", "figures", "label", "phrases")

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self.phrases = phrases(self.first)
        self.label = self.first.node.path
        self.figures = figure_texts(self.first)
        if len(changes) > 1:
            self._several()

    def _several(self) -> None:
        """Say of how many it is, and call them by what their paths have in common."""
        times = len(self.changes)
        if self.kind == RENAMED:
            was, self.label = _renamed(self.first)
            self.phrases = [f"was {was}, with {times} layers inside"]
            return
        self.label = _label([change.node.path for change in self.changes])
        before = f"{times} x " if self.kind in (ADDED, REMOVED) else f"each of {times}: "
        self.phrases = [before + self.phrases[0], *self.phrases[1:]]
        self.figures = {key: f"{text} each" for key, text in self.figures.items()}

    @property
    def first(self) -> Change:
        """The one that represents all."""
        return self.changes[0]

    @property
    def kind(self) -> str:
        """The kind of all of them."""
        return self.first.kind

    @property
    def macs(self) -> int:
        """By how much all of them grew."""
        return sum(change.macs for change in self.changes)

    @property
    def params(self) -> int:
        """By how much all of them grew."""
        return sum(change.params for change in self.changes)


class RowOfMany(Row):
    """The same change of layers that are not repeats of one, with their figures together."""

    __slots__ = ()

    def _several(self) -> None:
        many = len(self.changes)
        self.label = f"{self.label} and {many - 1} more"
        said = _essence(self.first)
        if self.kind == RENAMED:
            self.phrases = [f"{many} have other names: the first was {said[0]}"]
        elif self.kind in (ADDED, REMOVED):
            self.phrases = [f"{many} x {said[0]}"]
        else:
            self.phrases = [f"{many} x {self.first.node.type}: {said[0]}", *said[1:]]
        growths = {"params": self.params, "macs": self.macs}
        self.figures = {key: f"{growth:+,}" for key, growth in growths.items() if growth}


def rows(comparison: Comparison) -> list[Row]:
    """The changes, those of repeats together in the place of the first.

    Where there are very many, so are the same changes of other layers; JSON has each.
    """
    groups: dict[tuple[Any, ...], list[Change]] = {}
    for change in comparison.changes:
        groups.setdefault(_alike(change), []).append(change)
    found = [Row(group) for group in groups.values()]
    if sum(row.kind != DOWNSTREAM for row in found) <= ROWS_OF_ONE:
        return found
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in found:
        key = (row.label,) if row.kind == DOWNSTREAM else _same(row.first)
        alike.setdefault(key, []).append(row)
    return [
        row
        for several in alike.values()
        for row in (
            several
            if len(several) < LEAST_ALIKE
            else [RowOfMany([change for row in several for change in row.changes])]
        )
    ]


def _alike(change: Change) -> tuple[Any, ...]:
    """What the changes of a row have in common."""
    if change.kind == RENAMED:
        return (RENAMED, *_renamed(change))
    path = tuple("" if name.isdecimal() else name for name in change.node.path.split("."))
    return (change.kind, path, *phrases(change), *figure_texts(change).items())


def _same(change: Change) -> tuple[Any, ...]:
    """What the changes have in common that one row stands for where there are very many."""
    if change.kind == RENAMED:
        return (RENAMED,)
    return (change.kind, change.node.type, *_essence(change))


def _essence(change: Change) -> list[str]:
    """What a change says, without names, shapes and figures."""
    if change.kind == RENAMED:
        return [phrases(change)[0].removeprefix("was ")]
    if change.before is None or change.after is None:
        return phrases(change)[:1]
    own = [field for field in change.fields if field.key not in ("path", *FOLLOWING)]
    found = Change(change.before, change.after, own)
    return phrases(found)


def _renamed(change: Change) -> tuple[str, str]:
    """The old and the new path without the names that both end with."""
    (field,) = change.fields
    old, new = field.before.split("."), field.after.split(".")
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    return ".".join(old), ".".join(new)


def _label(paths: list[str]) -> str:
    """Paths that differ in the numbers of repeats as one."""
    names = list(zip(*(path.split(".") for path in paths), strict=True))
    varying = [index for index, each in enumerate(names) if len(set(each)) > 1]
    label = [each[0] for each in names]
    for index in varying:
        label[index] = "*"
    if len(varying) == 1 and all(name.isdecimal() for name in names[varying[0]]):
        numbers = [int(name) for name in names[varying[0]]]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            label[varying[0]] = f"{numbers[0]}-{numbers[-1]}"
    return ".".join(label)


def phrases(change: Change) -> list[str]:
    """What a change says apart from its figures: what appeared or disappeared, or `old -> new`."""
    if change.before is None or change.after is None:
        return list(_description(change))
    by_key = {field.key: field for field in change.fields}
    both = _same_change(by_key.get("input"), by_key.get("output"))
    found = []
    for field in change.fields:
        if field.key in _COSTS or (both and field.key == "output"):
            continue
        name = "input and output" if both and field.key == "input" else _NAMES.get(field.key)
        found.append(f"{field.key if name is None else name} {arrow(field)}".lstrip())
    return found


def _same_change(input: ChangedField | None, output: ChangedField | None) -> bool:
    """Whether what goes out changed as what comes in did."""
    return (
        input is not None
        and output is not None
        and (input.before, input.after) == (output.before, output.after)
    )


def arrow(field: ChangedField) -> str:
    """`old -> new`; of a path the old one, as the new one is beside it."""
    if field.key == "path":
        return value_text(field.key, field.before)
    return f"{value_text(field.key, field.before)} -> {value_text(field.key, field.after)}"


def value_text(key: str, value: Any) -> str:
    """A value of a field as the layer table words it."""
    if isinstance(value, Shape):
        return value.text()
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | tuple):
        return _NONE.get(key, "null") if value is None else shown(value)
    if isinstance(value, int):
        return f"{value:,}" if key in _COSTS else str(value)
    if not value or any(type(each) is not int for each in value):
        return ", ".join(value_text("", each) for each in value)
    return axes_text(value) if key == "kernel_size" else agreeing_text(value)


def _description(change: Change) -> Iterator[str]:
    """What a layer or a block is that appeared or disappeared."""
    node = change.node
    if not change.whole:
        yield f"{node.type}, joins its branches: {node.join}"
        yield node.output.text()
        return
    named = node.layer is not None or hasattr(node.item, "block")
    name = node.type if named else kind(node, words_of("en"))
    if isinstance(node.layer, Windowed):
        name += " " + kernel_text(node.layer)
    yield name
    inputs, outputs = value_text("", node.inputs), value_text("", node.outputs)
    yield outputs if inputs == outputs else f"{inputs} -> {outputs}"


def figure_texts(change: Change) -> dict[str, str]:
    """The params and MACs of what appeared or disappeared, or `old -> new`, where there are any."""
    if change.before is None or change.after is None:
        growths = {"params": change.params, "macs": change.macs}
        return {key: f"{growth:+,}" for key, growth in growths.items() if growth}
    return {field.key: arrow(field) for field in change.fields if field.key in _COSTS}


def ends_text(shapes: tuple[dict[str, Shape], dict[str, Shape]]) -> tuple[str, str]:
    """Inputs or outputs, old and new; with their names where shapes alone would not do."""
    named = any(len(each) > 1 for each in shapes) or list(shapes[0]) != list(shapes[1])
    old, new = (
        ", ".join(f"{name} {shape}" if named else str(shape) for name, shape in each.items())
        for each in shapes
    )
    return old, new


def counts(comparison: Comparison) -> str:
    """How many changes there are of each kind."""
    counted = comparison.counts().items()
    found = [f"{count} {KIND_WORDS[each]}" for each, count in counted if count]
    return ", ".join([*found, f"{len(comparison.unchanged)} unchanged"])


def verdict(comparison: Comparison) -> str:
    """What matters most, in a line: budgets that fail, else what became of the costs."""
    over = [f"{WORDS[b.key]} by {over_text(b)}" for b in comparison.budgets if not b.holds]
    if over:
        return "Over budget: " + ", ".join(over)
    if not comparison.differs:
        return "No difference"
    costs = [total for total in comparison.totals if total.key in _COSTS]
    words = ", ".join(f"{WORDS[total.key]} {growth(total, short=True)}" for total in costs)
    if not any(total.growth for total in costs):
        words = "same params and MACs"
    within = ", within budget" if comparison.budgets else ""
    return words[:1].upper() + words[1:] + within


def growth(total: Total, short: bool = False) -> str:
    """By how much a total grew: in percent, where it was anything before, if that is enough."""
    if not total.growth:
        return "same"
    percent = total.percent
    if short:
        return f"{total.growth:+,}" if percent is None else f"{percent}%"
    return f"{total.growth:+,}" + ("" if percent is None else f" ({percent}%)")
