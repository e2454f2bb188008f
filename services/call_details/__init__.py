"""Rights to see call details, by person and service."""
