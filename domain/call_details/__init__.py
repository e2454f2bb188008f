"""Call details: the operator's records of single calls, messages and data sessions."""
