"""Saved filters: what somebody narrows a list to again and again, under a name of their own."""
