"""SMS-gateway simulator: accepts messages as Messente does and keeps them in an outbox.

Speaks the Omnimessage API with HTTP Basic and sends delivery reports, signed, to the address that
a message names. Like the real one it cannot be queried by the sender's own reference. ``/`` shows
the outbox to a person; ``/_control`` reads it, sets the outcome of messages and makes faults;
its documentation is at ``/_control/docs``.

forms.py     the request body
outbox.py    the accepted messages and their status
refusals.py  errors in the gateway's shape
gateway.py   accepts messages and answers their status
reports.py   delivery reports: content, order and time
control.py   ``/_control``
page.py      the outbox as a web page
app.py       all of it as one program; ``python -m simulators.sms`` runs it
"""
