"""Use cases of extracts: files of call details that people ask for."""
