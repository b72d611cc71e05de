"""Duties: every recurring obligation laid out for the year, and what is done for it (O1–O6)."""
