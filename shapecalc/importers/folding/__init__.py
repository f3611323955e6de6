"""Equal structure folded into blocks with arguments and repeats.

`parts` are what is folded, `regions` where the same stands several times, `recognition` what is a
block that ships, `blocks` how a region becomes one, `folding` in which order that is done, and
`written` what comes of it as a spec.
"""
