"""The pre-commit hook: `shapecalc check` of files whose names are never taken for options.

pre-commit appends the names of files to the arguments as they are, and one may be called `-o..`.
"""

from __future__ import annotations

import subprocess
import sys

from shapecalc.check.lock import LOCK_ENDING
from shapecalc.text.files import YAML_ENDINGS


def separated(words: list[str]) -> list[str]:
    """The arguments of the check for those of the hook: `--` goes before the names of files.

    These are the words at the end that end as files of YAML and locks do.
    """
    first = len(words)
    while first and words[first - 1].endswith((*YAML_ENDINGS, LOCK_ENDING)):
        first -= 1
    options = [word for word in words[:first] if word != "--"]
    return ["check", *options, "--", *words[first:]]


if __name__ == "__main__":
    # -P, as in the entry of the hook: nothing is imported from the repository that it runs in
    command = [sys.executable, "-P", "-m", "shapecalc", *separated(sys.argv[1:])]
    sys.exit(subprocess.call(command))
