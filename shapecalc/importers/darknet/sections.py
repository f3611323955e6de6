"""What each type of section becomes, in one table."""

from __future__ import annotations

from shapecalc.importers.darknet.heads import UNWEIGHTED_SECTIONS
from shapecalc.importers.darknet.joins import JOIN_SECTIONS
from shapecalc.importers.darknet.layouts import LAYOUT_SECTIONS
from shapecalc.importers.darknet.pools import POOL_SECTIONS
from shapecalc.importers.darknet.recurrent import RECURRENT_SECTIONS
from shapecalc.importers.darknet.weighted import WEIGHTED_SECTIONS

SECTIONS = {
    **WEIGHTED_SECTIONS,
    **POOL_SECTIONS,
    **JOIN_SECTIONS,
    **LAYOUT_SECTIONS,
    **UNWEIGHTED_SECTIONS,
    **RECURRENT_SECTIONS,
}
"""The functions that convert a section, by its type: the word in its brackets."""
