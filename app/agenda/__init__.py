"""Duties by day: an engineer's today and week, and the month of a project."""
