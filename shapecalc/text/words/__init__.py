"""The words of tables, documents and totals, a file a language: `en`, `zh`.

Another language is another file here: every option for a language then offers it, and a test
holds that no word is missing.
"""

from __future__ import annotations

import os
from importlib import import_module

LANGUAGES = tuple(
    sorted(name[:-3] for name in os.listdir(os.path.dirname(__file__)) if name[0] not in "_.")
)
"""The languages by their codes (ISO 639-1), which are the names of their files."""


class Words:
    """The words of one language. Those with braces are filled in by `str.format`.

    language: its code.
    columns: the heading and the explanation of each column, by its key.
    totals: what a total says of a column, by its key. convention: what a count of MACs counts.
    types: layer types by their names, where the language calls them otherwise.
    layouts: how sizes are laid out, by `--layout`.
    title, detail, top: the title of the layer table, of a block's table, of the heaviest layers.
    branch: the first heading of a table of branches. share: that of a share of a total.
    explanations: the title of the explanations. network: what they call a network without name.
    total, batch: what the line of totals begins and ends with. fused: which layers are fused.
    nothing: where none is.
    comma, colon: between the parts of a sentence.
    several: the cell of a block whose layers differ, by the key of its column.
    branches, identity, layers: what a table calls branches, an empty sequence, and so many layers.
    """

    __slots__ = (
        "batch",
        "branch",
        "branches",
        "colon",
        "columns",
        "comma",
        "convention",
        "detail",
        "explanations",
        "fused",
        "identity",
        "language",
        "layers",
        "layouts",
        "network",
        "nothing",
        "several",
        "share",
        "title",
        "top",
        "total",
        "totals",
        "types",
    )

    def __init__(
        self,
        *,
        language: str,
        columns: dict[str, tuple[str, str]],
        totals: dict[str, str],
        convention: str,
        types: dict[str, str],
        layouts: dict[str, str],
        title: str,
        detail: str,
        top: str,
        branch: str,
        share: str,
        explanations: str,
        network: str,
        total: str,
        batch: str,
        fused: str,
        nothing: str,
        comma: str,
        colon: str,
        several: dict[str, str],
        branches: str,
        identity: str,
        layers: str,
    ) -> None:
        self.language = language
        self.columns = columns
        self.totals = totals
        self.convention = convention
        self.types = types
        self.layouts = layouts
        self.title = title
        self.detail = detail
        self.top = top
        self.branch = branch
        self.share = share
        self.explanations = explanations
        self.network = network
        self.total = total
        self.batch = batch
        self.fused = fused
        self.nothing = nothing
        self.comma = comma
        self.colon = colon
        self.several = several
        self.branches = branches
        self.identity = identity
        self.layers = layers

    def heading(self, key: str) -> str:
        """The heading of a column."""
        return self.columns[key][0]

    def explanation(self, key: str, layout: str, name: str | None = None) -> str:
        """The explanation of a column for a layout, in a network of a name."""
        text = self.columns[key][1]
        return text.format(layout=self.layouts[layout], name=name or self.network)


def words_of(language: str) -> Words:
    """The words of one of LANGUAGES."""
    words: Words = import_module(f"{__name__}.{language}").WORDS
    return words
