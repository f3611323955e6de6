"""What the shell may complete, beyond commands, options and choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from click import Context, Parameter
    from click.shell_completion import CompletionItem


def is_plain(item: str | CompletionItem) -> bool:
    """Whether a shell takes a word for nothing but that word, without quotes.

    Names come from specs, and a shell runs what is between backquotes. What is typed already,
    for which the shell looks up files, is handed back to it, but nothing in which a line ends: the
    next one would be another word.
    """
    value = item if isinstance(item, str) else item.value
    if not isinstance(item, str) and item.type == "file":
        return value.isprintable()
    return value[:1] != "-" and all(char in _PLAIN for char in value)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:@%/")


def specs(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Bundled names and variants that begin so, and files."""
    from click.shell_completion import CompletionItem

    names = bundled_names(context, parameter, incomplete)
    return [*map(CompletionItem, names), *files(context, parameter, incomplete)]


def bundled_names(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Bundled names and variants that begin so."""
    from shapecalc.bundled import network_names

    return sorted({name for name in network_names() if name.startswith(incomplete)})


def files(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, which the shell finds itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def columns(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Keys of columns after those that are written already."""
    from shapecalc.tables.columns import BY_KEY, SEVERAL

    return _listed((*BY_KEY, *SEVERAL, "help"), incomplete)


def overview_columns(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Keys of the columns of `summary` after those that are written already."""
    from shapecalc.tables.overview import OVERVIEW_COLUMNS

    return _listed((*OVERVIEW_COLUMNS, "help"), incomplete)


def overview_column(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Keys of the columns of `summary`."""
    from shapecalc.tables.overview import OVERVIEW_COLUMNS

    return [key for key in OVERVIEW_COLUMNS if key.startswith(incomplete)]


def _listed(known: tuple[str, ...], incomplete: str) -> list[str]:
    """A list with each of the keys that may come next in it."""
    written, comma, begun = incomplete.rpartition(",")
    taken = written.split(",")
    keys = [key for key in known if key.startswith(begun) and key not in taken]
    return [f"{written}{comma}{key}" for key in keys]


def figures(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Keys of the columns that add up."""
    from shapecalc.tables.columns import COLUMNS

    keys = [column.key for column in COLUMNS if column.figure]
    return [key for key in keys if key.startswith(incomplete)]


def dtypes(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Data types; after a comma or an equals sign, of weights or activations."""
    from shapecalc.cli.options import DTYPES

    cut = max(map(incomplete.rfind, "=,")) + 1
    head, begun = incomplete[:cut], incomplete[cut:]
    types = () if head.endswith(",") else DTYPES
    numbers = () if head.endswith("=") else ("weights=", "activations=")
    return [f"{head}{name}" for name in (*types, *numbers) if name.startswith(begun)]


def variants(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """The variants of the spec that is named before."""
    return [name for name in _spec(context).variants if name.startswith(incomplete)]


def arguments(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """The arguments of the spec that is named before."""
    return [f"{name}=" for name in _spec(context).arguments if name.startswith(incomplete)]


def layer_paths(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """The paths of the layers and blocks of the spec that is named before, a level at a time."""
    from shapecalc.problems.problem import SpecError

    spec = _spec(context)
    try:
        summary = spec.summary(variant=context.params.get("variant"))
    except (AttributeError, SpecError):  # it cannot be read, or not be run
        return []
    fitting = [node for node, _ in summary.walk() if node.path.startswith(incomplete)]
    insides = {inner for node in fitting for inner in node.children}
    return [node.path for node in fitting if node not in insides]


def layer_types(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Layer types, blocks, and the networks that are blocks by their names."""
    from shapecalc.bundled import network_names
    from shapecalc.reference.layer_types import all_names

    return [name for name in (*all_names(), *network_names()) if name.startswith(incomplete)]


def called_types(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Layer types, which are called as PyTorch's are."""
    from shapecalc.layers import type_names

    return [name for name in type_names() if name.startswith(incomplete)]


def codes(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Problem codes."""
    from shapecalc.check.codes import CODES

    return [code for code in CODES if code.startswith(incomplete.upper())]


def documentation(context: Context, parameter: Parameter, incomplete: str) -> list[str]:
    """Pages of documentation."""
    from shapecalc.reference.pages import page_names

    return [name for name in page_names() if name.startswith(incomplete)]


class _Nothing:
    """Used for a spec that cannot be read while it is being named."""

    variants: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def _spec(context: Context) -> Any:
    from click import UsageError

    from shapecalc.cli.spec_argument import read_spec_argument
    from shapecalc.problems.problem import SpecError

    # click leaves the words unparsed while the option at the end has no value yet
    words = (word for word in context.args if not word.startswith("-"))
    name = context.params.get("spec") or next(words, None)
    if not isinstance(name, str) or name == "-":
        return _Nothing
    try:
        return read_spec_argument(name)
    except (OSError, SpecError, UsageError):
        return _Nothing
