"""Payments of invoices: started, cancelled, told by banks, and decided about by staff."""
