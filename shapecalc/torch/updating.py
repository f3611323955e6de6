"""Whether the specs that modules are held to are written anew."""

from __future__ import annotations


class Updating:
    """A switch. is_on: whether specs are written anew. written: the paths of those that were."""

    def __init__(self) -> None:
        self.is_on = False
        self.written: list[str] = []


UPDATING = Updating()
"""That of this process, which the pytest plugin sets."""
