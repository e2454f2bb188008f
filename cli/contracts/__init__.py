"""``volitus contracts``: contracts for operations: read, ended, held for legal claims."""
