"""Texts, files and terminals: where text comes from, and how it is shown."""
