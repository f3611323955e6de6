"""What of a file of Caffe is the network: its phase, its inputs and outputs, shared weights."""

from __future__ import annotations

import pytest
from caffe_networks import FILES, SIZES, imported

import shapecalc
from shapecalc.problems.problem import Problem, SpecError

INPUT = 'input: "data" input_shape { dim: 2 dim: 3 dim: 8 dim: 8 }\n'


def layer(name: str, type: str, bottoms: str, more: str = "", tops: str = "") -> str:
    ends = "".join(f' bottom: "{each}"' for each in bottoms.split())
    ends += "".join(f' top: "{each}"' for each in (tops or name).split())
    return f'layer {{ name: "{name}" type: "{type}"{ends} {more} }}\n'


def conv(name: str, bottom: str = "data", outputs: int = 4, more: str = "") -> str:
    parameters = f"convolution_param {{ num_output: {outputs} kernel_size: 1 }}"
    return layer(name, "Convolution", bottom, f"{parameters} {more}")


def spec_of(text: str, given: object = None) -> str:
    return imported(text, given, is_flat=True).text


def problem_of(text: str, given: object = None, **options: bool) -> Problem:
    with pytest.raises(SpecError) as raised:
        imported(text, given, **options)
    return raised.value.problems[0]


def of_file(name: str) -> str:
    return imported((FILES / f"{name}.prototxt").read_bytes(), SIZES.get(name), is_flat=True).text


# ---------------------------------------------------------------- phases


def test_layers_of_the_phase_test_are_read() -> None:
    text = of_file("second_format")
    assert "input: 44x44x3\n" in text  # 40x40 in the other phase
    assert "# Layers of other phases than TEST are left out.\n" in text
    assert "name: accuracy" not in text and "name: loss" not in text
    assert "fc4 (" not in text
    assert "accuracy (Accuracy), loss (SoftmaxWithLoss)" in text


@pytest.mark.parametrize(
    ("state", "rule", "there"),
    [
        ("", "include { phase: TEST }", True),
        ("", "include { phase: TRAIN }", False),
        ("state { phase: TRAIN }", "include { phase: TRAIN }", False),
        ("", "include { phase: TRAIN } include { phase: 1 }", True),
        ("", "exclude { phase: TEST }", False),
        ("", "exclude { phase: TRAIN }", True),
        ("", "exclude { phase: TRAIN } exclude { stage: 'a' }", True),
        ("state { stage: 'a' }", "exclude { phase: TRAIN } exclude { stage: 'a' }", False),
        ("state { stage: 'a' }", "include { stage: 'a' stage: 'b' }", False),
        ("state { stage: ['b', 'a'] }", "include { stage: 'a' stage: 'b' }", True),
        ("state { stage: 'a' }", "include { not_stage: 'a' }", False),
        ("", "include { not_stage: 'a' }", True),
        ("", "include { }", True),
        ("", "include { min_level: 1 }", False),
        ("state { level: 1 }", "include { min_level: 1 max_level: 1 }", True),
        ("state { level: 2 }", "include { max_level: 1 }", False),
        ("", "include { max_level: -1 }", False),
    ],
)
def test_rules_say_which_layers_are_there(state: str, rule: str, there: bool) -> None:
    text = spec_of(state + INPUT + conv("first") + layer("second", "ReLU", "first", rule))
    assert ("name: second" in text) is there


def test_rules_of_both_kinds_are_refused() -> None:
    rules = "include { phase: TEST } exclude { phase: TEST }"
    problem = problem_of(INPUT + conv("first", more=rules))
    assert (problem.code, problem.line) == ("SC501", 2)
    assert "both include and exclude" in problem.message


def test_data_of_another_phase_is_taken_where_there_is_no_other() -> None:
    text = of_file("autoencoder")
    assert "input: 20x24x1\n" in text
    assert "# Its data is that of another phase, as TEST has none.\n" in text
    assert "of another phase" not in of_file("second_format")


# ---------------------------------------------------------------- what is left out


def test_targets_are_left_out_with_what_makes_them() -> None:
    text = of_file("autoencoder")
    assert "name: flat," not in text and "name: half" not in text
    assert text.endswith("  - {name: decoded, type: Sigmoid}\n")


def test_what_is_taken_by_a_loss_alone_is_an_output() -> None:
    text = INPUT + conv("one") + conv("other", outputs=2) + layer("flat", "Flatten", "other")
    text += layer("loss", "EuclideanLoss", "one flat") + layer("last", "TanH", "one")
    assert spec_of(text).endswith("outputs: [flat, last]\n")


def test_an_input_that_nothing_takes_is_none() -> None:
    text = 'input: "data" input: "label" input_dim: [1, 3, 8, 8, 1, 1, 1, 1]' + conv("one")
    assert "input: 8x8x3\n" in spec_of(text + layer("loss", "HingeLoss", "one label"))


def test_a_file_of_losses_alone_has_no_layers() -> None:
    problem = problem_of(INPUT + layer("loss", "EuclideanLoss", "data data"))
    assert (problem.code, problem.message) == ("SC503", "this file of Caffe has no layers")


def test_a_solver_is_told() -> None:
    problem = problem_of("net_param {\n layer { } }\nbase_lr: 1")
    assert (problem.code, problem.line) == ("SC503", 1)
    assert problem.hint == "import the file of the network, which its net: names"


# ---------------------------------------------------------------- wiring


def test_a_blob_is_what_was_made_last_under_its_name() -> None:
    text = INPUT + conv("one") + layer("relu", "ReLU", "one", tops="one")
    text += conv("other", "one") + layer("sum", "Eltwise", "one other")
    assert "{name: sum, type: Add, from: [relu, other]}" in spec_of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (conv("one", "nothing"), "takes 'nothing', which no layer before makes"),
        (conv("one") + conv("one"), "makes 'one', as another before does"),
    ],
)
def test_blobs_that_are_not_there_are_refused(text: str, message: str) -> None:
    problem = problem_of(INPUT + text)
    assert problem.code == "SC501" and message in problem.message
    assert problem.line == text.count("\n") + 1


def test_splits_are_no_layers() -> None:
    text = of_file("second_format")
    assert "type: Split" not in text
    assert "{name: pool1, type: AvgPool2d, kernel_size: 3" in text
    assert "{name: conv2, type: Conv2d, from: relu1, " in text


def test_weights_of_one_name_are_shared() -> None:
    text = of_file("siamese")
    assert "{name: conv_p, type: Conv2d, out_channels: 4, kernel_size: 3, from: slice.1, "
    assert "shares: conv}" in text and "shares: fc}" in text and "shares: both}" in text
    summary = shapecalc.loads(text).summary()
    # conv 9 x 4 + 4, fc 8 x 9 x 4 x 3 + 3, both 4 x 4 x 2 + 2: each once
    assert summary.params == 40 + 867 + 34


def test_a_convolution_of_several_blobs_is_one_for_each() -> None:
    text = of_file("siamese")
    assert "outputs: [fc, fc_p, both, both_1]\n" in text


def test_some_shared_weights_are_not_all() -> None:
    parameters = 'param { name: "w" } param { name: "%s" }'
    text = INPUT + conv("one", more=parameters % "a") + conv("two", "data", 4, parameters % "b")
    problem = problem_of(text)
    assert (problem.code, problem.line) == ("SC502", 3)
    assert "it has some of the parameters of 'one', and others" in problem.message


def test_weights_of_another_shape_are_not_shared() -> None:
    parameters = 'param { name: "w" } param { name: "b" }'
    text = INPUT + conv("one", more=parameters) + conv("two", "one", 5, parameters)
    assert "its weights, which it has of 'one', do not fit" in problem_of(text).message


# ---------------------------------------------------------------- inputs


def data(more: str, type: str = "Data", tops: str = "data label") -> str:
    return layer("data", type, "", more, tops) + conv("one")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (data("memory_data_param { channels: 5 height: 6 width: 7 }", "MemoryData"), "6x7x5"),
        (data("image_data_param { new_height: 6 new_width: 7 }", "ImageData"), "6x7x3"),
        (
            data("image_data_param { new_height: 6 new_width: 7 } transform_param { crop_size: 5 }",
                 "ImageData"),
            "5x5x3",
        ),
        (data("image_data_param { is_color: false } transform_param { crop_size: 5 }", "ImageData"),
         "5x5x1"),
        (data("transform_param { crop_size: 9 mean_value: 1 mean_value: 2 }"), "9x9x2"),
        (data("transform_param { crop_size: 9 force_gray: true }"), "9x9x1"),
        (data("transform_param { crop_size: 9 } data_param { force_encoded_color: true }"),
         "9x9x3"),
        (data("transform_param { resize_param { height: 9 width: 7 } force_color: true }",
              "AnnotatedData"), "9x7x3"),
        (data("dummy_data_param { shape { dim: 2 dim: 4 } shape { dim: 2 } }", "DummyData"), "4"),
        (data("dummy_data_param { num: 1 channels: 4 channels: 1 height: 5 width: 6 }",
              "DummyData"), "5x6x4"),
        (data("input_param { shape { dim: 7 dim: 6 dim: 5 } }", "Input"), "5x6"),
    ],
)  # fmt: skip
def test_data_layers_are_inputs(text: str, shape: str) -> None:
    text = text if shape != "4" else text.replace('"Convolution"', '"ReLU"')
    assert f"input: {shape}\n" in spec_of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (data(""), "the file leaves the size of the input 'data' open"),
        (data("", "HDF5Data"), "the file leaves the size of the input 'data' open"),
        (data("", "Python"), "the file leaves the size of the input 'data' open"),
        (data("transform_param { crop_size: 9 }"), "'data' open: it is '9x9x?'"),
        (
            data(
                "transform_param { resize_param { height: 9 width: 9 } "
                "resize_param { height: 8 width: 8 } force_color: true }",
                "AnnotatedData",
            ),
            "'data' open: it is '?x?x3'",
        ),
        ('input: "data"' + conv("one"), "the file leaves the size of the input 'data' open"),
        (
            data("input_param { shape { dim: 1 dim: 3 dim: -1 dim: 0 } }", "Input"),
            "open: it is '?x?x3'",
        ),
    ],
)
def test_sizes_that_are_open_are_asked_for(text: str, message: str) -> None:
    problem = problem_of(text)
    assert problem.code == "SC504" and problem.message.endswith(message)
    assert "input: 9x9x3\n" in spec_of(text, "9x9x3")
    assert "input: 9x9x3\n" in spec_of(text, {"data": "9x9x3"})


def test_a_size_that_is_given_is_held_to_what_the_file_says() -> None:
    problem = problem_of(data("transform_param { crop_size: 9 }"), "8x8x3")
    assert problem.code == "SC504"
    assert problem.message == "the input 'data' is given as 8x8x3, but the file says 9x9x?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('input: "data" input_dim: [1, 3] ', "2 sizes as input_dim"),
        ('input: "a" input: "b" input_shape { dim: 1 }', "input_shape is given 1 times"),
        (
            data("input_param { shape { dim: 1 } shape { dim: 1 } shape { dim: 1 } }", "Input"),
            "shape is given 3 times for 2 tops",
        ),
    ],
)
def test_sizes_that_do_not_fit_the_inputs_are_refused(text: str, message: str) -> None:
    problem = problem_of(text + conv("two"))
    assert problem.code == "SC501" and message in problem.message
