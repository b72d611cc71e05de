"""Tickets: requests for service, their clocks and every use case that moves them."""
