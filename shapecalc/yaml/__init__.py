"""YAML text to positioned nodes, by version 1.2's core schema."""
