"""Errors and warnings about a spec.

`problem` is the record of it with its place, `edit` what mends it in the text, `code` what there is
to say of a code, `formatting` how messages quote values, `suggestions` the nearest known word.
`causes` reports what several runs have once. `codes/` documents those of errors.
"""
