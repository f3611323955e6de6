"""The columns of the layer table, each declared once: key, headings, explanation, value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.summary import CONVENTIONS
from shapecalc.language.notes import in_language
from shapecalc.tables.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.analysis.figures import Figures
    from shapecalc.analysis.receptive_field import Field
    from shapecalc.inference.summary import InferredLayer
    from shapecalc.shapes.shape import Shape
    from shapecalc.tables.table import Cell

SEVERAL_KERNELS = {"en": "several kernels", "zh": "多个卷积核"}
SEVERAL = {"en": "several", "zh": "多个"}

LISTED = 8
"""The kinds or windows that a branch's row lists; of more it says what they have in common."""


class View:
    """How a row is to be read: the language, the figures, whether it is a branch in detail."""

    __slots__ = ("branch", "figures", "language")

    def __init__(self, figures: Figures, language: str = "en", branch: bool = False) -> None:
        self.figures = figures
        self.language = language
        self.branch = branch


def axes_text(values: Iterable[object]) -> str:
    """Integers along the axes: `7x7`, `1x7`."""
    return "x".join(map(str, values))


def agreeing_text(values: tuple[int, ...] | str) -> str:
    """Integers along the axes: one number where they agree, else `1x2`; or a word."""
    if isinstance(values, str):
        return values
    return str(values[0]) if len(set(values)) == 1 else axes_text(values)


def kernel_text(layer: object) -> str:
    """The cell of a layer's kernel."""
    return axes_text(getattr(layer, "kernel_size", ()))


def stride_text(layer: object) -> str:
    """The cell of a layer's stride."""
    return agreeing_text(getattr(layer, "stride", (1,)))


def padding_text(layer: object) -> str:
    """The cell of a layer's padding; of one that takes none, 0."""
    return agreeing_text(getattr(layer, "padding", (0,)))


def kind(node: InferredLayer, language: str) -> str:
    """What the table calls a layer, a block, or the layers of a sequence."""
    if node.layer is not None:
        return node.layer.type.label(language)
    block = getattr(node.item, "block", None)
    if block is not None:
        return in_language(block.label, language) or node.type
    if node.item.kind == "branches":
        return {"zh": "并行分支"}.get(language, "Branches")
    kinds = [kind(child, language) for child in node.children]
    if not kinds:
        return {"zh": "直连"}.get(language, "Identity")
    if len(kinds) > LISTED:
        return {"zh": f"{len(kinds)}层"}.get(language, f"{len(kinds)} layers")
    return " + ".join(kinds)


def _windowed(
    key: str, text: Callable[[object], str], several: dict[str, str]
) -> Callable[[InferredLayer, View], Cell]:
    """The value of a column that a sliding window has."""

    def value(node: InferredLayer, view: View) -> Cell:
        layer = node.layer
        if layer is not None:
            return text(layer) if layer.windowed else None
        texts = [
            text(inner.layer)
            for inner, _ in node.walk()
            if inner.layer is not None and inner.layer.windowed
        ]
        if view.branch and len(texts) <= LISTED:
            return ", ".join(texts) or None
        if len(set(texts)) > 1:
            worded = (node.item.cells or {}).get(key)
            return several[view.language] if worded is None else str(worded)
        return texts[0] if texts else None

    return value


def _channels(node: InferredLayer, view: View, of: Callable[[InferredLayer], int]) -> Cell:
    """The channels of a layer that mixes them, or of a block; of a branch, its first layer's."""
    if view.branch and node.layer is None:
        if not node.children:
            return None
        return _channels(node.children[0], View(view.figures, view.language), of)
    if node.layer is None or node.layer.mixes_channels:
        return of(node)
    return None


def _in_channels(node: InferredLayer) -> int:
    return node.sources[0].shape[0]


def _out_channels(node: InferredLayer) -> int:
    return node.tensors[0].shape[0]


def _input(node: InferredLayer, view: View) -> Cell:
    return _shapes([tensor.shape for tensor in node.sources])


def _output(node: InferredLayer, view: View) -> Cell:
    return _shapes([tensor.shape for tensor in node.tensors])


def _shapes(shapes: list[Shape]) -> Cell:
    return shapes[0] if len(shapes) == 1 else tuple(shapes)


def _receptive(of: Callable[[Field], object]) -> Callable[[InferredLayer, View], Cell]:
    """The value of a column of receptive fields: along each axis, on each input."""

    def value(node: InferredLayer, view: View) -> Cell:
        texts = {
            name: "?" if axes is None else axes_text(map(of, axes))
            for name, axes in view.figures.receptive_fields(node).items()
        }
        if len(view.figures.summary.input_tensors) == 1:
            return next(iter(texts.values()), None)
        return ", ".join(f"{name} {text}" for name, text in texts.items()) or None

    return value


def _total(text: dict[str, str], of: Callable[[Figures], int]) -> Callable[[Figures, str], str]:
    """The words of a total."""
    return lambda figures, language: text[language].format(
        of(figures), convention=CONVENTIONS[language], dtype=figures.dtype
    )


def _memory_total(figures: Figures, language: str) -> str:
    text = {
        "en": "{:,} bytes of outputs ({dtype}), at most {:,} alive at once",
        "zh": "各层输出 {:,} 字节({dtype}),同时存活至多 {:,} 字节",
    }
    return text[language].format(figures.total_memory(), figures.peak_memory(), dtype=figures.dtype)


COLUMNS = (
    Column(
        "name",
        {"en": "Layer", "zh": "层名称"},
        {
            "en": "the layer's name in {name}",
            "zh": "表示该层在 {name} 中的具体位置或名称。",
        },
        lambda node, view: node.name,
        default=True,
    ),
    Column(
        "path",
        {"en": "Path", "zh": "路径"},
        {
            "en": "the names from the network down to the layer, joined by dots",
            "zh": "从网络到该层的各级名称,以点号连接。",
        },
        lambda node, view: node.path,
    ),
    Column(
        "type",
        {"en": "Type", "zh": "类型"},
        {
            "en": "the kind of layer, such as Conv2d or MaxPool2d, or the block",
            "zh": "指明该层是卷积层(Conv2d)、最大池化层(MaxPooling2d)还是 Inception 模块等。",
        },
        lambda node, view: kind(node, view.language),
        default=True,
    ),
    Column(
        "input",
        {"en": "Input", "zh": "输入尺寸"},
        {
            "en": "the size that the layer takes: {layout}",
            "zh": "表示该层接收的输入特征图的尺寸,格式为 {layout}。",
        },
        _input,
        default=True,
    ),
    Column(
        "output",
        {"en": "Output", "zh": "输出尺寸"},
        {
            "en": "the size that the layer puts out: {layout}",
            "zh": "表示该层产生的输出特征图的尺寸,格式为 {layout}。",
        },
        _output,
        default=True,
    ),
    Column(
        "kernel_size",
        {"en": "Kernel", "zh": "卷积核尺寸"},
        {
            "en": "the size of the convolution's or pool's window; several where a block has more",
            "zh": "对于卷积层,表示使用的卷积核的尺寸;对于 Inception 模块,"
            "表示该模块内不同分支使用的卷积核尺寸。",
        },
        _windowed("kernel_size", kernel_text, SEVERAL_KERNELS),
        default=True,
    ),
    Column(
        "stride",
        {"en": "Stride", "zh": "步长"},
        {"en": "the window's step", "zh": "表示卷积或池化操作时的步长。"},
        _windowed("stride", stride_text, SEVERAL),
        numeric=True,
        default=True,
    ),
    Column(
        "padding",
        {"en": "Padding", "zh": "填充"},
        {
            "en": "what is added at both ends of each axis before the window slides",
            "zh": "表示卷积或池化操作时在各轴两端的填充大小。",
        },
        _windowed("padding", padding_text, SEVERAL),
        numeric=True,
        default=True,
    ),
    Column(
        "in_channels",
        {"en": "In channels", "zh": "输入通道数 (Channel)"},
        {
            "en": "channels of the input, for layers that mix them; a branch shows its first "
            "layer's",
            "zh": "表示该层接收的输入特征图的通道数。",
        },
        lambda node, view: _channels(node, view, _in_channels),
        numeric=True,
        default=True,
    ),
    Column(
        "out_channels",
        {"en": "Out channels", "zh": "输出通道数 (Num)"},
        {
            "en": "channels of the output, for layers that mix them; a branch shows its first "
            "layer's",
            "zh": "表示该层产生的输出特征图的通道数。",
        },
        lambda node, view: _channels(node, view, _out_channels),
        numeric=True,
        default=True,
    ),
    Column(
        "params",
        {"en": "Params", "zh": "参数量"},
        {"en": "learnable weights and biases", "zh": "表示该层可学习的权重与偏置的数量。"},
        lambda node, view: node.params,
        numeric=True,
        total=_total({"en": "{:,} params", "zh": "参数量 {:,}"}, lambda f: f.summary.params),
    ),
    Column(
        "buffers",
        {"en": "Buffers", "zh": "缓冲量"},
        {
            "en": "numbers that are kept and not learned, such as running statistics",
            "zh": "表示保存但不学习的数值(如滑动统计量)的数量。",
        },
        lambda node, view: node.buffers,
        numeric=True,
        total=_total({"en": "{:,} buffers", "zh": "缓冲量 {:,}"}, lambda f: f.summary.buffers),
    ),
    Column(
        "macs",
        {"en": "MACs", "zh": "乘加次数 (MACs)"},
        {
            "en": "multiply-accumulates of convolutions and matrix products",
            "zh": "表示卷积与矩阵乘法的乘加运算次数。",
        },
        lambda node, view: view.figures.macs(node),
        numeric=True,
        total=_total(
            {"en": "{:,} MACs ({convention})", "zh": "乘加次数 (MACs) {:,}({convention})"},
            lambda f: f.macs(f.summary),
        ),
    ),
    Column(
        "flops",
        {"en": "FLOPs", "zh": "浮点运算次数 (FLOPs)"},
        {
            "en": "floating-point operations: 2 x MACs",
            "zh": "表示浮点运算次数,即乘加次数的两倍。",
        },
        lambda node, view: view.figures.flops(node),
        numeric=True,
        total=_total(
            {"en": "{:,} FLOPs (2 x MACs)", "zh": "浮点运算次数 (FLOPs) {:,}(2 x MACs)"},
            lambda f: f.flops(f.summary),
        ),
    ),
    Column(
        "weights",
        {"en": "Weight bytes", "zh": "权重字节数"},
        {"en": "bytes of params and buffers", "zh": "表示参数与缓冲量所占的字节数。"},
        lambda node, view: view.figures.weights(node),
        numeric=True,
        total=_total(
            {"en": "{:,} bytes of weights ({dtype})", "zh": "权重 {:,} 字节({dtype})"},
            lambda f: f.weights(f.summary),
        ),
    ),
    Column(
        "memory",
        {"en": "Output bytes", "zh": "输出字节数"},
        {
            "en": "bytes of what the layer puts out; of a block, everything inside",
            "zh": "表示该层输出所占的字节数;对于模块,为其内部各层输出之和。",
        },
        lambda node, view: view.figures.memory(node),
        numeric=True,
        total=_memory_total,
    ),
    Column(
        "receptive_field",
        {"en": "Receptive field", "zh": "感受野"},
        {
            "en": "the positions of the network's input that an output position spans",
            "zh": "表示一个输出位置在网络输入上覆盖的范围。",
        },
        _receptive(lambda field: field.size),
        numeric=True,
    ),
    Column(
        "receptive_stride",
        {"en": "Field stride", "zh": "感受野步长"},
        {
            "en": "how far apart the fields of neighbouring outputs are, in input positions",
            "zh": "表示相邻输出位置的感受野在网络输入上的间距。",
        },
        _receptive(lambda field: field.stride),
        numeric=True,
    ),
    Column(
        "receptive_offset",
        {"en": "Field offset", "zh": "感受野偏移"},
        {
            "en": "where the first output's field begins; negative by the padding before it",
            "zh": "表示第一个输出位置的感受野起点;负值为其前的填充。",
        },
        _receptive(lambda field: field.offset),
        numeric=True,
    ),
    Column(
        "note",
        {"en": "Note", "zh": "备注"},
        {
            "en": "what the spec's author says of the layer",
            "zh": "提供额外的说明或解释,帮助理解该层的设计意图。",
        },
        lambda node, view: in_language(node.note, view.language),
        default=True,
    ),
)

BY_KEY = {column.key: column for column in COLUMNS}
