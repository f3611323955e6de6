"""Exporters, a file a format.

`exporters` is the index, from which the choices and the help of the command line follow: a new
format is a module here and a line there. `markdown` writes a document, as wide as `github_width`
<<<<<<< HEAD
lets it be, `latex` another with the texts of `latex_text`, `csv` the table of the layers, `json` a
summary, `overview_json` an overview of networks. `explained` writes an explanation as text,
`explained_markdown` and `explained_json` as such; `mermaid` and `dot` draw a network, with what
both have in `drawing`. `plain` and `fitting` lay a document out for a pipe and for a terminal.
`roles` says what of it is coloured, `terminal_columns` are the columns of a terminal, and `widths`
chooses how wide they are.
=======
lets it be, `csv` the table of the layers, `json` a summary, `overview_json` an overview of
networks, `pytorch/` a module for PyTorch; `code/` has what formats share that write Python;
`refused` is the error of what a format cannot say. `plain` and `fitting` lay a document out for a
pipe and for a terminal. `roles` says what of it is coloured, `terminal_columns` are the columns of
a terminal, and `widths` chooses how wide they are.
>>>>>>> f5b64aa (export --to pytorch: a module of plain torch.nn, a class for each block and one for the network)
"""
