"""A life of the contract, made up from a seed through the same use cases as people's (section 5)."""
