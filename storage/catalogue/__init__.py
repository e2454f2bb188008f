"""Published products."""
