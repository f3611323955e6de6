"""Equal structure folded into blocks with arguments, and repeats.

`pieces` are what is folded: layers, and uses of blocks. `modules` are those of the file that layers
are in. `regions` finds where the same stands several times, `recognition` what is a block that
ships, `blocks` makes one of regions, `folding` does all of that in its order, and `written` is what
comes of it as a spec.
"""
