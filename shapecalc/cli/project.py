"""A project's settings, which are the defaults of options: where they are.

They are those of the nearest folder with any, from the working directory up to the root of its
repository; outside of one, those of the working directory.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_SETTINGS
from shapecalc.text.files import ReadError, folders_to_top, is_inside, load_bytes

if TYPE_CHECKING:
    from collections.abc import Collection

    from shapecalc.language.node_reader import NodeReader
    from shapecalc.problems.problem import Problems
    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import MappingNode

    Loaded = tuple[NodeReader, MappingNode | None]

PYPROJECT = "pyproject.toml"
FILES = (".shapecalc.yaml", PYPROJECT)

_MARK = re.compile(rb"""shapecalc["']?[ \t]*(?:[.\]]|=(?!=))""")
"""What a pyproject.toml with settings has in it, of whatever spelling; no other is parsed."""


def project_settings(keys: Collection[str], color: str | None) -> dict[str, Any]:
    """The values of those of the keys that are set, as the command line would give them.

    The codes that are selected or ignored are always among them. Where anything is wrong with
    them, says what, and raises click's Exit with 2. color: what `--color` says. Raises OSError, and
    ClickException where a folder has two files of them.
    """
    folders = [folder and folder + os.sep for folder in folders_to_top("")]
    for folder in folders:
        paths = [folder + name for name in FILES]
        found = [each for each in (_load(path, folders[-1]) for path in paths) if each is not None]
        if len(found) > 1:
            from click import ClickException

            raise ClickException(f"both {' and '.join(paths)} have settings: move them into one")
        if found:
            return _read(*found[0], folder, keys, color)
    return {}


def _load(path: str, root: str) -> Loaded | None:
    """The settings of a file, not checked yet; None where there are none.

    root: the folder that links may lead to. Raises OSError.
    """
    try:
        data = load_bytes(path)
    except FileNotFoundError:
        return None
    if path.endswith(PYPROJECT) and not _MARK.search(data):
        return None
    if not is_inside(path, root or os.curdir):
        message = "a link leads out of the repository: it cannot have settings"
        raise ReadError(errno.EACCES, message, path)
    if len(data) > MAXIMUM_SETTINGS:
        message = f"too large for settings; the limit is {MAXIMUM_SETTINGS // 1024} KiB"
        raise ReadError(errno.EFBIG, message, path)
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.problems.problem import Problem, Problems
    from shapecalc.yaml.decode import decode

    source = decode(data, path)
    if isinstance(source, Problem):
        return NodeReader(source.place.source, Problems([source])), None
    problems = Problems()
    if path.endswith(PYPROJECT):
        from shapecalc.cli.pyproject import read_table

        node = read_table(source, problems)
        return None if node is None and not problems else (NodeReader(source, problems), node)
    return _own(source, problems)


def _own(source: Source, problems: Problems) -> Loaded:
    """The settings of a `.shapecalc.yaml`, of which an empty one has none."""
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.problems.problem import Problems
    from shapecalc.yaml.reader import read_yaml

    value = read_yaml(source, problems)
    if value is None and [problem.code for problem in problems] == ["SC011"]:
        return NodeReader(source, Problems()), None
    reader = NodeReader(source, problems)
    if value is None:
        return reader, None
    return reader, reader.mapping(value, 0, "the settings", "write strict: true")


def _read(
    reader: NodeReader,
    node: MappingNode | None,
    folder: str,
    keys: Collection[str],
    color: str | None,
) -> dict[str, Any]:
    """As `project_settings`, of what is loaded. folder: that of the file."""
    values: dict[str, Any] = {}
    if node is not None:
        from shapecalc.cli.project_values import ProjectValues

        values = ProjectValues(reader, folder or os.curdir).read(node, keys)
    problems = reader.problems.listed()
    if problems:
        from click.exceptions import Exit

        from shapecalc.check.formats import full
        from shapecalc.cli.output import write

        write([*full.problem_lines(problems), full.summary_line(problems)], sys.stderr, color)
        raise Exit(2)
    return values
