"""Payments of invoices, and what banks' statements say.

rows.py          payments as they are stored: read, locked
payments.py      every statement that writes a payment
learning.py      news about a payment: its state, its history, what follows
processes.py     the process that a payment has while something of it is to come
stamps.py        under which numbers a payment was handed to its bank
decisions.py     what operations decide, for the history
entries.py       entries of statements, and statements that were read
taking.py        what a new entry of a statement does
notices.py       what the payer is told
wakeups.py       payments that their workflows are to look at
payment_queries.py, entry_queries.py  lists
"""
