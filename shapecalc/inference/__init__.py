"""Items to inferred layers: one walk over a spec, on explicit stacks.

`walk` runs items, `layer_runs` the layers among them, `deferred_layers` makes those whose fields
depend on arguments, `given_blocks` the blocks that are values of arguments, `layer_count` counts
them, `clauses` evaluates what items say besides their fields, `named_outputs` what the network
names as outputs. `scope` has the names in scope, `references` what else a name may stand for,
`work` is the work that a run may do, `blame` finds the position of a problem, `wiring_problems`
says what is wrong of how items are connected, `mending` what would mend sizes that do not fit,
`fitting_sizes` the inputs that do; `inferred` is the result, whose costs count on a `basis`,
`places` where its layers are.
"""
