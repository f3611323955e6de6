"""Random histories of a repository of specs: edits, renames, deletions, and merges of a branch."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from git_repository import IDENTITY, commit, git, write
from running import environment

LIBRARIES = {
    "nets/lib/common.yaml": "import: [more/base.yaml]\nblocks:\n  Unit:\n"
    "    arguments: {channels: {kind: count, about: output channels}}\n"
    "    layers:\n      - {name: base, type: Base, channels: channels}\n"
    "      - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 3, padding: 1}\n"
    "      - {name: act, type: ReLU}\n",
    "nets/lib/more/base.yaml": "block: Base\n"
    "arguments: {channels: {kind: count, about: output channels}}\n"
    "layers:\n  - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 1}\n"
    "  - {name: act, type: GELU}\n",
    "nets/a/parts.yaml": "blocks:\n  Unit:\n"
    "    arguments: {channels: {kind: count, about: output channels}}\n"
    "    layers:\n      - {name: only, type: Conv2d, out_channels: channels, kernel_size: 3}\n",
}
"""Files of blocks; the first imports the second."""

IMPORTED = ("lib/common.yaml", "more/base.yaml", "parts.yaml")
"""The names by which they are imported."""

ACTIVATIONS = ("ReLU", "GELU", "SiLU")


Edit = Callable[[str, Random], str]


class History:
    """A repository with two branches, of which `topic` began at `main` and `main` moves on.

    Nothing but the seed and the number of specs decides what happens.
    """

    def __init__(self, folder: Path, seed: int, specs: int) -> None:
        self.folder = folder
        self.random = Random(seed)
        self.number = 0
        texts = dict(self.new_spec() for _ in range(specs))
        commit(folder, {**LIBRARIES, "mkdocs.yml": "site: x\n", **texts})
        self.begin_topic()

    def begin_topic(self) -> None:
        """Let `topic` begin at `main` as it is."""
        git(self.folder, "branch", "--force", "topic")

    def new_spec(self) -> tuple[str, str]:
        """Another spec, with its path."""
        index, random = self.number, self.random
        self.number += 1
        start, where = random.choice([("", "nets/b"), ("lib/common.yaml", "nets"),
                                      ("parts.yaml", "nets/a"), ("", "nets")])  # fmt: skip
        lines = [f"# the network s{index}", f"name: S{index}"]
        if start:
            lines.append(f"import: [{start}]")
        lines += [f"input: {random.choice((12, 16, 20))}x16x3", "arguments: {channels: 8}"]
        if random.random() < 0.6:
            lines.append("variants:")
            for at in range(random.randint(1, 3)):
                lines.append(f"  s{index}_v{at}: {{arguments: {{channels: {4 * at + 4}}}}}")
        lines.append("layers:")
        for at in range(random.randint(2, 6)):
            unit = start and random.random() < 0.5
            lines += [self._unit(index, at)] if unit else self._layers(index, at)
        if random.random() < 0.5:
            lines.append(f"budget: {{params: {random.randint(1, 9)}K}}")
        return f"{where}/s{index}.yaml", "\n".join(lines) + "\n"

    def _unit(self, index: int, at: int) -> str:
        return f"  - {{name: s{index}_unit{at}, type: Unit, channels: 8, repeat: 2}}"

    def _layers(self, index: int, at: int) -> list[str]:
        conv = f"name: s{index}_conv{at}, type: Conv2d, out_channels: channels"
        activation = self.random.choice(ACTIVATIONS)
        return [
            f"  - {{{conv}, kernel_size: {self.random.choice((1, 3))}, padding: 1}}",
            f"  - {{name: s{index}_act{at}, type: {activation}}}",
        ]

    def step(self) -> None:
        """A commit: mostly on `topic`, sometimes on `main`, or a merge of that."""
        chance = self.random.random()
        branch = "main" if chance < 0.25 else "topic"
        git(self.folder, "checkout", "--quiet", branch)
        if chance > 0.88:
            words = ["merge", "--quiet", "--no-edit", "--strategy-option=ours", "main"]
            subprocess.run(
                ["git", "-C", str(self.folder), *words],
                env=environment(IDENTITY), capture_output=True, check=False,
            )  # fmt: skip
            commit(self.folder, {})
            git(self.folder, "checkout", "--quiet", "topic")
            return
        for _ in range(self.random.randint(1, 3)):
            self._change()
        commit(self.folder, {})
        git(self.folder, "checkout", "--quiet", "topic")

    def _change(self) -> None:
        """Change something in the working tree."""
        specs = sorted(self.folder.glob("nets/**/s*.yaml"))
        libraries = sorted(self.folder / name for name in LIBRARIES)
        chance = self.random.random()
        spec = self.random.choice(specs)
        if chance < 0.5:
            self._edit(spec)
        elif chance < 0.65:
            self._edit(self.random.choice(libraries), LIBRARY_EDITS)
        elif chance < 0.8:
            target = spec.with_name(f"s_renamed{self.number}.yaml")
            self.number += 1
            spec.rename(target)
            if self.random.random() < 0.5:
                self._edit(target)
        elif chance < 0.88 and len(specs) > 2:
            spec.unlink()
        else:
            write(self.folder, dict([self.new_spec()]))

    def _edit(self, path: Path, edits: Sequence[Edit] = ()) -> None:
        text = path.read_text(encoding="utf-8")
        edit = self.random.choice(edits or EDITS)
        path.write_text(edit(text, self.random), encoding="utf-8")


def _one(pattern: str, text: str, random: Random, change: Callable[[re.Match[str]], str]) -> str:
    """The text with one of the places of a pattern changed."""
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.start()] + change(place) + text[place.end() :]


def _kernel(text: str, random: Random) -> str:
    return _one(r"kernel_size: \d", text, random, lambda _: f"kernel_size: {random.choice('135')}")


def _width(text: str, random: Random) -> str:
    return _one(r"channels: \d+", text, random, lambda _: f"channels: {random.randint(1, 16)}")


def _activation(text: str, random: Random) -> str:
    return _one("|".join(ACTIVATIONS), text, random, lambda _: random.choice(ACTIVATIONS))


def _input(text: str, random: Random) -> str:
    return _one(r"input: \d+", text, random, lambda _: f"input: {random.randint(8, 24)}")


def _name(text: str, random: Random) -> str:
    return _one(r"name: \w+,", text, random, lambda _: f"name: n{random.randint(0, 10**6)},")


def _add(text: str, random: Random) -> str:
    kind = random.choice(("ReLU", "BatchNorm2d", "MaxPool2d, kernel_size: 2"))
    layer = f"- {{name: more{random.randint(0, 10**6)}, type: {kind}}}"
    return _one(r"\n *(?=- \{name)", text, random, lambda found: f"{found[0]}{layer}{found[0]}")


def _remove(text: str, random: Random) -> str:
    return _one(r"\n *- \{name.*", text, random, lambda _: "")


def _add_variant(text: str, random: Random) -> str:
    name = f"v{random.randint(0, 10**6)}"
    line = f"\n  {name}: {{arguments: {{channels: {random.randint(1, 9)}}}}}"
    return text.replace("\nvariants:", f"\nvariants:{line}")


def _remove_variant(text: str, random: Random) -> str:
    return _one(r"(?<=\n)  \w+: \{arguments.*\n(?=  \w+: \{arguments)", text, random, lambda _: "")


def _budget(text: str, random: Random) -> str:
    if "\nbudget:" not in text:
        return text
    return re.sub(r"params: \d+K", f"params: {random.randint(1, 9)}K", text)


def _break(text: str, random: Random) -> str:
    return _one(r"kernel_size: \d", text, random, lambda _: "kernel_size: 99")


def _break_reading(text: str, random: Random) -> str:
    return _one(r"type: \w+", text, random, lambda _: "type: Nothing")


def _mend(text: str, random: Random) -> str:
    return text.replace("kernel_size: 99", "kernel_size: 1").replace("type: Nothing", "type: ReLU")


def _comment(text: str, random: Random) -> str:
    return f"{text}# {random.random()}\n"


LIBRARY_EDITS = (_kernel, _activation, _add, _remove, _comment)
EDITS = (
    *(_kernel, _kernel, _width, _width, _activation, _activation, _input, _name, _add, _remove),
    *(_add_variant, _remove_variant, _budget, _budget, _break, _break_reading, _mend, _mend),
    *(_mend, _mend, _comment),
)
