"""YAML text to positioned nodes, by version 1.2's core schema, in one bounded pass.

`decode` makes text of bytes, `reader` nodes of text, `scalars` numbers and words of scalars;
`nodes` is what comes out. `syntax_errors` says in plain sentences what a parser complains about;
`python_parser` serves where PyYAML has no libyaml.
"""
