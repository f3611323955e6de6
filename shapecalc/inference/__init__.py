"""Items to inferred layers: a walk over a spec."""
