"""Billing simulator: takes bookings for accounts of one operator, each once.

``POST /v1/bookings`` with an ``Idempotency-Key`` makes a booking: ``check_credit``, ``charge``,
``set_limit``, ``subscribe`` or ``end_subscription``; and ``refund``, ``restore_limit`` or
``restore_subscription``, which undo the booking whose key is ``of``. The answer is 201, or 202
where the booking takes time; the same key gives the same booking ever after.
``GET /v1/bookings?key=`` asks for it. What undoes a limit or a subscription puts back what was
there before, unless another booking has changed it since; what was not booked yet is not booked any
more (``key_void``).

Any account is known, has credit without end and may set any limit, unless ``/_control`` sets it
otherwise. Stable codes of refusals: ``credit_refused``, ``limit_too_high``, ``account_unknown``,
``charge_unknown``, ``limit_unknown``, ``subscription_unknown`` (also where it is undone already).

Its reads follow TMF678, TMF635 and TMF676 v4 (docs/deployment.md, "Billing"): invoices with lines
and documents, balances, credit limits, usage, costs; payments and refunds are booked once for their
key. ``PUT /_control/ledgers`` gives an account numbers, and with them invoices of the last months
and usage of every month: each record is a function of the number and its hour, so that there may be
a million. Roaming is told days late, and is then on the next invoice. ``/_control/clock`` lets it
be another day.

``/_control`` lists what was really booked and paid, and what each service has; it sets how long
bookings take, counts requests, and makes faults at each source. ``booking`` (writes) and
``question`` (reads): ``refuse`` refuses a booking at once and does not remember it;
``refuse_later`` accepts it and refuses it when it is due; ``never`` keeps it until the fault is
removed; ``double`` makes the question find it twice. Every read: ``garbage``, ``wrong_shape`` and
``wrong_values`` answer 200 with something else. Documentation is at ``/_control/docs``.

forms.py     the bodies of bookings
books.py     what accounts owe, and what services have; entries.py: what the books hold
bookings.py  bookings by key, and when they are made
desk.py      both over HTTP
ledgers.py   accounts with numbers; months.py: when each month is invoiced; clock.py
calls/       usage records, their pages and sums
invoices/    invoices, costs, payments
limits.py    credit limits and their history
doorway.py   what every read and payment meets; queries.py: their parameters
invoice_desk.py, usage_desk.py, payment_desk.py  reads and payments over HTTP
refusals.py  errors
control.py, ledger_control.py  ``/_control``
app.py       all of it as one program; ``python -m simulators.billing`` runs it
"""
