"""Darknet's cfg files."""
