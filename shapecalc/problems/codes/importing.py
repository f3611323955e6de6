"""Codes of files of other programs that cannot be imported."""

from __future__ import annotations

from shapecalc.problems.code import Code

IMPORTING = (
    Code(
        "SC501",
        "invalid file",
        "A file of another program is not as that program would write or read it.",
        example="""\
[net]
width=8
height=8
channels=3

[shortcut]
from=-9
""",
        fix="""\
[net]
width=8
height=8
channels=3

[convolutional]
filters=3
size=1
activation=linear

[shortcut]
from=-1
activation=linear
""",
    ),
    Code(
        "SC502",
        "layer not in the language",
        "A layer of a file of another program cannot be said in the language. Nothing is guessed: "
        "`shapecalc import --partial` writes what is before it, and `--custom` writes it as a "
        "Custom layer, with the figures that the file states.",
        example="""\
[net]
width=8
height=8
channels=3

[capsules]
size=3
""",
        fix="""\
[net]
width=8
height=8
channels=3

[convolutional]
filters=3
size=1
activation=linear
""",
    ),
    Code(
        "SC503",
        "no network in a file",
        "A file of another program has no network that can be read here: only weights, code, "
        "layers that are not connected, or a graph in a form of its own.",
        example="""\
[net]
width=8
height=8
channels=3
""",
        fix="""\
[net]
width=8
height=8
channels=3

[convolutional]
filters=3
size=1
activation=linear
""",
    ),
    Code(
        "SC504",
        "size left open",
        "A file of another program leaves a size of an input open, such as a dynamic axis. Give it "
        "with `--input`.",
        example="""\
name: "open"
input: "data"
layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
""",
        fix="""\
name: "open"
input: "data"
input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
""",
    ),
    Code(
        "SC505",
        "file says other figures",
        "What a file of another program says of a layer, its output or its parameters, is not what "
        "is worked out of it: the file is inconsistent, or is read wrongly here, which would be a "
        "fault to report.",
        example="""\
[net]
width=8
height=8
channels=3

[convolutional]
filters=4
size=1
activation=linear

[yolo]
classes=4
num=1
""",
        fix="""\
[net]
width=8
height=8
channels=3

[convolutional]
filters=9
size=1
activation=linear

[yolo]
classes=4
num=1
""",
    ),
)
