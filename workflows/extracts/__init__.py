"""Processes of extracts."""
