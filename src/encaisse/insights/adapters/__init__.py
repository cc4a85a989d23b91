"""How rows leave: one module a format."""
