"""The equipment register: what a row counts, what was repaired of it, and advice at its end (O6)."""
