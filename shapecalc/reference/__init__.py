"""The language told from the code: layer types, blocks, and the JSON schema."""
