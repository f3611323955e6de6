"""The documentation of every layer type and block, from the code and the block files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import bundled, layers
from shapecalc.language import library
from shapecalc.language.arguments import KIND_SENTENCES
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.notes import in_language, texts_of
from shapecalc.layers.base import AXES_IN_WORDS
from shapecalc.layers.fields import FalseOnly, Inferred, one_of
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Block
    from shapecalc.layers.base import LayerType
    from shapecalc.layers.fields import Field

COMMON = (
    ("name", "its name in the table and in `from`; generated from the type if missing"),
    ("note", "text for the table, or {en: text, zh: text}"),
    ("from", "the earlier layer, or list of layers, whose output is its input"),
    ("when", "an expression; the item is skipped where it is false"),
    (
        "repeat",
        "number of repeats in a row, with `index` counted from 0; `from` is the input of the first",
    ),
    ("expect", "expected output shape, checked by `shapecalc check`"),
    ("shares", "an earlier layer whose weights it reuses"),
    ("trainable", "false where its weights, and those of all inside, are frozen"),
)
"""The keys that every item may have besides its fields, with their meaning."""

UNTIL = "until"
UNTIL_ABOUT = "the item after which it stops, by its path, such as layer4; null for all of it"
"""What a network that is used as a block may say besides its arguments."""


def all_names() -> list[str]:
    """Every layer type and every block that ships."""
    return [*layers.type_names(), *bundled.block_names()]


def listing() -> Iterator[str]:
    """A line for each type and block: its name and a sentence."""
    widest = max(map(len, all_names()))
    for family, names in layers.FAMILIES.items():
        yield f"{family}:"
        for name in names.split():
            layer_type = layers.find_type(name)
            assert layer_type is not None
            yield f"  {name:<{widest}}  {layer_type.about}"
        yield ""
    yield "blocks:"
    for name in bundled.block_names():
        yield f"  {name:<{widest}}  {in_language(find_block(name).about, 'en')}"
    yield ""
    yield "networks:"
    yield "  every bundled network is a type, too, by its name or a variant's: `shapecalc specs`"
    yield ""
    yield "`shapecalc layers TYPE` documents one: its fields, their defaults, the formula."


def explain(name: str) -> list[str] | None:
    """The documentation of a layer type, block or network; None where there is none of that name.

    A block is also found by its label, which is what tables call it.
    """
    layer_type = layers.find_type(name)
    if layer_type is not None:
        return list(_type_lines(layer_type))
    if name in bundled.block_names():
        return list(_block_lines(find_block(name)))
    network = find_network(name)
    if network is not None:
        return list(_block_lines(network))
    labelled = (find_block(each) for each in bundled.block_names())
    found = [block for block in labelled if name in texts_of(block.label)]
    return [line for block in found for line in _block_lines(block)] or None


def find_block(name: str) -> Block:
    """A block that ships, with its body read."""
    own = _library()
    block = library.bundled_block(name, own)
    assert block is not None
    own.finish()
    return block


def find_network(name: str) -> Block | None:
    """A bundled network as a block, by its name or a variant's; None if there is none.

    Its body is not read.
    """
    return library.bundled_network(name, _library())


def _library() -> library.Library:
    from shapecalc.text.source import Source

    return library.Library(NodeReader(Source("", ""), Problems()), library.Begun())


def _type_lines(layer_type: LayerType) -> Iterator[str]:
    yield f"{layer_type.name}: {layer_type.about}"
    yield ""
    if layer_type.rank:
        yield f"Input: {AXES_IN_WORDS[layer_type.rank]}."
    _, _, details = (layer_type.layer.__doc__ or "").partition("\n\n")
    for line in details.splitlines():
        yield _own_page(line.strip(), layer_type)
    yield "Fields:"
    rows = [
        (name, default_text(field), field_sentence(field))
        for name, field in layer_type.fields.items()
    ]
    yield from _columns(rows or [("none", "", "")])
    yield ""
    yield "Keys of every item:"
    yield from _columns([(name, "", about) for name, about in COMMON])


def _own_page(line: str, layer_type: LayerType) -> str:
    """A line of a class's documentation with PyTorch's page on the type in place of a sibling's."""
    before, found, page = line.partition("/torch.nn.")
    name, html, after = page.partition(".html")
    sibling = layers.find_type(name)
    if not html or sibling is None or sibling.layer is not layer_type.layer:
        return line
    return f"{before}{found}{layer_type.name}{html}{after}"


def default_text(field: Field[object]) -> str:
    """A field's default as the documentation prints it."""
    if field.required:
        return "required"
    if isinstance(field, Inferred):
        return "inferred"
    return f"default {field.like or shown(field.default)}"


def argument_text(argument: Argument) -> str:
    """The default of a block's argument as the documentation prints it."""
    if argument.required:
        return "required"
    return f"default {getattr(argument.default, 'text', None) or shown(argument.default)}"


def field_sentence(field: Field[object]) -> str:
    """A field's sentence, with the words that it allows where it does not name them itself."""
    if isinstance(field, FalseOnly):
        return f"{field.about}; only false: {field.why}"
    unnamed = len(field.words) > 1 and not all(word in field.about for word in field.words)
    return f"{field.about}: {one_of(field.words)}" if unnamed else field.about


def _block_lines(block: Block) -> Iterator[str]:
    yield f"{block.name}: {in_language(block.about, 'en')}"
    yield ""
    yield "Arguments:"
    rows = []
    for name, argument in block.arguments.items():
        about = in_language(argument.about, "en")
        kind = KIND_SENTENCES[argument.kind]
        rows.append(
            (
                name,
                argument_text(argument),
                f"{about} ({kind})" if about else kind,
            )
        )
    if block.network:
        rows.append((UNTIL, "default null", UNTIL_ABOUT))
    yield from _columns(rows or [("none", "", "")])
    yield ""
    yield f"Source, {block.node.source.path}:"
    yield ""
    for line in block.node.source.text.splitlines():
        yield f"  {line}".rstrip()


def _columns(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """Rows of name, default and sentence, aligned."""
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False) if width]
        yield ("  " + "  ".join([*cells, row[2]])).rstrip()
