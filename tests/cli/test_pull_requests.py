"""What a reviewer sees: the action's summary, the recipes of the documentation, and the hook in
pre-commit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import running
import yaml
from folders import TOP

from shapecalc.reference.pages import page_text

ACTION = TOP / ".github" / "actions" / "check"
RECIPES = [
    yaml.safe_load(text)
    for text in re.findall(r"^```yaml\n(.*?)^```", page_text("ci"), re.MULTILINE | re.DOTALL)
]

BLOCKS = "blocks: {Unit: {layers: [{name: c, type: Conv2d, out_channels: 4, kernel_size: 1}]}}\n"
SPEC = """\
import: lib/unit.yaml
input: 16x16x8
budget: {params: 2000}
layers:
  - {name: a, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 2, dilation: 2}
  - {name: b, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {name: s, type: Add, from: [a, b]}
  - {name: u, type: Unit}
"""
WRONG = SPEC.replace("padding: 2, dilation: 2", "padding: 2, dilation: 99")


def recipe(marker: str) -> Any:
    """The recipe of the documentation that has something in it."""
    (found,) = [each for each in RECIPES if marker in str(each)]
    return found


class Repository:
    """A repository with a remote, in which `shapecalc`, `gh` and `pip` can be run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        commands = folder / "bin"
        commands.mkdir()
        self.said = folder / "said"
        for name, does in (
            ("shapecalc", f'exec "{sys.executable}" -m shapecalc "$@"'),
            ("gh", f'printf "%s\\n" "$@" >>"{self.said}"'),
            ("pip", "exit 0"),
        ):
            script = commands / name
            script.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
            script.chmod(0o755)
        self.variables = running.environment(
            {
                "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(folder),
                "GIT_CONFIG_GLOBAL": os.devnull,
                **{f"GIT_{who}_NAME": "n" for who in ("AUTHOR", "COMMITTER")},
                **{f"GIT_{who}_EMAIL": "n@example.org" for who in ("AUTHOR", "COMMITTER")},
            }
        )
        self.run("git", "init", "-q", "-b", "main")
        self.write(lib__unit=BLOCKS, a=SPEC, b=SPEC.replace("import: lib/unit.yaml\n", "", 1))
        spec = self.folder / "nets" / "b.yaml"
        spec.write_text(spec.read_text("utf-8").replace("Unit", "GELU"), encoding="utf-8")
        self.run("shapecalc", "check", "--lock", "nets")
        self.commit("first")

    def write(self, **files: str) -> None:
        """Writes specs in `nets`, of which `__` stands for a slash."""
        for name, text in files.items():
            path = self.folder / "nets" / (name.replace("__", "/") + ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commits everything; the commit."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", message)
        return self.run("git", "rev-parse", "HEAD").stdout.strip()

    def run(
        self, *words: str, status: int | None = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the repository. status: how it has to end; None for either way."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def action(repository: Repository, status: int = 0, **inputs: str) -> tuple[str, str]:
    """What the action's script writes, and the summary of its step."""
    summary = repository.said.with_name("summary")
    summary.write_text("", encoding="utf-8")
    variables = {f"SHAPECALC_{name.upper()}": value for name, value in inputs.items()}
    done = repository.run(
        "bash",
        str(ACTION / "check.sh"),
        status=status,
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
        **variables,
    )
    return done.stdout, summary.read_text(encoding="utf-8")


def test_the_summary_has_the_headroom_and_what_a_pull_request_changes(
    repository: Repository,
) -> None:
    out, summary = action(repository, paths="nets")
    assert out == ""
    assert summary.startswith("### shapecalc: 3 specs checked, no problems found\n")
    assert "| nets/a.yaml | params | 2,000 | 1,204 | 796 left (39.8%) |" in summary
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    repository.write(a=SPEC.replace("padding: 2, dilation: 2", "padding: 1"))
    repository.run("shapecalc", "check", "--lock", "nets")
    repository.commit("second")
    _, summary = action(repository, paths="nets", diff="true", base=base)
    assert "### 1 network changed" in summary
    assert "dilation 2 -> 1" in summary
    for diff, other in (("false", base), ("true", ""), ("true", "--help")):
        assert "changed" not in action(repository, paths="nets", diff=diff, base=other)[1]


def test_the_base_of_a_shallow_checkout_is_fetched(repository: Repository, tmp_path: Path) -> None:
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    repository.write(a=SPEC.replace("padding: 2, dilation: 2", "padding: 1"))
    repository.run("shapecalc", "check", "--lock", "nets")
    repository.commit("second")
    repository.run("git", "config", "uploadpack.allowAnySHA1InWant", "true")
    source = repository.folder
    repository.folder = tmp_path / "clone"
    repository.folder.mkdir()
    repository.run("git", "clone", "-q", "--depth=1", f"file://{source}", ".")
    assert "dilation 2 -> 1" in action(repository, paths="nets", diff="true", base=base)[1]
    summary = action(repository, paths="nets", diff="true", base="0" * 40)[1]
    assert summary.count("###") == 1  # what is not to be had is left out


def test_the_action_writes_sarif_and_asks_for_locks(repository: Repository) -> None:
    action(repository, paths="nets", sarif="report.sarif")
    assert json.loads((repository.folder / "report.sarif").read_text("utf-8"))["runs"]
    (repository.folder / "nets" / "a.lock").unlink()
    out, summary = action(repository, 1, paths="nets", require_lock="true")
    assert out.startswith("::error file=nets/a.yaml,line=1,")
    assert "| error | nets/a.yaml:1 | SC305 |" in summary


def test_the_action_takes_the_paths_of_the_project(repository: Repository) -> None:
    action(repository, 2)
    (repository.folder / ".shapecalc.yaml").write_text("paths: [nets]\n", encoding="utf-8")
    assert "3 specs checked" in action(repository)[1]


def test_the_first_annotations_are_of_different_specs(repository: Repository) -> None:
    several = "".join(f"  - {{name: n{index}, type: Nope}}\n" for index in range(12))
    for name in "cdefg":
        repository.write(**{name: SPEC + several})
    out, _ = action(repository, 1, paths="nets")
    files = [found[1] for found in re.finditer(r"^::error file=(\S+?),", out, re.M)]
    assert sorted(files[:5]) == [f"nets/{name}.yaml" for name in "cdefg"]
    assert len(files) == 60


@pytest.mark.parametrize("format_", ["github", "gitlab", "sarif", "markdown"])
def test_files_are_named_from_the_top_of_the_repository(
    format_: str, repository: Repository
) -> None:
    repository.write(c=WRONG)
    repository.folder = repository.folder / "nets"
    for path in ("c.yaml", str(repository.folder / "c.yaml"), "."):
        out = repository.run("shapecalc", "check", path, "--format", format_, status=1).stdout
        assert re.search(r"(?<![\w/.])nets/c\.yaml", out)
        assert str(repository.folder) not in out


def test_the_recipe_for_github_names_the_action_and_its_inputs() -> None:
    steps = recipe("/.github/actions/check@")["steps"]
    inputs = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert steps[-1]["with"].keys() <= inputs.keys()


def test_the_recipe_comments_on_a_pull_request(repository: Repository) -> None:
    repository.run("git", "update-ref", "refs/remotes/origin/main", "HEAD")
    repository.run("git", "checkout", "-q", "-b", "change")
    repository.write(a=SPEC.replace("[a, b]", "[b, b]"))
    repository.commit("second")
    repository.run("git", "checkout", "-q", "main")
    repository.write(c=SPEC)  # the base moves on
    repository.commit("third")
    repository.run("git", "update-ref", "refs/remotes/origin/main", "HEAD")
    repository.run("git", "checkout", "-q", "change")
    for step in recipe("gh pr comment")["steps"]:
        if "run" in step:
            assert {*step.get("env", ())} <= {"GH_TOKEN", "NUMBER"}
            repository.run("bash", "-e", "-c", step["run"], GITHUB_BASE_REF="main", NUMBER="7")
    comment = (repository.folder / "comment.md").read_text(encoding="utf-8")
    assert "nets/a.yaml" in comment
    assert "from a, b -> b, b" in comment
    assert "nets/c.yaml" not in comment
    assert len(comment) <= 65_536
    said = repository.said.read_text(encoding="utf-8").split("\n")
    assert said[:5] == ["pr", "comment", "7", "--body-file", "comment.md"]


def test_the_recipe_for_gitlab_writes_what_it_keeps(repository: Repository) -> None:
    job = recipe("codequality")["shapecalc"]
    (repository.folder / "nets").rename(repository.folder / "architectures")
    (repository.folder / "architectures" / "a.yaml").write_text(WRONG, encoding="utf-8")
    for line, status in zip(job["script"], (0, 1), strict=True):
        repository.run("sh", "-e", "-c", line, status=status)
    report = repository.folder / job["artifacts"]["reports"]["codequality"]
    (found,) = json.loads(report.read_text(encoding="utf-8"))
    assert found["location"]["path"] == "architectures/a.yaml"


# ------------------------------------------------------------------ pre-commit itself


@pytest.fixture
def hooked(repository: Repository) -> Repository:
    """A repository in which pre-commit runs the hook, as the documentation has it."""
    if find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed")
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    ((written,),) = [each["hooks"] for each in recipe("hooks")["repos"]]
    assert written["id"] == hook["id"]
    # as it is, but for the environment that pre-commit would make for it
    program, *words = hook["entry"].split()
    assert program == "python"
    hook["entry"] = " ".join([sys.executable, *words[1:]])  # -P would not find this tree
    hook["language"] = "system"
    files = written["files"].replace("architectures", "nets")
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "files": files}]}]}
    path = repository.folder / ".pre-commit-config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    repository.run("git", "add", "-A")
    repository.run(sys.executable, "-m", "pre_commit", "install")
    repository.commit("with a hook")
    return repository


def refused(repository: Repository) -> str:
    """What is said of a commit of all that has changed, which the hook refuses."""
    repository.run("git", "add", "-A")
    done = repository.run("git", "commit", "-q", "-m", "change", status=1)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("padding: 2, dilation: 2", "padding: 1", "dilation 2 -> 1, padding 2 -> 1"),
        ("[a, b]", "[b, b]", "from a, b -> b, b"),
        ("type: Unit", "type: Unit, from: b", "from the layer before -> b"),
    ],
)
def test_an_edit_is_refused_until_its_lock_accepts_it(
    old: str, new: str, said: str, hooked: Repository
) -> None:
    hooked.write(a=SPEC.replace(old, new))
    text = refused(hooked)
    assert said in text
    assert text.count("error[") == 1
    comment = hooked.run("shapecalc", "diff", "--git", "HEAD", "--format", "markdown").stdout
    assert "nets/a.yaml" in comment
    assert said.split(", ")[-1].replace("the layer before", "s") in comment
    hooked.run("shapecalc", "check", "--lock", "nets/a.yaml")
    hooked.commit("accepted")


def test_a_change_of_blocks_alone_is_refused(hooked: Repository) -> None:
    hooked.write(lib__unit=BLOCKS.replace("channels: 4", "channels: 6"))
    text = refused(hooked)
    assert "u.c differs from the lock: out_channels 4 -> 6" in text
    assert "nets/a.yaml:8" in text


def test_a_change_of_many_files_is_told_once(hooked: Repository) -> None:
    many = [f"c{each}" for each in range(20)]
    hooked.write(**dict.fromkeys(many, SPEC))
    hooked.run("shapecalc", "check", "--lock", "nets")
    hooked.commit("many")
    hooked.write(lib__unit=BLOCKS.replace("channels: 4", "channels: 6"))
    hooked.write(**dict.fromkeys(many, f"{SPEC}# edited\n"))
    assert refused(hooked).count("SC304") == len([*many, "a"])


def test_a_change_of_a_lock_alone_is_refused(hooked: Repository) -> None:
    lock = hooked.folder / "nets" / "a.lock"
    lock.write_text(lock.read_text("utf-8").replace("dilation=2 ", ""), encoding="utf-8")
    assert "dilation 1 -> 2" in refused(hooked)


def test_a_renamed_spec_leaves_a_lock_that_a_check_of_the_folder_tells(hooked: Repository) -> None:
    (hooked.folder / "nets" / "b.yaml").rename(hooked.folder / "nets" / "c.yaml")
    hooked.commit("renamed")
    done = hooked.run("shapecalc", "check", "nets", "--require-lock", status=1)
    assert "warning[SC306]: nets/b.lock" in done.stdout
    assert "error[SC305]: there is no nets/c.lock" in done.stdout
