"""/v1/accounts/{id}/extracts: files of call details."""
