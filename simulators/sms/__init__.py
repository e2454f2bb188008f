"""SMS-gateway simulator: takes messages as Messente does and keeps them in an outbox.

Speaks the Omnimessage API with HTTP Basic and sends delivery reports, signed, to the address that
a message names. Like the real one it cannot be asked by a reference of the sender's. ``/`` shows
the outbox to a person; ``/_control`` reads it, decides what becomes of messages and makes faults;
its documentation is at ``/_control/docs``.

forms.py     what a program may send
outbox.py    the messages that were taken, and what became of them
refusals.py  errors in the gateway's shape
gateway.py   takes messages and tells their state
reports.py   delivery reports: what they say, in which order, when
control.py   ``/_control``
page.py      what a person sees
app.py       all of it as one program; ``python -m simulators.sms`` runs it
"""
