"""Use cases about what services have: secrets that people may read."""
