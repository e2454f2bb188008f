"""Use cases of data about a person: export it, and erase it."""
