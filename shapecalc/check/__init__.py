"""What a check holds specs to: shapes, expectations, locks, and what a reviewer would ask."""
