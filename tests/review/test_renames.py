"""Which files were renamed: the same as `git diff --find-renames` says."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from git_repository import commit, git, needs_git

from shapecalc.review.renames import renames
from shapecalc.review.repository import Repository
from shapecalc.review.sides import CommitSide, WorkingSide

pytestmark = needs_git


def by_git(folder: Path, old: str, new: str) -> dict[str, str]:
    words = git(folder, "diff", "--name-status", "-z", "--find-renames", old, new).split("\0")
    found = {}
    while len(words) > 1:
        if words[0].startswith("R"):
            found[words[2]] = words[1]
        del words[: 3 if words[0].startswith("R") else 2]
    return found


def line(random: Random) -> str:
    return "".join(random.choice("abcdefgh ") for _ in range(random.choice((5, 20, 70, 150))))


@pytest.mark.parametrize("seed", range(4))
def test_renames_are_those_of_git(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    texts = {f"nets/f{at}.yaml": [line(random) for _ in range(20)] for at in range(24)}
    texts["empty.yaml"] = []
    end = "\r\n" if seed == 3 else "\n"
    commit(tmp_path, {name: "".join(each + "\n" for each in text) for name, text in texts.items()})
    for index, (name, text) in enumerate(texts.items()):
        change = random.random()
        lines = [line(random) if random.random() < change else each for each in text]
        random.shuffle(lines)
        target = random.choice((name, f"g{index}.yaml", f"a/b/{name}", None))
        (tmp_path / name).unlink()
        if target is not None:
            path = tmp_path / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes("".join(each + end for each in lines).encode())
    repository = Repository(str(tmp_path))
    try:
        head = CommitSide(repository, "x", "HEAD", repository.commit("HEAD"))
        working = renames(head, WorkingSide(repository, head))
        commit(tmp_path, {})
        new = CommitSide(repository, "x", "HEAD", repository.commit("HEAD"))
        assert renames(head, new) == working == by_git(tmp_path, "HEAD~1", "HEAD")
        assert len(working) > 3
    finally:
        repository.close()


def test_a_swap_is_no_rename_and_a_move_of_twins_is_one_each(tmp_path: Path) -> None:
    twins = {f"{folder}/{name}.yaml": "input: 8x8x3\n" for folder in "ab" for name in "xy"}
    commit(tmp_path, {**twins, "p.yaml": "p: 1\n", "q.yaml": "q: 2\n"})
    for name in [name for name in twins if name.startswith("a/")]:
        target = tmp_path / name.replace("a/", "c/")
        target.parent.mkdir(exist_ok=True)
        (tmp_path / name).rename(target)
    commit(tmp_path, {"p.yaml": "q: 2\n", "q.yaml": "p: 1\n"})
    repository = Repository(str(tmp_path))
    try:
        sides = [
            CommitSide(repository, "x", name, repository.commit(name))
            for name in ("HEAD~1", "HEAD")
        ]
        assert renames(*sides) == {"c/x.yaml": "a/x.yaml", "c/y.yaml": "a/y.yaml"}
        assert renames(*sides) == by_git(tmp_path, "HEAD~1", "HEAD")
    finally:
        repository.close()
