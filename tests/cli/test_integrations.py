"""What runs shapecalc elsewhere: the composite action's script, pre-commit's hook, completion."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import running
import yaml
from folders import TOP

from shapecalc.cli import hook

ACTION = TOP / ".github" / "actions" / "check"

RIGHT = "input: 8x8x3\nlayers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}]\n"
WRONG = RIGHT.replace("kernel_size: 3", "kernel_size: 9")


SCRIPTS = [*ACTION.glob("*.sh"), TOP / ".ci" / "run"]

NEWER_BASH = {
    r"\b(mapfile|readarray|coproc)\b": "mapfile -t lines",
    r"\b(declare|local|typeset) +-\w*[AnglLuU]": "declare -A found",
    r"\$\{[^}]*(\^|,,|,\})": "${word,,}",
    r"\$\{\w+(\[[@*]\])?@\w\}": "${word@Q}",
    r"\$\{\w+\[-\d": "${words[-1]}",
    r"\$\{\w+:[^}]*:\s*-\d": "${word:1:-1}",
    r"\|&": "a |& b",
    r"&>>": "a &>> log",
    r";;?&": "a) b ;;&",
    r"\[\[.* -[vR] ": "[[ -v word ]]",
    r"\btest +-v |\[ -v ": "[ -v word ]",
    r"\{\w+\.\.\w+\.\.\w+\}": "{1..9..2}",
    r"\{0\d+\.\.": "{01..10}",
    r"\bexec +\{\w+\}|\{\w+\}[<>]": "exec {file}> log",
    r"\bread\b[^|;]* -(\w*[iN]|t *\d*\.)": "read -N 1",
    r"\bprintf\b.*%\(|\bprintf +-v +\w+\[": "printf '%(%F)T'",
    r"\bwait +-[nfp]": "wait -n",
    r"\bshopt\b.*(globstar|lastpipe|inherit_errexit|autocd|direxpand)": "shopt -s globstar",
    r"\$'[^']*\\[uU]": r"$'\u00d7'",
    r"\b(BASHPID|EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0)\b": "echo $BASHPID",
    r"\$\{ |\$\{\|": "${ echo; }",
}
"""What bash 3.2, that of macOS, does not know: how it is found in a line, and an example of it."""


@pytest.fixture(params=["", "3.2"])
def environment(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """A runner's environment, with `shapecalc` on the path."""
    commands = tmp_path / "bin"
    commands.mkdir()
    script = commands / "shapecalc"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m shapecalc "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    variables = {"PATH": path, "GITHUB_ACTIONS": "true", "HOME": str(tmp_path)}
    if request.param:
        variables["BASH_COMPAT"] = request.param  # what a newer bash can do of an older one
    return running.environment(variables)


def run_action(
    folder: Path, environment: dict[str, str], **inputs: str
) -> subprocess.CompletedProcess[str]:
    variables = {f"SHAPECALC_{name.upper()}": value for name, value in inputs.items()}
    return subprocess.run(
        ["bash", str(ACTION / "check.sh")],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_marks_the_line_of_what_is_wrong(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "my nets").mkdir()
    spec = tmp_path / "my nets" / "a.yaml"
    spec.write_text(WRONG, encoding="utf-8")
    result = run_action(tmp_path, environment, paths="my nets\n")
    assert result.returncode == 1
    assert re.match(r"::error file=my nets/a\.yaml,line=2,col=\d+", result.stdout)
    spec.write_text(RIGHT, encoding="utf-8")
    result = run_action(tmp_path, environment, paths="my nets\n")
    assert (result.returncode, result.stdout) == (0, "")


def test_the_action_passes_its_inputs_on(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "a.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(RIGHT, encoding="utf-8")
    result = run_action(tmp_path, environment, paths=".", exclude="a.yaml\n", format="concise")
    assert result.returncode == 0, result.stderr
    assert run_action(tmp_path, environment, paths="\n \n").returncode == 2
    assert run_action(tmp_path, environment, paths="; touch broken").returncode == 2
    assert not (tmp_path / "broken").exists()


def test_the_action_takes_lines_as_they_are(tmp_path: Path, environment: dict[str, str]) -> None:
    for name in ("a b.yaml", "c*.yaml", "-d.yaml", "e'\"$(f).yaml", "g\\h.yaml"):
        (tmp_path / name).write_text(WRONG, "utf-8")
    names = "a b.yaml\r\n\nc*.yaml\n-d.yaml\ne'\"$(f).yaml\ng\\h.yaml"
    result = run_action(tmp_path, environment, paths=names, format="concise")
    said = [line.partition(":")[0] for line in result.stdout.splitlines()]
    assert sorted(said) == sorted(names.replace("\r", "").replace("\n\n", "\n").splitlines())
    patterns = "a b.yaml\r\nc[*].yaml\n-d.yaml\n\ne*\r\n"
    result = run_action(tmp_path, environment, paths=".", exclude=patterns, format="concise")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["./g\\h.yaml"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_nothing_that_macos_does_not_know(script: Path) -> None:
    assert script.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
    code = [line for line in script.read_text("utf-8").splitlines() if line.strip()[:1] != "#"]
    for pattern in NEWER_BASH:
        assert [line for line in code if re.search(pattern, line)] == [], pattern


@pytest.mark.parametrize(("pattern", "example"), NEWER_BASH.items())
def test_what_newer_bash_knows_is_found(pattern: str, example: str) -> None:
    assert re.search(pattern, example)


def test_every_input_of_the_action_reaches_the_script_as_a_variable() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    check = action["runs"]["steps"][-1]
    given = {re.search(r"inputs\.([\w-]+)", value) for value in check["env"].values()}
    names = {found[1] for found in given if found}
    assert names == set(action["inputs"]) - {"python-version"}
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    script = (ACTION / "check.sh").read_text(encoding="utf-8")
    for variable in check["env"]:
        if variable != "ACTION_PATH":
            assert variable in script


def test_the_hook_runs_the_check_on_few_files() -> None:
    (written,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (written["id"], written["entry"]) == ("shapecalc", "python -P -m shapecalc.cli.hook")
    fits = re.compile(written["files"]).search
    assert fits("architectures/resnet.yaml")
    assert fits("models/networks/deep/a.yml")
    assert fits("small.net.yaml")
    assert fits("small.net.lock")
    assert not fits("docker-compose.yaml")
    assert not fits(".github/workflows/check.yml")


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["a.net.yaml"], ["check", "--", "a.net.yaml"]),
        (["--strict", "a.yml", "b.yaml"], ["check", "--strict", "--", "a.yml", "b.yaml"]),
        (["-o../x.net.yaml"], ["check", "--", "-o../x.net.yaml"]),
        (["--select", "SC4", "--", "-x.yaml"], ["check", "--select", "SC4", "--", "-x.yaml"]),
        ([], ["check", "--"]),
    ],
)
def test_the_hook_takes_no_file_name_for_an_option(words: list[str], arguments: list[str]) -> None:
    assert hook.separated(words) == arguments


def test_nothing_is_imported_from_the_repository(tmp_path: Path) -> None:
    """Python would look in the working directory first."""
    for name in ("click.py", "yaml.py", "shapecalc.py", "pip.py", "subprocess.py"):
        (tmp_path / name).write_text("open('pwned', 'w')", encoding="utf-8")
    (tmp_path / "a.net.yaml").write_text(RIGHT, encoding="utf-8")
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    commands = [step["run"] for step in action["runs"]["steps"] if "python" in step.get("run", "")]
    for command in (f"{hook['entry']} a.net.yaml", *commands):
        program, *words = command.split()
        assert program == "python"
        words = ["--version" if word == "install" else word for word in words]
        subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=running.environment(),
            capture_output=True,
            check=True,
        )
    assert len(commands) == 1
    assert not (tmp_path / "pwned").exists()


def test_the_hook_checks_a_file_that_looks_like_an_option(tmp_path: Path) -> None:
    folder = tmp_path / "nets" / "-o.."
    folder.mkdir(parents=True)
    (folder / "x.net.yaml").write_text(WRONG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "shapecalc.cli.hook", "--format", "concise", "-o../x.net.yaml"],
        cwd=tmp_path / "nets",
        env=running.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SC202" in done.stdout
    assert sorted(os.listdir(tmp_path)) == ["nets"]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("shapecalc ta", {"table"}),
        ("shapecalc table resnet15", {"resnet152", "file"}),
        ("shapecalc table vgg --variant vgg19", {"vgg19", "vgg19_bn"}),
        ("shapecalc table vgg16 --columns name,ma", {"name,macs"}),
        ("shapecalc table vgg16 --top ma", {"macs"}),
        ("shapecalc table mobilenet_v2 --set wi", {"width="}),
        ("shapecalc explain vgg16 conv", {"conv1.0", "conv5.2"}),
        ("shapecalc explain resnet50 layer1.", {"layer1.0", "layer1.2"}),
        ("shapecalc explain resnet50 layer1.0.co", {"layer1.0.conv1", "layer1.0.conv3"}),
        ("shapecalc explain resnet50 conv1 layer2.1.relu1", {"layer2.1.relu1"}),
        ("shapecalc explain resnet50 nothing", set()),
        ("shapecalc calc 8x8x3 LazyCo", set()),
        ("shapecalc calc 8x8x3 GroupN", {"GroupNorm"}),
        ("shapecalc export vgg16 --to m", {"markdown", "mermaid"}),
        ("shapecalc export vgg16 -o pag", {"file"}),
        ("shapecalc check vgg16 --output pag", {"file"}),
        ("shapecalc export --to markdown --into pag", {"file"}),
        ("shapecalc specs resnet15", {"resnet152"}),
        ("shapecalc layers Inception", {"Inception"}),
        ("shapecalc table nothing-of-that-name --variant x", set()),
    ],
)
def test_completion(words: str, completed: set[str], tmp_path: Path) -> None:
    result = running.run(
        folder=tmp_path,
        variables={
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
            "_SHAPECALC_COMPLETE": "bash_complete",
        },
    )
    answers = [line.split(",", 1) for line in result.out.split()]
    found = {"file" if kind == "file" else word for kind, word in answers}
    assert completed <= found
    if not completed:
        assert found == set()
    assert result.err == ""


HOSTILE = """
input: 8x8x3
arguments: {width: 1}
variants: {"small;touch${IFS}pwned;": {}, "a b": {}, "`id`": {}, "$(id)": {}, "x\\e[31m": {},
  "-o": {}, "quote'": {}, "é": {}, "plain-1.5_x": {}}
layers: [{type: ReLU}]
"""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_only_what_needs_no_quotes(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HOSTILE, encoding="utf-8")
    words = "shapecalc table a.yaml --variant "
    result = running.run(
        folder=tmp_path,
        variables={
            "COMP_WORDS": words if shell != "fish" else words.rstrip(),
            "COMP_CWORD": "4" if shell != "fish" else "",
            "_SHAPECALC_COMPLETE": f"{shell}_complete",
        },
    )
    offered = result.out.split("\n")
    assert any("plain-1.5_x" in line for line in offered)
    for wrong in ("touch", "a b", "`", "$", "\x1b", "-o", "'", "é"):
        assert wrong not in result.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_is_typed_is_no_other_word(shell: str, tmp_path: Path) -> None:
    """As a file's name may be typed by the shell, with whatever is in it."""
    typed = "'x\nplain,evil\nplain\nevil\n_'"
    result = running.run(
        folder=tmp_path,
        variables={
            "COMP_WORDS": f"shapecalc table {typed}" if shell != "fish" else "shapecalc table",
            "COMP_CWORD": "2" if shell != "fish" else typed,
            "_SHAPECALC_COMPLETE": f"{shell}_complete",
        },
    )
    assert "evil" not in result.out
