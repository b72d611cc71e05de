"""Finding things: within the scope of whoever looks."""
