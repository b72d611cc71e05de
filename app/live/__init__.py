"""Pages that learn of changes by themselves: what a page in a browser asks every few seconds."""
