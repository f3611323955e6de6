"""Fuzzes the sizes of specs: near every limit there is, and over it, in any alphabet.

    PYTHONPATH=tests python -m fuzz.sizes --seconds 600

Repeats whose expressions, notes and lists depend on the index, names in names, many layers,
arguments, inputs, variants, keys, anchors and aliases. A command reads each spec in a process of
its own, within the bounds on processor time and memory that every run has.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from fuzz.commands import Commands
from fuzz.drawing import hold_drawn, main
from fuzz.holding import Held
from fuzz.structure import document, mostly, one_in
from shapecalc.check.formats import FORMATS
from shapecalc.render.exporters import EXPLANATION_FORMATS, EXPORTERS

BATCH = 20
"""The specs that are drawn between two looks at the clock."""

COMMANDS = (
    ("check", "a.yaml"),
    ("table", "a.yaml"),
    ("table", "a.yaml", "--depth", "9", "--lang", "zh"),
    ("table", "a.yaml", "--details"),
    ("diff", "a.yaml", "a.yaml"),
    *(("export", "a.yaml", "--to", name) for name in EXPORTERS),
    *(("explain", "a.yaml", "--to", name) for name in EXPLANATION_FORMATS),
    ("explain", "a.yaml", "--without-reductions"),
    *(("check", "a.yaml", "--format", name) for name in FORMATS),
)

CHARACTERS = (
    "a",
    "é",
    "e\u0301",
    "ß",
    "Я",
    "א",
    "日",
    "ｗ",
    "𝒳",
    "🧪",
    "👩\u200d🔬",
    "🇨🇭",
    "क्षि",
    "'",
    "{{",
)
"""What names and notes are made of: of one to four bytes in UTF-8, alone and combined."""

TERMS = (
    *("1", "index", "0*index", "n", "1/3", "2**40", "max(d)", "d[index % len(d)]", "len(d)"),
    *(
        "in_channels",
        "(1 if index else 2)",
        "index/7",
        "make_divisible(index, 8)",
        "min(index, 9)",
    ),
)

PLACEHOLDERS = ("{index}", "{n}", "{d}", "{{", "}}", "{max(d)}", "{in_channels}", "{index*n}")


def up_to(*sizes: int, over: int) -> st.SearchStrategy[int]:
    """A size that is allowed, and rarely one that is not."""
    return mostly(st.sampled_from(sizes), st.just(over), 500)


def filled(text: str, length: int) -> str:
    """A text that repeats up to a length."""
    return text * max(1, length // len(text))


lengths = up_to(1, 3, 20, 66, 190, 199, over=200)
expression_lengths = up_to(10, 30, 100, 400, 900, over=1100)
note_lengths = up_to(10, 100, 1000, 9000, 9990, over=1_000_000)
few = st.sampled_from((1, 2, 3))
repeats = up_to(1, 10, 100, 1000, 5000, 20_000, 40_000, 60_000, 131_072, over=10**9)
counts = mostly(st.sampled_from((1, 2, 3)), st.sampled_from((50, 500, 5000, 20_000)), 8)
names = st.builds(filled, st.sampled_from(CHARACTERS), lengths).map(lambda name: f"n{name}")


@st.composite
def expressions(draw: Any) -> str:
    """A long expression, mostly of the value 1."""
    term = draw(st.sampled_from(TERMS))
    length = draw(expression_lengths)
    kind = draw(st.sampled_from(("sum", "list", "calls", "brackets", "choices", "fractions")))
    times = max(1, length // (len(term) + 2))
    if kind == "list":
        return f"1+0*floor(max([{', '.join([term] * times)}]))"
    if kind == "calls":
        return f"1+0*floor({'+'.join([f'max(max(d), {term})'] * max(1, length // 24))})"
    if kind == "brackets":
        return f"1+0*floor({'(' * (length // 25)}{term}{')' * (length // 25)})"
    if kind == "choices":
        return "".join(f"1 if index == {number} else " for number in range(length // 22)) + "1"
    if kind == "fractions":
        return (
            "1+0*floor("
            + "+".join(f"index/{number % 9 + 3}" for number in range(length // 8))
            + ")"
        )
    return f"1+0*floor({'+'.join([term] * times)})"


notes = st.builds(filled, st.sampled_from((*PLACEHOLDERS, *CHARACTERS)), note_lengths)
notes = mostly(notes, st.fixed_dictionaries({"en": notes, "zh": notes}), 4)
lists = st.builds(
    lambda value, times: [value] * times,
    mostly(st.sampled_from((1, 0.25, 2**40)), st.sampled_from(([1, 2], True)), 20),
    up_to(1, 10, 300, 333, 990, over=1001),
)
list_values = mostly(lists, st.sampled_from(("d", "[index, 2]")), 2)


@st.composite
def leaf(draw: Any) -> list[dict[str, Any]]:
    """Layers that depend on the index, take many inputs, or are of a block."""
    kind = draw(st.sampled_from(("plain", "layer", "layer", "block", "parts", "many inputs")))
    if kind == "layer":
        return [{"type": "Conv2d", "kernel_size": 1, "out_channels": draw(expressions())}]
    if kind == "block":
        return [{"type": "Own", "d": draw(list_values)}]
    if kind == "parts":
        chunks = draw(st.sampled_from((2, 100, 1024)))
        return [
            {"type": "Conv2d", "kernel_size": 1, "out_channels": chunks},
            {"name": "c", "type": "Chunk", "chunks": chunks},
            {"type": "ReLU", "from": f"c.{chunks - 1}"},
        ]
    if kind == "many inputs":
        many = draw(st.sampled_from((2, 30, 1000)))
        return [{"name": "s", "type": "ReLU"}, {"type": "Add", "from": ["s"] * many}]
    return [{"type": "ReLU"}]


@st.composite
def items(draw: Any) -> list[dict[str, Any]]:
    """Items in items in items, one level of which repeats often."""
    levels = draw(st.sampled_from((0, 0, 1, 2, 5, 44)))
    often = draw(st.integers(0, levels))
    room = draw(up_to(1000, 40_000, 65_000, 130_000, over=10**6))
    found: list[dict[str, Any]] = draw(leaf())
    if len(found) > 1:
        found = [{"layers": found}]
    layers = 5  # that the leaf has, at the most
    for level in range(levels + 1):
        outer = found[-1]
        wanted = draw(repeats if level == often else few)
        outer["repeat"] = max(1, min(wanted, room // layers))
        layers = layers * outer["repeat"] + 2
        if level < 4 and draw(st.booleans()):
            outer["name"] = draw(names)
        if one_in(draw, 3):
            outer["note"] = draw(notes)
        if one_in(draw, 5):
            outer["when"] = f"({draw(expressions()).replace('index', 'n')}) > 0"
        if level == levels:
            break
        if level < 3 and one_in(draw, 4):
            times = draw(few)
            layers *= times
            branches = {str(number): found for number in range(times)}
            found = [{"branches": branches, "join": draw(st.sampled_from(("add", "concat")))}]
        else:
            found = [{"layers": found}]
    times = draw(counts)
    if times < 10 or levels:
        return found
    first = found[0] | {"repeat": draw(few)}
    return [first | {"name": f"{number}{first.get('name', '')}"[:200]} for number in range(times)]


@st.composite
def texts(draw: Any) -> tuple[str, int]:
    """A spec, and how many keys and values are read of it."""
    spec: dict[str, Any] = {
        "input": "4x4x2",
        "arguments": {"n": 2, "d": draw(lists)},
        "blocks": {"Own": {"arguments": {"d": {"kind": "list", "default": [1]}}}},
        "layers": [],
    }
    own = spec["blocks"]["Own"]
    own["layers"] = [{"type": "ReLU", "name": draw(names)}]
    for number in range(draw(mostly(st.just(0), st.sampled_from((50, 98, 99)), 4))):
        (own if draw(st.booleans()) else spec)["arguments"][f"a{number}"] = number
    for body in draw(st.lists(items(), min_size=1, max_size=3)):
        spec["layers"] += body
    if one_in(draw, 21):
        key = draw(names)
        spec["input"] = {f"{i}{key}"[:200]: "4x4x2" for i in range(draw(st.sampled_from((1, 64))))}
    if one_in(draw, 6):
        of = draw(st.sampled_from(({}, {"arguments": {"n": 3}}, {"input": "2x2x2"})))
        many = draw(st.sampled_from((3, 100, 1000, 9_999, 10_001, 100_000)))
        key = draw(names)
        spec["variants"] = {f"{number}{key}"[:200]: of for number in range(many)}
    if one_in(draw, 10):
        above, lines, nodes = draw(keys_and_anchors())
        spec.pop(above, None)
        text = document(spec) + f"{above}:\n" + "\n".join(lines) + "\n"
        return text, nodes + nodes_in(spec)
    return document(spec), nodes_in(spec)


@st.composite
def keys_and_anchors(draw: Any) -> tuple[str, list[str], int]:
    """Many keys, anchors or aliases: the key of all, its lines, and its keys and values."""
    many = draw(st.sampled_from((10, 1000, 30_000, 200_000)))
    kind = draw(st.sampled_from(("keys", "anchors", "aliases", "merges", "complex keys")))
    name = draw(names).replace("'", "q").replace("{", "k")
    above = draw(mostly(st.just("layers"), st.sampled_from(("x", "about", "expect")), 4))
    if kind == "keys":
        above = draw(st.sampled_from(("x", "arguments", "variants", "about", "expect", "blocks")))
        return above, [f"  {name}{number}: {{}}" for number in range(many)], 2 * many
    if kind == "anchors":
        return above, [f"  - &{number} {{type: ReLU}}" for number in range(many)], 3 * many
    if kind == "aliases":
        return above, ["  - &a {type: ReLU}", *["  - *a"] * many], 3 * many
    if kind == "merges":
        return above, ["  - &a {type: ReLU}", *["  - {<<: *a, note: x}"] * many], 5 * many
    return above, [f"  ? [{number}]\n  : 1" for number in range(many)], 3 * many


def nodes_in(value: Any) -> int:
    """The keys and values in a value, with itself."""
    count = 0
    pending = [value]
    while pending:
        node = pending.pop()
        count += 1
        if isinstance(node, dict):
            count += len(node)
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return count


class Case(NamedTuple):
    """A spec and what is asked of it. nodes: the keys and values in it."""

    words: tuple[str, ...]
    text: str
    nodes: int

    def __repr__(self) -> str:
        return f"{' '.join(self.words)}: {self.nodes} nodes in {self.text[:3000]!r}"


cases = st.builds(lambda words, text: Case(words, *text), st.sampled_from(COMMANDS), texts())


def fuzz(first: int, seconds: float, batches: int | None = None, size: int = BATCH) -> Held:
    """Holds commands to their bounds until the time is over, or there were so many batches."""
    held = Held()
    with Commands(held) as commands:

        def one(case: Case) -> None:
            with commands.folder() as folder:
                (folder / "a.yaml").write_text(case.text, encoding="utf-8")
                specs = case.words.count("a.yaml")
                nodes = case.nodes * specs
                ran = commands.run(*case.words, folder=folder, nodes=nodes, specs=specs)
            held.networks += ran.status == 0

        hold_drawn(cases, one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("sizes", __doc__, fuzz)
