"""The contract as data: one CSV a subject in ``data/``, each row with its tender line, and the loader."""
