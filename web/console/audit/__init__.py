"""The history, for staff: search, one event, export, verification."""
