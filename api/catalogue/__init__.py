"""What may be ordered."""
