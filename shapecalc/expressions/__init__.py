"""The expressions of the language: exact, bounded arithmetic over the arguments in scope.

`values` and `functions` are what they compute with, `irrational` has roots and logarithms; `syntax`
checks their text, `program` makes closures of the tree; `expression` is the whole, or a list that
contains some.
"""
