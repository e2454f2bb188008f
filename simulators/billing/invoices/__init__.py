"""Invoices: worked out from fees, usage and bookings, and kept as they were issued.

lines.py      what a month costs, line by line
taxes.py      sums per VAT rate, by EN 16931
invoices.py   issued invoices with their numbers, and credit notes
payments.py   what was paid and refunded, each once for its key
views.py      all of it as TMF678 and TMF676 show it
document.py   an invoice as a PDF
"""
