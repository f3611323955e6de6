"""The fields that the parameters of Caffe's layers have, where they decide what a layer is.

Forks have others, which may mean anything: a layer that has one is not taken for Caffe's own.
Source: caffe.proto of https://github.com/BVLC/caffe, and of the forks that the converters name.
"""

from __future__ import annotations

_FIELDS = {
    "argmax_param": "out_max_val top_k axis",
    "batch_norm_param": "use_global_stats moving_average_fraction eps engine "
    "scale_bias scale_filler bias_filler",
    "bias_param": "axis num_axes filler",
    "clip_param": "min max",
    "concat_param": "axis concat_dim",
    "convolution_param": "num_output bias_term pad kernel_size stride dilation pad_h pad_w "
    "kernel_h kernel_w stride_h stride_w group weight_filler bias_filler engine axis "
    "force_nd_im2col",
    "crop_param": "axis offset",
    "eltwise_param": "operation coeff stable_prod_grad",
    "elu_param": "alpha",
    "flatten_param": "axis end_axis",
    "inner_product_param": "num_output bias_term weight_filler bias_filler axis transpose",
    "interp_param": "height width zoom_factor shrink_factor pad_beg pad_end",
    "lrn_param": "local_size alpha beta norm_region k engine",
    "permute_param": "order",
    "pooling_param": "pool pad pad_h pad_w kernel_size kernel_h kernel_w stride stride_h "
    "stride_w engine global_pooling round_mode ceil_mode",
    "power_param": "power scale shift",
    "prelu_param": "filler channel_shared",
    "reduction_param": "operation axis coeff",
    "reshape_param": "shape axis num_axes",
    "reorg_param": "stride reverse",
    "scale_param": "axis num_axes filler bias_term bias_filler",
    "shuffle_channel_param": "group",
    "slice_param": "axis slice_dim slice_point",
    "softmax_param": "axis engine",
    "spp_param": "pyramid_height pool engine",
    "swish_param": "beta",
    "tile_param": "axis tiles",
    "upsample_param": "scale scale_h scale_w pad_out_h pad_out_w upsample_h upsample_w",
}

KNOWN_FIELDS = {name: frozenset(fields.split()) for name, fields in _FIELDS.items()}
"""Fields by the name of the message that has them. What is not here may have any."""
