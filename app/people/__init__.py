"""People: who there is, in which role, and which engineer looks after which project."""
