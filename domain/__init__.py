"""Rules and values, pure: no clock, no database, no network. Words: docs/glossary.md."""
