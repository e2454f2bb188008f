"""Documents that are kept, with their bytes in a table of their own."""
