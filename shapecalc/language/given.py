"""The inputs of a run, the spec's own or those that are given instead, and what is odd of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate
from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import clipped, named, shown, some_of
from shapecalc.problems.problem import Place, Problem, Problems, Refusal, SpecError
from shapecalc.shapes.shape import Shape, axes_text, meant_shape, parse_shape
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from typing import TypeAlias

    from shapecalc.language.arguments import Argument
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.language.variant import Variant
    from shapecalc.problems.problem import Related
    from shapecalc.yaml.nodes import MappingNode


def require(parameter: str, value: object, kinds: type | tuple[type, ...], wanted: str) -> None:
    """Raise TypeError, with the parameter's name, for a value of another type than these."""
    if not isinstance(value, kinds):
        raise TypeError(f"{parameter} must be {wanted}, not {type(value).__name__}")


def beyond_recursion(source: Source) -> SpecError:
    """The error where Python's limit of recursion is too low for a spec, or for what is given."""
    import sys

    text = "nested too deeply for the recursion limit of this program"
    hint = f"raise it with sys.setrecursionlimit, from {sys.getrecursionlimit()}"
    return SpecError([Problem("SC005", text, source, 0, hint)])


def hold_to_limits(parameter: str, value: object) -> None:
    """Raise Refusal SC115 for a number that no spec can have: Python may refuse to print it.

    It is looked for at any depth of lists and mappings, which may hold themselves.
    """
    pending, seen = [value], set()
    while pending:
        each = pending.pop()
        if isinstance(each, list | tuple | dict):
            if id(each) not in seen:
                seen.add(id(each))
                pending.extend(each)
                pending.extend(each.values() if isinstance(each, dict) else ())
        elif isinstance(each, int) or type(each).__name__ == "Fraction":
            number: Any = each
            if max(abs(number.numerator), number.denominator) > MAXIMUM_INTEGER:
                raise Refusal("SC115", f"{parameter} has a number of more than 2^63 - 1")


class GivenShape:
    """A shape that is given instead of the spec's own.

    value: as it is given: a text, an integer, a list or a Shape.
    place: where messages say that it is from; it shows the input's name, where one is given.
    layout: the order of its sizes, one of `LAYOUTS`.
    """

    __slots__ = ("layout", "place", "value")

    def __init__(
        self, value: object, option: str = "input", layout: str = "hwc", name: str = ""
    ) -> None:
        self.value = value
        self.layout = layout
        text = value if isinstance(value, str) else str(value) if isinstance(value, Shape) else ""
        self.place = Place(Source(option, clipped(f"{name}={text}" if name else text)), 0)

    def shape(self, own: Shape | None = None) -> Shape:
        """The shape. own: the spec's own, by which hints read sizes. Raises Refusal."""
        value = self.value
        if isinstance(value, Shape):
            return parse_shape(list(value))
        if isinstance(value, tuple):
            value = list(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        return parse_shape(value, self.layout, own)

    def remark(self, shape: Shape, own: Shape | None, about: str = "") -> Problem | None:
        """What is odd of a shape that is given instead of a spec's own; None where nothing is.

        about: what the message begins with.
        """
        found = odd(shape, own, self.layout)
        if found is None:
            return None
        message, hint = found
        return Problem("SC408", about + message, self.place.source, 0, hint, severity="warning")


class GivenArguments(dict[str, Any]):
    """Values of arguments by name. option: where messages say that they are from."""

    option = "arguments"


def source_of_argument(given: Mapping[str, Any], name: str) -> Source:
    """Where messages say that the value of an argument is from."""
    option = getattr(given, "option", GivenArguments.option)
    return Source(option, f"{name}={shown(given[name])}")


def refuse_missing(
    argument: Argument,
    variant: Variant | None,
    variants: Mapping[str, Variant],
    node: MappingNode,
    reader: NodeReader,
) -> None:
    """Report an argument without a default and a value. variants, node: of the spec."""
    name = argument.name
    if variant is None:
        hint = f"set it with --set {name}=..., or add a default: to its definition"
        if variants:
            hint = "select a variant: " + some_of(list(variants))
        reader.problem("SC115", f"missing value for argument {name}", argument.offset, hint)
        return
    written: Any = node.values["variants"]
    text = f"missing value for argument {name} in variant {named(variant.name)}"
    hint = f"write arguments: {{{name}: ...}}"
    reader.problem("SC103", text, written.place_of_key(variant.name), hint)


def at_what_is_given(
    problems: Problems, given: object, arguments: Mapping[str, Any], spec: Source
) -> Problems:
    """The problems of a spec that nobody can edit, at what is given to it instead of in it."""
    found = Problems()
    for problem in problems:
        if problem.place.source is not spec:
            found.add(problem)
            continue
        several = list(given.values()) if isinstance(given, dict) else [given]
        place = next((each.place for each in several if isinstance(each, GivenShape)), None)
        if given is None or (arguments and problem.axes is None):
            option = getattr(arguments, "option", GivenArguments.option)
            text = ", ".join(f"{name}={shown(value)}" for name, value in arguments.items())
            place = Place(Source(option, text), 0)
        elif place is None:
            place = GivenShape(given).place
        notes = [
            (text, None, None) if at is None else (text, at.source, at.offset)
            for text, at in problem.related
        ]
        where: Related = ("in the bundled spec", problem.place.source, problem.place.offset)
        code, hint = problem.code, problem.hint
        found.add(Problem(code, problem.message, place.source, place.offset, hint, [*notes, where]))
    return found


def require_types(
    input: object,
    arguments: object,
    variant: object,
    batch: object,
    dtype: object,
    fuse: object,
) -> None:
    """Raise TypeError for a parameter of `Spec.summary` of a type that it cannot have."""
    nothing = type(None)
    shapes = (str, int, list, tuple, dict, GivenShape, nothing)
    require("input", input, shapes, "a shape, or a dict of shapes by name")
    require("arguments", arguments, (dict, nothing), "a dict of values by name")
    require("variant", variant, (str, nothing), "a str")
    require("batch", batch, int, "an int")
    require("dtype", dtype, str, "a str")
    require("fuse", fuse, bool, "a bool")


GivenInput: TypeAlias = "str | int | list[int] | tuple[int, ...] | dict[str, Any] | GivenShape"
"""What `Spec.summary` takes as its input."""

Inputs = tuple[dict[str, Shape], "dict[str, Problem]"]
"""The shapes of inputs by name, and warnings about those that may have been meant otherwise."""


def own_inputs(
    written: Mapping[str, Any], values: dict[str, Any], problems: Problems, place: Place
) -> Inputs | None:
    """The inputs of a spec itself; None, and perhaps a problem, where they are invalid.

    written: shapes, lists with expressions over `values`, or None. place: where they stand.
    """
    try:
        shapes = _evaluated(written, values)
    except Refusal as refusal:
        found = Problem(refusal.code, refusal.message, place.source, place.offset, refusal.hint)
        problems.add(found)
        return None
    if shapes is None:
        return None
    remarks = {}
    for name, shape in shapes.items():
        found_odd = odd(shape, None)
        if found_odd is not None:
            message, hint = found_odd
            text = f"{name} {message}"
            remarks[name] = Problem(
                "SC408", text, place.source, place.offset, hint, severity="warning"
            )
    return shapes, remarks


def _evaluated(written: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Shape] | None:
    """The shapes as a spec writes them; None for an invalid one. Raises Refusal."""
    shapes: dict[str, Shape] = {}
    for name, shape in written.items():
        if shape is None:
            return None
        evaluated = shape if isinstance(shape, Shape) else parse_shape(evaluate(shape, values))
        shapes[name] = evaluated
    return shapes


def given_inputs(
    given: object,
    written: Mapping[str, Any],
    values: dict[str, Any],
    problems: Problems,
    place: Place,
) -> Inputs | None:
    """The inputs that are given instead of a spec's; None and a problem where they are invalid.

    given: one shape, or a mapping of inputs' names; the others are the spec's own.
    written: the spec's own.
    place: where messages say that a given value is from that has no text.
    """
    try:
        own = _evaluated(written, values) or {}
    except Refusal:
        own = {}
    remarks = {}
    shapes: dict[str, Shape] = {}
    several = given.values() if isinstance(given, dict) else [given]
    at = place
    try:
        hold_to_limits("input", given)
        at = next((_as_given(each).place for each in several), place)
        named = _by_name(given, list(written))
        for name in written:
            if name not in named:
                if name not in own:  # what is wrong with it is said as of any other
                    return own_inputs(written, values, problems, place)
                shapes[name] = own[name]
                continue
            at = named[name].place
            shapes[name] = named[name].shape(own.get(name))
            about = f"{name} " if len(written) > 1 else ""
            remark = named[name].remark(shapes[name], own.get(name), about)
            if remark is not None:
                remarks[name] = remark
    except Refusal as refusal:
        problems.add(Problem("SC115", refusal.message, at.source, at.offset, refusal.hint))
        return None
    return shapes, remarks


def _by_name(given: object, names: list[str]) -> dict[str, GivenShape]:
    """What is given for some inputs. Raises Refusal for other names, and for none of several."""
    if isinstance(given, dict):
        for name in given:
            if name not in names:
                raise Refusal("SC115", f"unknown input {shown(name)}; inputs: {some_of(names)}")
        return {name: _as_given(given[name]) for name in names if name in given}
    if len(names) > 1:
        text = f"expected the name of an input with its shape; inputs: {some_of(names)}"
        raise Refusal("SC115", text)
    return {names[0]: _as_given(given)}


def _as_given(value: object) -> GivenShape:
    return value if isinstance(value, GivenShape) else GivenShape(value)


def odd(shape: Shape, own: Shape | None, layout: str = "hwc") -> tuple[str, str] | None:
    """What is odd of an input and what may have been meant: a message and a hint, or None.

    own: the spec's own input, where the shape is given instead of it.
    layout: the order of sizes in which it was written, and is told.
    """
    text = shape.text(layout)
    if layout == "hwc":  # else it was said that the channels come first
        instead = meant_shape(shape, own)
        if instead is not None:
            return _first(shape, instead, own)
    elif own is not None:
        instead = _meant_in_chw(shape.chw, own)
        if len(shape) == len(own) + 1:
            return f"{text} has a batch in front: {_NO_BATCH}", f"write {instead.text(layout)}"
        if instead != shape:
            message = (
                f"{text} has {_channels(shape.channels)} of {axes_text(shape.spatial)}: with "
                "--layout chw, shapes have their channels first"
            )
            return message, f"write {instead.text(layout)}"
    if own is None or (len(shape) == len(own) and shape.channels == own.channels):
        return None
    theirs = f"the spec's own input is {own.text(layout)}"
    if len(shape) == len(own) - 1 and shape.channels != own.channels:
        whole = Shape((*shape, own.channels))
        return f"{text} has no channels: {theirs}", f"write {whole.text(layout)}"
    if len(shape) != len(own):
        sizes = "1 size" if len(shape) == 1 else f"{len(shape)} sizes"
        whole = Shape((*(shape[0] for _ in own.spatial), own.channels))
        hint = f"write {whole.text(layout)}" if len(shape) == 1 else "write as many sizes as that"
        return f"{text} has {sizes}: {theirs}", hint
    spatial = list(shape.spatial)
    if spatial.count(own.channels) == 1 and shape.channels > own.channels:  # they stand there
        spatial.remove(own.channels)
        spatial.insert(0 if layout == "chw" else len(spatial), shape.channels)
    return (
        f"{text} has {_channels(shape.channels)}: {theirs}",
        f"write {Shape((*spatial, own.channels)).text(layout)} {KEEP_CHANNELS}",
    )


KEEP_CHANNELS = "to keep the channels"
"""How the hint ends for an input that has other channels than the spec's own, and no fault else."""

_NO_BATCH = "a shape is that of one input"


def _meant_in_chw(sizes: tuple[int, ...], own: Shape) -> Shape:
    """The shape that sizes mean where the channels come first: without a batch, and turned round
    where the last is the channel count of a spec's own input and the first is not."""
    inner = sizes[1:] if len(sizes) == len(own) + 1 else sizes
    last = len(inner) == len(own) and inner[0] != own.channels == inner[-1]
    return Shape(inner) if last else Shape.from_chw(inner)


def _first(shape: Shape, instead: Shape, own: Shape | None) -> tuple[str, str]:
    """What is odd of a shape in PyTorch's order, and the shape that it means."""
    if len(instead) < len(shape):
        message = f"{shape} has a batch in front: {_NO_BATCH}"
    else:
        message = (
            f"{shape} has {_channels(shape.channels)} of {axes_text(shape.spatial)}: shapes have "
            "their channels last"
        )
    if own is not None:
        return message, f"write {instead}"
    return message, f"write {instead}, if it has {_channels(instead.channels)}"


def _channels(number: int) -> str:
    return f"{number} channel{'' if number == 1 else 's'}"
