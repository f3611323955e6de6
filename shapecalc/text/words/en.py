"""English."""

from __future__ import annotations

from shapecalc.text.words import Words

WORDS = Words(
    language="en",
    columns={
        "name": ("Layer", "name of the layer in {name}"),
        "path": ("Path", "names from the network down to the layer, joined by dots"),
        "type": ("Type", "layer type, such as Conv2d or MaxPool2d, or block"),
        "from": ("From", "layers whose outputs it takes, if not that of the layer before it"),
        "input": ("Input", "input size: {layout}"),
        "output": ("Output", "output size: {layout}"),
        "kernel_size": (
            "Kernel",
            "window size of the convolution or pool; several where a block has more than one",
        ),
        "stride": ("Stride", "step of the window"),
        "padding": ("Padding", "added to both ends of each axis before the window slides"),
        "dilation": ("Dilation", "distance between the elements of the window"),
        "groups": ("Groups", "groups of channels, each convolved on its own"),
        "bias": ("Bias", "whether it adds a bias"),
        "in_channels": ("In channels", "input channels, for blocks and layers that mix them"),
        "out_channels": ("Out channels", "output channels, for blocks and layers that mix them"),
        "params": ("Params", "learnable weights and biases"),
        "macs": (
            "MACs",
            "multiply-accumulates of convolutions and matrix products, "
            "without bias, normalization, activation and pooling",
        ),
        "params_share": ("Params share", "part of all params"),
        "macs_share": ("MACs share", "part of all MACs"),
        "buffers": ("Buffers", "values kept but not learned, such as running statistics"),
        "flops": ("FLOPs", "floating-point operations: 2 x MACs"),
        "weight_bytes": ("Weight bytes", "bytes of params and buffers"),
        "activation_bytes": (
            "Output bytes",
            "bytes of the output; of a block, of every output inside it",
        ),
        "alive": (
            "Alive",
            "bytes of inputs and outputs that are in memory while it runs, without weights",
        ),
        "intensity": ("Intensity", "MACs per byte of inputs, outputs and weights"),
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
        "input": ("Input", "{}"),
        "params": ("Params", "{}"),
        "largest": ("Params", "{} ({} of them in the {} largest layers)"),
        "macs": ("MACs", "{} (convolutions, matrix products)"),
        "flops": ("FLOPs", "{} (2 x MACs)"),
        "weights": ("Weights", "{} ({})"),
        "activations": ("Activations", "{} ({})"),
        "peak": ("Peak memory", "{} at {}, without weights"),
        "batch": ("Batch", "{}"),
        "fused": ("Fused", "{}"),
    },
    bytes="{} bytes",
    start="the start",
    types={},
    layouts={"hwc": "height x width x channels", "chw": "channels x height x width"},
    title="{name}: layers",
    detail="{block} ({name}) in detail",
    module="{} module",
    first_of_branch="{}; a branch shows those of its first layer",
    top="{name}: layers with the highest {figure}",
    branch="Branch",
    share="Share",
    explanations="Columns",
    network="the network",
    truths={True: "yes", False: "no"},
    nothing="nothing",
    comma=", ",
    colon=": ",
    several={"kernel_size": "several kernels", "stride": "several", "padding": "several"},
    branches="Branches",
    identity="Identity",
    layers="{} layers",
)
