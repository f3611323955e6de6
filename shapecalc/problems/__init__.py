"""Errors and warnings about a spec.

`problem` is the record of it with its place, `formatting` how messages quote values,
`suggestions` the nearest known word. `codes/` documents the codes of errors.
"""
