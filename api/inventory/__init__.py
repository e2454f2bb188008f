"""Routes about what services have."""
