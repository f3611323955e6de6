"""What is wrong with a spec: the record of it, its codes, and the formats it is told in."""
