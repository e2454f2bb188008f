"""Pages for staff: operations and support."""
