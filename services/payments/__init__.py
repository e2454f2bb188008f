"""Use cases of payments: a person pays an invoice, the bank says what became of it, staff decide.

access.py        who may pay, and who sees a payment
start.py         start a payment, or go on with the one that is under way
cancel.py        cancel it here
returns.py       what the bank says, by the person's browser or from its own server
views.py         payments as they are shown
staff.py         what staff decide about payments and entries of statements
statements.py    have banks' statements read
"""
