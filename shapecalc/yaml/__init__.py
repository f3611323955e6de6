"""YAML text to positioned nodes, by version 1.2's core schema, in one bounded pass.

`decode` turns bytes into text, `reader` text into `nodes`, `anchors`
has what aliases stand for, `scalars` plain scalars into values.
`addition` is how a key is added to a text. `pyyaml` is the parser, `python_parser` the fallback
where PyYAML has no libyaml; `syntax_errors` rewords the errors of both.
"""
