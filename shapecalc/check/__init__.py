"""What a check holds specs to.

`check` runs one spec and all its variants, `batch` many of them, `spec_files` finds them.
`expectations` holds totals and shapes to what is written, `lock` to what was locked, `lint` warns
of what a reviewer would ask about, `selection` leaves out what is ignored.
"""
