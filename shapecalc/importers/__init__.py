"""Files of other programs, and networks of PyTorch, converted to specs.

`kinds` tells what a file is, and has an index of the readers: `darknet/`, `caffe/`, `keras/`,
`onnx/`. Each has `read(data, path, sizes, network)`, which fills an `ImportedNetwork` of `network`
with layers of the language, and `source(data, path)`, the text in which its refusals have their
places. `sizes` are those that are given where a file leaves them open, `equations` those of einsum.
`tidying` leaves out what does nothing, `whole_norms` joins a norm and its factors, both by
`rewiring`; `folding/` brings equal structure into blocks, `writing` writes a spec, with `names`
that are legal, and `proof` runs that and compares; `converting` is all of it.
"""
