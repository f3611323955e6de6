"""PyYAML's Python parser, as strict as libyaml: the fallback for PyYAML without libyaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml import SafeLoader
from yaml.events import ScalarEvent
from yaml.scanner import ScannerError

if TYPE_CHECKING:
    from yaml.events import Event

_MESSAGE = "found invalid Unicode character escape code"  # in libyaml's words


class CheckedSafeLoader(SafeLoader):
    """A SafeLoader whose scanner refuses escapes that are not a character.

    SafeLoader itself accepts lone surrogates, which cannot be printed, and raises ValueError or
    OverflowError for numbers above the largest code point.
    """

    def get_event(self) -> Event:
        """The next event; raises yaml.YAMLError."""
        try:
            event: Event = super().get_event()  # type: ignore[no-untyped-call] # untyped in its stubs
        except (ValueError, OverflowError):
            mark = self.get_mark()
            raise ScannerError(None, None, _MESSAGE, mark) from None
        if isinstance(event, ScalarEvent) and any("\ud800" <= c <= "\udfff" for c in event.value):
            raise ScannerError(None, None, _MESSAGE, event.start_mark)  # type: ignore[arg-type] # either mark
        return event
