"""The layer table as data: columns declared once, rows, documents."""
