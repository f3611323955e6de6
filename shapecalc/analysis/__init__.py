"""What is told of a run beyond shapes and costs of single layers.

`figures` scales costs to a batch and a dtype, `memory` is what is alive at once,
`receptive_field` what a position of an output depends on.
"""
