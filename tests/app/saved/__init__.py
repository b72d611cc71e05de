"""Filters that somebody keeps."""
