"""A module held to its spec, for tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.loading import is_bundled_name
from shapecalc.problems.problem import SpecError
from shapecalc.spec import Spec
from shapecalc.torch.comparing import compare
from shapecalc.torch.updating import UPDATING

if TYPE_CHECKING:
    from shapecalc.torch.comparing import Difference
    from shapecalc.torch.tracing import GivenTensors

MOST_LISTED = 50
"""The most differences that a failure lists."""


def assert_matches(
    module: Any, spec: str | os.PathLike[str] | Spec, input: GivenTensors = None, **given: Any
) -> None:
    """Assert that a torch.nn.Module is the network of a spec, as `compare` has it.

    spec, input, given: as those of `compare`. A spec that differs is written anew where pytest has
    `--shapecalc-update`, if it is a path; so is one that is not there yet, for which `input` is
    needed.

    Raises AssertionError with all that differs, and SpecError where the spec or the module cannot
    be read.
    """
    __tracebackhide__ = True
    path = None if isinstance(spec, Spec) or is_bundled_name(os.fspath(spec)) else os.fspath(spec)
    if UPDATING.is_on and path is not None:
        _update(module, path, input, given)
        return
    found = compare(module, spec, input, **given)
    if found:
        raise AssertionError(_failure(module, spec, path, found))


def _failure(module: Any, spec: Any, path: str | None, found: list[Difference]) -> str:
    name = path or (spec.name if isinstance(spec, Spec) else spec)
    places = "1 place" if len(found) == 1 else f"{len(found)} places"
    lines = [f"{type(module).__name__} differs from {name} in {places}:"]
    lines += [f"  {difference}" for difference in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        lines.append(f"  and {len(found) - MOST_LISTED} more")
    if path is not None:
        lines.append("If the module is right, pytest --shapecalc-update writes the spec anew.")
    return "\n".join(lines)


def _update(module: Any, path: str, input: GivenTensors, given: dict[str, Any]) -> None:
    """Write a spec anew if it differs, or if there is none that can be read."""
    from shapecalc.text.atomic_write import write_atomically
    from shapecalc.torch.writing import spec

    try:
        if not compare(module, path, input, **given):
            return
        if given:
            raise ValueError(f"{path}: a spec with variants or arguments is not written anew")
        wanted = _own_input(path) if input is None else input
    except (SpecError, OSError):
        if input is None or os.path.exists(path):
            raise
        wanted = input
    write_atomically(path, [spec(module, wanted)])
    UPDATING.written.append(path)


def _own_input(path: str) -> Any:
    from shapecalc.loading import load
    from shapecalc.torch.comparing import inputs_of

    return inputs_of(load(path).summary())
