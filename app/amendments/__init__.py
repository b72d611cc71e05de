"""Documents that amend targets, duties and rows from a day (P4)."""
