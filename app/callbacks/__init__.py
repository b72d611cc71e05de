"""Call-backs (回访): what units say of their projects, signed, and what is done about complaints (P1)."""
