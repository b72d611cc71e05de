"""Money: the award, the two payments and their gates, invoices, supplements, damages, renewal."""
