"""The 45 projects: what each row of the contract promises, and where that is written."""
