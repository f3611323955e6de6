"""The difference of two texts: `patch` makes the one of the other, and it shows no more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecalc.text.unified_diff import unified_diff

LINES = st.lists(
    st.sampled_from(["a", "a", "b", "- c", "", "d\r", "\\ e", "é\u2028x"]), max_size=25
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS)
def test_patch_makes_one_text_of_the_other(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(before.encode())
    difference = "".join(unified_diff("file", before, after))
    if not difference:
        assert before == after
        return
    command = ["patch", "--binary", "--silent", "-p0", "--posix"]
    subprocess.run(command, input=difference.encode(), cwd=tmp_path, check=True)
    assert (file.read_bytes() if file.exists() else b"") == after.encode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a\n", "a\n", ""),
        ("a\nb\nc\n", "a\nX\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n"),
        ("a\na\n", "a\nX\na\n", "@@ -1,2 +1,3 @@\n a\n+X\n a\n"),
        ("a\nb\n", "X\nb\nY\n", "@@ -1,2 +1,3 @@\n-a\n+X\n b\n+Y\n"),
        (
            "a",
            "b",
            "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
        ),
        ("a\r\n", "b\r\n", "@@ -1,1 +1,1 @@\n-a\r\n+b\r\n"),
    ],
)
def test_lines_that_are_changed_or_added_are_shown_alone(
    before: str, after: str, expected: str
) -> None:
    heading = "--- f\n+++ f\n" if expected else ""
    assert "".join(unified_diff("f", before, after)) == heading + expected


def test_what_is_far_apart_has_hunks_of_its_own() -> None:
    lines = [f"{number}\n" for number in range(100_000)]
    changed = [line if number % 50_000 != 10 else "x\n" for number, line in enumerate(lines)]
    difference = list(unified_diff("f", "".join(lines), "".join(changed)))
    assert [line for line in difference if line[0] == "@"] == [
        "@@ -8,7 +8,7 @@\n",
        "@@ -50008,7 +50008,7 @@\n",
    ]
    assert len(difference) == 2 + 2 * (1 + 6 + 2)
