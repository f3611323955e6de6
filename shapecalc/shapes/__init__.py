"""Shapes, and the arithmetic of one axis that is mapped over all.

`shape` is spatial sizes and channels, `dtypes` the bytes of a number, `axes` what axes are called,
`window` how a window slides along an axis: the formula of every convolution and pool is there,
once. `size` is an integer that remembers how it came about.
"""
