"""The chain of evidence (L1): checking it, on the command line and on a page."""
