"""What a spec may say: nodes to items, each word read and checked once.

`items` is what comes out: layers, uses of blocks, sequences, branches. `item_reader` makes them
of nodes with `value_reader` (fields and arguments) on top of `node_reader` (the wanted kind of
node, or a problem). `arguments`, `notes` and `expectations` are what a spec says beside its
layers, `library` where blocks come from, `item_size` what items expand to, `frozen` what does
not change once it is made, `other_frameworks`
what a foreign word means here.
"""
