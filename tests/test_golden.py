"""Small specs with what shapecalc says of them: `pytest tests/test_golden.py --overwrite`
writes it anew, for the diff to be read.

`specs/err/NAME.yaml` has something wrong, and `NAME.txt` is the report of a check, word for word;
so is that of files of other programs, which have other endings.
`specs/ok/NAME.yaml` uses a part of the language, and `NAME.txt` is its table, unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import SPECS
from lines import texts

import shapecalc
from shapecalc.check.batch import Asked, Task
from shapecalc.check.codes import CODES
from shapecalc.check.formats.full import problem_lines
from shapecalc.render import plain
from shapecalc.tables.document import Options, document

Hold = Callable[[Path, str], None]

ERR = SPECS / "err"
OK = SPECS / "ok"
COLUMNS = ("path", "type", "input", "output", "params", "macs")

NO_FILE = "no-such-file"
"""The golden of a file that is not there."""

FILES = {
    path.stem: path.name
    for path in ERR.iterdir()
    if path.is_file() and path.suffix not in (".txt", ".lock")
}
"""The files that have something wrong, by the names of their goldens."""

WRONG = sorted([NO_FILE, *FILES])
RIGHT = sorted(path.stem for path in OK.glob("*.yaml"))


def report(name: str) -> str:
    """The report of a check of a file in the folder at hand."""
    if name == NO_FILE:
        with pytest.raises(shapecalc.SpecError) as caught:
            shapecalc.load(f"{name}.yaml")
        problems = caught.value.problems
    else:
        file = FILES.get(name, f"{name}.yaml")
        outcome = Task(file, file, Asked()).run()
        assert outcome.failure is None
        assert outcome.file is not None
        problems = outcome.file.problems
    return "\n".join(texts(problem_lines(problems)))


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_reported(name: str, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ERR)
    text = report(name)
    assert text != ""
    hold(ERR / f"{name}.txt", text)


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_tabled(name: str, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(OK)
    assert report(name) == ""
    spec = shapecalc.load(f"{name}.yaml")
    runs: list[str | None] = [*spec.variants] or [None]
    parts = []
    for variant in runs:
        table = document(
            spec.summary(variant=variant), Options(columns=COLUMNS, depth=99, fold=False)
        )
        parts += [*([f"{variant}:", ""] if variant else []), *texts(plain.lines(table)), ""]
    hold(OK / f"{name}.txt", "\n".join(parts))


@pytest.mark.parametrize("folder", [ERR, OK], ids=["err", "ok"])
def test_no_golden_is_left_over(folder: Path) -> None:
    names = {path.stem for path in folder.glob("*.yaml")} | {NO_FILE, *FILES}
    assert {path.stem for path in folder.glob("*.txt")} <= names
    assert {path.stem for path in folder.glob("*.lock")} <= names


def test_every_code_has_a_golden() -> None:
    found = {
        code
        for path in ERR.glob("*.txt")
        for code in re.findall(r"^(?:error|warning)\[(SC\d+)\]", path.read_text("utf-8"), re.M)
    }
    not_of_a_check = {
        "SC211",
        "SC305",
        "SC306",
    }  # of exports, of locks that are not there, or alone
    assert found == CODES.keys() - not_of_a_check
