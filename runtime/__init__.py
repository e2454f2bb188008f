"""What any process needs: boot, Temporal client, payload encryption, internal server, logs."""
