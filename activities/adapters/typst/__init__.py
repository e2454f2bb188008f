"""Documents rendered by Typst: PDF/A-2a and PDF/UA-1, the same bytes for the same data."""
