"""What is asked of shapecalc with anything for a spec, and what makes up such specs.

structure: whole specs, mostly right, with something wrong anywhere.
bytes: the bytes of specs, mutated.
pages: pages in markdown that are written into.
sizes: specs of many sizes, near the limits and over them; limits: each limit and every pair.
imports: files that import one another.
locks: locks that are mangled, or are none.
completion: what a shell is offered, of hostile names.

Each is a program, which says how it is run. What they draw is held in `holding`, or, by commands
that run in processes of their own, in `commands`.
"""
