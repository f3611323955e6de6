"""The formats that problems are told in, a file each.

`full` and `concise` are what a person reads; `json`, `github`, `gitlab`, `sarif` and `junit` are
what programs read; `locations` names files and columns for those; `reports` is the index.
"""
