"""Layers of Keras 1 in the words of Keras 2, which are those of Keras 3."""

from __future__ import annotations

from typing import Any

from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.graphs import LayerOfFile

_CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "TimeDistributedDense": "Dense",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "RMSNorm": "RMSNormalization",
}

_KEYS = {
    "nb_filter": "filters",
    "output_dim": "units",
    "subsample": "strides",
    "subsample_length": "strides",
    "filter_length": "kernel_size",
    "pool_length": "pool_size",
    "border_mode": "padding",
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "p": "rate",
    "mode": "merge_mode",
    "concat_axis": "axis",
    "inner_activation": "recurrent_activation",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
}

_EMBEDDINGS = ("Embedding",)
"""Classes whose output_dim is still called that."""

_MERGES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
}


def modern(layer: LayerOfFile) -> LayerOfFile:
    """A layer in the words of Keras 2: itself, where it is in those."""
    config = layer.config
    class_name = _CLASSES.get(layer.class_name, layer.class_name)
    if class_name == layer.class_name and not any(key in config for key in _TELLING):
        return layer
    values: dict[str, Any] = {}
    for key, value in config.items():
        kept = layer.class_name in _EMBEDDINGS and key == "output_dim"
        values.setdefault(key if kept else _KEYS.get(key, key), value)
    sides = [config[key] for key in _KERNEL if key in config]
    if sides:
        values["kernel_size"] = sides
    ordering = config.get("dim_ordering")
    if ordering in ("th", "tf"):
        values["data_format"] = "channels_first" if ordering == "th" else "channels_last"
    if layer.class_name == "Merge":
        class_name = _MERGES.get(str(values.get("merge_mode")), "Merge")
    entry = JsonObject(layer.entry.items(), layer.place)
    entry["class_name"] = class_name
    entry["config"] = JsonObject(values.items(), layer.place)
    made = LayerOfFile(entry, layer.place, 0)
    made.name = layer.name
    return made


_KERNEL = ("kernel_dim1", "kernel_dim2", "kernel_dim3", "nb_row", "nb_col")
_TELLING = (
    "nb_filter",
    "border_mode",
    "dim_ordering",
    "p",
    "output_dim",
    "concat_axis",
    "pool_length",
)
"""Keys of a configuration that only Keras 1 has."""
