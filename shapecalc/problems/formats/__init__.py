"""The formats that problems are told in: two for people, then those that programs read."""
