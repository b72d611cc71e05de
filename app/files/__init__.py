"""Attachments: photos made small and bare, files by what they contain, both kept by their digest (L3)."""
