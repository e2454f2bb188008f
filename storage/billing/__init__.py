"""What billing said last: snapshots by account and kind, and the heads of invoices."""
