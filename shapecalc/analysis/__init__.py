"""What is told of a run: figures, memory, receptive fields."""
