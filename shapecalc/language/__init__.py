"""What a spec may say: nodes to items."""
