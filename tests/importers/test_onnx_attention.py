"""Operators of ONNX and of ONNX Runtime that are an attention, or a part of a network of words.

What is expected follows from the operators' definitions: the weights of a file, and for each head
the products of queries and keys and of scores and values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from onnx_writing import graph, integers, model, network, node, tensor, value
from test_onnx import imported, refusal
from test_onnx_recurrent import told

from shapecalc.importers.converting import Imported

RUNTIME = "com.microsoft"
HEADS, GROUPS, LENGTH, SEEN, SIZE, WIDE = 4, 2, 5, 7, 8, 6


def attention(
    op: str,
    tensors: Mapping[str, Sequence[int | str]],
    inputs: str = "q k v",
    outputs: str | Sequence[str] = "y",
    constants: Sequence[bytes] = (),
    domain: str = "",
    **attributes: Any,
) -> bytes:
    """A file of one node, whose inputs are tensors of sizes, and constants."""
    names = ["" if each == "-" else each for each in inputs.split()]
    made = node(op, names, outputs, "attention", domain, **attributes)
    given = [value(name, dims) for name, dims in tensors.items()]
    return model(graph([made], given, [value("y", None)], constants), 23)


def products(heads: int, length: int, seen: int, size: int, wide: int) -> int:
    """The multiply-accumulates of an attention."""
    return heads * length * seen * (size + wide)


def attentions(found: Imported) -> list[str]:
    """The layers that are attentions."""
    return [each for each in told(found) if each.startswith("Scaled")]


MACS = products(HEADS, LENGTH, SEEN, SIZE, WIDE)
APART = {
    "q": (1, HEADS, LENGTH, SIZE),
    "k": (1, HEADS, SEEN, SIZE),
    "v": (1, HEADS, SEEN, WIDE),
}
TOGETHER = {
    "q": (1, LENGTH, HEADS * SIZE),
    "k": (1, SEEN, HEADS * SIZE),
    "v": (1, SEEN, HEADS * WIDE),
}


@pytest.mark.parametrize("batch", [1, 3])
def test_heads_may_be_an_axis(batch: int) -> None:
    tensors = {name: (batch, *dims[1:]) for name, dims in APART.items()}
    found = imported(attention("Attention", tensors))
    assert told(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}"]


@pytest.mark.parametrize(
    ("op", "domain", "attributes"),
    [
        ("Attention", "", {"q_num_heads": HEADS, "kv_num_heads": HEADS}),
        ("MultiHeadAttention", RUNTIME, {"num_heads": HEADS}),
    ],
)
def test_heads_may_be_side_by_side(op: str, domain: str, attributes: Any) -> None:
    found = imported(attention(op, TOGETHER, domain=domain, **attributes))
    assert told(found) == [f"ScaledDotProductAttention {LENGTH}x{HEADS * WIDE} 0 {MACS}"]
    assert found.network.layers[0].fields == {"num_heads": HEADS}


def test_heads_may_share_keys_and_values() -> None:
    tensors = {
        "q": (1, LENGTH, HEADS * SIZE),
        "k": (1, SEEN, GROUPS * SIZE),
        "v": (1, SEEN, GROUPS * WIDE),
    }
    data = attention("Attention", tensors, q_num_heads=HEADS, kv_num_heads=GROUPS, is_causal=1)
    found = imported(data)
    assert told(found) == [f"ScaledDotProductAttention {LENGTH}x{HEADS * WIDE} 0 {MACS}"]
    fields = found.network.layers[0].fields
    assert fields == {"num_heads": HEADS, "enable_gqa": True, "is_causal": True}
    apart = {**APART, "k": (1, GROUPS, SEEN, SIZE), "v": (1, GROUPS, SEEN, WIDE)}
    found = imported(attention("Attention", apart, scale=0.5))
    assert told(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}"]
    assert found.network.layers[0].fields == {"enable_gqa": True, "scale": 0.5}
    assert "do not divide" in refusal(attention("Attention", {**APART, "k": (1, 3, SEEN, SIZE)}))


@pytest.mark.parametrize("dims", [(LENGTH, SEEN), (1, 1, LENGTH, SEEN), (1, HEADS, LENGTH, SEEN)])
def test_a_mask_that_is_an_input(dims: tuple[int, ...]) -> None:
    tensors = {**APART, "m": dims}
    found = imported(attention("Attention", tensors, "q k v m"))
    assert attentions(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}"]
    assert len(found.network.layers[-1].inputs) == 4


def test_a_mask_that_is_a_constant() -> None:
    hidden = [0.0, -1e9, 0.0, 0.0, 0.0, 0.0, -1e9] * LENGTH
    found = imported(
        attention("Attention", APART, "q k v m", constants=[tensor("m", [LENGTH, SEEN], hidden)])
    )
    assert told(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}"]
    bias = tensor("m", [1, HEADS, LENGTH, SEEN])
    found = imported(attention("Attention", APART, "q k v m", constants=[bias]))
    assert told(found) == [
        f"Parameter {HEADS}x{LENGTH}x{SEEN} {HEADS * LENGTH * SEEN} 0",
        f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}",
    ]


def test_keys_and_values_of_before() -> None:
    past = 3
    tensors = {
        **TOGETHER,
        "pk": (1, HEADS, past, SIZE),
        "pv": (1, HEADS, past, WIDE),
    }
    data = attention(
        "Attention",
        tensors,
        "q k v - pk pv",
        "y ks vs",
        q_num_heads=HEADS,
        kv_num_heads=HEADS,
    )
    found = imported(data)
    macs = products(HEADS, LENGTH, past + SEEN, SIZE, WIDE)
    assert attentions(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {macs}"]
    joined = [each for each in told(found) if each.startswith("Concat")]
    assert joined == [
        f"Concat {HEADS}x{past + SEEN}x{SIZE} 0 0",
        f"Concat {HEADS}x{past + SEEN}x{WIDE} 0 0",
    ]


def test_attention_with_projections() -> None:
    channels = 10
    columns = 3 * HEADS * SIZE
    constants = [tensor("w", [channels, columns]), tensor("b", [columns])]
    made = node("Attention", "x w b", "y", "a", RUNTIME, num_heads=HEADS, unidirectional=1)
    found = imported(network([made], [2, LENGTH, channels], constants))
    linear = LENGTH * channels * columns
    assert [each for each in told(found) if not each.startswith("Split")] == [
        f"Linear {LENGTH}x{columns} {channels * columns + columns} {linear}",
        f"ScaledDotProductAttention {LENGTH}x{HEADS * SIZE} 0 "
        f"{products(HEADS, LENGTH, LENGTH, SIZE, SIZE)}",
    ]
    assert found.network.layers[-1].fields == {"num_heads": HEADS, "is_causal": True}
    uneven = node(
        "Attention", "x w b", "y", "a", RUNTIME, num_heads=HEADS, qkv_hidden_sizes=[32, 32, 8]
    )
    constants = [tensor("w", [channels, 72]), tensor("b", [72])]
    found = imported(network([uneven], [2, LENGTH, channels], constants))
    assert attentions(found) == [
        f"ScaledDotProductAttention {LENGTH}x8 0 {products(HEADS, LENGTH, LENGTH, SIZE, 2)}"
    ]


def test_attention_with_biases() -> None:
    sizes = HEADS * SIZE, HEADS * SIZE, HEADS * WIDE
    bias = tensor("b", [sum(sizes)])
    data = attention(
        "MultiHeadAttention", TOGETHER, "q k v b", constants=[bias], domain=RUNTIME, num_heads=HEADS
    )
    found = imported(data)
    assert [each.params for each in found.network.layers] == [*sizes, 0]
    assert attentions(found) == [f"ScaledDotProductAttention {LENGTH}x{HEADS * WIDE} 0 {MACS}"]


@pytest.mark.parametrize("packed", [False, True])
def test_attention_of_groups(packed: bool) -> None:
    one = (1, LENGTH, (HEADS + 2 * GROUPS) * SIZE)
    tensors: dict[str, Sequence[int | str]] = {
        "q": one if packed else (1, LENGTH, HEADS * SIZE),
        "k": (1, LENGTH, GROUPS * SIZE),
        "v": (1, LENGTH, GROUPS * SIZE),
        "pk": (1, GROUPS, 2, SIZE),
        "pv": (1, GROUPS, 2, SIZE),
    }
    inputs = "q - - pk pv" if packed else "q k v pk pv"
    if packed:
        del tensors["k"], tensors["v"]
    data = attention(
        "GroupQueryAttention",
        tensors,
        inputs,
        "y ks vs",
        domain=RUNTIME,
        num_heads=HEADS,
        kv_num_heads=GROUPS,
        do_rotary=1,
    )
    found = imported(data)
    macs = products(HEADS, LENGTH, LENGTH + 2, SIZE, SIZE)
    assert attentions(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{SIZE} 0 {macs}"]
    assert "rotary embeddings that are part of an attention" in found.text.lower().replace(
        "\n# ", " "
    )


@pytest.mark.parametrize(("op", "bias"), [("SkipLayerNormalization", 4), ("Skip", 3)])
def test_norms_of_sums(op: str, bias: int) -> None:
    name = "SkipSimplifiedLayerNormalization" if op == "Skip" else op
    weights = " ".join("gb"[: bias - 2])
    made = [
        node("LayerNormalization", "x a", "r"),
        node(name, f"x r {weights} c".split(), ["n", "", "", "s"], "norm", RUNTIME),
        node("Add", "n s", "y"),
    ]
    constants = [tensor(each, [6]) for each in "agbc"]
    found = told(imported(network(made, [1, LENGTH, 6], constants)))
    type = "RMSNorm" if op == "Skip" else "LayerNorm"
    assert found == [
        f"LayerNorm {LENGTH}x6 6 0",
        f"Add {LENGTH}x6 0 0",
        f"Affine {LENGTH}x6 6 0",
        f"{type} {LENGTH}x6 {6 * (bias - 2)} 0",
        f"Add {LENGTH}x6 0 0",
    ]


@pytest.mark.parametrize("segments", [False, True])
def test_a_norm_of_embeddings(segments: bool) -> None:
    names = ["x", "t" if segments else "", "w", "p", "s" if segments else "", "g", "b"]
    made = node("EmbedLayerNormalization", names, "y", "embeddings", RUNTIME)
    constants = [tensor("w", [30, 6]), tensor("p", [9, 6]), tensor("s", [2, 6])]
    constants += [tensor(each, [6]) for each in "gb"]
    inputs = [value("x", [1, LENGTH]), *([value("t", [1, LENGTH])] if segments else [])]
    found = imported(model(graph([made], inputs, [value("y", None)], constants)))
    params = sum(each.params for each in found.network.layers)
    assert params == (30 + 9 + (2 if segments else 0) + 2) * 6
    assert told(found)[-1] == f"LayerNorm {LENGTH}x6 12 0"


def test_activations_with_a_bias() -> None:
    made = [node("BiasGelu", "x c", "a", "", RUNTIME), node("FastGelu", "a d", "y", "", RUNTIME)]
    data = network(made, [1, LENGTH, 6], [tensor("c", [6]), tensor("d", [6])])
    assert told(imported(data)) == [f"Affine {LENGTH}x6 6 0", f"GELU {LENGTH}x6 0 0"] * 2
    found = told(imported(network([node("QuickGelu", "x", "y", "", RUNTIME)], [1, LENGTH, 6])))
    shape = f"6x{LENGTH} 0 0"  # of what is taken as a sound: channels first
    assert found == [f"Identity {shape}", f"Sigmoid {shape}", f"Multiply {shape}"]


def test_products_with_a_side_transposed() -> None:
    made = node("FusedMatMul", "x w", "y", "", RUNTIME, transB=1, alpha=0.5)
    found = told(imported(network([made], [1, LENGTH, 6], [tensor("w", [9, 6])])))
    assert found == [f"Linear {LENGTH}x9 54 {LENGTH * 54}"]
    both = node("FusedMatMul", "x x", "y", "", RUNTIME, transB=1)
    found = told(imported(network([both], [1, LENGTH, 6])))
    assert found[-1] == f"MatMul {LENGTH}x{LENGTH} 0 {LENGTH * LENGTH * 6}"


@pytest.mark.parametrize("domain", ["", RUNTIME])
def test_a_rotary_embedding_has_no_figure(domain: str) -> None:
    constants = [tensor("c", [9, 4]), tensor("s", [9, 4]), integers("p", [0, 1, 2, 3, 4])]
    inputs = "x c s" if not domain else "x p c s"
    data = network([node("RotaryEmbedding", inputs, "y", "", domain)], [1, 2, 5, 8], constants, 23)
    (layer,) = imported(data).network.layers
    assert (layer.layer.type.name, layer.note) == ("Identity", "rotary embedding of positions")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (attention("Attention", TOGETHER), "it lacks q_num_heads"),
        (attention("Attention", TOGETHER, q_num_heads=3, kv_num_heads=4), "has no 3 heads"),
        (attention("Attention", APART, outputs=["y", "", "", "s"]), "the scores of an attention"),
        (
            attention("MultiHeadAttention", APART, "q", domain=RUNTIME, num_heads=2),
            "queries, keys and values lie in one tensor",
        ),
        (attention("MultiHeadAttention", TOGETHER, domain=RUNTIME), "num_heads is missing"),
        (
            attention("Attention", TOGETHER, "q k", domain=RUNTIME, num_heads=2),
            "its weight 'k' is not a constant",
        ),
        (
            attention("PackedAttention", TOGETHER, domain=RUNTIME),
            "an operator of the domain 'com.microsoft'",
        ),
    ],
)
def test_what_is_no_attention_of_the_language_stops(data: bytes, said: str) -> None:
    assert said in refusal(data)
