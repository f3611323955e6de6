"""Checks of specs.

`check` checks one spec and all its variants, which `runs` runs; `batch` checks many of them,
`workers` in several processes; `spec_files` finds them.
`expectations` compares totals and shapes with what is written, `lock` with what was locked,
`report` is the problems of a whole run, `formats/` writes it, `codes` documents all of them.
"""
