"""Fuzzes whole specs: mostly right, of all that the language has, with something wrong anywhere.

    PYTHONPATH=tests python -m fuzz.structure --seconds 600

draws specs with Hypothesis, which makes one that fails as small as it can be and prints it. The
same `--seed` gives the same specs. The figures come at the end.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from fuzz.drawing import hold_drawn, main
from fuzz.holding import Held, hold
from shapecalc import bundled, layers
from shapecalc.language.arguments import KINDS
from shapecalc.language.expectations import AMOUNTS, EXPECTED
from shapecalc.language.item_reader import JOIN_WORDS
from shapecalc.language.keys import COMMON_KEYS, SPEC_KEYS
from shapecalc.layers.fields import Field
from shapecalc.reference.layer_types import find_block

BATCH = 250
"""The specs that are drawn between two looks at the clock."""

Draw = Any

NAMES = (
    "a",
    "b",
    "conv",
    "pool",
    "x.y",
    "no",
    "日本語",
    "e\u0301",
    "a b",
    "0",
    "relu_2",
    "-",
    "🧪",
)

ODD_NAMES = (
    *("", " ", "\x1b[31m", "a\nb", "\u202e", "\u200b", "##[error]", "::error::", "[/x]", "\ud7ff"),
    *("a" * 201, "²", "a.²", "1.5", "=1+1", "|", "`", "\\", "{a}", "%", "null", "true", "input"),
)

INTEGERS = (0, -1, 1, 2, 7, 8, 255, 4096, 65537, 2**31, 2**53 + 1, 2**62, 2**63 - 1, 2**63, 10**30)

EXPRESSIONS = (
    *("n", "n + 1", "2 * n", "n // 2", "n / 2", "w", "4 * w", "d[0]", "d[5]", "len(d)", "flag"),
    *("in_channels", "in_channels // 2", "index", "index + 1", "1 if flag else 2", "not flag"),
    *(
        "make_divisible(n * w, 8)",
        "min(n, 3)",
        "max()",
        "n ** n ** n",
        "1 / 0",
        "missing",
        "(",
        "^",
    ),
    *("in_height", "in_width // 2", "in_length", "a.height", "conv.channels - 1", "x.y.width"),
    *("input.height", "b.0.channels", "log2(n)", "floor(sqrt(n) * 3)", "sqrt(2)", "a.b", "log2(0)"),
    *("n < 3 and flag", "index == 0", "stride != 1", "9 ** 99", "0.1 + 0.2", "[1, 2][n]", "n n"),
)

NETWORKS = ("resnet18", "squeezenet1_0", "lenet5")
"""Networks that are used as blocks."""

IMAGES = ("32x32x3", "224x224x3", "28x28x192", "8x8x4")

SHAPES = (
    *("8x8x3", "16x1", "100x4", "4x8x8x2", "10", "1x1x1", "3x224x224", "8 x 8 x 3", "1x1x1000"),
    *("8x8", "0x8x3", "x", "8x8x", "-1x2x3", "1e3", "9999999999x9999999999x1"),
)

ON_IMAGES = tuple(name for name in layers.type_names() if name[-2:] not in ("1d", "3d"))
"""The types that may take an image."""

words = st.sampled_from(NAMES)
identifiers = st.sampled_from((*"klmnpqr", "k_1", "é", "conv", "日本語", "a b", "0"))
odd_words = st.one_of(st.sampled_from(ODD_NAMES), st.text(max_size=20))
integers = st.one_of(st.integers(1, 8), st.sampled_from(INTEGERS))
numbers = st.one_of(integers, st.floats(allow_nan=False, allow_infinity=False, width=32))
expressions = st.sampled_from(EXPRESSIONS)
images = st.sampled_from(IMAGES)
shapes = st.one_of(
    images,
    st.sampled_from(SHAPES),
    st.lists(st.one_of(integers, expressions), max_size=5),
    integers,
)
scalars = st.one_of(
    st.none(), st.booleans(), numbers, words, odd_words, expressions, st.sampled_from(SHAPES)
)
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(words, odd_words), inner, max_size=4)
    ),
    max_leaves=8,
)


def one_in(draw: Draw, many: int) -> bool:
    """Whether something that is rare is the case: true once in so many draws."""
    return bool(draw(st.sampled_from(range(many))) == many // 2)


def mostly(
    usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any], many: int = 12
) -> st.SearchStrategy[Any]:
    """A value of the usual ones, and once in so many draws an odd one."""
    return st.sampled_from(range(many)).flatmap(lambda drawn: odd if drawn == many // 2 else usual)


def deep(levels: int) -> Any:
    """Lists in lists, or mappings in mappings."""
    value: Any = "a"
    for level in range(levels):
        value = [value] if level % 2 else {"layers": value}
    return value


wrong = st.one_of(junk, junk, st.builds(deep, st.sampled_from((5, 60, 120))))


def value_of(field: Field[Any], rank: int) -> st.SearchStrategy[Any]:
    """Values that a field mostly takes."""
    if field.kind == "axes or pairs":
        pair = st.lists(st.integers(-1, 4), min_size=2, max_size=2)
        pairs = mostly(
            st.lists(pair, min_size=max(rank, 1), max_size=max(rank, 1)),
            st.lists(st.one_of(pair, integers, st.just(["n", "index"])), max_size=4),
        )
        return st.one_of(st.sampled_from(field.words), integers, pairs)
    if field.words:
        return st.one_of(st.sampled_from(field.words), integers)
    if field.kind in ("flag",):
        return st.one_of(st.booleans(), st.just("flag"))
    if field.kind == "number":
        return st.one_of(st.floats(0, 1, width=16), st.sampled_from((0, 1, "w", "1 / n")))
    axis = mostly(st.integers(1, 5), st.one_of(integers, expressions))
    if field.kind in ("integer", "count", "inferred count"):
        return mostly(st.sampled_from((1, 2, 4, 8, "n", "2 * n", "in_channels")), axis, 5)
    along = st.lists(axis, min_size=max(rank, 1), max_size=max(rank, 1))
    printed = st.lists(st.integers(0, 9).map(str), min_size=1, max_size=3).map("x".join)
    return mostly(st.one_of(axis, along), st.one_of(printed, st.lists(integers, max_size=6)))


@st.composite
def layer(draw: Draw) -> dict[str, Any]:
    """A layer of any type."""
    name = draw(st.one_of(st.sampled_from(ON_IMAGES), st.sampled_from(sorted(layers.type_names()))))
    found = layers.find_type(name)
    assert found is not None
    item: dict[str, Any] = {"type": name}
    for key, field in found.layer.fields.items():
        if field.required or draw(st.integers(0, 3)) == 0:
            item[key] = draw(value_of(field, found.rank))
    return item


@st.composite
def simple(draw: Draw) -> dict[str, Any]:
    """A layer that fits nearly any image."""
    kind = draw(st.sampled_from(("Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Identity")))
    item: dict[str, Any] = {"type": kind}
    if kind == "Conv2d":
        item["out_channels"] = draw(st.sampled_from((1, 4, 8, "n", "in_channels")))
        item["kernel_size"] = draw(st.sampled_from((1, 3, "1x3", [3, 1])))
        item["padding"] = draw(st.sampled_from((1, 0, "same", "valid")))
    elif kind == "MaxPool2d":
        item |= {"kernel_size": 2, "ceil_mode": draw(st.booleans())}
    return item


@st.composite
def use(draw: Draw) -> dict[str, Any]:
    """A use of a block: one that ships, or an own one."""
    name = draw(st.sampled_from((*bundled.block_names(), "Own", "Own", "Two", "Other", *NETWORKS)))
    if name in NETWORKS:
        until = draw(st.sampled_from((None, "layer1", "conv1", "features", "a", "layer2.0", "")))
        return {"type": name} if until is None else {"type": name, "until": until}
    if name == "Two":
        return {"type": name, "from": draw(st.lists(words, min_size=1, max_size=3))}
    if name not in bundled.block_names():
        return {"type": name}
    block = find_block(name)
    assert block is not None
    item: dict[str, Any] = {"type": name}
    for key, argument in block.arguments.items():
        if argument.required or draw(st.integers(0, 5)) == 0:
            item[key] = draw(mostly(st.sampled_from((4, 8, 16, "2 * n")), axis_values))
    return item


axis_values = mostly(st.integers(1, 16), st.one_of(integers, expressions, st.booleans(), junk), 4)

conditions = mostly(st.sampled_from((True, False, "flag", "n < 3 and flag")), expressions)
many = st.sampled_from((0, 20_000, 200_000, 10**9, -1))
few = st.one_of(st.integers(0, 3), st.sampled_from(("n", "d[1]")))
repeats = mostly(few, st.one_of(many, expressions))
PATTERNS = (
    "input",
    "a.b",
    "a.0",
    "a.*",
    "b.*.conv",
    "a.{index}",
    "b.{2 - index}",
    "{n}",
    "{{",
    "*",
)
paths = st.one_of(words, st.sampled_from(PATTERNS))
sources = st.one_of(paths, st.lists(paths, max_size=3))
notes = st.one_of(
    words, odd_words, st.fixed_dictionaries({"en": words, "zh": odd_words}), st.just("{n} {{}}")
)


@st.composite
def items(draw: Draw, inner: st.SearchStrategy[Any]) -> list[Any]:
    """A list of layers, uses of blocks, and what stands within."""
    kinds = mostly(simple(), st.one_of(layer(), use(), inner), 3)
    found = draw(st.lists(kinds, min_size=1, max_size=5))
    for item in found:
        if not isinstance(item, dict) or draw(st.booleans()):
            continue
        extras = {
            "name": words,
            "note": notes,
            "from": sources,
            "when": conditions,
            "repeat": repeats,
            "expect": shapes,
            "shares": words,
            "trainable": conditions,
        }
        keys = mostly(
            st.sampled_from(("name", "name", "note", "when", "repeat")),
            st.sampled_from(COMMON_KEYS),
            8,
        )
        for key in draw(st.lists(keys, max_size=2)):
            item[key] = draw(extras[key])
    return list(found)


@st.composite
def group(draw: Draw, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A sequence, or branches and how they are joined."""
    if draw(st.booleans()):
        return {"layers": draw(items(inner))}
    branches = draw(st.dictionaries(words, items(inner), min_size=1, max_size=3))
    return {"branches": branches, "join": draw(st.sampled_from(JOIN_WORDS))}


bodies = items(st.recursive(simple(), group, max_leaves=6))

definitions = st.one_of(
    st.integers(1, 9),
    numbers,
    st.booleans(),
    st.lists(st.integers(1, 9), max_size=4),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(sorted(KINDS)), "default": axis_values, "about": notes}
    ),
)
blocks = st.fixed_dictionaries(
    {"layers": bodies},
    optional={
        "arguments": st.dictionaries(identifiers, definitions, max_size=3),
        "label": notes,
        "inputs": mostly(st.lists(words, min_size=1, max_size=3), junk),
        "outputs": mostly(st.lists(paths, min_size=1, max_size=3), junk),
    },
)
amounts = st.one_of(st.integers(0, 10**6), st.sampled_from(("7M", "1.5G", "35 MiB")))
expectations = st.one_of(
    st.fixed_dictionaries({}, optional={"output": shapes, "params": amounts, "macs": amounts}),
    st.dictionaries(st.sampled_from(EXPECTED), st.one_of(integers, shapes), max_size=3),
)
budgets = st.dictionaries(
    st.sampled_from(sorted(AMOUNTS)), st.one_of(amounts, amounts, amounts, integers), max_size=3
)


@st.composite
def specs(draw: Draw) -> dict[str, Any]:
    """A whole spec, as Python objects."""
    arguments = {"n": 2, "w": 0.5, "d": [1, 2], "flag": True}
    spec: dict[str, Any] = {
        "input": draw(mostly(images, shapes)),
        "arguments": arguments | draw(st.dictionaries(identifiers, definitions, max_size=2)),
        "layers": draw(bodies),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "name": mostly(words, odd_words, 3),
        "about": notes,
        "blocks": st.fixed_dictionaries({"Own": blocks}, optional={"Other": blocks, "Two": blocks}),
        "expect": expectations,
        "budget": budgets,
        "outputs": sources,
        "input": st.dictionaries(words, shapes, min_size=1, max_size=3),
        "variants": st.dictionaries(
            words,
            st.fixed_dictionaries(
                {},
                optional={
                    "arguments": st.dictionaries(st.sampled_from("nwdf"), axis_values, max_size=2),
                    "input": shapes,
                    "expect": expectations,
                    "budget": budgets,
                },
            ),
            max_size=3,
        ),
    }
    often = ("name", "about", "blocks", "expect", "budget", "variants")
    keys = st.sampled_from((*often, *often, *sorted(optional)))
    for key in draw(st.lists(keys, max_size=4, unique=True)):
        spec[key] = draw(optional[key])
    if one_in(draw, 4):
        spoil(draw, spec)
    return spec


def spoil(draw: Draw, spec: Any) -> None:
    """Puts something wrong in one place of a spec."""
    node = spec
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = draw(st.sampled_from([*keys, *["layers"] * (4 if "layers" in keys else 0)]))
        if not isinstance(node[key], dict | list) or draw(st.integers(0, 3)) == 0:
            node[key] = draw(wrong)
            return
        node = node[key]
    if isinstance(node, dict):
        node[draw(st.sampled_from(SPEC_KEYS))] = draw(wrong)
    else:
        node.append(draw(wrong))


def written(value: Any) -> str:
    """A value as YAML, in flow style."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{written(key)}: {written(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text as YAML: plain where it may be, otherwise in quotes."""
    if text[:1].isalpha() and (
        text.isascii()
        and text.replace(" ", "a").replace("_", "a").isalnum()
        and text == text.strip()
    ):
        return text
    escaped = (
        char if char.isprintable() and char not in '"\\' else f"\\U{ord(char):08x}" for char in text
    )
    return '"' + "".join(escaped) + '"'


def document(spec: dict[str, Any]) -> str:
    """A spec as YAML: what is at the top, and every layer, on a line of its own."""
    lines = []
    for key, value in spec.items():
        if key == "layers" and isinstance(value, list) and value:
            lines += ["layers:", *(f"  - {written(item)}" for item in value)]
        else:
            lines.append(f"{quoted(str(key))}: {written(value)}")
    return "\n".join(lines) + "\n"


def fuzz(first: int, seconds: float, batches: int | None = None, size: int = BATCH) -> Held:
    """Holds specs until the time is over, or there have been so many batches of a size.

    Raises what fails, with the smallest spec for which it does.
    """
    held = Held()

    def one(text: str) -> None:
        hold(text.encode("utf-8", "surrogatepass"), held)

    hold_drawn(specs().map(document), one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("structure", __doc__, fuzz)
