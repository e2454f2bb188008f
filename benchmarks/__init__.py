"""What is claimed about speed, measured side by side in one run: ratios, never bare times."""
