"""Checklists: one per kind of system, versioned, drafted by the manager and approved by the bureau (O4)."""
