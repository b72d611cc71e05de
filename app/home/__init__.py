"""The page after signing in: what this person came for."""
