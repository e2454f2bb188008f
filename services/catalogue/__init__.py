"""Use cases of the catalogue: read its files, publish them, say what may be ordered."""
