"""What is told of a run beyond shapes and costs of single layers.

`summary` is the whole: layers, totals, figures. `memory` is what is alive at once, `fusion` which
layers run as part of others, `receptive_field` what a position of an output depends on, `budget`
what is left of the bounds that a spec sets, `repeats` which repeats of an item are alike.

`explanation` is how each figure comes about: `derivation` that of a layer's own, by its own
arithmetic, `field_derivation` that of its receptive field. `reductions` is what 1x1 convolutions
save.
"""
