"""Billing's last answers: snapshots by account and kind, and the heads of invoices."""
