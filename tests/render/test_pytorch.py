"""The code of `export --to pytorch`, without PyTorch: how it reads, and what it holds."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from folders import BEYOND_PYTORCH, SPECS
from running import run

import shapecalc
from shapecalc import bundled, layers
from shapecalc.language.items import Block
from shapecalc.layers import base, fields
from shapecalc.layers.base import PassThrough
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.pytorch.axis_functions import METHODS
from shapecalc.render.pytorch.rates import is_rate
from shapecalc.render.pytorch.spoken import UNSAID
from shapecalc.shapes.shape import Shape
from shapecalc.tables.document import Options

FIELDS = {
    "LocallyConnected": "out_channels: 2, kernel_size: 2",
    "MaxUnpool": "kernel_size: 2",
    "Conv": "out_channels: 2, kernel_size: 3",
    "MaxPool": "kernel_size: 3",
    "AvgPool": "kernel_size: 3",
    "LPPool": "norm_type: 2, kernel_size: 3",
}
"""What some types need."""

FOLDER = Path(__file__).parent / "pytorch"

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


def code_of(spec: str | shapecalc.Summary, language: str = "en") -> str:
    """The module of a bundled spec, of a text, or of a summary."""
    if isinstance(spec, str):
        loaded = shapecalc.loads(spec) if "\n" in spec else shapecalc.load(spec)
        spec = loaded.summary()
    lines = EXPORTERS["pytorch"].export(spec, Options(language))
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    "name", ["inception3a", "googlenet", "resnet50", "mobilenet_v2", "convnext_tiny", "unet"]
)
def test_goldens(name: str, hold: Callable[[Path, str], None]) -> None:
    hold(FOLDER / f"{name}.py.txt", code_of(name))


def all_codes() -> Iterator[tuple[str, str]]:
    """The code of every bundled network, and of every golden of a spec."""
    paths = [Path(bundled.spec_paths()[name]) for name in bundled.spec_names()]
    for path in [*paths, *sorted({*(SPECS / "ok").glob("*.yaml")} - {BEYOND_PYTORCH})]:
        spec = shapecalc.load(path)
        for variant in spec.variants or [None]:
            summary = spec.summary(variant=variant)
            if not cannot_be_said(summary):
                yield f"{path.stem}-{variant}", code_of(summary)


def cannot_be_said(summary: shapecalc.Summary) -> bool:
    """Whether a network has layers that are stated, or that PyTorch has not."""
    return any(layer.stated or layer.type in UNSAID for layer in summary.layers)


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of them."""
    folder = tmp_path_factory.mktemp("codes")
    for name, code in all_codes():
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return folder


def test_the_code_is_as_formatters_and_linters_leave_it(codes: Path) -> None:
    if RUFF is None:
        pytest.skip("ruff is not installed")
    for options in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [RUFF, *options, "--isolated", "--no-cache", codes],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_the_last_class_is_the_network_and_needs_no_arguments(codes: Path) -> None:
    for path in codes.iterdir():
        *_, last, main = ast.parse(path.read_text(encoding="utf-8")).body
        assert isinstance(last, ast.ClassDef)
        assert isinstance(main, ast.If)
        init = next((each for each in last.body if getattr(each, "name", "") == "__init__"), None)
        if isinstance(init, ast.FunctionDef):
            assert len(init.args.args) - 1 == len(init.args.defaults)


HOSTILE = r'''
name: "import os; os.system('x')\n\"\"\""
about: "\"\"\" + evil \\ \u202e"
input: {class: 8x8x3}
arguments: {self: 4, torch: 8, nn: 2, l: 3, __x: 4, lambda_: 1, 卷积: 5}
blocks:
  torch:
    about: '"""'
    arguments: {nn: {kind: count}, self: {kind: count, default: nn}, in_: 3}
    layers:
      - {name: forward, type: Conv2d, out_channels: nn, kernel_size: 1}
      - {name: forward2, type: Conv2d, out_channels: self, kernel_size: 1, note: "a\n# b\"\"\""}
  "my block!":
    layers:
      - {name: half, type: ReLU}
      - {name: _modules, type: Conv2d, out_channels: in_channels, kernel_size: 1}
layers:
  - {name: "0", type: Conv2d, out_channels: self, kernel_size: 1}
  - {name: "def", type: Conv2d, out_channels: torch, kernel_size: 1}
  - {name: "a b", type: Conv2d, out_channels: nn, kernel_size: 1}
  - {name: "a_b", type: Conv2d, out_channels: l, kernel_size: 1}
  - {name: "x\n", type: torch, nn: __x, self: 卷积}
  - {name: "train", type: "my block!"}
  - {name: "卷积", type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: "卷积2", type: Conv2d, from: "卷积", out_channels: 2, kernel_size: 1}
  - {name: "卷积3", type: Add, from: ["卷积", "卷积2"]}
  - {name: "__class__", type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: "print", type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: "I", type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: "in.dot", type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: "LONG", type: ReLU, from: in.dot}
'''.replace("LONG", "n" * 200)


def test_names_and_texts_of_a_spec_never_act() -> None:
    code = code_of(HOSTILE)
    tree = ast.parse(code)
    kinds = [type(each).__name__ for each in tree.body]
    assert kinds == ["Expr", "Import", "ImportFrom", "ClassDef", "ClassDef", "ClassDef", "If"]
    assert all(line.isprintable() for line in code.splitlines())
    attributes = re.findall(r"self\.(\w+) = ", code)
    assert len(set(attributes)) == len(attributes)
    assert "# a # b" in code
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert "system" not in called


def test_every_type_is_written() -> None:
    """Each in a spec of its own that uses it, or one for all."""
    written = "".join(code_of(shapecalc.load(path).summary()) for path in EVERY)
    types = {node.type for path in EVERY for node in shapecalc.load(path).summary().layers}
    assert types == set(layers.type_names()) - {"Custom", *UNSAID}
    said = {
        "Concat": "torch.cat(",
        "Add": " + ",
        "Subtract": " - ",
        "Multiply": " * ",
        "Divide": " / ",
        "Maximum": "torch.maximum(",
        "Stack": "torch.stack(",
        "MatMul": "torch.matmul(",
        "GridSample": ".grid_sample(",
        "IndexSelect": ".index_select(",
        "Parameter": " Parameter(",
        "Buffer": " Buffer(",
        "Slice": "[:, :, ",
        **{name: f".{method}(" for name, method in METHODS.items()},
        "Chunk": ".chunk(",
        "Split": ".split(",
        "Reshape": ".reshape(",
        "Crop": "1:9, 1:9]",
        "LayerNorm2d": " LayerNorm2d(",
        "LayerScale": " LayerScale(",
        "Affine": " Affine(",
        "StochasticDepth": " StochasticDepth(",
        "GlobalResponseNorm": " GlobalResponseNorm(",
        "ScaledDotProductAttention": " ScaledDotProductAttention(",
        "MultiheadAttention": " MultiheadAttention(",
    }
    for name in types:
        assert said.get(name, f"nn.{name}(") in written, name


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        *[(f"{name}, {FIELDS[name[:-2]]}", why) for name, why in UNSAID.items()],
        *[
            (f"{name}, {FIELDS[name[:-2]]}, padding: {padding}", "PyTorch pads both ends alike")
            for name in ("Conv2d", "MaxPool2d", "AvgPool2d", "LPPool2d")
            for padding in ("same_upper", "same_lower", "[[0, 1], [1, 0]]")
        ],
        ("LPPool2d, norm_type: 1, kernel_size: 2, padding: 1", "PyTorch pads both ends alike"),
    ],
)
def test_what_pytorch_lacks_is_refused_by_name(layer: str, why: str) -> None:
    shape = "x".join(["8"] * int(layer[layer.index("d,") - 1])) + "x4"
    text = f"input: {shape}\nlayers: [{{type: ReLU}}, {{name: odd, type: {layer}}}]"
    with pytest.raises(shapecalc.SpecError) as caught:
        code_of(shapecalc.loads(text).summary())
    (problem,) = caught.value.problems
    assert problem.code == "SC211"
    assert problem.message.startswith(f"odd: PyTorch cannot say this {layer.partition(',')[0]}: ")
    assert why in problem.message
    assert problem.line == 2


def test_weights_are_fixed_reparametrized_and_frozen() -> None:
    text = """
input: 8x8x4
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 1, learned: false}
  - {type: Conv2d, out_channels: 4, kernel_size: 1, weight_norm: true, spectral_norm: true}
  - {trainable: false, layers: [{type: Conv2d, out_channels: 4, kernel_size: 1}, {type: ReLU}]}
"""
    code = code_of(shapecalc.loads(text).summary())
    assert " = fixed_weights(nn.Conv2d(4, 4, kernel_size=1))\n" in code
    assert "def fixed_weights(" in code
    both = " ".join(code.partition("spectral_norm(")[2].partition("\n        self")[0].split())
    assert both == "nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 4, kernel_size=1)) )"
    assert "nn.Conv2d(4, 4, kernel_size=1).requires_grad_(False)" in code
    assert code.count("requires_grad_") == 1


EVERY = sorted((SPECS / "ok").glob("every-*.yaml"))


def test_leading_axes_are_folded_into_the_batch() -> None:
    code = code_of("""
input: 4x6x9x8
layers:
  - {name: conv, type: Conv1d, out_channels: 8, kernel_size: 3, leading: 2}
  - {name: norm, type: LayerNorm, leading: 1}
  - {name: plain, type: Conv3d, out_channels: 8, kernel_size: 1, leading: 0}
""")
    assert "self.conv = LeadingAxes(nn.Conv1d(8, 8, kernel_size=3), 2)\n" in code
    assert "self.norm = nn.LayerNorm(8)\n" in code  # which looks at the last axis alone
    assert "self.plain = nn.Conv3d(8, 8, kernel_size=1)\n" in code
    assert code.count("class LeadingAxes(nn.Module):") == 1


def test_a_new_type_is_the_class_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made here, and written without a line in the format: of its fields, in PyTorch's words."""

    class Fancy(PassThrough, names="Fancy2d"):
        """A layer that is not there yet.

        Output: twice the channels.
        """

        num_features = fields.Inferred("channels of the input")
        order = fields.Count("order of the thing")
        window = fields.Integer("size of the window", default=3)
        mode = fields.Word("mode", ("soft", "hard"), default="soft")

        def output(self, input: Shape) -> Shape:
            return Shape((*input.spatial, 2 * input.channels))

    monkeypatch.setitem(layers._FAMILY_OF, "Fancy2d", "regularization")
    try:
        code = code_of(
            "input: 8x8x3\narguments: {order: 2}\nlayers:\n"
            "  - {name: fancy, type: Fancy2d, order: order, mode: hard, window: 3}\n"
            "  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}\n"
        )
    finally:
        del base.TYPES["Fancy2d"]
        layers._found.pop("Fancy2d", None)
    assert 'self.fancy = nn.Fancy2d(3, order, mode="hard")' in code
    assert "self.conv = nn.Conv2d(6, 4, kernel_size=1)" in code


def test_what_python_would_compute_otherwise_is_a_number() -> None:
    """1.1 * 50 is 55.00000000000001 in floats, and 55 in a spec."""
    code = code_of(
        "input: 8x8x3\narguments: {width: 1.1}\nlayers:\n"
        "  - {name: exact, type: Conv2d, out_channels: ceil(width * 50), kernel_size: 1}\n"
        "  - {name: whole, type: Conv2d, out_channels: width * 20, kernel_size: 1}\n"
        "  - {name: same, type: Conv2d, out_channels: floor(width * 20), kernel_size: 1}\n"
    )
    assert "self.exact = nn.Conv2d(3, 55, kernel_size=1)" in code
    assert "self.whole = nn.Conv2d(55, int(width * 20), kernel_size=1)" in code
    assert "self.same = nn.Conv2d(int(width * 20), math.floor(width * 20), kernel_size=1)" in code
    assert "\nimport math\n" in code


def test_a_type_with_fields_is_a_partial_class_where_it_is_an_argument() -> None:
    code = code_of(
        """
input: 8x8x3
arguments: {norm: {kind: type, default: {type: BatchNorm2d, eps: 0.5}}}
layers:
  - {name: a, type: ConvNormActivation, out_channels: 8, norm: norm}
  - {name: b, type: ConvNormActivation, out_channels: 8}
"""
    )
    for line in (
        "from collections.abc import Callable",
        "from functools import partial",
        "        norm: Callable[..., nn.Module] = nn.BatchNorm2d,",
        "        self, norm: Callable[..., nn.Module] = partial(nn.BatchNorm2d, eps=0.5)",
        "        self.a = ConvNormActivation(3, 8, norm=norm)",
        "        self.b = ConvNormActivation(8, 8)",
    ):
        assert line in code.splitlines()


def test_a_type_with_the_same_fields_everywhere_is_no_argument() -> None:
    code = code_of(
        """
input: 8x8x3
layers:
  - name: a
    type: ConvNormActivation
    out_channels: 8
    norm: {type: GroupNorm, num_groups: 2, affine: false}
    activation: {type: LeakyReLU, negative_slope: 0.5}
    repeat: 2
"""
    )
    assert "partial" not in code
    assert "self.norm = nn.GroupNorm(2, out_channels, affine=False)" in code
    assert "self.activation = nn.LeakyReLU(negative_slope=0.5)" in code


RATES = """
input: 8x8x30
blocks:
  Rated:
    arguments: {rate: {kind: number, default: null}, ratio: {kind: number, default: 1}}
    layers:
      - {type: Conv2d, out_channels: CHANNELS, kernel_size: 1}
      - {type: StochasticDepth, p: rate, mode: row, when: rate != null}
layers:
  - {name: a, type: Rated, rate: 0.1 * index, ratio: 1.1 * (index + 1), repeat: 4}
"""
"""Python makes 0.30000000000000004 of 0.1 * 3, and 3.3000000000000003 of 1.1 * 3."""


def test_a_rate_may_have_what_rounding_adds() -> None:
    code = code_of(RATES.replace("CHANNELS", "30"))
    assert "Rated(30, rate=0.1 * index) for index in range(4)" in code


def test_a_number_that_a_size_depends_on_may_not() -> None:
    code = code_of(RATES.replace("CHANNELS", "ceil(30 * ratio)"))
    assert "0.1 * index" not in code
    assert "ratio=3.3" in code


@pytest.mark.parametrize(
    ("use", "found"),
    [
        ("- {type: Dropout, p: r}", True),
        ("- {type: Dropout, p: r, when: r != null and null == null}", True),
        ("- {type: Inner, q: r}", True),
        ("- {type: Dropout, p: r, when: r > 0}", False),
        ("- {type: Dropout, p: 2 * r}", False),
        ("- {type: Dropout, repeat: ceil(r)}", False),
        ("- {type: Linear, out_features: floor(r)}", False),
        ("- {type: Upsample, scale_factor: r}", False),
        ("- {type: Inner, q: 0.5, n: r}", False),
    ],
)
def test_a_rate_is_what_no_size_depends_on(use: str, found: bool) -> None:
    text = f"""
input: 8x8x2
blocks:
  Inner:
    arguments: {{q: {{kind: number}}, n: {{kind: number, default: 1}}}}
    layers: [{{type: Dropout, p: q}}, {{type: ReLU, repeat: ceil(n)}}]
  Outer:
    arguments: {{r: {{kind: number}}}}
    layers:
    {use}
layers: [{{type: ReLU}}]
"""
    block = shapecalc.loads(text).find("Outer")
    assert isinstance(block, Block)
    assert is_rate(block, "r") is found


def test_arguments_that_follow_others_follow_them() -> None:
    code = code_of(
        """
input: 8x8x3
arguments: {width: {kind: number, default: 2}, channels: {kind: count, default: ceil(4 * width)}}
layers: [{name: conv, type: Conv2d, out_channels: channels, kernel_size: 1}]
"""
    )
    assert "width: float = 2, channels: int | None = None" in code
    assert "channels = math.ceil(4 * width)" in code


def test_what_decides_is_no_argument() -> None:
    """Of what a `when` asks, or a repeat that is written one by one, the code has the answer."""
    code = code_of(
        "input: 8x8x3\narguments: {deep: true, times: 2, width: 4}\nlayers:\n"
        "  - {name: a, type: Conv2d, out_channels: width, kernel_size: 1, when: deep}\n"
        "  - {name: b, type: Conv2d, out_channels: width, kernel_size: 1, when: not deep}\n"
        "  - name: r\n    repeat: times\n    layers:\n"
        "      - {name: c, type: Conv2d, out_channels: width, kernel_size: 1}\n"
        "      - {name: d, type: Add, from: [c, c]}\n"
    )
    assert "def __init__(self, times: int = 2, width: int = 4) -> None:" in code
    assert "self.r = nn.Sequential(*[R(width, width=width) for _ in range(times)])" in code
    code = code_of(
        "input: 8x8x3\narguments: {times: 2, width: 4}\nlayers:\n"
        "  - {name: r, type: Conv2d, repeat: times, out_channels: width, kernel_size: 1}\n"
        "  - {name: sum, type: Add, from: [r.0, r.1]}\n"
    )
    assert "def __init__(self, width: int = 4) -> None:" in code
    assert code.count("nn.Conv2d(") == 2


def test_notes_are_comments_in_the_language_that_is_asked_for() -> None:
    assert "# First max pool, a 3x3 window with stride 2 and padding 1\n" in code_of(
        "googlenet-stem"
    )
    code = code_of(shapecalc.load("googlenet-stem").summary(), "zh")
    assert "# 第一个最大池化层,使用3x3的池化核,步长为2,填充为1\n" in code
    assert "# 使用1x1的卷积核进行降维,输出ch1x1个通道\n" in code


def test_sequences_stay_length_by_channels() -> None:
    code = code_of(
        "input: 16\nlayers:\n"
        "  - {name: tokens, type: Embedding, num_embeddings: 100, embedding_dim: 8}\n"
        "  - {name: norm, type: LayerNorm}\n"
        "  - {name: conv, type: Conv1d, out_channels: 8, kernel_size: 3, padding: 1}\n"
        "  - {name: head, type: Linear, out_features: 4, per_position: true}\n"
    )
    assert "x = self.norm(x)" in code
    assert "x = self.conv(x.movedim(-1, 1))" in code
    assert "return self.head(x.movedim(1, -1))" in code
    assert "x = torch.zeros(1, 16, dtype=torch.int64)" in code


def test_what_takes_the_place_of_ids_is_no_ids() -> None:
    code = code_of(
        "input: 16\nlayers:\n"
        "  - {name: tokens, type: Embedding, num_embeddings: 100, embedding_dim: 8}\n"
        "  - {name: places, type: Buffer, shape: 32}\n"
        "  - {name: cut, type: Slice, dim: channels, end: tokens.length}\n"
        "  - {name: positions, type: Embedding, num_embeddings: 32, embedding_dim: 8}\n"
        "  - {name: add, type: Add, from: [tokens, positions]}\n"
    )
    assert "tokens = self.tokens(x)\n" in code
    assert "positions = self.positions(x.long())\n" in code


def test_it_is_refused_by_name_before_anything_is_written(here: Path) -> None:
    inside = (
        "[{name: sub, layers: [{type: Conv2d, out_channels: 3, kernel_size: 1}, {type: ReLU}]}, "
        "{type: Add, from: [sub, sub]}]"
    )
    text = (
        f"input: 8x8x3\nlayers:\n  - {{name: a, layers: {inside}}}\n"
        f"  - {{name: b, shares: a, layers: {inside}}}\n"
    )
    (here / "a.yaml").write_text(text)
    status, out, err = run("export", "a.yaml", "--to", "pytorch", folder=here)
    assert (status, out) == (1, "")
    assert "error[SC211]: b.sub.conv2d: PyTorch cannot say this Conv2d" in err
    assert "the weights of a.sub.conv2d are inside a module" in err
    assert "a.yaml:4:" in err


def test_the_command_names_the_source(here: Path) -> None:
    status, out, _ = run("export", "resnet18", "--to", "pytorch", folder=here)
    assert status == 0
    assert out.startswith(
        '"""ResNet (resnet18).\n\nSource: resnet18, which comes with shapecalc\n"""\n'
    )


def nested(levels: int) -> str:
    """A spec of sequences, branches and repeats within one another."""
    head = "input: 8x8x4\nlayers:\n"
    for level in range(levels):
        margin = " " * 2 * level
        head += f"{margin}  - repeat: 1\n{margin}    layers:\n"
    margin = " " * 2 * levels
    return f"{head}{margin}  - {{type: ReLU}}\n{margin}  - {{type: Add, from: [relu, relu]}}\n"


def test_nesting_is_no_recursion_without_end() -> None:
    code = code_of(nested(48))
    assert code.count("nn.ReLU()") == 1


def wide(layers: int) -> str:
    """A spec of so many layers in a row."""
    lines = (
        f"  - {{name: c{i}, type: Conv2d, out_channels: {4 + i % 3}, kernel_size: 3, padding: 1}}\n"
        for i in range(layers)
    )
    return "input: 8x8x4\nlayers:\n" + "".join(lines)


@pytest.mark.slow
def test_it_takes_no_longer_than_twice_its_json(here: Path) -> None:
    (here / "a.yaml").write_text(wide(2000))

    def seconds(format: str) -> float:
        found = []
        for _ in range(5):
            began = time.perf_counter()
            run("export", "a.yaml", "--to", format, "-o", "out", folder=here)
            found.append(time.perf_counter() - began)
        return sorted(found)[2]

    assert seconds("pytorch") < 2 * seconds("json")


def test_the_documents_module() -> None:
    """Inception with the arguments that the source document has, in its order."""
    tree = ast.parse(code_of("inception3a"))
    block = next(each for each in tree.body if isinstance(each, ast.ClassDef))
    assert block.name == "Inception"
    init = block.body[1]
    assert isinstance(init, ast.FunctionDef)
    words = ["in_channels", "ch1x1", "ch3x3red", "ch3x3", "ch5x5red", "ch5x5", "pool_proj"]
    assert [each.arg for each in init.args.args] == ["self", *words]
    assert "self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)" in code_of("inception3a")


def test_variants_of_all_families_are_written() -> None:
    names = {name for name, _ in all_codes()}
    for name in bundled.spec_names():
        spec = shapecalc.load(name)
        for variant in spec.variants or [None]:
            if not cannot_be_said(spec.summary(variant=variant)):
                assert f"{name}-{variant}" in names


def test_states_are_passed_as_pytorch_lays_them_out() -> None:
    text = """
        input: 7x5
        outputs: [second, second.c, third]
        layers:
          - {name: first, type: LSTM, hidden_size: 4}
          - {name: second, type: LSTM, hidden_size: 4, from: [first, first.h, first.c]}
          - {name: third, type: GRU, hidden_size: 4}
    """
    code = code_of(shapecalc.loads(text).summary())
    assert "self.first = nn.LSTM(5, 4, batch_first=True)" in code
    forward = code.partition("-> tuple[torch.Tensor, ...]:\n")[2].partition("\n\n")[0]
    assert [line.strip() for line in forward.splitlines()] == [
        "first, (first_h, first_c) = self.first(x)",
        "second, (_, second_c) = self.second(first, (first_h, first_c))",
        "third = self.third(second)[0]",
        "return second, second_c.transpose(0, 1), third",
    ]
