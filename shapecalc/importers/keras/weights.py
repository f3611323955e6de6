"""The shapes of the weights that a file of Keras lists, which its layers are held to."""

from __future__ import annotations

from math import prod
from typing import Any

from shapecalc.importers.keras.documents import JsonObject
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

STATISTICS = frozenset(
    (
        *("moving_mean", "moving_variance", "running_mean", "running_std"),
        *("mean", "variance", "count", "seed", "seed_generator_state"),
    )
)
"""The names of weights that are not learned."""

_OF_TWO_WORDS = STATISTICS | {"depthwise_kernel", "pointwise_kernel"}
"""Names whose first word may be that of a layer, too, which Keras 1 writes before all."""

WeightShapes = dict[str, tuple[int, ...]]
"""The shapes of a layer's weights by their names: kernel, bias, gamma."""


class Weights:
    """The shapes of all weights of a file, by the layers that have them."""

    def __init__(self) -> None:
        self._scopes: dict[str, WeightShapes] = {}
        self._ends: dict[str, set[str]] = {}
        self._inside: dict[str, set[str]] = {}

    def add(self, path: str, shape: tuple[int, ...]) -> None:
        """Add a weight. path: its name in the file, `block1/conv/kernel:0`, or `conv/conv_W`."""
        *parts, name = path.partition(":")[0].split("/")
        if parts and name not in _OF_TWO_WORDS:
            name = name.removeprefix(f"{parts[-1]}_")
        scope = "/".join(parts)
        if scope not in self._scopes:
            self._scopes[scope] = {}
            for i in range(1, min(len(parts), 12)):
                self._ends.setdefault("/".join(parts[i:]), set()).add(scope)
            for end in range(max(1, len(parts) - 3), len(parts)):
                for i in range(min(end, 12)):
                    self._inside.setdefault("/".join(parts[i:end]), set()).add(scope)
        self._scopes[scope][name] = shape

    def number(self, layer: str, names: tuple[str, ...] = ()) -> int | None:
        """How many numbers a layer learns; of the named weights alone, where there are names.

        layer: its name, alone or after those of the models that it is in. None where the file does
        not say, or has several layers of that name.
        """
        ends = self._ends.get(layer, ())
        scope = layer if layer in self._scopes else next(iter(ends), "") if len(ends) == 1 else ""
        found = self._scopes.get(scope)
        if not found:
            return None if names else self._number_inside(layer)
        learned = {name: shape for name, shape in found.items() if name not in STATISTICS}
        wanted = [name for name in names if name in learned] if names else list(learned)
        return sum(prod(learned[name]) for name in wanted)

    def _number_inside(self, layer: str) -> int | None:
        """How many numbers the parts of a layer learn, such as the cell of a recurrent one."""
        scopes = sorted(self._inside.get(layer, ()))
        starts = {f"/{scope}/".partition(f"/{layer}/")[0] for scope in scopes}
        if len(starts) != 1:
            return None
        found = (self._scopes[scope].items() for scope in scopes)
        return sum(prod(shape) for each in found for name, shape in each if name not in STATISTICS)


def of_manifest(manifest: Any, place: int) -> Weights:
    """The weights that a file of TF.js lists. Raises Refusal SC501 for what is no such list."""
    weights = Weights()
    for group in manifest if isinstance(manifest, list) else ():
        listed = group.get("weights") if isinstance(group, JsonObject) else None
        for weight in listed if isinstance(listed, list) else ():
            if not isinstance(weight, JsonObject) or type(weight.get("name")) is not str:
                raise Refusal("SC501", "a weight without a name", offset=place)
            shape = weight.get("shape")
            if not isinstance(shape, list) or not all(type(size) is int for size in shape):
                text = f"the weight {shown(weight['name'])} has no shape"
                raise Refusal("SC501", text, offset=weight.place)
            weights.add(weight["name"], tuple(shape))
    return weights
