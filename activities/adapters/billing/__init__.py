"""Adapter to the operator's billing: bookings, each made once for its idempotency key.

No standard covers what is needed (docs/decisions/0051-billing.md), so docs/deployment.md says what
billing, or what stands before it, is to answer.

billing.py   the port, and its implementation over HTTP
requests.py  requests, and what refusals mean
"""
