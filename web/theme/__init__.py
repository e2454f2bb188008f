"""What every page looks like: frame and components, files, brand, texts and formats."""
