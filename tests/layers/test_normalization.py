"""Normalizations, beyond what the recorded cases show: counts, and the two ways of LayerNorm."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import parse_shape


@pytest.mark.parametrize(
    ("type", "fields", "params", "buffers"),
    [
        ("BatchNorm2d", {}, 128, 129),
        ("BatchNorm2d", {"bias": False}, 64, 129),
        ("BatchNorm2d", {"affine": False}, 0, 129),
        ("BatchNorm2d", {"track_running_stats": False, "momentum": None}, 128, 0),
        ("BatchNorm2d", {"eps": 0}, 128, 129),
        ("SyncBatchNorm", {"num_features": 64}, 128, 129),
        ("InstanceNorm2d", {}, 0, 0),
        ("InstanceNorm2d", {"affine": True, "track_running_stats": True}, 128, 129),
        ("InstanceNorm2d", {"affine": True, "bias": False}, 64, 0),
        ("InstanceNorm2d", {"eps": -1}, 0, 0),
        ("GroupNorm", {"num_groups": 32}, 128, 0),
        ("GroupNorm", {"num_groups": 32, "bias": False}, 64, 0),
        ("GroupNorm", {"num_groups": 32, "affine": False}, 0, 0),
        ("LocalResponseNorm", {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 1}, 0, 0),
        ("LayerNorm", {}, 128, 0),
        ("LayerNorm", {"normalized_shape": 64, "eps": 1e-6}, 128, 0),
        ("LayerNorm", {"bias": False}, 64, 0),
        ("LayerNorm", {"elementwise_affine": False}, 0, 0),
        ("LayerNorm", {"normalized_shape": [64, 7, 9]}, 2 * 64 * 7 * 9, 0),
        ("LayerNorm", {"normalized_shape": [7, 9]}, 2 * 7 * 9, 0),
        ("LayerNorm2d", {"normalized_shape": 64}, 128, 0),
        ("LayerNorm2d", {"normalized_shape": [9, 64]}, 2 * 9 * 64, 0),
        ("RMSNorm", {"eps": None}, 64, 0),
        ("RMSNorm", {"normalized_shape": [9]}, 9, 0),
        ("RMSNorm", {"normalized_shape": [9], "elementwise_affine": False}, 0, 0),
    ],
)
def test_counts_on_64_channels_of_7x9(
    type: str, fields: dict[str, object], params: int, buffers: int
) -> None:
    input = parse_shape("7x9x64")
    layer = make(type, **fields)
    assert layer.infer((input,)) == (input,)
    assert (layer.params((input,)), layer.buffers((input,))) == (params, buffers)


@pytest.mark.parametrize("type", ["SyncBatchNorm", "LayerNorm", "RMSNorm"])
@pytest.mark.parametrize("input", ["64", "9x64", "9x9x64", "9x9x9x64", "2x9x9x9x64"])
def test_some_take_any_number_of_axes(type: str, input: str) -> None:
    assert outputs(type, input) == [input]


def test_a_vector_is_for_batchnorm1d_but_not_for_its_neighbours() -> None:
    assert outputs("BatchNorm1d", "64") == ["64"]
    assert outputs("BatchNorm1d", "9x64") == ["9x64"]
    hint = refused("BatchNorm1d", "9x9x64").hint
    assert hint == "use BatchNorm2d, or leading: 1, if 9 runs like a batch"
    assert refused("BatchNorm2d", "64").code == "SC201"
    assert refused("InstanceNorm1d", "64").code == "SC201"
    assert refused("LocalResponseNorm", "64", size=5).code == "SC201"


def test_one_position_has_no_variance_of_its_own() -> None:
    assert refused("InstanceNorm2d", "1x1x64").code == "SC201"
    assert outputs("InstanceNorm2d", "1x1x64", track_running_stats=True) == ["1x1x64"]
    assert outputs("InstanceNorm2d", "1x2x64") == ["1x2x64"]


@pytest.mark.parametrize(
    ("type", "fields", "code", "field"),
    [
        ("BatchNorm2d", {"num_features": 32}, "SC205", "num_features"),
        ("GroupNorm", {"num_groups": 4, "num_channels": 32}, "SC205", "num_channels"),
        ("GroupNorm", {"num_groups": 48}, "SC204", "num_groups"),
        ("GroupNorm", {"num_groups": 4, "num_channels": 6, "affine": False}, "SC204", "num_groups"),
        ("LayerNorm", {"normalized_shape": 9}, "SC205", "normalized_shape"),
        ("LayerNorm", {"normalized_shape": [64]}, "SC205", "normalized_shape"),
        ("LayerNorm", {"normalized_shape": [1, 64, 7, 9]}, "SC205", "normalized_shape"),
        ("LayerNorm2d", {"normalized_shape": [7, 9]}, "SC205", "normalized_shape"),
        ("RMSNorm", {"normalized_shape": [7]}, "SC205", "normalized_shape"),
        ("RMSNorm", {"normalized_shape": []}, "SC104", "normalized_shape"),
        ("RMSNorm", {"normalized_shape": [9, 0]}, "SC104", "normalized_shape"),
        ("RMSNorm", {"normalized_shape": "9x9"}, "SC104", "normalized_shape"),
        ("BatchNorm2d", {"eps": -1}, "SC104", "eps"),
        ("BatchNorm2d", {"eps": 0, "track_running_stats": False}, "SC104", "eps"),
        ("BatchNorm2d", {"momentum": "fast"}, "SC104", "momentum"),
    ],
)
def test_fields_that_do_not_fit_64_channels_of_7x9_are_refused(
    type: str, fields: dict[str, object], code: str, field: str
) -> None:
    refusal = refused(type, "7x9x64", **fields)
    assert (refusal.code, refusal.field) == (code, field)


def test_the_refusal_of_a_list_shows_the_order_that_it_was_held_to() -> None:
    refusal = refused("LayerNorm", "7x9x64", normalized_shape=[64])
    assert refusal.message == (
        "normalized_shape is [64], but in PyTorch's order the input 7x9x64 is [64, 7, 9], which "
        "ends otherwise"
    )
    assert refusal.hint == "leave it out to normalize over the channels at each position"


def test_the_refusal_of_groups_lists_the_divisors() -> None:
    refusal = refused("GroupNorm", "7x9x48", num_groups=32)
    assert refusal.hint == "num_groups must divide 48: 1, 2, 3, 4, 6, 8, 12, 16, 24 or 48"
