"""Layers as PyTorch writes them, in calls and in what print() shows of a module, to nodes.

`python` makes a text of it that Python's parser reads, character for character, and parses it; what
is read is never run. `containers` finds the layers in the tree, in their order, with those of each
Sequential; `parameters` has the names and the order of PyTorch's arguments, `values` reads them,
`nodes` makes the items, `names` what they are called.
"""
