"""Residents: who holds a posting, who was there, who stood in (R1)."""
