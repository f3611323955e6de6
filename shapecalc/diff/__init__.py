"""What changed between two networks: layers matched, changes told, totals compared."""
