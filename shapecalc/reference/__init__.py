"""The language told from the code.

`layer_types` lists and explains types and blocks; `schema`, `schema_items` and `schema_values`
are the JSON schema that editors read. `pages/` are what is told in prose.
"""
