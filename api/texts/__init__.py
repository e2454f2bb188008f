"""Catalogues of codes with their texts, for front ends."""
