"""What the operator's billing says of accounts: invoices, balance, credit limit, usage, costs."""
