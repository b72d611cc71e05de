"""Lists as workbooks: the same rows in the same order as on the screen, within the same scope."""
