"""Fuzzes completion: specs and words with names that a shell could take for something else.

    PYTHONPATH=tests python -m fuzz.completion --seconds 600

What is offered to bash, zsh and fish is in the form that their scripts read, and a shell takes
every word of it for nothing but that word.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from fuzz.commands import Commands
from fuzz.drawing import hold_drawn, main
from fuzz.holding import Held
from fuzz.structure import NAMES, ODD_NAMES, document, mostly, one_in
from shapecalc.cli import COMMANDS

BATCH = 100
"""The command lines that are drawn between two looks at the clock."""

HOSTILE = (
    *(
        "a;b",
        "a b",
        "$(id)",
        "`id`",
        "${IFS}",
        "a|b",
        "a&b",
        "a>b",
        "a<b",
        "*",
        "?",
        "[a]",
        "{a,b}",
    ),
    *(
        "~",
        "~root",
        "!!",
        "#a",
        "a'b",
        'a"b',
        "a\\b",
        "a\nplain,evil",
        "a\tb",
        "a\rb",
        "\x1b]0;a\x07",
    ),
    *(
        "-o",
        "--output",
        "--",
        "-",
        "=a",
        "@a",
        "%a",
        "^a",
        "a:b",
        "a=b",
        "a,b",
        "\x7f",
        "\x85",
        "é",
    ),
    *(
        "a\nplain\nevil\n_",
        "file,a",
        "plain,$(id)",
        "\u2028",
        "\u202e",
        "a" * 200,
        "width",
        "v1.5_x",
    ),
    *("\n", "'", '"', "\\", "$'\\n'", "a\x00b", "evil,", "a\n\nb", "%s", "(a)", "\ue000", "🧪"),
)
"""Names with what shells, terminals and the scripts of completion give a meaning."""

FILES = (
    "a.yaml",
    "a b.yaml",
    "$(id).yaml",
    "a;b.yaml",
    "a\nplain,evil",
    "'.yaml",
    "a@v.yaml",
    "ab",
)

SHELLS = ("bash", "zsh", "fish")

PLAIN = re.compile(r"(?!-)[A-Za-z0-9_\-+=.,:@%/]+")
"""A word that needs no quotes in any of them."""

OPTION = re.compile(r"--?[a-z][a-z-]*")

names = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(NAMES + ODD_NAMES),
    st.text(st.sampled_from("ab$`;|&<>(){}[]*?!#~'\"\\\n\r\t\x1b \x7f=-,:@%^éא"), max_size=6),
)
lengths = st.sampled_from((1, 3, 30))


class Case(NamedTuple):
    """A spec in a file, and the words of a command line whose last one is completed in a shell."""

    file: str
    spec: str
    words: tuple[str, ...]
    shell: str


@st.composite
def specs(draw: Any) -> str:
    """A spec, mostly right, of hostile names."""
    spec: dict[str, Any] = {"input": "4x4x2", "layers": [{"type": "ReLU"}]}
    many = draw(st.lists(names, max_size=12, unique=True))
    spec["variants"] = {name: {} for name in many if 0 < len(name) <= 200}
    arguments = draw(st.lists(names, max_size=3))
    spec["arguments"] = {name: 1 for name in ("width", *arguments) if name.isidentifier()}
    if one_in(draw, 4):
        inner = {"layers": [{"type": "ReLU"}]}
        spec["blocks"] = dict.fromkeys(draw(st.lists(names, max_size=2)), inner)
    if one_in(draw, 4):
        spec["layers"] += [{"name": draw(names), "type": "ReLU"}]
    if one_in(draw, 4):
        spec["name"] = draw(names)
    return document(spec)


@st.composite
def cases(draw: Any) -> Case:
    """A command line whose last word is begun, after a spec or the name of one."""
    file = draw(mostly(st.just("a.yaml"), st.sampled_from(FILES), 3))
    command = draw(mostly(st.sampled_from(("table", "export", "check")), st.sampled_from(COMMANDS)))
    options = ("--variant", "--set", "--columns", "--detail", "--input", "-o", "--to", "--top")
    after = draw(
        mostly(
            st.sampled_from((("--variant",), ("--variant",), ("--set",), ())),
            st.lists(st.one_of(st.sampled_from(options), names), max_size=3).map(tuple),
            4,
        )
    )
    begun = draw(
        mostly(st.sampled_from(("", "a", "v")), st.one_of(names, st.sampled_from(FILES)), 3)
    )
    named = draw(mostly(st.just((file,)), st.sampled_from(((), (f"{file}@",), ("vgg",))), 6))
    words = "shapecalc", command, *named, *after, begun
    return Case(file, draw(specs()), words, draw(st.sampled_from(SHELLS)))


def asked(case: Case) -> dict[str, str]:
    """The variables with which a shell's script asks for completions."""
    words = [shlex.quote(word) if word else "" for word in case.words]
    line, last = " ".join(words), str(len(words) - 1)
    if case.shell == "fish":
        line, last = " ".join(words[:-1]), words[-1]
    named = {"COMP_WORDS": line, "COMP_CWORD": last}
    given = {name: value.replace("\0", "") for name, value in named.items()}
    return {**given, "_SHAPECALC_COMPLETE": f"{case.shell}_complete"}


def offered(out: str, shell: str) -> list[tuple[str, str]]:
    """The kinds and words that a shell's script reads out of an answer."""
    lines = out.split("\n")
    assert lines.pop() == "", out
    if lines == [""]:
        return []
    if shell == "zsh":
        assert len(lines) % 3 == 0, out
        return [(lines[at], lines[at + 1]) for at in range(0, len(lines), 3)]
    # fish shows what follows a tab as a description
    pairs = [line.split("\t")[0].partition(",") for line in lines]
    return [(kind, word) for kind, _, word in pairs]


def hold_completion(case: Case, commands: Commands, folder: Path) -> bool:
    """Holds an answer to a shell to its word. Whether it offers anything."""
    (folder / case.file).write_text(case.spec, encoding="utf-8")
    ran = commands.run(folder=folder, variables=asked(case))
    assert ran.err == "", ran
    found = offered(ran.out, case.shell)
    typed = case.words[-1].replace("\0", "")
    for kind, word in found:
        assert kind in ("plain", "file"), ran
        if kind == "file":  # which the shell looks up itself; what is typed comes back
            assert typed.endswith(word), ran
            assert word.isprintable(), ran
        elif not PLAIN.fullmatch(word):
            assert OPTION.fullmatch(word), ran
            assert typed.startswith("-"), ran
    return bool(found)


def fuzz(first: int, seconds: float, batches: int | None = None, size: int = BATCH) -> Held:
    """Holds answers until the time is over, or there have been so many batches of a size."""
    held = Held()
    with Commands(held) as commands:

        def one(case: Case) -> None:
            with commands.folder() as folder:
                held.networks += hold_completion(case, commands, folder)

        hold_drawn(cases(), one, first, seconds, batches, size)
    return held


if __name__ == "__main__":
    main("completion", __doc__, fuzz)
