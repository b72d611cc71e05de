"""Everything that waits for a person, on one page; ``kinds.KINDS`` is the list a later feature adds to."""
