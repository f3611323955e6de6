"""What the formats share that write Python.

`names` makes legal and unique identifiers of the names of a spec. `trees` are its expressions in
Python, which `computing` computes as Python does and `writing` writes. `layout` breaks lines as
formatters do, `comments` writes notes and docstrings. `plain_words` writes a run out where formats
do not know what its spec is written with.
"""
