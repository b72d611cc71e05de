"""The demonstration: made-up people and tickets, in a database of their own, for who wants to look around."""
