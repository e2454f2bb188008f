"""Billing's answers about accounts: invoices, balance, credit limit, usage, costs."""
