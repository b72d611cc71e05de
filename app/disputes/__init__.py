"""Disputes: an exemption claimed for a breach, commented on, decided, and reviewed once (A3)."""
