"""Finding things from any page, always within what the viewer may see (S1)."""
