"""Caffe's layers one by one: what each is here, and what is said of those that are nothing here."""

from __future__ import annotations

import pytest
from caffe_networks import imported

from shapecalc.importers.network import ImportedLayer
from shapecalc.problems.problem import Problem, SpecError

INPUT = 'input: "data" input_shape { dim: 2 dim: 4 dim: 8 dim: 6 }\n'


def net(type: str, more: str = "", bottoms: str = "data", tops: str = "x") -> str:
    ends = "".join(f' bottom: "{each}"' for each in bottoms.split())
    ends += "".join(f' top: "{each}"' for each in tops.split())
    return f'{INPUT}layer {{ name: "x" type: "{type}"{ends} {more} }}\n'


def layers(text: str, **options: bool) -> list[ImportedLayer]:
    return imported(text, **options).network.layers


def problem_of(text: str) -> Problem:
    with pytest.raises(SpecError) as raised:
        imported(text)
    return raised.value.problems[0]


# what a layer of 8x6x4 is: its type, its output, its fields that are written
SAID = [
    (net("Scale"), "{name: x, type: Affine, bias: false}"),
    (net("Scale", "scale_param { axis: -3 bias_term: true }"), "{name: x, type: Affine}"),
    (net("Bias"), "{name: x, type: Affine, weight: false}"),
    (net("PReLU"), "{name: x, type: PReLU, num_parameters: 4}"),
    (net("PReLU", "prelu_param { channel_shared: true }"), "{name: x, type: PReLU}"),
    (
        net("PReLU", "prelu_param { filler { type: 'constant' value: 0.5 } }"),
        "{name: x, type: PReLU, num_parameters: 4, init: 0.5}",
    ),
    (net("ReLU", "relu_param { negative_slope: 0.25 }"), None),
    (net("Clip", "clip_param { min: 0 max: 6 }"), "{name: x, type: ReLU6}"),
    (net("Swish"), "{name: x, type: SiLU}"),
    (net("Power"), "{name: x, type: Identity}"),
    (
        net("Power", "power_param { scale: 0.5 shift: -127 }"),
        '{name: x, type: Identity, note: "times 0.5, plus -127"}',
    ),
    (
        net("Eltwise", "eltwise_param { coeff: [1, 0.17] }", "data data"),
        "{name: x, type: Add, from: [input, x_coeff1]}",
    ),
    (net("BN", "bn_param { bn_mode: INFERENCE }"), "{name: x, type: Affine}"),
    (
        net("BN", "bn_param { scale_filler { } shift_filler { } }"),
        "{name: x, type: BatchNorm2d, eps: 1.0e-09, track_running_stats: false}",
    ),
    (
        net("BatchNorm", "batch_norm_param { eps: 0.001 }"),
        "{name: x, type: BatchNorm2d, eps: 0.001, affine: false}",
    ),
    (
        net("BatchNorm", "batch_norm_param { scale_bias: true }"),
        "{name: x, type: BatchNorm2d}",
    ),
    (
        net("Pooling", "pooling_param { kernel_size: 3 pad: 2 stride: 2 }"),
        "{name: x, type: MaxPool2d, kernel_size: 3, stride: 2, padding: [[2, 2], [2, 2]], "
        "ceil_mode: true}",
    ),
    (
        net("Pooling", "pooling_param { pool: AVE global_pooling: true }"),
        "{name: x, type: AdaptiveAvgPool2d, output_size: 1}",
    ),
    (net("Softmax", "softmax_param { axis: 3 }"), "{name: x, type: Softmax, dim: 3}"),
    (net("Dropout", "dropout_param { dropout_ratio: 0.1 }"), "{name: x, type: Dropout, p: 0.1}"),
    (
        net("ConvolutionDepthwise", "convolution_param { num_output: 4 kernel_size: 3 }"),
        "{name: x, type: Conv2d, out_channels: 4, kernel_size: 3, groups: 4}",
    ),
    (
        net("Eltwise", "eltwise_param { coeff: [1, -1] }", "data data"),
        "{name: x, type: Subtract, from: [input, input]}",
    ),
    (
        net("Interp", "interp_param { zoom_factor: 2 }"),
        "{name: x, type: Upsample, size: [15, 11], mode: bilinear, align_corners: true}",
    ),
    (
        net("Upsample", "upsample_param { scale: 2 }"),
        "{name: x, type: Upsample, scale_factor: 2}",
    ),
    (
        net("Crop", "crop_param { axis: 1 }", "data data"),
        "{name: x, type: Crop, from: [input, input], anchor: corner}",
    ),
]


@pytest.mark.parametrize(("text", "line"), SAID)
def test_a_layer_is_what_the_language_has_for_it(text: str, line: str | None) -> None:
    line = line or "{name: x, type: LeakyReLU, negative_slope: 0.25}"
    assert imported(text, is_flat=True).text.splitlines()[-1] == f"  - {line}"


def test_coefficients_of_a_sum_are_said_and_cost_nothing() -> None:
    text = net("Eltwise", "eltwise_param { coeff: [-1, 0.17, 1] }", "data data data")
    done = imported(text, is_flat=True)
    assert done.text.splitlines()[-3:] == [
        '  - {name: x_coeff0, type: Identity, note: "times -1"}',
        '  - {name: x_coeff1, type: Identity, from: input, note: "times 0.17"}',
        "  - {name: x, type: Add, from: [x_coeff0, x_coeff1, input]}",
    ]
    assert "A sum or product with a constant is an Identity with a note." in done.network.remarks


# what no layer type is: why, the output as Caffe has it, and the parameters
NOT_SAID = [
    (net("AbsVal"), "no layer type is this function of each number", "8x6x4", 0),
    (net("Exp"), "no layer type is this function of each number", "8x6x4", 0),
    (net("Power", "power_param { power: 2 }"), "this function of each number", "8x6x4", 0),
    (net("ReLU6", "relu6_param { negative_slope: 1 }"), "no ReLU6 has a slope", "8x6x4", 0),
    (net("Swish", "swish_param { beta: 2 }"), "the beta of a SiLU is 1", "8x6x4", 0),
    (net("Clip", "clip_param { min: 1 max: 1 }"), "min_val below its max_val", "8x6x4", 0),
    (net("Clip", "clip_param { min: 0 max: inf }"), "an infinite number", "8x6x4", 0),
    (net("MVN"), "no layer adds its eps to the root", "8x6x4", 0),
    (net("Normalize", "norm_param { channel_shared: false }"), "divides by the norm", "8x6x4", 4),
    (net("Normalize"), "no layer divides by the norm", "8x6x4", 1),
    (net("LRN", "lrn_param { norm_region: WITHIN_CHANNEL }"), "nearby in a channel", "8x6x4", 0),
    (net("Scale", "scale_param { axis: 1 num_axes: -1 }"), "one for each channel", "8x6x4", 192),
    (
        net("Scale", "scale_param { axis: 2 num_axes: 2 bias_term: true }"),
        "one for each channel",
        "8x6x4",
        96,
    ),
    (net("Bias", "bias_param { num_axes: 0 }"), "not one for each channel", "8x6x4", 1),
    (net("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"), "weighted", "7x5x4", 0),
    (
        net("Pooling", "pooling_param { kernel_size: 1 stride: 2 }"),
        "its last window is outside of what it takes",
        "5x4x4",
        0,
    ),
    (net("Tile", "tile_param { axis: 2 tiles: 3 }"), "repeats what it takes", "24x6x4", 0),
    (net("ArgMax", "argmax_param { axis: 1 }"), "the place of a maximum", "8x6x1", 0),
    (net("ArgMax", "argmax_param { top_k: 5 out_max_val: true }"), "of a maximum", "5x1x2", 0),
    (net("Reduction", "reduction_param { axis: 3 operation: ASUM }"), "of some axes", "8x4", 0),
    (net("Crop", "crop_param { offset: 0 offset: 1 }", "data y"), "and one offset", "4x3x4", 0),
    (net("Crop", "crop_param { axis: 3 }", "data y"), "and one offset", "8x3x4", 0),
    (net("Interp", "interp_param { height: 9 width: 9 pad_beg: -1 }"), "crops", "9x9x4", 0),
    (net("InnerProduct", "inner_product_param { num_output: 5 axis: 2 }"), "", "5x4", 245),
    (net("Reorg", "reorg_param { stride: 2 }"), "among the channels", "4x3x16", 0),
    (net("BN"), "which of the layers of this name it is", "8x6x4", 8),
    (net("BatchNorm", "param { lr_mult: 1 }"), "it learns something", "8x6x4", 0),
    (net("BatchNorm", "engine: 'MKLDNN'"), "with Intel's engine it may scale", "8x6x4", 0),
    (
        net(
            "PriorBox", "prior_box_param { min_size: 9 max_size: 19 aspect_ratio: 2 }", "data data"
        ),
        "no layer type makes boxes",
        f"{8 * 6 * 4 * 4}x2",
        0,
    ),
]


@pytest.mark.parametrize(("text", "why", "output", "params"), NOT_SAID)
def test_what_no_layer_type_is_may_be_custom(text: str, why: str, output: str, params: int) -> None:
    if '"y"' in text:
        text = text.replace(INPUT, INPUT + 'layer { name: "y" type: "Pooling" bottom: "data" '
                            'top: "y" pooling_param { kernel_size: 2 stride: 2 } }\n')  # fmt: skip
    problem = problem_of(text)
    assert (problem.code, problem.line) == ("SC502", text.count("\n"))
    assert problem.message.startswith("layer ") and "'x' (" in problem.message
    assert why in problem.message
    last = layers(text, custom=True)[-1]
    assert (last.layer.type.name, str(last.outputs[0])) == ("Custom", output)
    assert last.params == params


UNKNOWN = [
    (net("Python"), "what it does is in the Python module that it names"),
    (net("LSTM"), "recurrent layers of Caffe are not read"),
    (net("Wonder"), "no layer type is known to be this"),
    (net("DetectionOutput", "", "data data data"), "what an image contains decides the shape"),
    (net("Flatten", "flatten_param { axis: 0 }"), "it is along the batch"),
    (net("Concat", "concat_param { axis: 0 }", "data data"), "it is along the batch"),
    (net("Slice", "slice_param { axis: 0 }", tops="x y"), "it is along the batch"),
    (net("Permute", "permute_param { order: 1 }"), "it is along the batch"),
    (net("Reshape", "reshape_param { shape { dim: -1 } }"), "puts numbers of the batch elsewhere"),
    (net("Reshape", "reshape_param { shape { dim: 1 dim: -1 } }"), "puts numbers of the batch"),
    (net("Reduction"), "a number for each input, or for all, is no shape here"),
    (net("Convolution", "convolution_param { num_output: 2 kernel_size: 1 axis: 2 }"), "channels"),
    (net("Convolution", "convolution_param { num_output: 2 kernel_size: 1 cool: 2 }"), "'cool'"),
    (net("Pooling", "pooling_param { kernel_size: 1 cool: 2 }"), "Caffe's own does not have"),
    (net("Interp", "", "data data"), "it takes more than one blob, which only forks have"),
    (net("PReLU", "prelu_param { filler { value: inf } }"), "no layer type has an infinite number"),
    (net("Bias", "bias_param { num_axes: 0 } param { name: 'w' }"), "not one for each channel"),
    (net("Upsample", "", "data data"), "its second blob is not the mask of a max pool"),
    (net("Upsample", "upsample_param { upsample_h: 9 }"), "it has no mask of a max pool"),
]


@pytest.mark.parametrize(("text", "why"), UNKNOWN)
def test_what_nobody_knows_the_output_of_stops(text: str, why: str) -> None:
    problem = problem_of(text)
    assert (problem.code, problem.line) == ("SC502", 2) and why in problem.message
    assert problem.hint is not None and "--custom" in problem.hint
    with pytest.raises(SpecError) as raised:
        imported(text, custom=True)
    assert raised.value.problems[0].code == "SC502"


WRONG = [
    (net("Convolution"), "a convolution needs num_output"),
    (net("Convolution", "convolution_param { num_output: 2 }"), "kernel_size is needed once"),
    (
        net("Convolution", "convolution_param { num_output: 2 kernel_size: [1, 1, 1] }"),
        "kernel_size is needed once, or once for each of 2 axes",
    ),
    (
        net("Convolution", "convolution_param { num_output: 2 kernel_size: 1 kernel_h: 1 }"),
        "kernel_h and kernel_w are of 2 axes, and stand instead of kernel_size",
    ),
    (
        net("Convolution", "convolution_param { num_output: 2 kernel_h: 1 }"),
        "kernel_size is needed once",
    ),
    (net("Convolution", "convolution_param { num_output: 0 }"), "num_output is 0"),
    (net("Convolution", "convolution_param { num_output: 2 kernel_size: 1 stride: 0 }"),
     "stride is 0, but from 1"),
    (net("InnerProduct"), "an inner product needs num_output"),
    (net("InnerProduct", "inner_product_param { num_output: 2 axis: 4 }"), "axis is 4, but"),
    (net("Pooling"), "a pool needs kernel_size, or kernel_h and kernel_w"),
    (net("Pooling", "pooling_param { kernel_h: 2 }"), "a pool has kernel_size, or kernel_h and"),
    (net("Pooling", "pooling_param { kernel_size: 2 kernel_h: 2 kernel_w: 2 }"), "a pool has ker"),
    (net("Pooling", "pooling_param { kernel_size: 2 pad: 2 }"), "less than its kernel, found"),
    (net("Pooling", "pooling_param { kernel_size: 9 stride: 1 }"), "a kernel of 9 is too large"),
    (net("Pooling", "pooling_param { kernel_size: 2 global_pooling: true }"), "has no kernel_size"),
    (net("Pooling", "pooling_param { stride: 2 global_pooling: true }"), "has a stride of 1"),
    (net("Pooling", "pooling_param { kernel_size: 2 }", "data data"), "takes 1 blobs, found 2"),
    (net("Pooling", "pooling_param { kernel_size: 2 }", tops="x y z"), "makes 2 blobs, but has 3"),
    (net("LRN", "lrn_param { local_size: 4 }"), "the local_size of an LRN is odd, found 4"),
    (net("Eltwise"), "it takes blobs of one shape"),
    (net("Eltwise", "eltwise_param { coeff: 1 }", "data data"), "a coefficient for each blob"),
    (net("Eltwise", "eltwise_param { operation: DIV }", "data data"), "one of PROD, SUM, MAX"),
    (net("Slice", "slice_param { slice_point: 4 }", tops="x y"), "are not in order within 4"),
    (net("Slice", "slice_param { slice_point: 1 }", tops="x y z"), "1 points make no 3 parts"),
    (net("Slice", tops="x y z"), "3 equal parts are not made of 4"),
    (net("Slice", "slice_param { axis: 1 slice_dim: 1 }", tops="x y"), "both axis and slice_dim"),
    (net("Concat", "concat_param { axis: 1 concat_dim: 1 }"), "both axis and concat_dim"),
    (net("Flatten", "flatten_param { axis: 3 end_axis: 1 }"), "end_axis 1 is before axis 3"),
    (net("Flatten", "flatten_param { axis: -5 }"), "axis is -5, but from -4"),
    (net("Reshape", "reshape_param { shape { dim: 0 dim: 5 dim: -1 } }"), "do not fit into"),
    (net("Reshape", "reshape_param { shape { dim: -1 dim: -1 } }"), "several sizes of -1"),
    (net("Reshape", "reshape_param { shape { dim: [0, 0, 0, 0, 0] } }"), "has no such axis"),
    (net("Reshape", "reshape_param { axis: 2 num_axes: 3 }"), "its axes 2 to 5 are not in"),
    (net("Permute", "permute_param { order: [0, 0] }"), "its order [0, 0] is not one of the 4"),
    (net("Permute", "permute_param { order: 4 }"), "its order [4] is not one of the 4 axes"),
    (net("Crop", "crop_param { offset: 1 }", "data data"), "reaches out of the blob"),
    (net("Crop", "crop_param { axis: 1 offset: [1, 1] }", "data data"), "2 offsets are not one"),
    (net("Scale", "", "data data"), "other sizes than the first from axis 1"),
    (net("Scale", "scale_param { axis: 2 num_axes: 3 }"), "num_axes is 3, but after axis 2"),
    (net("Dropout", "dropout_param { dropout_ratio: 2 }"), "dropout_ratio is 2, but"),
    (net("Clip"), "a clip needs min"),
    (net("SPP", "spp_param { pyramid_height: 9 }"), "8 windows are too many for a size of 6"),
    (net("SPP"), "a pyramid_height of 0"),
    (net("Interp"), "it has no size, zoom_factor or shrink_factor"),
    (net("Interp", "interp_param { zoom_factor: 1 pad_beg: -9 }"), "it makes sizes of"),
    (net("Axpy", "", "data data data"), "it takes a factor for each channel"),
    (INPUT + 'layers { name: "x" type: "ReLU" bottom: "data" top: "x" }\n',
     "type: expected a word such as CONVOLUTION, found 'ReLU'"),
    (INPUT + 'layers { layer { name: "x" type: "wonder" } bottom: "data" top: "x" }\n',
     "'wonder' is none of the types of Caffe's first format"),
    (net("ReLU") + "layers { }\n", "the file has both `layer` and `layers`"),
    (INPUT + 'layers { layer { name: "p" type: "padding" pad: 1 } bottom: "data" top: "p" } '
     'layers { layer { name: "r" type: "relu" } bottom: "p" top: "r" }\n',
     "only a convolution or a pool may take what a padding makes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_caffe_refuses_is_refused_at_its_place(text: str, message: str) -> None:
    problem = problem_of(text)
    assert problem.code == "SC501" and message in problem.message, problem.message
    assert problem.line > 1


def test_a_part_is_imported_up_to_what_is_not_known() -> None:
    text = net("ReLU") + 'layer { name: "y" type: "Python" bottom: "x" top: "y" }\n'
    found = imported(text, partial=True)
    assert [layer.name for layer in found.network.layers] == ["x"]
    assert "# Only a part: layer 2 of 2 'y' (Python): what it does is" in found.text


def test_what_was_added_before_a_layer_turned_out_to_be_unknown_is_gone() -> None:
    # of a pyramid of three, a later pool has its last window after its input
    parameters = "convolution_param { num_output: 2 kernel_size: 1 }"
    text = net("Im2col", parameters.replace("num_output: 2", "axis: 2"))
    with pytest.raises(SpecError):
        imported(text)
    text = net("ReLU") + 'layer { name: "y" type: "SPP" bottom: "x" top: "y" spp_param { '
    text += "pyramid_height: 2 pool: STOCHASTIC } }\n"
    found = imported(text, partial=True)
    assert [layer.name for layer in found.network.layers] == ["x"]


def test_the_mask_of_a_pool_puts_its_maxima_back() -> None:
    text = net("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", tops="x mask")
    text += layer_text("Upsample", "x mask", "y", "upsample_param { scale: 2 }")
    text += layer_text("Upsample", "x mask", "z", "upsample_param { upsample_h: 9 upsample_w: 5 }")
    found = {layer.name: layer for layer in layers(text)}
    assert found["y"].layer.type.name == "MaxUnpool2d" and found["y"].inputs[1].of is found["x"]
    assert [str(found[name].outputs[0]) for name in "yz"] == ["8x6x4", "9x5x4"]
    text += layer_text("ReLU", "mask", "r")
    assert "it takes 'mask', the mask of a max pool" in problem_of(text).message


def test_a_mask_that_is_of_another_size_is_none() -> None:
    text = net("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", tops="x mask")
    text += layer_text("Upsample", "x mask", "y", "upsample_param { scale: 4 }")
    assert "the mask's pool does not come from this size" in problem_of(text).message


def layer_text(type: str, bottoms: str, name: str, more: str = "") -> str:
    return net(type, more, bottoms, name).removeprefix(INPUT).replace('"x" type', f'"{name}" type')


@pytest.mark.parametrize("batch", ["0", "-1", "1", "7"])
@pytest.mark.parametrize("shape", ["dim: 0 dim: 3 dim: -1", "dim: 0 dim: -1", "dim: 0 dim: 0"])
def test_a_batch_may_be_left_open(batch: str, shape: str) -> None:
    start = f'layer {{ name: "in" type: "Input" top: "data" input_param {{ shape {{ dim: {batch} '
    text = (
        start + "dim: 6 dim: 4 dim: 5 } } }\n"
        f'layer {{ name: "own" type: "Reshape" bottom: "data" top: "x" reshape_param {{ shape '
        f"{{ {shape} }} {'num_axes: 2' if shape.endswith('0') else ''} }} }}\n"
    )
    shown = {"3": "40x3", "-1": "120", "0": "4x5x6"}[shape.split("dim: ")[2].strip()]
    assert [str(layer.outputs[0]) for layer in layers(text)] == [shown]
