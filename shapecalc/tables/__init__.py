"""The layer table as data, before any format.

`columns` declares each column once, `table` is rows of raw values, `document` the tables of a
network with totals and explanations.
"""
