"""Pages as people see them, in Chromium: screenshots for the documentation."""
