"""The months side by side: what the figures of a service year look like, indicator by indicator."""
