"""What is asked of shapecalc with anything for a spec, and what makes up such specs.

structure: whole specs, mostly right, with something wrong anywhere.
bytes: the bytes of specs, mutated.
pages: pages in markdown that are written into.
"""
