"""What is wrong with a spec, whoever finds it.

`problem` is the record of it with its place, `report` those of a whole run, `formatting` how
messages quote values, `suggestions` the nearest known word. `codes/` documents every code,
`formats/` has the ways in which problems are told, a file each.
"""
