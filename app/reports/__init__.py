"""The reports people choose, as a page, as files, and those that take a while in the background."""
