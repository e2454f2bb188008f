"""Limits of orders."""

from datetime import timedelta

MOST_ITEMS = 100
"""Items of one order."""
LONGEST_AHEAD = timedelta(days=366)
"""How far ahead an order may ask to start."""
