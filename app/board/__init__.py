"""The wall screen: units, projects and counts, large; and the keys by which a screen shows it unattended."""
