"""Data about a person: what is held, what it is recognised by, and what erasing it means."""
