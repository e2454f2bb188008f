"""Adapter to the operator's billing: bookings, each made once for its idempotency key, and reads.

No standard covers what is needed (docs/decisions/0051-billing.md), so docs/deployment.md says what
billing, or what stands before it, is to answer.

billing.py   the port, and its implementation over HTTP
requests.py  requests, and what refusals mean
reads.py     reads: one, a list, or a file; what they answer is checked before anything else sees it
whole_lists.py  lists that are read to their end
wire.py      shapes that several reads share, and what is made of them
invoices.py  invoices and their documents
lines.py     lines of an invoice
balances.py  what an account owes
"""
