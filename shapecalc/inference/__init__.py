"""Items to inferred layers: one walk over a spec, on explicit stacks.

`walk` runs items, `deferred_layers` makes the layers that had to wait for arguments, `clauses`
works out what items say besides their fields, `wiring` what they take by name. `scope` knows the
names at a point, `blame` gives a cause its place, `summary` is the result.
"""
