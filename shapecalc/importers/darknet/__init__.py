"""The reader of Darknet's cfg files, as pjreddie's Darknet and AlexeyAB's read them.

`cfg` has the sections of a file and their options, `numbers` those as C's functions read them.
`reading` is what is known so far as the sections are gone through; what each becomes is in
`SECTIONS` of `sections`, put together from `weighted`, `pools`, `joins`, `layouts`, `heads` and
`recurrent`.
`activations` has the names of activations. Where the two Darknets differ, AlexeyAB's is right,
which has most files; a section that only pjreddie's has is as that has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.darknet.cfg import cfg_text, count_sections, read_sections
from shapecalc.importers.darknet.reading import CfgReading, input_tensor
from shapecalc.importers.darknet.sections import SECTIONS
from shapecalc.problems.problem import Refusal
from shapecalc.problems.suggestions import did_you_mean
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from mmap import mmap

    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes


def source(data: bytes | mmap, path: str) -> Source:
    """The text of a cfg, in which its refusals have their places."""
    return Source(path, cfg_text(data))


def read(data: bytes | mmap, path: str, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Read a cfg into a network. Raises Refusal."""
    text = cfg_text(data)
    network.total = count_sections(data, text) - 1
    sections = read_sections(text)
    net = next(sections, None)
    if net is None:
        raise Refusal("SC501", "a cfg without sections")
    if net.type not in ("net", "network"):
        text = f"the first section is {net.title}, not [net] or [network]"
        raise Refusal("SC501", text, offset=net.place)
    reading = CfgReading(network, input_tensor(net, sizes, network))
    for section in sections:
        reading.enter(section)
        convert = SECTIONS.get(section.type)
        if convert is None:
            hint = did_you_mean(section.type, SECTIONS)
            reading.unknown("no section of Darknet has this type", hint=hint)
        else:
            reading.leave(convert(reading))
    reading.end()
