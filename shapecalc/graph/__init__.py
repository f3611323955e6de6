"""A network as nodes and edges, for whatever draws it or writes it anew.

`graph` has them: the layers and blocks, and which takes what of which.
"""
