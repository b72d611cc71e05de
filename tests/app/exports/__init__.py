"""Lists as workbooks."""
