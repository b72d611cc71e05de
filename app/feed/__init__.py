"""The calendar feed: what is due for a person, at a secret address that can be revoked."""
