"""Assessment: the scheme and its versions, the daily observations, and the scores (A1, A2)."""
