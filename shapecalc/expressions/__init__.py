"""The expressions of the language: exact, bounded arithmetic over the arguments in scope."""
