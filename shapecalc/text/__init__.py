"""Texts as characters: where they come from and how they are shown.

`source` is a text with its lines and columns, `files` where bytes come from, `display` what is
safe to print and how wide it is, `atomic_write` how a file is replaced whole,
`alignment` what two sequences have in common, `unified_diff` what an edit changes,
`styles` what each role of a line looks like in colour, `json_lines` how JSON is streamed,
`formats` what an index of formats is made of. `page` finds the places of a page that are written
anew, `commonmark` which of its lines are code.
`words/` has the words of tables, a file a language.
"""
