"""Acceptance (P2): the supplier reports, a group judges each promise, units speak, two persons conclude."""
