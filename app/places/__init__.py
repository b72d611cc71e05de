"""Inspection places: a sheet with a QR code that opens the inspection of a project."""
