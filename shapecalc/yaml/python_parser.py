"""PyYAML's Python parser, made to refuse what libyaml refuses. For PyYAML without libyaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml import SafeLoader
from yaml.events import ScalarEvent
from yaml.scanner import ScannerError

if TYPE_CHECKING:
    from yaml.events import Event

_MESSAGE = "found invalid Unicode character escape code"  # in libyaml's words


class CheckedSafeLoader(SafeLoader):
    """Escapes that are not the number of a character are an error of the scanner's.

    SafeLoader by itself lets halves of surrogate pairs pass, which cannot be printed, and
    raises ValueError or OverflowError for larger numbers than there are characters.
    """

    def get_event(self) -> Event:
        """The next event; raises yaml.YAMLError."""
        try:
            event: Event = super().get_event()  # type: ignore[no-untyped-call]
        except (ValueError, OverflowError):
            mark = self.get_mark()
            raise ScannerError(None, None, _MESSAGE, mark) from None
        if isinstance(event, ScalarEvent) and any("\ud800" <= c <= "\udfff" for c in event.value):
            raise ScannerError(None, None, _MESSAGE, event.start_mark)  # type: ignore[arg-type]
        return event
