"""A run is bounded as a whole: in steps of expressions, and in characters of paths and notes."""

from __future__ import annotations

import time

import pytest
from running import slowness

from shapecalc.check.check import check
from shapecalc.limits import MAXIMUM_CHARACTERS, MAXIMUM_STEPS
from shapecalc.problems.problem import Problem
from shapecalc.text.source import Source

ONES = ", ".join(["1"] * 300)
LISTED = ", ".join(["1"] * 1000)
QUARTERS = ", ".join(["0.25"] * 1000)
LONG = "n" * 180

GREEDY = {
    "an expression that a repeat asks for again": (
        "layers: [{name: a, type: Conv2d, kernel_size: 1, repeat: 131000, "
        f'out_channels: "1 + 0*index + 0*max([{ONES}])"}}]'
    ),
    "a long list that an expression looks at often": (
        f"arguments: {{a: [{LISTED}]}}\nlayers: [{{name: a, type: Conv2d, kernel_size: 1, "
        f'repeat: 5000, out_channels: "{" + ".join(["max(a)"] * 100)} + index"}}]'
    ),
    "a long list of fractions that an expression looks at often": (
        f"arguments: {{a: [{QUARTERS}]}}\nlayers: [{{name: a, type: Conv2d, kernel_size: 1, "
        'repeat: 5000, out_channels: "1 + 0*index + floor(max(a))"}]'
    ),
    "fractions that a repeat asks for again": (
        "layers: [{name: a, type: Conv2d, kernel_size: 1, repeat: 131000, "
        f'out_channels: "1 + 0*index + 0*floor({"+".join(["1/3"] * 200)})"}}]'
    ),
    "a list that is handed to a block again": (
        f"arguments: {{a: [{LISTED}]}}\nblocks: {{B: {{arguments: {{w: {{kind: list}}}}, "
        'layers: [{type: Conv2d, kernel_size: 1, out_channels: "w[1]"}]}}\n'
        f"layers: [{{name: b, type: B, w: [index, {LISTED[3:]}], repeat: 60000}}]"
    ),
    "a note that is filled again": (
        'layers: [{name: a, type: ReLU, repeat: 131000, note: "' + "{index}" * 300 + '"}]'
    ),
    "a long note that is filled again": (
        'layers: [{name: a, type: ReLU, repeat: 131000, note: "' + "x" * 9000 + '{index}"}]'
    ),
    "a plain note that is repeated": (
        f'layers: [{{name: a, type: ReLU, repeat: 131000, note: "{"x" * 9000}"}}]'
    ),
    "a note of a repeated block": (
        f'blocks: {{B: {{layers: [{{type: ReLU, note: "{"x" * 9000}"}}]}}}}\n'
        "layers: [{type: B, repeat: 60000}]"
    ),
    "a layer of many inputs in a repeated block": (
        f"blocks: {{B: {{layers: [{{type: Concat, from: [{', '.join(['input'] * 1000)}]}}, "
        "{type: Conv2d, kernel_size: 1, out_channels: 1}]}}\nlayers: [{type: B, repeat: 40000}]"
    ),
    "a layer of many outputs in a repeated block": (
        "blocks: {B: {layers: [{type: Conv2d, kernel_size: 1, out_channels: 1000}, "
        "{name: s, type: Split, split_size: 1}, {type: Identity, from: s.0}]}}\n"
        "layers: [{type: B, repeat: 30000}]"
    ),
    "a note that shows a list again": (
        "arguments: {d: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n"
        'layers: [{name: a, type: ReLU, repeat: 5000, note: "{index}' + "{d}" * 330 + '"}]'
    ),
    "a note that shows a fraction again": (
        "arguments: {w: 0.125}\n"
        'layers: [{name: a, type: ReLU, repeat: 5000, note: "{index}' + "{w}" * 330 + '"}]'
    ),
    "long names around a repeat": (
        f"layers: [{{name: a{LONG}, layers: [{{name: b{LONG}, layers: [{{name: c{LONG}, layers: "
        "[{type: ReLU, repeat: 131000}]}]}]}]"
    ),
    "a condition that a repeat asks for again": (
        "blocks: {B: {arguments: {k: 1}, layers: [{type: ReLU, when: "
        f'"max([{ONES}]) <= k + 1"}}]}}}}\nlayers: [{{name: b, type: B, k: index, repeat: 60000}}]'
    ),
}


def checked(text: str) -> list[Problem]:
    return check(Source("net.yaml", f"input: 4x4x1\n{text}\n")).problems


@pytest.mark.parametrize("text", GREEDY.values(), ids=list(GREEDY))
def test_what_asks_for_too_much_is_refused_at_its_item_and_soon(text: str) -> None:
    before = time.process_time()
    problems = checked(text)
    assert time.process_time() - before < 4 * slowness()
    (problem,) = problems
    assert problem.code == "SC113"
    assert "of this network" in problem.message
    assert problem.line > 1
    assert problem.hint is not None
    assert problem.hint.startswith("use fewer repeats")


MODEST = {
    "an expression": 'type: Conv2d, kernel_size: 1, out_channels: "1 + 0*max([{ones}])"',
    "a long list": 'type: Conv2d, kernel_size: 1, out_channels: "{often}"',
    "a list that is handed to a block": "type: B, w: a",
    "a list that is made for a block": 'type: B, w: "a"',
    "a note": 'type: ReLU, note: "{names}"',
    "a note of braces": 'type: ReLU, note: "{braces}"',
    "a condition": 'type: B, w: [1], when: "max([{ones}]) == 1"',
    "an expectation": 'type: ReLU, expect: [4, "max([{ones}]) * 4", 1]',
}
"""What is the same for every repeat: long, and done once."""


@pytest.mark.parametrize("inside", [False, True], ids=["repeated", "in a repeated block"])
@pytest.mark.parametrize("name", MODEST)
def test_what_does_not_depend_on_the_index_is_done_once(name: str, inside: bool) -> None:
    long = {
        "{ones}": ONES,
        "{often}": " + ".join(["max(a)"] * 100),
        "{names}": "{n}" * 190,
        "{braces}": "x" * 190 + "{{",
    }
    line = MODEST[name]
    for word, text in long.items():
        line = line.replace(word, text)
    arguments = f"arguments: {{a: [{LISTED}], n: 1}}"
    blocks = (
        "blocks: {B: {arguments: {w: {kind: list}}, layers: [{type: Conv2d, kernel_size: 1, "
        'out_channels: "w[0]"}]}'
    )
    item = f"{{name: r, {line}, repeat: 20000}}"
    if inside:
        blocks += f", C: {{{arguments}, layers: [{{{line}}}]}}"
        item = "{name: r, type: C, repeat: 20000}"
    before = time.process_time()
    found = checked(f"{arguments}\n{blocks}}}\nlayers: [{item}]")
    assert time.process_time() - before < 2.4 * slowness()
    assert [str(problem) for problem in found if problem.severity == "error"] == []


def test_all_variants_share_the_work() -> None:
    steps = 300
    times = MAXIMUM_STEPS // steps // 10
    variants = ", ".join(f"v{number}: {{}}" for number in range(20))
    text = (
        f"variants: {{{variants}}}\nlayers: [{{name: a, type: Conv2d, kernel_size: 1, repeat: "
        f'{times}, out_channels: "1 + 0*index + 0*max([{ONES}])"}}]'
    )
    assert [problem.code for problem in checked(text)] == ["SC113"]


@pytest.mark.parametrize(
    ("layer", "times"),
    [
        ("{name: NAME, type: ReLU}", 1),
        ("{branches: {NAME: [{name: r, type: ReLU}]}}", 4),
        ("{name: s, type: Add, from: [NAME, NAME, NAME]}", 4),
    ],
)
@pytest.mark.parametrize(("letter", "weight"), [("a", 1), ("\u5377", 2)])
def test_the_characters_of_all_paths_are_limited(
    layer: str, times: int, letter: str, weight: int
) -> None:
    """Those of branches, and of what layers with several inputs take, too."""
    name = letter * 150
    most = MAXIMUM_CHARACTERS // (150 * weight)
    for repeat, codes in ((most // times // 4, []), (2 * most // times, ["SC113"])):
        first = f"{{name: {name}, type: ReLU}}, " if "from" in layer else ""
        item = layer.replace("NAME", name)
        text = f"layers:\n- {{name: x, layers: [{first}{item}], repeat: {repeat}}}\n"
        assert [problem.code for problem in checked(text)] == codes


def test_a_large_network_has_all_that_it_needs() -> None:
    """Every layer with two short expressions and a note, at the most layers there may be."""
    text = (
        "arguments: {width: 2}\nlayers: [{name: layer, type: Conv2d, kernel_size: 1, "
        'out_channels: "2 * width", bias: width == 2, note: as written, repeat: 100000}]'
    )
    assert checked(text) == []
    assert len("layer.100000") * 131_072 < MAXIMUM_CHARACTERS


@pytest.mark.parametrize(("length", "codes"), [(10_000, []), (10_001, ["SC104"])])
@pytest.mark.parametrize("note", ["note: {}", "note: {{en: {}}}", "note: {{en: a, zh: {}}}"])
def test_notes_are_short(note: str, length: int, codes: list[str]) -> None:
    text = "layers: [{type: ReLU, " + note.format("é" * length) + "}]"
    assert [problem.code for problem in checked(text)] == codes


@pytest.mark.parametrize(("number", "codes"), [(2_000, []), (10_001, ["SC008"])])
def test_variants_are_few(number: int, codes: list[str]) -> None:
    variants = ", ".join(f"v{each}: " for each in range(number))
    text = f"variants: {{{variants}}}\nlayers: [{{type: ReLU}}]"
    assert [problem.code for problem in checked(text)] == codes
