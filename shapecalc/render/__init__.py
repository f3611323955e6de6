"""Exporters, a file a format.

`exporters` is the index, from which the choices and the help of the command line follow: a new
format is a module here and a line there. `markdown` writes a document, as wide as `github_width`
lets it be, `latex` another with the texts of `latex_text`, `csv` the table of the layers, `json` a
summary, `overview_json` an overview of networks; `mermaid` and `dot` draw a network, with what both
have in `drawing`. `pytorch/` and `keras/` write a network as code, with what those share that write
Python in `code/`, and `scale_sim` a topology for a simulator; `refused` is the error of what a
format cannot say. `explained` writes an explanation as text, `explained_markdown` and
`explained_json` as such. `plain` and `fitting` lay a document out for a pipe and for a terminal.
`roles` says what of it is coloured, `terminal_columns` are the columns of a terminal, and `widths`
chooses how wide they are.
"""
