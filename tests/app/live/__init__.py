"""Pages that learn of changes by themselves."""
