"""What git is asked of a repository, what it says, and what of the repository is never run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from git_repository import commit, git, needs_git, write
from running import Run, run

from shapecalc.limits import MAXIMUM_BYTES
from shapecalc.review.repository import Repository, RepositoryError
from shapecalc.text.files import ReadError

pytestmark = needs_git

BLOCKS = """
blocks:
  Unit:
    arguments: {channels: {kind: count, about: output channels}}
    layers: [{name: conv, type: Conv2d, out_channels: channels, kernel_size: 3}]
"""
PADDED = BLOCKS.replace("kernel_size: 3", "kernel_size: 3, padding: 1")
IMPORTING = """
import: [more/blocks.yaml]
input: 8x8x3
layers: [{name: unit, type: Unit, channels: 4}]
"""
PLAIN = "input: 8x8x3\nlayers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 3}]\n"
WRONG = "input: 8x8x3\nlayers: [{name: conv, type: Conv2d}]\n"


def diff(*arguments: str, folder: Path, **variables: str) -> Run:
    return run("diff", *arguments, folder=folder, variables=variables)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose blocks changed after the branch `topic/first`."""
    top = tmp_path / "repository"
    first = {
        "nets/net.yaml": IMPORTING,
        "net.yaml": IMPORTING.replace("more", "nets/more"),
        "nets/wrong.yaml": WRONG,
        "nets/more/blocks.yaml": BLOCKS,
    }
    commit(top, first)
    git(top, "branch", "topic/first")
    commit(top, {"nets/more/blocks.yaml": PADDED, "nets/wrong.yaml": PLAIN})
    return top


@pytest.mark.parametrize(
    ("start", "path"),
    [
        (".", "nets/net.yaml"),
        (".", "net.yaml"),
        ("nets", "net.yaml"),
        ("nets", "../net.yaml"),
        ("..", "repository/nets/net.yaml"),
    ],
)
@pytest.mark.parametrize("base", ["HEAD~1", "topic/first", "topic/first..", "topic/first...HEAD"])
def test_a_file_and_what_it_imports(repository: Path, start: str, path: str, base: str) -> None:
    hook = {"GIT_DIR": "elsewhere", "GIT_INDEX_FILE": "elsewhere"}
    result = diff("--git", base, path, folder=repository / start, **hook)
    assert (result.status, result.err) == (0, "")
    spec = os.path.relpath(repository / start / path, repository)
    lines = result.out.splitlines()
    assert f"~ nets/more/blocks.yaml  imported by {spec}" in lines
    row = f"~ {spec} 112 same 6,912 +77.8% 1,792 +33.3%"
    assert row in [" ".join(line.split()) for line in lines]
    assert "~ unit.conv  padding 0 -> 1, output 6x6x4 -> 8x8x4, MACs 3,888 -> 6,912" in lines


@pytest.mark.parametrize(
    ("base", "path", "said"),
    [
        ("nowhere", "net.yaml", "--git: there is no revision 'nowhere' here; a shallow clone"),
        ("nowhere..HEAD", "net.yaml", "--git: there is no revision 'nowhere' here"),
        ("HEAD...nowhere", "net.yaml", "--git: there is no revision 'nowhere' here"),
        ("", "net.yaml", "--git: there is no revision '' here"),
        ("HEAD:nets", "net.yaml", "--git: there is no revision 'HEAD:nets' here"),
        ("--output=evil", "net.yaml", "--git: there is no revision '--output=evil' here"),
        ("HEAD..--output=evil", ".", "--git: there is no revision '--output=evil' here"),
        ("HEAD; touch evil", "net.yaml", "--git: there is no revision 'HEAD; touch evil' here"),
        ("HEAD", "nets/none.yaml", "nets/none.yaml: no YAML file at HEAD or working tree"),
        ("HEAD", "nets/none", "nets/none: no YAML file at HEAD or working tree"),
        ("HEAD", "none/at/all.yaml", "none/at/all.yaml: no YAML file at HEAD or working tree"),
        ("HEAD", "-", "-: no YAML file at HEAD or working tree"),
        ("HEAD", "resnet18", "resnet18: no YAML file at HEAD or working tree"),
        ("HEAD", "net.yaml@none", "net.yaml: no variant 'none' on either side"),
        ("HEAD", "nets@none", "nets@none: no YAML file at HEAD or working tree"),
        ("HEAD", "", "--git needs paths, not ''"),
    ],
)
def test_what_git_does_not_know(repository: Path, base: str, path: str, said: str) -> None:
    result = diff(f"--git={base}", path, folder=repository)
    assert result.status == 2
    assert result.err.startswith(f"error: {said}"), result.err
    assert len(result.err.splitlines()) == 1
    assert not list(repository.glob("**/evil*"))


def test_paths_of_another_repository(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(PLAIN, encoding="utf-8")
    result = diff("--git", "HEAD", "net.yaml", "../outside.yaml", folder=repository)
    assert result.status == 2
    assert result.err == f"error: ../outside.yaml: not in the repository at {repository}\n"


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PLAIN, encoding="utf-8")
    ceiling = {"GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(tmp_path))}
    for words in ([], ["a.yaml"]):
        result = diff("--git", "HEAD", *words, folder=tmp_path, **ceiling)
        assert result.status == 2
        assert result.err.startswith("error: --git: not a git repository")


def test_histories_without_a_common_ancestor(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    commit(repository, {})
    assert diff("--git", "main..other", folder=repository).status == 0
    result = diff("--git", "main...other", folder=repository)
    assert result.status == 2
    assert result.err.startswith("error: --git: the two revisions have no common ancestor here")


@pytest.mark.parametrize("url", ["PLACE", "ext::sh -c 'touch PLACE/pwned'", "ssh://host/x"])
def test_what_a_partial_clone_lacks_is_not_fetched(repository: Path, url: str) -> None:
    """Git would run what the repository's configuration names."""
    program = repository.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {repository}/pwned\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": url.replace("PLACE", str(repository)),
        "remote.origin.uploadpack": str(program),
        "core.sshCommand": str(program),
        "protocol.allow": "always",
        "protocol.file.allow": "always",
        "protocol.ext.allow": "always",
        "protocol.ssh.allow": "always",
    }.items():
        git(repository, "config", name, value)
    for path in (repository / ".git" / "objects").glob("??/*"):
        if git(repository, "cat-file", "-t", path.parent.name + path.name) == "blob\n":
            path.unlink()
    for base in ("HEAD~1", "HEAD~1..HEAD"):
        result = diff("--git", base, "nets/wrong.yaml", folder=repository)
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("error: HEAD~1:")
        assert result.err.endswith(
            ".yaml: not in this repository; a partial clone does not have all files\n"
        )
    assert diff("--git", "HEAD", folder=repository).out == "HEAD -> working tree\nNo difference\n"
    assert not (repository / "pwned").exists()


def test_a_git_in_the_working_directory_is_not_run(repository: Path) -> None:
    program = repository / "git"
    program.write_text("#!/bin/sh\ntouch pwned\n", encoding="utf-8")
    program.chmod(0o755)
    result = diff("--git", "HEAD", "net.yaml", folder=repository, PATH=f".{os.pathsep}/usr/bin")
    assert (result.status, result.out) == (2, "")
    assert result.err == "error: --git: git is not run from a relative path: ./git\n"
    assert not (repository / "pwned").exists()


def test_without_git(repository: Path, tmp_path: Path) -> None:
    result = diff("--git", "HEAD", "net.yaml", folder=repository, PATH=str(tmp_path))
    assert result.status == 2
    assert result.err == "error: --git: git is not installed, or not on the PATH\n"


def test_filters_of_the_repository_are_not_run(repository: Path) -> None:
    """Git runs them to compare the working tree, and for what it takes out of one."""
    for name in ("clean", "smudge"):
        git(repository, "config", f"filter.evil.{name}", f"touch {repository}/pwned; cat")
    git(repository, "config", "diff.evil.textconv", f"touch {repository}/pwned")
    git(repository, "config", "diff.external", f"touch {repository}/pwned")
    write(
        repository,
        {
            ".gitattributes": "* filter=evil diff=evil\n",
            "net.yaml": PLAIN,
            "moved.yaml": IMPORTING.replace("more", "nets/more"),
        },
    )
    (repository / "nets" / "net.yaml").unlink()
    result = diff("--git", "HEAD", folder=repository)
    assert (result.status, result.err) == (0, "")
    assert not (repository / "pwned").exists()
    git(repository, "add", "net.yaml")
    assert (repository / "pwned").exists(), "what is held above is held of nothing"


@pytest.mark.parametrize("place", ["..", "../other", "/"])
def test_a_work_tree_elsewhere_is_not_read(repository: Path, place: str) -> None:
    """The configuration of a repository may say that its files are others'."""
    secret = repository.parent / "secret.yaml"
    secret.write_text(PLAIN.replace("conv", "s3cr3t"), encoding="utf-8")
    commit(repository.parent / "other", {"secret.yaml": PLAIN})
    git(repository, "config", "core.worktree", str((repository / place).resolve()))
    result = diff("--git", "HEAD~1", folder=repository)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error: --git: the files of this repository are elsewhere")


def test_a_linked_work_tree_and_a_submodule(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "linked"), "topic/first")
    linked = diff("--git", "main", folder=tmp_path / "linked" / "nets")
    assert "MACs -43.8%" in linked.out
    outer = tmp_path / "outer"
    commit(outer, {"a.yaml": PLAIN})
    allowed = ("-c", "protocol.file.allow=always")
    git(outer, *allowed, "submodule", "--quiet", "add", str(repository), "inner")
    commit(outer, {})
    assert diff("--git", "HEAD", folder=outer).out == "HEAD -> working tree\nNo difference\n"
    inner = diff("--git", "HEAD~1", folder=outer / "inner")
    assert "~ unit.conv  padding 0 -> 1" in inner.out


def test_files_that_a_sparse_checkout_leaves_out_are_not_deleted(repository: Path) -> None:
    git(repository, "sparse-checkout", "set", "--no-cone", "/net.yaml")
    assert not (repository / "nets").exists()
    assert diff("--git", "HEAD", folder=repository).out == "HEAD -> working tree\nNo difference\n"


def test_names_that_mean_something_to_git_or_a_shell(repository: Path) -> None:
    names = [
        *("-n.yaml", "--output=evil.yaml", "a\nb.yaml", "a\tb.yaml", '"q".yaml', ":(top).yaml"),
        *("a b.yaml", "$(touch evil).yaml", "é.yaml", "*.yaml", "x@y.yaml", "\\.yaml"),
    ]
    base = commit(repository, dict.fromkeys(names, PLAIN))
    commit(repository, dict.fromkeys(names, PLAIN.replace("3, k", "3, bias: false, k")))
    changed = PLAIN.replace("kernel_size: 3", "kernel_size: 5")
    commit(repository, dict.fromkeys(names, changed))
    for words in (f"{base}..HEAD", base):
        found = diff("--git", words, "--format", "json", folder=repository)
        assert (found.status, found.err) == (0, "")
        assert [each["spec"] for each in json.loads(found.out)["networks"]] == sorted(names)
    for name in names:
        one = diff("--git", base, "--", name, folder=repository)
        assert (one.status, one.err) == (0, "")
        assert "1 network changed" in one.out
    assert not list(repository.glob("evil*"))


def test_links_are_not_followed(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(PLAIN.replace("conv", "s3cr3t"), encoding="utf-8")
    (repository / "link.yaml").symlink_to("../secret.yaml")
    (repository / "inside.yaml").symlink_to("net.yaml")
    (repository / "up").symlink_to("..")
    base = commit(repository, {})
    assert diff("--git", f"{base}~1", folder=repository).out.splitlines()[1] == "No difference"
    for name in ("link.yaml", "inside.yaml", "up/secret.yaml"):
        result = diff("--git", f"{base}~1", name, folder=repository)
        assert result.status == 2
        assert "s3cr3t" not in result.out + result.err
    (repository / "nets" / "net.yaml").unlink()
    (repository / "nets" / "net.yaml").symlink_to(tmp_path / "secret.yaml")
    result = diff("--git", "HEAD", folder=repository)
    assert "nets/net.yaml (deleted)" in result.out
    assert "s3cr3t" not in result.out + result.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(repository / ".gitignore")
    found = Repository(str(repository))
    monkeypatch.setattr("shapecalc.review.repository.PATIENCE", 0.2)
    with pytest.raises(RepositoryError, match=r"git ls-files took more than 0\.2 s"):
        found.working_files((".yaml",))


def test_contents_are_read_by_one_process(repository: Path) -> None:
    found = Repository(str(repository))
    try:
        blobs = found.blobs(found.commit("HEAD"), (".yaml",))
        assert found.content(blobs["net.yaml"], "x").decode() == IMPORTING.replace(
            "more", "nets/more"
        )
        process = found._blobs
        with pytest.raises(RepositoryError, match="not in this repository"):
            found.content("0" * 40, "x")
        assert found.content(blobs["nets/more/blocks.yaml"], "x").decode() == PADDED
        assert found._blobs is process
    finally:
        found.close()


def test_a_content_that_is_too_large_leaves_the_next_one_whole(repository: Path) -> None:
    (repository / "large.yaml").write_bytes(b"#" * (MAXIMUM_BYTES + 1))
    (repository / "largest.yaml").write_bytes(b"#" * MAXIMUM_BYTES)
    commit(repository, {"a.yaml": PLAIN})
    found = Repository(str(repository))
    try:
        blobs = found.blobs(found.commit("HEAD"), (".yaml",))
        with pytest.raises(ReadError, match="too large; the limit is 32 MiB"):
            found.content(blobs["large.yaml"], "x")
        assert found.content(blobs["a.yaml"], "x").decode() == PLAIN
        assert len(found.content(blobs["largest.yaml"], "x")) == MAXIMUM_BYTES
    finally:
        found.close()
