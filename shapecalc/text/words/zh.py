"""Chinese, in the terms of the Chinese deep-learning literature."""

from __future__ import annotations

from shapecalc.text.words import Words

POOLS = ("MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "AdaptiveMaxPool")

WORDS = Words(
    language="zh",
    columns={
        "name": ("层名称", "表示该层在 {name} 中的具体位置或名称。"),
        "path": ("路径", "从网络到该层的各级名称,以点号连接。"),
        "type": (
            "类型",
            "指明该层是卷积层(Conv2d)、最大池化层(MaxPooling2d)还是 Inception 模块等。",
        ),
        "from": ("来源", "表示该层取用其输出的各层;若取自上一层则不列出。"),
        "input": ("输入尺寸", "表示该层接收的输入特征图的尺寸,格式为 {layout}。"),
        "output": ("输出尺寸", "表示该层产生的输出特征图的尺寸,格式为 {layout}。"),
        "kernel_size": (
            "卷积核尺寸",
            "对于卷积层,表示使用的卷积核的尺寸;对于 Inception 模块,"
            "表示该模块内不同分支使用的卷积核尺寸。",
        ),
        "stride": ("步长", "表示卷积或池化操作时的步长。"),
        "padding": ("填充", "表示卷积或池化操作时在各轴两端的填充大小。"),
        "dilation": ("空洞率", "表示卷积核相邻元素之间的间距。"),
        "groups": ("分组数", "表示通道分成的组数,各组分别卷积。"),
        "bias": ("偏置", "表示该层是否加偏置。"),
        "in_channels": ("输入通道数 (Channel)", "表示该层接收的输入特征图的通道数。"),
        "out_channels": ("输出通道数 (Num)", "表示该层产生的输出特征图的通道数。"),
        "params": ("参数量", "表示该层可学习的权重与偏置的数量。"),
        "macs": (
            "乘加次数 (MACs)",
            "表示卷积与矩阵乘法的乘加运算次数,不含偏置、归一化、激活与池化。",
        ),
        "params_share": ("参数占比", "表示该层参数占全部参数的比例。"),
        "macs_share": ("乘加占比", "表示该层乘加次数占全部乘加次数的比例。"),
        "buffers": ("缓冲量", "表示保存但不学习的数值(如滑动统计量)的数量。"),
        "flops": ("浮点运算次数 (FLOPs)", "表示浮点运算次数,即乘加次数的两倍。"),
        "weight_bytes": ("权重字节数", "表示参数与缓冲量所占的字节数。"),
        "activation_bytes": (
            "输出字节数",
            "表示该层输出所占的字节数;对于模块,为其内部各层输出之和。",
        ),
        "alive": ("存活字节数", "表示该层运行时内存中输入与输出所占的字节数,不含权重。"),
        "intensity": ("计算强度", "表示每读写一字节输入、输出与权重所做的乘加次数。"),
        "receptive_field": ("感受野", "表示一个输出位置在网络输入上覆盖的范围。"),
        "receptive_stride": ("感受野步长", "表示相邻输出位置的感受野在网络输入上的间距。"),
        "receptive_offset": ("感受野偏移", "表示第一个输出位置的感受野起点;负值为其前的填充。"),
        "note": ("备注", "提供额外的说明或解释,帮助理解该层的设计意图。"),
    },
    totals={
        "input": ("输入", "{}"),
        "params": ("参数量", "{}"),
        "largest": ("参数量", "{}(其中 {} 属于最大的 {} 层)"),
        "macs": ("乘加次数 (MACs)", "{}(仅计卷积与矩阵乘法)"),
        "flops": ("浮点运算次数 (FLOPs)", "{}(2 x MACs)"),
        "weights": ("权重", "{}({})"),
        "activations": ("各层输出", "{}({})"),
        "peak": ("峰值内存", "{},在 {} 处,不含权重"),
        "batch": ("批量", "{}"),
        "fused": ("融合", "{}"),
    },
    bytes="{} 字节",
    start="开始",
    types={f"{pool}{axes}d": f"{pool}ing{axes}d" for pool in POOLS for axes in (1, 2, 3)},
    layouts={"hwc": "高度x宽度x通道数", "chw": "通道数x高度x宽度"},
    title="{name} 卷积层参数表",
    detail="{block} ({name}) 详细参数",
    module="{} 模块",
    first_of_branch="{}对于分支,为其第一层的通道数。",
    top="{name} {figure}最多的层",
    branch="分支",
    share="占比",
    explanations="表格解释",
    network="网络",
    truths={True: "是", False: "否"},
    nothing="无",
    comma=",",
    colon=":",
    several={"kernel_size": "多个卷积核", "stride": "多个", "padding": "多个"},
    branches="并行分支",
    identity="直连",
    layers="{}层",
)
