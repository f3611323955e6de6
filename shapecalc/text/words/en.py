"""English."""

from __future__ import annotations

from shapecalc.text.words import Words

WORDS = Words(
    language="en",
    columns={
        "name": ("Layer", "name of the layer in {name}"),
        "path": ("Path", "names from the network down to the layer, joined by dots"),
        "type": ("Type", "layer type, such as Conv2d or MaxPool2d, or block"),
        "input": ("Input", "input size: {layout}"),
        "output": ("Output", "output size: {layout}"),
        "kernel_size": (
            "Kernel",
            "window size of the convolution or pool; several where a block has more than one",
        ),
        "stride": ("Stride", "step of the window"),
        "padding": ("Padding", "added to both ends of each axis before the window slides"),
        "in_channels": (
            "In channels",
            "input channels, for layers that mix them; a branch shows those of its first layer",
        ),
        "out_channels": (
            "Out channels",
            "output channels, for layers that mix them; a branch shows those of its first layer",
        ),
        "params": ("Params", "learnable weights and biases"),
        "buffers": ("Buffers", "values kept but not learned, such as running statistics"),
        "macs": ("MACs", "multiply-accumulates of convolutions and matrix products"),
        "flops": ("FLOPs", "floating-point operations: 2 x MACs"),
        "weights": ("Weight bytes", "bytes of params and buffers"),
        "memory": ("Output bytes", "bytes of the output; of a block, of every output inside it"),
        "receptive_field": (
            "Receptive field",
            "positions of the network's input that one output position depends on",
        ),
        "receptive_stride": (
            "Field stride",
            "distance between the fields of neighbouring outputs, in input positions",
        ),
        "receptive_offset": (
            "Field offset",
            "where the field of the first output begins; negative where it begins in the padding",
        ),
        "note": ("Note", "comment of the spec's author"),
    },
    totals={
        "params": "{:,} params",
        "buffers": "{:,} buffers",
        "macs": "{:,} MACs ({convention})",
        "flops": "{:,} FLOPs (2 x MACs)",
        "weights": "{:,} bytes of weights ({types.weights})",
        "memory": "{:,} bytes of outputs ({types.activations}), at most {:,} alive at once",
    },
    convention=(
        "multiply-accumulates of convolutions and matrix products, "
        "without bias, normalization, activation and pooling"
    ),
    types={},
    layouts={"hwc": "height x width x channels", "chw": "channels x height x width"},
    title="{name}: layers",
    detail="{block} module ({name}) in detail",
    top="{name}: layers with the highest {figure}",
    branch="Branch",
    share="Share",
    explanations="Columns",
    network="the network",
    total="Total: ",
    batch=" for a batch of {batch}",
    fused="; fused: {layers}",
    nothing="nothing",
    comma=", ",
    colon=": ",
    several={"kernel_size": "several kernels", "stride": "several", "padding": "several"},
    branches="Branches",
    identity="Identity",
    layers="{} layers",
)
