"""Which YAML in a folder is not shapecalc's: a workflow, a chart, what another program reads."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from shapecalc.language.imports import LIBRARY_KEYS
from shapecalc.language.keys import SPEC_KEYS
from shapecalc.limits import MAXIMUM_WORDS
from shapecalc.loading import read_source
from shapecalc.problems.problem import Problem, SpecError
from shapecalc.text.files import load_bytes
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.text.source import Source

TELLING_KEYS = frozenset((*SPEC_KEYS, *LIBRARY_KEYS, "block", "branches")) - {"name", "about"}
"""The keys at the top of specs and files of blocks that tell what they are: any YAML may have a
name."""

NETWORK_KEYS = ("layers", "branches", "input")
"""Those of which a network has at least one: a key that is spelled nearly so tells as much."""

_AT_LINE_START = re.compile(r"""^(?:\{[ \t]*)?["']?([A-Za-z_-]{1,64})["']?[ \t]*:""", re.MULTILINE)


def source_to_check(file: str, name: str, walked: bool, given: object = None) -> Source | None:
    """The text of a spec, as `read_source` has it; None for what only the walk of a folder found,
    and is none of the language's. Raises SpecError, OSError.
    """
    if not walked:
        return read_source(file, name, given)
    data = load_bytes(file)
    source = decode(data, name)
    if isinstance(source, Problem):
        if is_other_data(data):
            return None
        raise SpecError([source])
    return source


def is_other_yaml(value: object, text: str) -> bool:
    """Whether nothing at the top of a file is of the language.

    value: the file's; None where it cannot be read, and the starts of its lines tell.
    """
    if isinstance(value, MappingNode):
        return not _tells(value.values)
    if value is not None:
        return True
    words = (found[1] for found in _AT_LINE_START.finditer(text))
    return not _tells(dict.fromkeys(islice(words, MAXIMUM_WORDS)))


def is_other_data(data: bytes) -> bool:
    """The same of bytes that are not UTF-8, and may be a spec in another encoding."""
    text = data.replace(b"\0", b"").decode("utf-8", "replace")
    return is_other_yaml(None, text.lstrip("\ufeff\ufffd"))


def _tells(keys: Iterable[str]) -> bool:
    """Whether any of the keys is one that tells, or is spelled nearly so."""
    if not TELLING_KEYS.isdisjoint(keys):
        return True
    from shapecalc.problems.suggestions import nearest

    return any(nearest(key, keys) is not None for key in NETWORK_KEYS)
