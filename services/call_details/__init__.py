"""Who may see whose call details."""
