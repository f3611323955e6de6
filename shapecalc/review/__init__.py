"""What changed between two revisions of a repository: the specs of both sides, compared.

`repository` asks git, `sides` has the YAML files of a commit or of the working tree, `chosen` those
that are asked for, `renames` which are the same under another path. `reading` reads a file on a
side, `networks` compares the variants of a spec, `review` goes over all specs. `groups` folds
variants that change alike, `words` puts them into words; `table`, `markdown` and `json` write it.
`REVIEW_FORMATS` is the index of those: the module of each has `lines(review, room)`.
"""

from __future__ import annotations

from shapecalc.diff import FORMATS
from shapecalc.text.formats import Format, by_name

REVIEW_FORMATS = by_name(
    *(Format(each.name, f"shapecalc.review.{each.name}", each.about) for each in FORMATS.values())
)
"""The formats of a comparison, of many."""
