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
        "input": ("输入尺寸", "表示该层接收的输入特征图的尺寸,格式为 {layout}。"),
        "output": ("输出尺寸", "表示该层产生的输出特征图的尺寸,格式为 {layout}。"),
        "kernel_size": (
            "卷积核尺寸",
            "对于卷积层,表示使用的卷积核的尺寸;对于 Inception 模块,"
            "表示该模块内不同分支使用的卷积核尺寸。",
        ),
        "stride": ("步长", "表示卷积或池化操作时的步长。"),
        "padding": ("填充", "表示卷积或池化操作时在各轴两端的填充大小。"),
        "in_channels": ("输入通道数 (Channel)", "表示该层接收的输入特征图的通道数。"),
        "out_channels": ("输出通道数 (Num)", "表示该层产生的输出特征图的通道数。"),
        "params": ("参数量", "表示该层可学习的权重与偏置的数量。"),
        "buffers": ("缓冲量", "表示保存但不学习的数值(如滑动统计量)的数量。"),
        "macs": ("乘加次数 (MACs)", "表示卷积与矩阵乘法的乘加运算次数。"),
        "flops": ("浮点运算次数 (FLOPs)", "表示浮点运算次数,即乘加次数的两倍。"),
        "weights": ("权重字节数", "表示参数与缓冲量所占的字节数。"),
        "memory": ("输出字节数", "表示该层输出所占的字节数;对于模块,为其内部各层输出之和。"),
        "receptive_field": ("感受野", "表示一个输出位置在网络输入上覆盖的范围。"),
        "receptive_stride": ("感受野步长", "表示相邻输出位置的感受野在网络输入上的间距。"),
        "receptive_offset": ("感受野偏移", "表示第一个输出位置的感受野起点;负值为其前的填充。"),
        "note": ("备注", "提供额外的说明或解释,帮助理解该层的设计意图。"),
    },
    totals={
        "params": "参数量 {:,}",
        "buffers": "缓冲量 {:,}",
        "macs": "乘加次数 (MACs) {:,}({convention})",
        "flops": "浮点运算次数 (FLOPs) {:,}(2 x MACs)",
        "weights": "权重 {:,} 字节({types.weights})",
        "memory": "各层输出 {:,} 字节({types.activations}),同时存活至多 {:,} 字节",
    },
    convention="只计卷积与矩阵乘法的乘加运算,不含偏置、归一化、激活与池化",
    types={f"{pool}{axes}d": f"{pool}ing{axes}d" for pool in POOLS for axes in (1, 2, 3)},
    layouts={"hwc": "高度x宽度x通道数", "chw": "通道数x高度x宽度"},
    title="{name} 卷积层参数表",
    detail="{block} 模块 ({name}) 详细参数",
    top="{name} {figure}最多的层",
    branch="分支",
    share="占比",
    explanations="表格解释",
    network="网络",
    total="总计:",
    batch=",批量为 {batch}",
    fused=";融合:{layers}",
    nothing="无",
    comma=",",
    colon=":",
    several={"kernel_size": "多个卷积核", "stride": "多个", "padding": "多个"},
    branches="并行分支",
    identity="直连",
    layers="{}层",
)
