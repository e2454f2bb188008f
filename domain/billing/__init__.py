"""Billing: what the operator's billing says of an account, and what follows from it."""
