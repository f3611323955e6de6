"""`diff --git` on random histories names exactly what differs: both sides are checked out, and
every network of them is run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from git_repository import commit, git, needs_git
from histories import IMPORTED, History

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.check.runs import variants_to_run
from shapecalc.cli import cli
from shapecalc.diff.comparison import Comparison
from shapecalc.graph.structure import own_fields
from shapecalc.review.markdown import LONGEST_COMMENT
from shapecalc.spec import Spec

pytestmark = needs_git


class Tree:
    """The specs of a commit that is checked out."""

    def __init__(self, folder: Path) -> None:
        self.specs: dict[str, Spec | None] = {}
        for path in sorted(folder.glob("nets/**/*.yaml")):
            if "\ninput:" in path.read_text(encoding="utf-8"):
                try:
                    spec = shapecalc.load(path)
                except shapecalc.SpecError:
                    spec = None
                self.specs[str(path.relative_to(folder))] = spec

    def variants(self, path: str | None) -> dict[str | None, Summary | None]:
        """Those of a spec that is there and can be read, each with its run, None where it fails."""
        spec = None if path is None else self.specs.get(path)
        if spec is None:
            return {}
        found: dict[str | None, Summary | None] = {}
        for variant in variants_to_run(spec):
            try:
                found[variant] = spec.summary(variant=variant)
            except shapecalc.SpecError:
                found[variant] = None
        return found

    def bounds(self, path: str, variant: str | None) -> dict[str, object]:
        spec = self.specs[path]
        assert spec is not None
        return {key: each.value for key, each in spec.expectations_of(variant).budget.items()}


def structure(summary: Summary) -> list[object]:
    """All that a network is, without a word of what is compared or how."""
    layers = [
        (
            *(node.path, node.type, node.join, node.inputs, node.outputs, node.params, node.macs),
            None if node.layer is None else sorted(own_fields(node.layer).items()),
            [getattr(each.producer, "path", each.producer) for each in node.sources],
        )
        for node in summary.operations()
    ]
    totals = summary.params, summary.macs, summary.memory, summary.peak_memory
    return [layers, totals, list(summary.inputs.items()), list(summary.outputs.items())]


def renames(folder: Path, old: str, new: str) -> dict[str, str]:
    """The old paths of what git says was renamed, by their new ones."""
    words = git(folder, "diff", "--name-status", "-z", "-M", old, new).split("\0")
    found = {}
    while len(words) > 1:
        status, path = words[:2]
        if status.startswith("R"):
            found[words[2]] = path
        del words[: 3 if status[0] in "RC" else 2]
    return found


Names = dict[tuple[str, str | None], str]
"""What became of networks, by spec and variant."""


def expected(
    old: Tree, new: Tree, was: dict[str, str]
) -> tuple[Names, set[tuple[str, str | None]]]:
    """The networks that differ, and those that fail; of a spec that cannot be read, without one."""
    networks: Names = {}
    failures: set[tuple[str, str | None]] = set()
    gone = {each for path, each in was.items() if path in new.specs}
    for path in (old.specs.keys() - gone) | new.specs.keys():
        before = was.get(path, path)
        before = before if before in old.specs else path
        if path in new.specs and new.specs[path] is None:
            failures.add((path, None))
            continue
        runs, old_runs = new.variants(path), old.variants(before)
        unreadable = before in old.specs and old.specs[before] is None
        for variant in runs.keys() | old_runs.keys():
            now, then = runs.get(variant), old_runs.get(variant)
            if variant in runs and now is None:
                failures.add((path, variant))
            elif now is None:
                if then is not None:
                    networks[path, variant] = "deleted"
            elif then is None:
                is_fixed = unreadable or variant in old_runs
                networks[path, variant] = "fixed" if is_fixed else "new"
            else:
                differs = Comparison(then, now).differs
                assert differs == (structure(then) != structure(now)), (path, variant)
                if differs or old.bounds(before, variant) != new.bounds(path, variant):
                    networks[path, variant] = "changed"
    return networks, failures


def written(*words: str) -> str:
    result = CliRunner().invoke(cli, ["diff", "--git", *words])
    assert result.exception is None, result.output
    return result.stdout


def texts(folder: Path, path: str) -> list[bytes]:
    """The text of a spec, and those that it imports."""
    text = (folder / path).read_bytes()
    found = [text]
    for name in IMPORTED:
        if f"import: [{name}]".encode() in text:
            found += texts(folder, str(Path(path).parent / name))
    return found


def compare(history: History, base: str, sides: tuple[Path, Path]) -> set[str]:
    """Hold what is written of a base to what both sides are. What of it there was."""
    content: dict[str, Any] = json.loads(written(base, "--format", "json"))
    commits = [content[side]["commit"] or "HEAD" for side in ("old", "new")]
    for side, found in zip(sides, commits, strict=True):
        git(history.folder, "worktree", "add", "--quiet", "--detach", str(side), found)
    old, new = map(Tree, sides)
    was = renames(history.folder, *commits)
    networks, failures = expected(old, new, was)
    told = content["networks"]
    assert {(each["spec"], each["variant"]): each["kind"] for each in told} == networks
    for each in told:
        before = was.get(each["spec"])
        assert each["was"] == (before if before in old.specs else None)
    assert all(was[each["new"]] == each["old"] for each in content["renamed"])
    touched = {
        (spec, variant)
        for spec, variant in failures
        if (before := was.get(spec, spec)) not in old.specs
        or before != spec
        or texts(sides[0], before) != texts(sides[1], spec)
    }
    failed = [each for each in content["failures"] if each["side"] == "new"]
    assert {
        (each["spec"], name) for each in failed for name in each["variants"] or [None]
    } == touched
    comment, table = written(base, "--format", "markdown"), written(base)
    assert len(comment) <= LONGEST_COMMENT
    for spec, variant in networks:
        assert (spec if variant is None else f"@{variant}") in table
    for side in sides:
        git(history.folder, "worktree", "remove", "--force", str(side))
    lists = ("failures", "imports", "renamed")
    return set(networks.values()).union(name for name in lists if content[name])


WHOLE = {"changed", "new", "deleted", "fixed", "failures", "imports", "renamed"}


@pytest.mark.parametrize(
    ("seed", "specs", "commits"),
    [(9, 8, 4), *(pytest.param(seed, 40, 30, marks=pytest.mark.slow) for seed in (2, 6))],
)
def test_what_is_named_is_what_differs(
    seed: int, specs: int, commits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(tmp_path / "repository", seed, specs)
    monkeypatch.chdir(history.folder)
    sides = tmp_path / "old", tmp_path / "new"
    CliRunner().invoke(cli, ["check", "--lock", "nets"])
    commit(history.folder, {})
    history.begin_topic()
    seen: set[str] = set()
    for _ in range(commits):
        history.step()
        seen |= compare(history, "main...topic", sides)
        if specs > 10:
            seen |= compare(history, "main", sides)
            seen |= compare(history, "topic..main", sides)
    assert seen >= WHOLE if specs > 10 else seen >= {"changed", "new", "deleted", "imports"}
