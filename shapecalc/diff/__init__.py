"""What changed between two networks.

`alignment` and `matching` find which layer is which, `changes` what differs, `comparison` adds
totals and budgets, `revision` reads specs as they were in git. `rows` puts it into words;
`table`, `markdown` and `json` write it.
"""
