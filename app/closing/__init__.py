"""Closing a month (M1): computed, reviewed, signed, frozen by two; what it froze with, and adjustments."""
