"""A repository whose every file is hostile: whatever command runs in it, nothing outside of it is
read into the output or changed, no program of its runs, and everything ends.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import running
from folders import TOP
from running import Run

from shapecalc.check.formats import FORMATS
from shapecalc.diff import FORMATS as DIFF_FORMATS
from shapecalc.render.exporters import EXPORTERS

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def first_of(values: Iterable[str]) -> list[Any]:
    """Parameters of which all but the first are slow: they are hundreds of processes."""
    first, *others = values
    return [pytest.param(first), *(pytest.param(each, marks=pytest.mark.slow) for each in others)]


SECRET = "s3cr3t"
"""What stands in every file outside, and in a variable."""

PWNED = "pwned"
"""The file that whatever should not run would make."""

SPEC = "input: 8x8x3\nlayers: [{name: a, type: ReLU}]\n"
BLOCKS = f"blocks: {{Own: {{about: {SECRET}, layers: [{{name: {SECRET}, type: ReLU}}]}}}}\n"

OUTSIDE = {
    "secret.yaml": f"name: {SECRET}\ninput: 8x8x3\nlayers: [{{name: {SECRET}, type: ReLU}}]\n",
    "secret.txt": f"password: [{SECRET}\n",
    "blocks.yaml": BLOCKS,
    "folder/a.yaml": f"token: {SECRET}\n",
    "home/.config/shapecalc.yaml": f"token: {SECRET}\n",
}

TEXTS = {
    "a command": f"$(touch {PWNED})",
    "another": f"`touch {PWNED}`",
    "one after another": f"a;touch${{IFS}}{PWNED};",
    "a pipe": f"|touch {PWNED}",
    "a line end": f"a\ntouch {PWNED}\n",
    "a variable": "$TOKEN ${TOKEN} %TOKEN% {TOKEN}",
    "an option": "--lock",
    "an output": "-o../../outside/secret.txt",
    "a path": "../../outside/secret.txt",
    "a file": "@../../outside/secret.txt",
    "a colour": "\x1b[31m\x1b]0;title\x07\x9b",
    "GitHub's command": "::error::x",
    "GitHub's other command": "::set-output name=x::y",
    "Azure's command": "##vso[task.setvariable variable=x]y",
    "markdown": "[x](file:///etc/passwd) ![x](http://example.com) <img src=x> ```",
    "an entity": '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
    "a section": "]]><x/><![CDATA[",
    "a formula": "=HYPERLINK(A1)",
    "another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a format": "{0.__class__} %s %(x)s {in_channels.__class__}",
    "NUL and the end": "a\x00b\x04",
}

IMPORTS = [
    *("../outside/blocks.yaml", "../../outside/blocks.yaml", "blocks/../../../outside/blocks.yaml"),
    *("OUTSIDE/blocks.yaml", "OUTSIDE/secret.txt", "/etc/passwd", "/dev/zero", "/dev/stdin"),
    *("/proc/self/environ", "file:///etc/passwd", "http://localhost:1/x.yaml", "~/.config/x.yaml"),
    *("$TOKEN.yaml", "..\\outside\\blocks.yaml", "C:\\blocks.yaml", "\\\\host\\share\\x.yaml"),
    *("blocks.yaml", "secret.yaml", "up/outside/blocks.yaml", "zero.yaml", "environ.yaml"),
    *("fifo.yaml", "folder.yaml", "loop.yaml", "import-0.yaml", "a\0.yaml", "-", "|id", ""),
]

LOCKS: dict[str, Callable[[Path, Path], object]] = {
    "link": lambda lock, outside: lock.symlink_to(outside / "secret.txt"),
    "dangling": lambda lock, outside: lock.symlink_to(outside / PWNED),
    "linked-folder": lambda lock, outside: lock.symlink_to(outside),
    "hostile": lambda lock, outside: lock.write_text(f"{SECRET[:3]}\x1b[31m\n::error::x\n"),
    "fifo": lambda lock, outside: os.mkfifo(lock),
    "device": lambda lock, outside: lock.symlink_to("/dev/zero"),
    "environment": lambda lock, outside: lock.symlink_to("/proc/self/environ"),
    "folder": lambda lock, outside: lock.mkdir(),
    "itself": lambda lock, outside: lock.symlink_to(lock.name),
}

SPECS: dict[str, Callable[[Path, Path], object]] = {
    "secret.yaml": lambda spec, outside: spec.symlink_to("../../outside/secret.yaml"),
    "absolute.yaml": lambda spec, outside: spec.symlink_to(outside / "secret.txt"),
    "environ.yaml": lambda spec, outside: spec.symlink_to("/proc/self/environ"),
    "zero.yaml": lambda spec, outside: spec.symlink_to("/dev/zero"),
    "terminal.yaml": lambda spec, outside: spec.symlink_to("/dev/tty"),
    "loop.yaml": lambda spec, outside: spec.symlink_to("loop.yaml"),
    "blocks.yaml": lambda spec, outside: spec.symlink_to(outside / "blocks.yaml"),
    "folder.yaml": lambda spec, outside: spec.symlink_to(outside / "folder"),
    "up": lambda spec, outside: spec.symlink_to("../.."),
    "fifo.yaml": lambda spec, outside: os.mkfifo(spec),
    "out.md": lambda spec, outside: spec.symlink_to(outside / "secret.txt"),
    "new.md": lambda spec, outside: spec.symlink_to(outside / PWNED),
}

PROGRAMS = [
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass"),
    *("core.alternateRefsCommand", "core.gitProxy", "credential.helper", "diff.external"),
    *("diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean"),
    *("filter.evil.process", "gpg.program", "pager.cat-file", "pager.rev-parse"),
    *("interactive.diffFilter", "uploadpack.packObjectsHook", "sequence.editor"),
]
"""What git's configuration calls programs."""


def written(text: str) -> str:
    """A text as YAML has it in quotes."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def network(layer: str = "type: ReLU") -> str:
    """A spec in which every text is hostile."""
    names = [written(text) for text in TEXTS.values()]
    notes = [written(text.replace("{", "{{").replace("}", "}}")) for text in TEXTS.values()]
    variants = "".join(f"  {name}: {{}}\n" for name in names)
    layers = "".join(
        f"  - {{name: {name}, note: {{en: {note}, zh: {note}}}, {layer}}}\n"
        for name, note in zip(names, notes, strict=True)
    )
    return (
        f"name: {names[0]}\nabout: {notes[1]}\ninput: 8x8x3\narguments: {{width: 1}}\n"
        f"variants:\n  plain: {{}}\n{variants}layers:\n{layers}"
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository. `outside` is beside it."""
    top = tmp_path_factory.mktemp("hostile")
    outside, nets = top / "outside", top / "repository" / "nets"
    for name, text in OUTSIDE.items():
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text(text, encoding="utf-8")
    nets.mkdir(parents=True)
    (nets / "hostile.yaml").write_text(network(), encoding="utf-8")
    wrong = network("type: Conv2d, out_channels: 0, kernel_size: 1")
    (nets / "wrong.yaml").write_text(wrong, encoding="utf-8")
    for index, name in enumerate(IMPORTS):
        imported = written(name.replace("OUTSIDE", str(outside)))
        text = f"import: [{imported}]\ninput: 8x8x3\nlayers: [{{type: Own}}]\n"
        (nets / f"import-{index}.yaml").write_text(text, encoding="utf-8")
    for name, make in LOCKS.items():
        (nets / f"lock-{name}.yaml").write_text(SPEC, encoding="utf-8")
        make(nets / f"lock-{name}.lock", outside)
    for name, make in SPECS.items():
        make(nets / name, outside)
    for text in TEXTS.values():
        name = text.replace("\0", "").replace("/", "_")
        (nets / f"{name}.net.yaml").write_text(SPEC, encoding="utf-8")
    (nets / "-o..").mkdir()
    (nets / "-o.." / "hostile.net.yaml").write_text(SPEC, encoding="utf-8")
    _write_programs(nets.parent)
    return nets.parent


def _write_programs(repository: Path) -> None:
    """A history, and whatever git, Python or a tool might run of a repository."""

    def git(*words: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *words], cwd=repository, env=environment, check=True)

    environment = running.environment({"HOME": str(repository)})
    git("init", "--quiet")
    nets = sorted(path for path in (repository / "nets").iterdir() if path.name != "fifo.yaml")
    git("add", "--", *(str(path) for path in nets if not stat.S_ISFIFO(path.lstat().st_mode)))
    git("commit", "--quiet", "--message", "first")
    program = repository / "program"
    program.write_text(f"#!/bin/sh\ntouch {repository}/{PWNED}\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    for name in PROGRAMS:
        git("config", name, str(program))
    for command in ("rev-parse", "cat-file"):
        git("config", f"alias.{command}", f"!{program}")
    hooks = repository / ".git" / "hooks"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(program, hooks / name)
    git("config", "core.hooksPath", str(hooks))
    (repository / ".gitattributes").write_text("* diff=evil filter=evil\n", encoding="utf-8")
    shutil.copy(program, repository / "git")
    code = f"open({str(repository / PWNED)!r}, 'w').close()\n"
    for module in ("click", "yaml", "rich", "shapecalc", "sitecustomize", "usercustomize"):
        (repository / f"{module}.py").write_text(code, encoding="utf-8")
    settings = '[tool.shapecalc]\nimport = "../outside/blocks.yaml"\n'
    (repository / "pyproject.toml").write_text(settings, encoding="utf-8")


Seen = dict[str, tuple[int, int, bytes]]


def seen(folder: Path) -> Seen:
    """All that is in a folder: the kind, the time and the content of each entry."""
    found: Seen = {}
    for parent, folders, files in os.walk(folder):
        for name in [*folders, *files, "."]:
            path = Path(parent, name)
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
            found[str(path)] = status.st_mode, status.st_mtime_ns, content
    return found


@pytest.fixture
def unharmed(repository: Path) -> Iterator[Callable[..., Run]]:
    """Runs a command in the repository, and holds that it has done no harm."""
    outside = seen(repository.parent / "outside")
    inside = seen(repository)

    def run(*words: str, **others: object) -> Run:
        variables = {**VARIABLES, "HOME": str(repository.parent / "outside" / "home")}
        return running.run(*words, folder=repository, variables=variables, seconds=10, **others)  # type: ignore[arg-type]

    done: list[Run] = []

    def remembered(*words: str, **others: object) -> Run:
        done.append(run(*words, **others))
        return done[-1]

    yield remembered
    for each in done:
        assert_harmless(each.out + each.err)
    assert seen(repository.parent / "outside") == outside
    now = seen(repository)
    for name in now.keys() - inside.keys():
        assert name.endswith((".lock", "written"))
        os.unlink(name)
    for name, before in inside.items():
        assert now[name] == before or stat.S_ISDIR(before[0]) or name.endswith("hostile.lock")


VARIABLES = {"TOKEN": SECRET, "PYTHONSAFEPATH": "1"}  # as the installed script has it


def assert_harmless(text: str) -> None:
    assert SECRET not in text
    assert "root:" not in text  # of /etc/passwd
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\0", "\x04"}


NAMED = ["hostile.yaml", "wrong.yaml", *SPECS, *(f"lock-{name}.yaml" for name in LOCKS)]
each_spec = pytest.mark.parametrize("spec", first_of(NAMED))

Harmless = Callable[..., Run]


@each_spec
def test_a_table(spec: str, unharmed: Harmless) -> None:
    unharmed("table", f"nets/{spec}")
    unharmed("table", f"nets/{spec}", "--variant", "plain", "--details", "--lang", "zh")
    unharmed("table", f"nets/{spec}@{TEXTS['a command']}")


@each_spec
def test_a_check(spec: str, unharmed: Harmless) -> None:
    unharmed("check", f"nets/{spec}", "--format", "full")
    unharmed("check", f"nets/{spec}", "--format", "sarif")


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_a_check_of_everything(format_: str, unharmed: Harmless) -> None:
    checked = unharmed("check", ".", "--format", format_)
    assert checked.status == 2
    assert len(checked.out) > 1000
    unharmed("check", ".", "--format", format_, "--jobs", "2")
    unharmed("check", "nets/up", "nets/folder.yaml", "--format", format_)


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_imports(format_: str, unharmed: Harmless) -> None:
    names = [f"nets/import-{index}.yaml" for index in range(len(IMPORTS))]
    checked = unharmed("check", *names, "--format", format_)
    assert checked.status == 1
    if format_ == "concise":
        for name in names:
            assert re.search(rf"^{name}:\d+:\d+: error\[SC1", checked.out, re.MULTILINE), name
    if format_ == "full":
        for name in names:
            assert unharmed("table", name).status == 1


def test_locks_are_not_written_through(unharmed: Harmless, repository: Path) -> None:
    checked = unharmed("check", "--lock", ".")
    assert checked.status == 2
    for name in LOCKS:
        lock = repository / "nets" / f"lock-{name}.lock"
        if name == "hostile":
            assert lock.read_text("utf-8").startswith("# Written by")
            LOCKS[name](lock, repository)
        else:
            assert f"nets/lock-{name}.lock: " in checked.err
            assert not stat.S_ISREG(lock.lstat().st_mode)


@each_spec
@pytest.mark.parametrize("format_", first_of(EXPORTERS))
def test_an_export(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("export", f"nets/{spec}", "--to", format_)
    unharmed("export", f"nets/{spec}", "--to", format_, "-o", "nets/written")


@pytest.mark.parametrize("format_", first_of(EXPORTERS))
@pytest.mark.parametrize("output", ["out.md", "new.md", "up/outside/secret.txt", "folder.yaml/x"])
def test_an_output_through_a_link(output: str, format_: str, unharmed: Harmless) -> None:
    for words in (["export", "nets/hostile.yaml", "--to", format_], ["check", "nets/hostile.yaml"]):
        done = unharmed(*words, "-o", f"nets/{output}")
        assert (done.status, done.out) == (2, "")


@each_spec
@pytest.mark.parametrize("format_", first_of(DIFF_FORMATS))
def test_a_difference(spec: str, format_: str, unharmed: Harmless) -> None:
    unharmed("diff", f"nets/{spec}", "nets/hostile.yaml", "--format", format_)
    unharmed("diff", "--git", "HEAD", f"nets/{spec}", "--format", format_)
    unharmed("diff", f"nets/{spec}@{TEXTS['a variable']}", "resnet18", "--format", format_)


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_names_of_files_and_revisions(text: str, unharmed: Harmless) -> None:
    text = text.replace("\0", "")
    name = f"nets/{text.replace('/', '_')}.net.yaml"
    assert unharmed("table", "--", name).status == 0
    assert unharmed("check", "--", name).status == 0
    assert unharmed("diff", "--git", "HEAD", "--", name).status == 0
    assert unharmed("diff", "--git", text, "--", name).status == 2
    for command in ("table", "layers", "explain-code", "check", "specs"):
        assert unharmed(command, "--", text).status == 2
    unharmed("check", "-", "--stdin-filename", text, given=network().encode())
    unharmed("table", "nets/hostile.yaml", "--set", text, "--columns", text, "--detail", text)


def test_what_reads_no_spec(unharmed: Harmless) -> None:
    for words in (
        ["layers"],
        ["layers", "Own"],
        ["specs"],
        ["schema"],
        ["explain-code"],
        ["--help"],
    ):
        unharmed(*words)


def test_programs_of_the_repository_do_not_run(unharmed: Harmless, repository: Path) -> None:
    for revision, status in (("HEAD", 0), ("HEAD^{/first}", 0), (":nets", 2), (":0:x", 2)):
        assert unharmed("diff", "--git", revision, "nets/hostile.yaml").status == status


def test_programs_of_the_repository_would_run(repository: Path) -> None:
    """What is held above is not held of nothing."""
    for words in (
        [sys.executable, "-m", "click"],
        [sys.executable, "-m", "shapecalc"],
        ["git", "--no-optional-locks", "status"],
        ["git", "--no-optional-locks", "show", "--ext-diff", "HEAD"],
        ["git", "--no-optional-locks", "rev-parse", "--verify", ":nets"],
    ):
        subprocess.run(words, cwd=repository, capture_output=True, timeout=60, check=False)
        (repository / PWNED).unlink()


def elsewhere(
    words: list[str], repository: Path, given: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A run of another program in the repository, which does no harm."""
    outside, inside = seen(repository.parent / "outside"), seen(repository)
    done = subprocess.run(
        words,
        cwd=repository,
        env=running.environment({"TOKEN": SECRET, **variables}),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert_harmless(done.stdout + done.stderr)
    assert seen(repository.parent / "outside") == outside
    assert seen(repository) == inside
    return done


def test_the_hook(repository: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    nets = [name.removeprefix("nets/") for name in names if name.endswith(".yaml")]
    hook = [sys.executable, "-P", "-m", "shapecalc.cli.hook"]
    assert elsewhere([*hook, *(f"nets/{name}" for name in nets)], repository).returncode == 2
    done = elsewhere(["sh", "-c", 'cd nets && exec "$@"', "sh", *hook, *nets], repository)
    assert done.returncode == 2
    assert "-o../hostile.net.yaml" in nets


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `shapecalc` is what is installed."""
    script = tmp_path / "shapecalc"
    code = "from shapecalc.__main__ import entry; entry()"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -c "{code}" "$@"\n', "utf-8")
    script.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("format_", first_of(FORMATS))
def test_the_action(format_: str, path: str, repository: Path) -> None:
    script = TOP / ".github" / "actions" / "check" / "check.sh"
    listed = "\n".join(text.replace("\0", "") for text in TEXTS.values())
    for paths in (".", "nets/hostile.yaml\nnets/secret.yaml\nnets/up", listed):
        given = {
            "SHAPECALC_PATHS": paths,
            "SHAPECALC_FORMAT": format_,
            "SHAPECALC_EXCLUDE": listed,
            "GITHUB_ACTIONS": "true",
        }
        done = elsewhere(["bash", str(script)], repository, PATH=path, **given)
        assert done.returncode == 2


COMPLETED = [
    *(["table", f"nets/{name}", "--variant", ""] for name in ("hostile.yaml", "secret.yaml")),
    *(["table", f"nets/{name}", "--set", ""] for name in ("hostile.yaml", "environ.yaml")),
    *(["export", f"nets/{name}", "--variant", ""] for name in ("zero.yaml", "import-0.yaml")),
    ["diff", "nets/", ""],
    ["check", "nets/$(touch pwned)"],
    ["table", "`touch pwned`"],
]


@pytest.mark.slow
@pytest.mark.parametrize("words", COMPLETED, ids=" ".join)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, words: list[str], path: str, repository: Path) -> None:
    if shell == "bash":
        lines = [
            'eval "$(_SHAPECALC_COMPLETE=bash_source shapecalc)"',
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))',
            '_shapecalc_completion shapecalc "${COMP_WORDS[COMP_CWORD]}" x',
            'for word in "${COMPREPLY[@]}"; do eval "printf \'%s\\n\' $word"; done',  # as typed
        ]
        script = ["bash", "-c", "\n".join(lines), "bash", "shapecalc", *words]
        done = elsewhere(script, repository, PATH=path)
        offered = done.stdout.split("\n")
        if words == COMPLETED[0]:
            assert set(offered) == {"plain", TEXTS["a path"], TEXTS["a file"], "::error::x", ""}
        return
    variables = {"COMP_WORDS": "shapecalc " + " ".join(words), "COMP_CWORD": str(len(words))}
    if shell == "fish":
        variables = {"COMP_WORDS": "shapecalc " + " ".join(words[:-1]), "COMP_CWORD": words[-1]}
    variables["_SHAPECALC_COMPLETE"] = f"{shell}_complete"
    done = elsewhere(["shapecalc"], repository, PATH=path, **variables)
    if words == COMPLETED[0]:
        assert "plain" in done.stdout
        assert re.fullmatch(r"[\w=,\n./@:-]*", done.stdout)
