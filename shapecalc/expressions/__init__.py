"""The expressions of the language: exact, bounded arithmetic over the arguments in scope.

`values` and `functions` are what they compute with, `syntax` checks their text, `names` looks
names up, `program` makes closures of the tree, `expression` is the whole; `deferred` is a value
that may contain some.
"""
