"""Contracts and their orders: what needs accounts, services and orders at once."""
