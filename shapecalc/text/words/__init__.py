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
    overview: those of the columns of an overview of networks that are its own, by their keys.
    totals: the label and the form of each figure of a network. bytes: so many. start: where the
    peak stands before any layer.
    types: layer types by their names, where the language calls them otherwise. stated: what is
    called so whose figures are stated.
    layouts: how sizes are laid out, by `--layout`.
    title, detail, top: the title of the layer table, of a block's table, of the heaviest layers.
    module: what the document calls a block. first_of_branch: what it shows of a branch.
    networks: the title of an overview. basis: the label of what its bytes are of. fusing: what is
    fused in it.
    branch: the first heading of a table of branches. share: that of a share of a total. total: what
    a row of totals is called. source, bundled: where the spec is, one that comes with shapecalc.
    explanations: the title of the explanations. network: what they call a network without name.
    truths: whether something is so. nothing: what is said where there is nothing to name.
    comma, colon: between the parts of a sentence.
    short: shorter headings where there is little room, by key.
    left_out: that columns are not shown where there is no room. said: where the cells of each that
    may be left out stand instead, by its key.
    several: the cell of a block whose layers differ, by the key of its column.
    branches, identity, layers: what a table calls branches, an empty sequence, and so many layers.
    axes: the spatial axes by their names; axis: one without a name. along: a figure along an axis,
    or on an input. dropped: what no window covers along each axis. remarks: what is said of
    figures that are explained. rounding: how divisions in the arithmetic round. arithmetic: the
    headings of a table of explained figures. bits: those of a data type.
    reductions: what 1x1 reductions are called, and costs without and with them.
    """

    __slots__ = (
        "along",
        "arithmetic",
        "axes",
        "axis",
        "basis",
        "bits",
        "branch",
        "branches",
        "bundled",
        "bytes",
        "colon",
        "columns",
        "comma",
        "detail",
        "dropped",
        "explanations",
        "first_of_branch",
        "fusing",
        "identity",
        "language",
        "layers",
        "layouts",
        "left_out",
        "module",
        "network",
        "networks",
        "nothing",
        "overview",
        "reductions",
        "remarks",
        "rounding",
        "said",
        "several",
        "share",
        "short",
        "source",
        "start",
        "stated",
        "title",
        "top",
        "total",
        "totals",
        "truths",
        "types",
    )

    def __init__(
        self,
        *,
        language: str,
        columns: dict[str, tuple[str, str]],
        overview: dict[str, tuple[str, str]],
        totals: dict[str, tuple[str, str]],
        bytes: str,
        start: str,
        types: dict[str, str],
        stated: str,
        layouts: dict[str, str],
        title: str,
        detail: str,
        module: str,
        first_of_branch: str,
        top: str,
        networks: str,
        basis: str,
        fusing: str,
        branch: str,
        total: str,
        source: str,
        bundled: str,
        share: str,
        explanations: str,
        network: str,
        truths: dict[bool, str],
        nothing: str,
        comma: str,
        colon: str,
        short: dict[str, str],
        left_out: str,
        said: dict[str, str],
        several: dict[str, str],
        branches: str,
        identity: str,
        layers: str,
        axes: dict[str, str],
        axis: str,
        along: str,
        dropped: dict[str, str],
        remarks: dict[str, str],
        rounding: tuple[str, str],
        arithmetic: tuple[str, str, str],
        bits: str,
        reductions: tuple[str, str, str],
    ) -> None:
        self.language = language
        self.columns = columns
        self.overview = overview
        self.totals = totals
        self.bytes = bytes
        self.start = start
        self.types = types
        self.stated = stated
        self.layouts = layouts
        self.title = title
        self.detail = detail
        self.module = module
        self.first_of_branch = first_of_branch
        self.top = top
        self.networks = networks
        self.basis = basis
        self.fusing = fusing
        self.branch = branch
        self.total = total
        self.source = source
        self.bundled = bundled
        self.share = share
        self.explanations = explanations
        self.network = network
        self.truths = truths
        self.nothing = nothing
        self.comma = comma
        self.colon = colon
        self.short = short
        self.left_out = left_out
        self.said = said
        self.several = several
        self.branches = branches
        self.identity = identity
        self.layers = layers
        self.axes = axes
        self.axis = axis
        self.along = along
        self.dropped = dropped
        self.remarks = remarks
        self.rounding = rounding
        self.arithmetic = arithmetic
        self.bits = bits
        self.reductions = reductions

    def heading(self, key: str) -> str:
        """The heading of a column."""
        return self.columns[key][0]

    @property
    def convention(self) -> str:
        """What a count of MACs counts."""
        return self.columns["macs"][1]

    def explanation(self, key: str, layout: str, name: str | None = None) -> str:
        """The explanation of a column for a layout, in a network of a name."""
        text = self.columns[key][1]
        return text.format(layout=self.layouts[layout], name=name or self.network)


def words_of(language: str) -> Words:
    """The words of one of LANGUAGES."""
    words: Words = import_module(f"{__name__}.{language}").WORDS
    return words
