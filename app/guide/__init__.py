"""How the site is used, a page for each role; and the parts its pages are made of. Neither reads any data."""
