"""PyYAML's parser and its events, imported whole or not at all.

PyYAML cannot be imported any more once its import was interrupted: Python keeps its modules that
were done, but not the package, which expects to import them itself.
"""

from __future__ import annotations

import sys

try:
    import yaml  # noqa: F401 - for its interrupts
except BaseException:
    if "yaml._yaml" not in sys.modules:  # what is compiled is made once, of the modules beside it
        for name in [name for name in sys.modules if name.partition(".")[0] == "yaml"]:
            del sys.modules[name]
    raise

from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

try:
    from yaml import CSafeLoader as Parser
except ImportError:  # PyYAML without libyaml: the same events, slower, from a class unlike it
    # of another class, with the two methods that are called
    from shapecalc.yaml.python_parser import CheckedSafeLoader as Parser  # type: ignore[assignment]

__all__ = [
    "AliasEvent",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "MarkedYAMLError",
    "Parser",
    "ReaderError",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
]
