"""Extracts: who asked for which call details, how far they are read, and the files."""
