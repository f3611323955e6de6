"""The layer table as data, before any format.

`columns` declares each column once, `cells` is what they show of a layer, `rows` folds repeats that
are alike. `table` is rows of raw values, `totals` the figures of the whole network. `document` is
the tables of a network for people, `leaves` the one for programs; `overview` is a row for each of
many networks. `explained` is an explanation in words.
"""
