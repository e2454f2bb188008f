"""Agreements to contracts: one person's, or a group's in an approval."""
