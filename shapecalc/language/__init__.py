"""The language of specs: nodes to items, each key and value read and checked once.

`items` are the result: layers, uses of blocks, sequences, branches; `keys` are the keys that they
may have. `item_reader` reads them from nodes with `value_reader` (fields and arguments), which
builds on `node_reader` (a node of the expected type, or a problem). `arguments`, `block_values`,
`notes`, `expectations`, `output_names` and `variant` are the other parts of a spec, `library` finds
blocks and networks, `imports` reads the files that have them, `import_paths` finds those,
`recursion` measures blocks, `item_size` counts what items expand to, `frozen` is what cannot change
once it is made, `given` has the inputs of a run. `calls/` reads layers as PyTorch writes them, and
`spec_text` writes items as a spec has them. `untyped_item` reports an item without a type, `pasted`
is how to write a call of PyTorch's or a row of YOLO's, `other_frameworks/` has what is said of the
words of other frameworks.
"""
