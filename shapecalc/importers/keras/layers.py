"""The index of the classes of Keras that are known, and how a use of any layer is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.activations import ACTIVATIONS
from shapecalc.importers.keras.attention import KERAS_ATTENTION
from shapecalc.importers.keras.distributed import distributed
from shapecalc.importers.keras.einsum import EINSUM
from shapecalc.importers.keras.joining import JOINING
from shapecalc.importers.keras.norms import NORMS
from shapecalc.importers.keras.operations import add_operation, is_operation
from shapecalc.importers.keras.passing import PASSING
from shapecalc.importers.keras.recurrent import RECURRENCES
from shapecalc.importers.keras.shaping import SHAPING
from shapecalc.importers.keras.transposed import TRANSPOSED
from shapecalc.importers.keras.windows import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

LAYER_CLASSES: dict[str, Callable[[LayerCall], Wire]] = {
    **WINDOWS,
    **TRANSPOSED,
    **NORMS,
    **ACTIVATIONS,
    **SHAPING,
    **JOINING,
    **PASSING,
    **RECURRENCES,
    **KERAS_ATTENTION,
    **EINSUM,
}
"""All classes, and what adds each."""


def add_layer(call: LayerCall) -> Wire:
    """The output of a use of a layer. Raises Refusal, Stopped for what is not in the language."""
    if is_operation(call):
        return add_operation(call)
    if call.is_custom:
        return call.unknown("a class of the model's own, whose code is not in the file")
    if call.class_name == "TimeDistributed":
        return distributed(call, LAYER_CLASSES)
    known = LAYER_CLASSES.get(call.class_name)
    if known is not None:
        return known(call)
    if call.class_name.startswith("ConvLSTM"):
        return call.unknown("no layer type is a convolution with states")
    if call.class_name == "Lambda":
        return call.unknown("a Lambda is code, which is not run")
    return call.unknown("no layer type is known for this class")
