"""Where the layers of a run are in it, which is how one of them is pickled."""

from __future__ import annotations

from typing import Any, Protocol


class Places(Protocol):
    """The layers of a run by their places, as `Summary` has them."""

    def node(self, place: int) -> Any:
        """The block or layer at a place."""

    def place(self, node: Any) -> int:
        """The place of a block or layer."""
