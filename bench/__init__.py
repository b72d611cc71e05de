"""Measures what must stay fast."""
