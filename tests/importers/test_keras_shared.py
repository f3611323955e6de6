"""Layers that several models in a file of Keras have in common, by what the file says of them."""

from __future__ import annotations

from typing import Any

from keras_figures import imported
from keras_texts import Layer, archive, functional, image, in_keras_3, layer, sequential, text


def inner(name: str) -> Layer:
    """A model with a layer that another has, too."""
    model = in_keras_3(sequential(image(f"{name}_in", (4,)), layer("Dense", "dense", units=4)))
    model["config"]["name"] = name
    return model


def outer() -> Layer:
    """A model of two."""
    model = in_keras_3(functional(image(shape=(4,)), outputs="second"))
    for name, takes in (("first", "image"), ("second", "first")):
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [takes, 0, 0]}}
        use = {"name": name, "inbound_nodes": [{"args": [tensor], "kwargs": {}}]}
        model["config"]["layers"].append(inner(name) | use)
    return model


def learned(data: bytes) -> tuple[list[int], str]:
    """The params of the layers that have weights of their own, and the spec."""
    found = imported(data)
    layers = found.network.layers
    return [each.params for each in layers if each.params and each.shares is None], found.text


def dense(model: Any, number: int) -> Layer:
    """A layer in one of the models."""
    found: Layer = model["config"]["layers"][number]["config"]["layers"][1]
    return found


def test_keras_3_gives_an_id_to_the_later_one_alone() -> None:
    model = outer()
    dense(model, 2)["shared_object_id"] = 140360078966352
    params, spec = learned(archive(model))
    assert params == [20]
    assert "shares: first_dense" in spec


def test_keras_2_gives_both_the_same() -> None:
    model = outer()
    dense(model, 1)["shared_object_id"] = dense(model, 2)["shared_object_id"] = 7
    assert learned(text(model))[0] == [20]


def test_an_archive_without_ids_has_none_in_common() -> None:
    params, spec = learned(archive(outer()))
    assert params == [20, 20]
    assert "of one name" not in spec


def test_a_text_that_does_not_say_so_is_remarked() -> None:
    params, spec = learned(text(outer()))
    assert params == [20, 20]
    assert "# Layers of one name in several models, such as dense, count once for each" in spec


def test_layers_that_differ_are_not_one() -> None:
    model = outer()
    dense(model, 2)["config"]["use_bias"] = False
    params, spec = learned(text(model))
    assert params == [20, 16]
    assert "of one name" not in spec
