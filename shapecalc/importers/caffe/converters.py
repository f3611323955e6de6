"""The types of Caffe's layers, each with what makes layers of the language of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.activating import CAFFE_ACTIVATING
from shapecalc.importers.caffe.convolving import CAFFE_CONVOLVING
from shapecalc.importers.caffe.joining import CAFFE_JOINING
from shapecalc.importers.caffe.normalizing import CAFFE_NORMALIZING
from shapecalc.importers.caffe.pooling import CAFFE_POOLING
from shapecalc.importers.caffe.shaping import CAFFE_SHAPING

if TYPE_CHECKING:
    from shapecalc.importers.caffe.step import Converter

CONVERTERS: dict[str, Converter] = {
    **CAFFE_CONVOLVING,
    **CAFFE_POOLING,
    **CAFFE_NORMALIZING,
    **CAFFE_ACTIVATING,
    **CAFFE_SHAPING,
    **CAFFE_JOINING,
}
"""What converts the layers of each type that is known."""
