"""What services should be, what was told of them, and what their networks have."""
