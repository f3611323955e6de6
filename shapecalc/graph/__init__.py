"""A network as nodes and edges, for whatever draws it or writes it anew.

The nodes are the layers and blocks of a summary; `edges` tells which takes what of which,
`nodes` shows all of it to so many levels, `structure` what a layer is besides.
"""
