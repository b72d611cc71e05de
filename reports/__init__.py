"""Rows in, bytes out: the workbooks."""
