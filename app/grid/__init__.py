"""The year grid: every project's duties by month, in one look."""
