"""Activities of extracts: read usage records, and make the files."""
