"""A repository whose every file is hostile, beside a folder of secrets that it reaches for."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import running

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


def build(top: Path) -> Path:
    """Write the repository into a folder, with `outside` beside it."""
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
    patterns = [text for text in TEXTS.values() if ".." not in text]
    settings = f"exclude: [{', '.join(map(written, patterns))}]\n"
    (repository / ".shapecalc.yaml").write_text(settings, encoding="utf-8")


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
