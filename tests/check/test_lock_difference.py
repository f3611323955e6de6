"""What is said where a spec differs from its lock: what, where, and how much follows."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from running import run
from spec_folders import LOCK, LOCKED, lock_text, write

from shapecalc.check import lock
from shapecalc.check.check import check
from shapecalc.check.lock_difference import LockComparison
from shapecalc.text.source import Source

NETWORK = LOCK.splitlines(keepends=True)[3]
LINE_OF_A = LOCK.splitlines(keepends=True)[4]
LINE_OF_B = LOCK.splitlines(keepends=True)[5]
Z = "- z: ReLU 1 -> 1 params=0 macs=0\n"


@pytest.mark.parametrize(
    ("locked", "said", "place"),
    [
        (
            LOCK.replace(LINE_OF_A, ""),
            "a is not in the lock: Conv2d 8x8x3 -> 6x6x4",
            "3:21",
        ),
        (
            LOCK.replace(LINE_OF_B, Z + LINE_OF_B),
            "z is in the lock, but not in the spec: ReLU 1 -> 1",
            "4:28",
        ),
        (LOCK + Z, "z is in the lock, but not in the spec: ReLU 1 -> 1", "2:1"),
        (LOCK.replace("- a:", "- old:"), "a is called old in the lock", "3:21"),
        (LOCK.replace(LINE_OF_A + LINE_OF_B, LINE_OF_B + LINE_OF_A), "a runs before b", "3:21"),
        (LOCK.replace("ReLU", "GELU"), "b c: d differs from the lock: GELU -> ReLU", "4:28"),
        (LOCK.replace("ReLU 6", "ReLU from=x 6"), "from x -> the layer before", "4:28"),
        (LOCK.replace("_size=3x3", "_size=3x3 stride=2"), "stride 2 -> 1", "3:21"),
        (
            LOCK.replace("outputs=b", "outputs=a"),
            "the network differs from the lock: outputs",
            "1:1",
        ),
        (LOCK.replace("inputs=input", "inputs=x"), "the lock: inputs x -> input", "1:8"),
        (LOCK + "odd\n", "line 7 of the lock is not one that shapecalc writes", "1:1"),
        (LOCK + LINE_OF_A, "line 7 of the lock repeats a key", "1:1"),
        (LOCK.replace("- (n", "- n"), "line 4 of the lock is not one that shapecalc", "1:1"),
        (LOCK.replace("=3888", "=" + "9" * 99, 1), "network differs from the lock: MACs", "1:1"),
        (LOCK.replace("=3888", "=03888"), "line 4 of the lock is not one that shapecalc", "1:1"),
        (LOCK.replace("\n- ", "\nv "), "the network without a variant is not in the lock", "1:1"),
        (LOCK + Z.replace("- z", "v z"), "line 7 of the lock is not one that shapecalc", "1:1"),
        (
            LOCK + NETWORK.replace("- ", "v "),
            "variant v is in the lock, but not in the spec",
            "1:1",
        ),
        (LOCK + NETWORK, "line 7 of the lock repeats a key", "1:1"),
    ],
)
def test_the_first_difference_is_said_at_its_place(
    locked: str, said: str, place: str, tmp_path: Path
) -> None:
    write(tmp_path, a=LOCKED)
    assert locked != LOCK
    (tmp_path / "a.lock").write_text(locked, encoding="utf-8")
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert (done.status, done.out.count("\n")) == (1, 1)
    assert said in done.out
    assert done.out.startswith(f"a.yaml:{place}: error[SC304] ")


def test_the_default_of_a_field_like_another_is_that_of_the_lock(tmp_path: Path) -> None:
    pool = "input: 8x8x3\nlayers: [{name: p, type: MaxPool2d, kernel_size: 2}]\n"
    write(tmp_path, a=pool)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=pool.replace("kernel_size: 2", "kernel_size: 4, stride: 1"))
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert "kernel_size 2x2 -> 4x4, stride 2 -> 1, output 4x4x3 -> 5x5x3" in done.out
    for old, new in (("3, stride: 2", "2"), ("2", "3, stride: 2")):
        write(tmp_path, a=pool.replace("size: 2", f"size: {old}"))
        assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
        write(tmp_path, a=pool.replace("size: 2", f"size: {new}"))
        done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
        assert f"kernel_size {old[0]}x{old[0]} -> {new[0]}x{new[0]}, output" in done.out


MANY = """\
input: 8x8x3
arguments: {width: 4, kernel: 3}
variants:
  small: {}
  large: {arguments: {width: 8}}
  wide: {arguments: {kernel: 5}}
blocks:
  Unit:
    arguments: {width: {kind: count}}
    layers:
      - {name: conv, type: Conv2d, out_channels: width, kernel_size: 1}
layers:
  - {name: a, type: Conv2d, out_channels: width, kernel_size: kernel}
  - {name: unit, type: Unit, width: width}
"""


def test_variants_that_differ_alike_are_one_line(tmp_path: Path) -> None:
    def said(old: str, new: str) -> list[str]:
        write(tmp_path, a=MANY.replace(old, new))
        out = run("check", "a.yaml", folder=tmp_path).out
        assert out.count("SC304") == 1
        lines = (line.lstrip(" =") for line in out.splitlines())
        return [line for line in lines if line.startswith(("error", "note"))]

    write(tmp_path, a=MANY)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    assert said("kernel_size: kernel", "kernel_size: kernel, stride: 2")[0] == (
        "error[SC304]: a differs from the lock in every variant: stride 1 -> 2; "
        "1 later layer differs, too"
    )
    differing = said("kernel: 3}", "kernel: 1}")
    assert differing[0] == (
        "error[SC304]: a differs from the lock without a variant and in small, large: "
        "kernel_size 3x3 -> 1x1; 1 later layer differs, too"
    )
    assert len(differing) == 4  # with the totals of each
    assert said("wide: {arguments: {kernel: 5}}", '"a b": {arguments: {kernel: 5}}') == [
        "error[SC304]: variant a b is not in the lock",
        "note: variant wide is in the lock, but not in the spec (line 3)",
    ]
    unit = "  - {name: unit, type: Unit, width: width}\n"
    assert said(unit, f"{unit}  - {{name: end, type: ReLU}}\n") == [
        "error[SC304]: end is not in the lock in every variant: ReLU",
        "note: params and MACs are the same in total",
    ]


def test_of_many_variants_that_differ_the_first_are_told(tmp_path: Path) -> None:
    many = "".join(f"  v{each}: {{arguments: {{width: {each}}}}}\n" for each in range(1, 21))
    few = "".join(many.splitlines(keepends=True)[:10])
    text = (
        f"input: 8x8x3\narguments: {{width: 4}}\nvariants:\n{many}layers:\n"
        "  - {name: a, type: Conv2d, out_channels: width, kernel_size: 1}\n"
    )
    write(tmp_path, a=text)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=text.replace("els: width", "els: width + 1").replace(many, few))
    found = run("check", "a.yaml", folder=tmp_path).out
    assert len(re.findall(r"a differs from the lock in v\d+: out_channels", found)) == 7
    assert "a differs from the lock without a variant and in v4: out_channels 4 -> 5" in found
    assert "note: 2 more variants differ\n" in found
    assert "note: 3 more variants have other totals\n" in found
    assert (
        "note: variants v11, v12, v13, v14, v15, v16, v17, v18 "
        "and 2 more are in the lock, but not in the spec (line 3)\n"
    ) in found


CHAIN = """\
input: 8x8x4
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: relu, type: ReLU}
  - {name: again, type: ReLU}
  - {name: last, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: sum, type: Add, from: [conv, last]}
"""


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        # another layer like it follows
        (r".*relu.*\n", "", "relu is in the lock, but not in the spec: ReLU 8x8x4 -> 8x8x4"),
        (r"(.*relu.*\n)(.*again.*\n)", r"\2\1", "again runs before relu now"),
        (r"relu|again", r"new_\g<0>", "new_relu is called relu in the lock; 1 later layer differs"),
        (r"(conv|last)\b", r"\1_2", "conv_2 is called conv in the lock; 2 later layers differ"),
    ],
)
def test_layers_that_are_gone_moved_or_renamed_are_told_apart_and_counted(
    pattern: str, new: str, said: str, tmp_path: Path
) -> None:
    write(tmp_path, a=CHAIN)
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=re.sub(pattern, new, CHAIN))
    found = run("check", "a.yaml", "--format", "concise", folder=tmp_path).out
    assert found.partition("[SC304] ")[2].startswith(said)


def test_a_layer_of_a_block_has_the_place_of_its_use(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    block = "blocks: {Unit: {layers: [{name: c, type: Conv2d, out_channels: 2, kernel_size: 1}]}}\n"
    write(tmp_path, blocks__unit=block)
    write(tmp_path, a="import: blocks/unit.yaml\ninput: 8x8x3\nlayers: [{name: u, type: Unit}]\n")
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, blocks__unit=block.replace("channels: 2", "channels: 4"))
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert done.out.startswith("a.yaml:3:26: error[SC304] u.c differs from the lock: out_channels")


def test_many_differences_are_one_problem(tmp_path: Path) -> None:
    layers = "".join(f"  - {{name: a{index}, type: ReLU}}\n" for index in range(2000))
    write(tmp_path, a=f"input: 8x8x3\nlayers:\n{layers}")
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, a=f"input: 8x8x4\nlayers:\n{layers}")
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path)
    assert done.out == (
        "a.yaml:1:8: error[SC304] the network differs from the lock: input "
        "8x8x3 -> 8x8x4; 2,000 later layers differ, too\n"
    )


def test_a_line_end_that_an_editor_removes_is_no_difference(tmp_path: Path) -> None:
    write(tmp_path, a=LOCKED)
    (tmp_path / "a.lock").write_text(LOCK.rstrip("\n"), encoding="utf-8")
    assert run("check", "a.yaml", folder=tmp_path).status == 0


TYPES = ("ReLU", "GELU", "Tanh")


def edited(layers: dict[str, str], chance: random.Random) -> dict[str, str]:
    """The types of layers by name, some of which are renamed, removed, new, moved or changed."""
    new = list(layers.items())
    for each in range(chance.randint(1, 3)):
        name, type_ = new.pop(chance.randrange(len(new)))
        place = chance.randint(0, len(new))
        edits = [(name, type_), (f"new{each}", type_), (name, chance.choice(TYPES))]
        new[place:place] = chance.choice([[], *([edit] for edit in edits)])
        if not new:
            new.append((f"only{each}", chance.choice(TYPES)))
    return dict(new)


def text_of(layers: dict[str, str]) -> str:
    lines = (f"  - {{name: {name}, type: {type_}}}\n" for name, type_ in layers.items())
    return f"input: 8x8x4\nlayers:\n{''.join(lines)}"


def is_true(message: str, old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether what is said of the first difference of two chains of layers is so."""
    before, after = list(old), list(new)
    words = message.partition(";")[0].replace(":", "").split()
    match words:
        case [name, "is", "not", "in", "the", "lock", type_, *_]:
            return name not in old and new[name] == type_
        case [name, "is", "in", "the", "lock,", "but", "not", "in", "the", "spec", type_, *_]:
            return name not in new and old[name] == type_
        case [name, "is", "called", other, "in", "the", "lock"]:
            return name not in old and other not in new and old[other] == new[name]
        case [name, "runs", "before", other, "now"]:
            now = after.index(name) < after.index(other)
            return now and before.index(name) > before.index(other)
        case [name, "differs", "from", "the", "lock", then, "->", now]:
            return (old[name], new[name]) == (then, now)
    return False


@pytest.mark.parametrize("seed", range(300))
def test_what_is_said_of_an_edit_is_true(seed: int) -> None:
    chance = random.Random(seed)
    old = {f"l{each}": chance.choice(TYPES) for each in range(chance.randint(2, 6))}
    new = edited(old, chance)
    source = Source("a.yaml", text_of(new))
    comparison = lock.compared(lock_text(Source("a.yaml", text_of(old))), source)
    assert isinstance(comparison, LockComparison)
    check(source, each=comparison.add)
    problem = comparison.problem()
    if list(old.items()) == list(new.items()):
        assert problem is None
    else:
        assert problem is not None
        assert is_true(problem.message, old, new), problem.message
