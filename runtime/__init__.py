"""Needs of any process: boot, Temporal client, payload encryption, internal server, logs."""
