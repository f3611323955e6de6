"""A network as a module for PyTorch: a class for each block and one for the network.

`module` writes the file. A class is written from what the items of a spec came to in a run, of
which `runs` has those of each item. `classes` writes those of blocks, `network` that of the
network, `signature` what is around the layers. `writer`, `optional` and `containers` write the
layers one by one into a `body`, which has the names and statements of a class; `chains` and `loops`
write several as one module. `layers`, `blocks`, `functions`, `axis_functions` and `products` are
single ones, `recurrent` those with states, `fields` their arguments, `rates` those that rounding
may add to; `spoken` has what torch.nn lacks. `values` are the tensors between them, `conditions`
what is known where a condition holds,
`statements` become the lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The lines of the module. Raises SpecError, before the first, for what it cannot say."""
    from shapecalc.render.code.plain_words import in_plain_words
    from shapecalc.render.pytorch.module import PYTORCH, module_lines

    return module_lines(in_plain_words(summary, PYTORCH), options)
