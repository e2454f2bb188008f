"""Commands about payments: those that need a decision, entries of statements, and statements."""
