"""Journeys of people through the pages of a running stack, one function each."""
