"""The code of every bundled network, in Keras: every shape and count is the spec's."""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

from collections import Counter
from typing import Any

import keras
import keras_models
import pytest
from wirings import WIRINGS

import shapecalc
from shapecalc import bundled
from shapecalc.analysis.summary import Summary

WITHOUT = {"faster_rcnn", "faster_rcnn_mobilenet_v3", "fcos_resnet50_fpn", "retinanet"}
WITHOUT |= {"lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "conv_tasnet", "pointnet"}
WITHOUT |= {"bert", "convnextv2", "crnn", "deepspeech2", "efficientformer"}
WITHOUT |= {"gpt2", "levit", "maxvit", "mobilevit", "mvit"}
WITHOUT |= {"raft", "segnet", "swin", "swin3d", "swin_v2"}
WITHOUT |= {"tcn", "transformer", "vit", "wavenet", "yolov8"}
"""The bundled networks and variants that Keras cannot say."""

RUNS = [
    (name, variant)
    for name in bundled.spec_names()
    if name not in WITHOUT
    for variant in (shapecalc.load(name).variants or [None])
    if variant not in WITHOUT
]


def check(summary: Summary, made: Any) -> None:
    """Hold a model to a summary. PyTorch's counters of batches have no counterpart in Keras."""
    assert keras_models.sizes(made.outputs) == [tuple(each) for each in summary.outputs.values()]
    paths = [node.path for node in summary.operations()]
    layers = keras_models.layers_by_path(made, paths)
    for node in summary.operations():
        own = layers.pop(node.path)
        assert keras_models.sizes(own[-1].output) == [tuple(each) for each in node.outputs]
        if node.layer is None:
            continue
        trained = sum(keras_models.numbers(layer.trainable_weights) for layer in own)
        kept = sum(keras_models.numbers(layer.non_trainable_weights) for layer in own)
        counters = node.type.startswith("BatchNorm") and node.buffers % 2
        assert (node.path, trained, kept) == (node.path, node.params, node.buffers - counters)
    assert keras_models.numbers(made.trainable_weights) == summary.params


@pytest.mark.parametrize(("name", "variant"), RUNS)
def test_every_layer_of_a_bundled_network_is_the_specs(name: str, variant: str | None) -> None:
    summary = shapecalc.load(name).summary(variant=variant)
    made = keras_models.model(keras_models.written(summary))
    check(summary, made)
    inputs = {each.name for each in made.layers if isinstance(each, keras.layers.InputLayer)}
    assert inputs == set(summary.inputs)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("googlenet", {"aux": True}),
        ("googlenet", {"classes": 7}),
        ("mobilenet_v2", {"width": 0.75}),
        ("mobilenet_v2", {"width": 1.4, "classes": 10}),
        ("mobilenet_v3_large", {"small": True}),
        ("resnet50", {"bottleneck": False, "depths": (2, 2, 2, 2)}),
        ("resnet18", {"depths": (3, 4, 6, 3)}),
        ("resnet50", {"groups": 32, "width_per_group": 4}),
        ("efficientnet_b0", {"width": 1.1, "depth": 1.2, "resolution": 260}),
        ("densenet121", {"block_config": (6, 12, 24, 16), "growth_rate": 48}),
        ("m3", {"depths": (1, 1, 1, 0), "channels": 128}),
        ("shufflenet_v2_x1_0", {"channels": (48, 96, 192, 1024)}),
    ],
)
def test_with_other_arguments_it_is_the_network_with_those(
    name: str, arguments: dict[str, Any]
) -> None:
    spec = shapecalc.load(name)
    text = keras_models.written(spec.summary())
    given = {
        key: list(value) if isinstance(value, tuple) else value for key, value in arguments.items()
    }
    summary = spec.summary(arguments=given)
    check(summary, keras_models.model(text, **arguments))


REFUSED = {
    "a decoder whose repeats each take another skip": "up.0.up: .* by whole factors alone",
    "a sum of the skips of all repeats": "l.2.conv: .* no output depends on it",
    "every earlier repeat, as in a dense block": "first_conv: .* no output depends on it",
    "sizes of what comes into a block, whatever its layers take": "by whole factors alone",
    "repeats that all take the same beside the one before": "takes its inputs in another way",
    "weights that are shared across what is written out": "two.a: .* shares the weights",
}
"""What Keras cannot say of these networks, by what they show."""


@pytest.mark.parametrize("name", WIRINGS)
def test_blocks_of_several_inputs_sizes_and_networks(name: str) -> None:
    summary = shapecalc.loads(WIRINGS[name]).summary()
    if name in REFUSED:
        with pytest.raises(shapecalc.SpecError, match=REFUSED[name]):
            keras_models.written(summary)
        return
    made = keras_models.model(keras_models.written(summary))
    assert keras_models.sizes(made.outputs) == [tuple(each) for each in summary.outputs.values()]
    assert keras_models.numbers(made.trainable_weights) == summary.params
    outputs = Counter(size for layer in made.layers for size in keras_models.sizes(layer.output))
    wanted = Counter(tuple(each) for node in summary.operations() for each in node.outputs)
    assert wanted <= outputs
