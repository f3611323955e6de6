"""The names of Darknet's sections that are no types here.

Source: https://github.com/AlexeyAB/darknet/wiki/CFG-Parameters-in-the-different-layers
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "Conv2d": "convolutional",
    "ConvTranspose2d": "deconvolutional",
    "Linear": "connected",
    "PixelUnshuffle": "reorg reorg3d",
    "Multiply": "sam scalechannels",
    "Add": "shortcut",
    say.ONE_OF_SEVERAL: "route",
    say.DEPTHWISE: "depthwiseconvolutional",
    say.INPUT: "net network",
    say.NOT_HERE: "local implicit implicitadd implicitmul",
    say.DETECTION: "yolo region detection gaussianyolo iseg",
    say.LOSS: "cost logxent contrastive",
    say.LEAVE_OUT: "empty",
    say.ELEMENTWISE: "l2norm",
    say.RECURRENT: "crnn convlstm historylayer",
}
