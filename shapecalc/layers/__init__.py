"""The layer types, a file a family.

A family is imported when a spec uses one of its types, so that all types may be known and
only those in use cost time. `FAMILIES` is the index; a test holds it to the classes.
"""

from __future__ import annotations

from importlib import import_module

from shapecalc.layers.base import TYPES, LayerType

FAMILIES: dict[str, str] = {
    "convolution": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "pooling": (
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d "
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d "
        "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d"
    ),
}
"""The types of each family, by the name of its module."""

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names.split()}


def names() -> list[str]:
    """The names of all layer types, by family."""
    return list(_FAMILY_OF)


def find(name: str) -> LayerType | None:
    """The layer type of a name, or None."""
    found = TYPES.get(name)
    if found is None and name in _FAMILY_OF:
        import_module(f"{__name__}.{_FAMILY_OF[name]}")
        found = TYPES[name]
    return found
