"""The JSON schema of the language, derived from what reads it."""
