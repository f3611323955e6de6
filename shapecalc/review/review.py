"""What differs between two sides: the networks of specs that changed, or that import what did.

What changes no network, such as a comment, is no difference.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problems
from shapecalc.review.networks import SpecPair
from shapecalc.review.reading import Reading
from shapecalc.review.renames import renames
from shapecalc.text.files import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.review.chosen import Chosen
    from shapecalc.review.networks import Failure, Network
    from shapecalc.review.sides import Side


class Review:
    """What differs between two sides, found as it is asked for.

    given: inputs and arguments, instead of what the specs say.

    renamed: the old and the new path of each spec of which nothing else changed.
    imports: the changed files that specs which differ import, each with those specs.
    failures: what could not be read or run. warnings: those of the networks in the working tree, or
    of what is given, by the paths of their specs, each with the name of the network.
    differs: whether anything does, or fails.
    """

    def __init__(self, old: Side, new: Side, chosen: Chosen, given: dict[str, Any]) -> None:
        self.old = old
        self.new = new
        self.renamed: list[tuple[str, str]] = []
        self.imports: dict[str, list[str]] = {}
        self.failures: list[Failure] = []
        self.warnings: dict[str, tuple[str, Problems]] = {}
        self.differs = False
        self._chosen = chosen
        self._given = given

    @property
    def fails(self) -> bool:
        """Whether a spec fails on the new side."""
        return any(failure.new for failure in self.failures)

    def networks(self) -> Iterator[Network]:
        """The networks that differ, by the paths of their specs. The rest is known at the end."""
        for old_path, path in self._candidates():
            old, new = Reading(self.old, old_path), Reading(self.new, path)
            if old.is_network or new.is_network:
                kept = old.is_network and new.is_network
                pair = SpecPair(path if new.is_network else old_path, old, new, self._given)
                pair.was = old_path if kept and old_path != path else None
                yield from self._of_spec(pair, {old_path, path})

    def _candidates(self) -> Iterator[tuple[str, str]]:
        """The old and the new paths of files that may be specs that differ."""
        was = renames(self.old, self.new)
        moved = set(was.values())
        old, new = self.old.files, self.new.files
        paths = (old.keys() - moved - self.new.left_out) | new.keys()
        changed = {path for path in paths if old.get(path) != new.get(path)} | moved
        # an import is in the folder of what imports it, or below that
        above = _folders_above(changed)
        above_chosen = _folders_above(filter(self._chosen.has, changed))
        for path in sorted(paths):
            before = was.get(path, path)
            folder = path.rpartition("/")[0]
            if self._chosen.has(path) or self._chosen.has(before):
                may = (
                    path in changed
                    or self._chosen.variants([path]) is not None
                    or (folder in above and self._may_import(path))
                )
            else:
                may = folder in above_chosen and self._may_import(path)
            if may:
                yield before, path

    def _may_import(self, path: str) -> bool:
        """Whether a file may import another."""
        side = self.new if path in self.new.files else self.old
        try:
            content = side.content(path)
        except OSError:
            return False
        return b"import" in content or b"\\" in content  # a key may have escapes

    def _of_spec(self, pair: SpecPair, paths: set[str]) -> Iterator[Network]:
        """The networks of a spec that differ. paths: those that it has or had."""
        old, new = pair.old, pair.new
        imports = {
            path
            for path in old.imported.keys() | new.imported.keys()
            if old.imported.get(path) != new.imported.get(path)
        }
        if not any(map(self._chosen.has, paths | imports)):
            return
        only = self._chosen.variants(paths)
        _require(only or (), pair)
        if not (pair.was or imports) and old.content == new.content is not None:
            return
        found = False
        for network in pair.networks(only):
            found = self.differs = True
            if network.after is not None and (self._given or self.new.commit is None):
                _, warnings = self.warnings.setdefault(pair.path, (network.after.name, Problems()))
                warnings.extend(network.after.warnings)
            yield network
            del network  # before the next one is run
        self.failures += pair.failures
        both = old.is_network and new.is_network
        if found and both:
            for path in sorted(imports):
                self.imports.setdefault(path, []).append(pair.path)
        elif pair.was and both and not pair.failures:
            self.renamed.append((pair.was, pair.path))
        self.differs = self.differs or bool(self.failures or self.renamed)


def _folders_above(paths: Iterable[str]) -> set[str]:
    """The folders that files are in, up to the top, which is ""."""
    found: set[str] = set()
    for path in paths:
        while path:
            path = path.rpartition("/")[0]
            if path in found:
                break
            found.add(path)
    return found


def _require(variants: Iterable[str], pair: SpecPair) -> None:
    """Raises ReadError where neither side of a spec has one of the variants."""
    for variant in variants:
        if variant not in (*pair.old.variants, *pair.new.variants) and not pair.new.said:
            message = f"no variant {shown(variant)} on either side"
            raise ReadError(errno.ENOENT, message, pair.path)
