"""Papers about money, acceptance and disputes: written, signed or handed in; other features show them."""
