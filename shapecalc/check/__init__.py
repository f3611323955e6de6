"""Checks of specs.

`check` checks one spec and all its variants, which `runs` runs; `batch` checks many of them,
`workers` in several processes; `spec_files` finds them, `other_yaml` is what a folder has besides,
`importers` what imports a file of blocks.
`expectations` compares totals and shapes with what is written, `lock` an architecture with what
was locked, whose lines are `lock_entries`: `lock_run` finds how a run differs from them, and
`lock_difference` tells it of all of a spec.
`fixes` writes what mends problems, `report` is the problems of a whole run, `formats/` writes it,
`codes` documents all of them.
"""
